# SPDX-License-Identifier: MIT
"""The stream of records, requests, and the end of the process."""

import os
import subprocess
import sys

import pytest
from conftest import PLUGIN_FOLDER, clean_environment, finished, names


def test_hello_tells_versions_process_and_root(project):
    worker = project.start()

    hello = worker.hello()

    assert hello == {
        "event": "hello",
        "pytest": pytest.__version__,
        "python": "{}.{}.{}".format(*sys.version_info),
        "pid": worker.process.pid,
        "rootdir": str(project.folder),
        "maxfail": 0,
    }


def test_finish_ends_with_bye_and_status_zero(project):
    worker = project.worker()

    events, status = worker.finish()

    assert names(events) == ["bye"]
    assert status == 0


def test_end_of_input_ends_like_finish(project):
    worker = project.worker()

    worker.hang_up()

    assert names(worker.rest()) == ["bye"]
    assert worker.process.wait() == 0


def test_failed_tests_do_not_show_in_the_exit_status(project):
    project.write("test_a.py", "def test_fails(): assert False\n")
    worker = project.worker()
    worker.run("test_a.py::test_fails")

    _, status = worker.finish()

    assert status == 0


def test_one_request_may_come_from_the_environment(project):
    project.write("test_a.py", "def test_x(): pass\n")
    request = {"do": "run", "batch": 3, "tests": ["test_a.py::test_x"]}
    worker = project.start(first_request=request)

    events = worker.rest()

    assert names(events) == ["hello", "collecting", "started", "finished", "done", "bye"]
    assert worker.process.wait() == 0


def test_requests_may_come_before_hello(project):
    project.write("test_a.py", "def test_x(): pass\n")
    worker = project.start()
    worker.ask("run", batch=1, tests=["test_a.py::test_x"])
    worker.hang_up()

    events = worker.rest()

    assert names(events)[-4:] == ["next", "finished", "done", "bye"]


def test_an_unknown_request_fails_without_ending_the_worker(project):
    worker = project.worker()

    worker.ask("dance")

    assert worker.until("failed")[-1]["text"] == "unknown request: 'dance'"
    assert names(worker.finish()[0]) == ["bye"]


def test_nothing_that_a_test_writes_reaches_the_stream(project):
    project.write(
        "test_a.py",
        """
        import os, subprocess, sys
        os.write(1, b"at import")
        def test_x():
            os.write(1, b"\\x1e{}\\n")
            print("x", file=sys.__stdout__, flush=True)
            subprocess.run(["echo", "from a child"], check=True)
        """,
    )
    worker = project.worker("-s")

    events = worker.run("test_a.py::test_x")

    assert names(events) == ["collecting", "started", "next", "finished", "done"]
    assert "from a child" in worker.errors


def test_standard_input_is_empty_for_tests(project):
    project.write("test_a.py", "import os\ndef test_x(): assert os.read(0, 1) == b''\n")
    worker = project.worker("-s")

    assert worker.result("test_a.py::test_x")["outcome"] == "passed"


def test_children_of_tests_do_not_inherit_the_stream(project):
    project.write(
        "test_a.py",
        """
        import os, subprocess
        def test_x():
            command = ["ls", "/proc/self/fd"]
            listing = subprocess.run(command, stdout=subprocess.PIPE, close_fds=False).stdout
            assert max(map(int, listing.split())) < 100
        """,
    )
    worker = project.worker()

    assert worker.result("test_a.py::test_x")["outcome"] == "passed"


def test_a_forked_copy_of_the_worker_keeps_silent(project):
    project.write(
        "test_a.py",
        """
        import os
        def test_forks():
            child = os.fork()
            if child:
                os.waitpid(child, 0)
        def test_after(): pass
        """,
    )
    worker = project.worker()

    events = worker.run("test_a.py::test_forks", "test_a.py::test_after")

    assert names(events).count("finished") == 2
    assert names(events).count("next") == 1
    assert names(worker.finish()[0]) == ["bye"]


def test_a_pytest_inside_of_a_test_is_not_a_worker(project):
    project.write("inner/test_inner.py", "def test_x(): pass\n")
    project.write(
        "test_a.py",
        """
        import os, subprocess, sys
        def test_x():
            assert "OFFLOAD_WORKER" not in os.environ
            command = [sys.executable, "-m", "pytest", "-q", "-p", "offload_pytest", "inner"]
            run = subprocess.run(command, stdout=subprocess.PIPE)
            assert b"1 passed" in run.stdout
        """,
    )
    worker = project.worker()

    assert worker.result("test_a.py::test_x")["outcome"] == "passed"


def test_without_the_variable_the_plugin_does_nothing(project):
    project.write("test_a.py", "def test_x(): pass\n")
    environment = dict(clean_environment(autoload=False), PYTHONPATH=str(PLUGIN_FOLDER))

    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "offload_pytest", "-v"],
        cwd=str(project.folder),
        env=environment,
        stdout=subprocess.PIPE,
    )

    assert run.returncode == 0
    assert b"test_a.py::test_x PASSED" in run.stdout


def test_the_worker_gives_up_when_nobody_listens(project):
    project.write(
        "test_a.py",
        """
        import os, pytest
        @pytest.mark.parametrize("number", range(1000))
        def test_x(number, request):
            with open(str(request.config.rootpath / "ran"), "a") as file:
                file.write("x")
        """,
    )
    worker = project.worker()
    tests = ["test_a.py::test_x[{}]".format(number) for number in range(1000)]

    worker.ask("run", batch=1, tests=tests)
    worker.until("started")
    worker.process.stdout.close()

    assert worker.process.wait(20) == 0
    assert os.path.getsize(str(project.folder / "ran")) < 1000


def test_a_usage_error_ends_before_hello_with_status_four(project):
    worker = project.start("--no-such-option")

    assert worker.rest() == []
    assert worker.process.wait() == 4
    assert "--no-such-option" in worker.errors


def test_events_of_a_failing_test_carry_its_text(project):
    project.write("test_a.py", "def test_x(): assert 'ä' == '\\udc80'\n")
    worker = project.worker()

    (event,) = finished(worker.run("test_a.py::test_x"))

    assert "\\udc80" in event["text"]
