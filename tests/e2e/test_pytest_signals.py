# SPDX-License-Identifier: MIT
"""Ctrl-C and its kin at every moment of a run; --fail-fast; what a killed Offload leaves behind."""

import signal
import time

import pytest

from conftest import eventually, kill

EVERY_SIGNAL = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]
TESTS = {f"test_{letter}.py::test[{n}]" for letter in "abc" for n in range(20)}


def write_slow_tests(project, sleep=0.2):
    """Sixty tests; each adds a line to the file `ran`, and leaves a process behind in the first."""
    for letter in "abc":
        project.write(f"test_{letter}.py", f"""
            import subprocess
            import time

            import pytest

            @pytest.mark.parametrize("number", range(20))
            def test(number):
                if number == 0:
                    subprocess.Popen(["setsid", "sleep", "3600"])
                with open("ran", "a") as file:
                    file.write("{letter}\\n")
                time.sleep({sleep})
        """)


def check_that_all_is_accounted_for(project, run, number):
    assert run.code == 128 + number
    assert set(run.verdicts) == TESTS
    assert set(run.verdicts.values()) <= {"passed", "not run"}
    for test, verdict in run.verdicts.items():
        assert verdict == "passed" or "interrupted" in run.reason(test)
    assert not project.leftovers()
    assert not list(project.temp.glob("offload-*"))


@pytest.mark.parametrize("number", EVERY_SIGNAL, ids=lambda number: number.name)
def test_a_signal_in_the_middle_ends_the_run_with_an_honest_account(project, number):
    write_slow_tests(project)
    project.configure(max_parallel=3)
    run = project.start("run")
    eventually(lambda: len(project.lines("ran")) >= 6)

    run.send(number)
    run = run.wait()

    check_that_all_is_accounted_for(project, run, number)
    assert "not run" in run.verdicts.values()
    assert "passed" in run.verdicts.values()


@pytest.mark.parametrize("number", EVERY_SIGNAL, ids=lambda number: number.name)
@pytest.mark.parametrize("command, framework", [
    (["run"], {}),
    (["run"], {"discovery_args": "-v"}),
    (["run", "--collect-only"], {}),
    (["collect"], {}),
], ids=["by-worker", "by-command", "collect-only", "collect"])
def test_a_signal_during_discovery_ends_everything(project, number, command, framework):
    project.write("conftest.py", """
        import subprocess
        import time

        subprocess.Popen(["setsid", "sleep", "3600"])
        open("discovering", "w").close()
        time.sleep(3600)
    """)
    project.configure(framework=framework)
    run = project.start(*command)
    eventually((project.folder / "discovering").exists)

    run.send(number)
    run = run.wait()

    assert run.code == 128 + number
    assert run.junit is None
    assert "discovery was interrupted" in run.err
    assert not project.leftovers()
    assert not list(project.temp.glob("offload-*"))


@pytest.mark.parametrize("moment", range(8))
def test_a_signal_at_any_moment_of_the_start_leaves_nothing(project, moment):
    write_slow_tests(project)
    project.configure(max_parallel=3)
    run = project.start("run")
    if moment >= 4:
        eventually(lambda: len(project.workers()) >= moment - 3)
    else:
        eventually(project.processes)
        time.sleep(0.003 * moment * moment)

    run.send(signal.SIGINT)
    run = run.wait()

    # Before Offload has its handlers in place, the signal ends it as it ends any program.
    assert run.code in (128 + signal.SIGINT, -signal.SIGINT)
    assert run.junit is None or set(run.verdicts) == TESTS
    assert not project.leftovers()


def test_a_signal_during_the_last_teardown_ends_the_run(project):
    project.write("test_a.py", """
        import time

        import pytest

        @pytest.fixture(scope="session", autouse=True)
        def session():
            yield
            open("tearing-down", "w").close()
            time.sleep(3600)

        def test_first():
            pass

        def test_last():
            pass
    """)
    project.configure(max_parallel=1)
    run = project.start("run")
    eventually((project.folder / "tearing-down").exists)

    run.send(signal.SIGINT)
    run = run.wait()

    assert run.code == 128 + signal.SIGINT
    assert run.verdicts["test_a.py::test_first"] == "passed"
    assert run.verdicts["test_a.py::test_last"] == "not run"
    assert not project.leftovers()


def test_a_second_signal_ends_at_once_although_workers_ignore_the_first(project):
    project.write("test_a.py", """
        import os
        import signal
        import time

        def test_is_stubborn():
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, signal.SIG_IGN)
            if os.fork() == 0:
                os.setsid()
            open("stubborn-{}".format(os.getpid()), "w").close()
            time.sleep(3600)
    """)
    project.configure(max_parallel=1)
    run = project.start("run")
    eventually(lambda: len(list(project.folder.glob("stubborn-*"))) == 2)

    def interrupt():
        run.send(signal.SIGINT)
        return not run.is_running

    eventually(interrupt)
    run = run.wait()

    assert run.code == -signal.SIGINT
    assert not project.leftovers()
    assert not list(project.temp.iterdir())


@pytest.mark.parametrize("framework", [{}, {"discovery_args": "-v"}], ids=["worker", "command"])
def test_a_second_signal_during_discovery_leaves_nothing(project, framework):
    project.write("conftest.py", """
        import os
        import signal
        import time

        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        open("discovering-{}".format(os.getpid()), "w").close()
        time.sleep(3600)
    """)
    project.configure(max_parallel=1, framework=framework)
    run = project.start("run")
    # With arguments of its own, discovery is not done by the worker, which starts up beside it.
    processes = 2 if framework else 1
    eventually(lambda: len(list(project.folder.glob("discovering-*"))) == processes)

    def interrupt():
        run.send(signal.SIGINT)
        return not run.is_running

    eventually(interrupt)

    assert run.wait().code == -signal.SIGINT
    assert not project.leftovers()


def test_what_had_failed_before_the_signal_is_kept(project):
    write_slow_tests(project)
    project.write("test_0.py", """
        def test_fails():
            with open("failed", "w"):
                assert False, "kept"
    """)
    project.configure(max_parallel=2)
    run = project.start("run")
    eventually(lambda: len(project.lines("ran")) >= 10 and (project.folder / "failed").exists())

    run.send(signal.SIGTERM)
    run = run.wait()

    assert run.code == 128 + signal.SIGTERM
    assert run.results["test_0.py::test_fails"] == ["failed"]
    assert "kept" in run.reason("test_0.py::test_fails")
    assert len(run.verdicts) == 61


# --- Offload itself is killed --------------------------------------------------------------------


def test_workers_end_by_themselves_when_offload_is_killed(project):
    write_slow_tests(project)
    project.write("conftest.py", """
        import subprocess

        subprocess.Popen = lambda *arguments: None  # no daemons this time
    """)
    project.configure(max_parallel=3)
    run = project.start("run")
    eventually(lambda: len(project.lines("ran")) >= 6)

    run.send(signal.SIGKILL)
    run.process.wait()

    eventually(lambda: not project.processes())
    assert len(project.lines("ran")) < 60


@pytest.mark.parametrize("framework", [{}, {"discovery_args": "-v"}], ids=["worker", "command"])
@pytest.mark.parametrize("where", ["conftest.py", "test_hang.py"])
def test_the_next_run_removes_what_a_killed_one_left(project, where, framework):
    project.write(where, """
        import subprocess
        import time

        def test_hangs():
            pass

        subprocess.Popen(["setsid", "sleep", "3600"])
        open("here", "w").close()
        time.sleep(3600)
    """)
    project.configure(framework=framework)
    killed = project.start("run")
    eventually((project.folder / "here").exists)
    killed.send(signal.SIGKILL)
    killed.process.wait()
    assert project.processes()
    (project.folder / where).unlink()
    project.write("test_a.py", "def test():\n    pass\n")

    run = project.offload("run")

    assert run.code == 0
    assert not project.leftovers()


# --- Stopping early ------------------------------------------------------------------------------


def test_nothing_new_starts_after_the_first_failure(project):
    write_slow_tests(project)
    project.write("test_0.py", "def test_fails():\n    assert False\n")
    project.configure(max_parallel=2)

    run = project.offload("run", "--fail-fast")

    verdicts = list(run.verdicts.values())
    assert run.code == 1
    assert run.verdicts["test_0.py::test_fails"] == "failed"
    assert verdicts.count("failed") == 1
    assert verdicts.count("not run") > 40
    assert "--fail-fast" in run.reason("test_c.py::test[19]")
    assert len(project.lines("ran")) < 20
    assert not project.leftovers()


# --- Retries -------------------------------------------------------------------------------------


def test_a_flaky_test_is_retried_in_another_sandbox_when_one_is_free(project):
    write_slow_tests(project, sleep=0.01)
    project.write("test_0.py", """
        import os
        import time

        def test_fails_first():
            with open("places", "a") as file:
                file.write(os.environ["OFFLOAD_SANDBOX_ID"] + "\\n")
            for _ in range(3000):  # until the other sandbox is at work
                if os.path.exists("ran"):
                    break
                time.sleep(0.01)
            assert len(open("places").readlines()) > 1
    """)
    project.configure(max_parallel=2, groups={"all": {"retry_count": 2}})

    run = project.offload("run")

    assert run.code == 2
    assert sorted(run.results["test_0.py::test_fails_first"]) == ["failed", "passed"]
    assert run.verdicts["test_0.py::test_fails_first"] == "flaky"
    assert "FLAKY" in (run.out + run.err).upper()
    assert len(set(project.lines("places"))) == 2


def test_with_a_single_sandbox_the_retry_runs_there(project):
    project.write("test_0.py", """
        import os

        def test_fails_first():
            first = not os.path.exists("seen")
            open("seen", "w").close()
            assert not first
    """)
    project.configure(max_parallel=1, groups={"all": {"retry_count": 1}})

    run = project.offload("run")

    assert run.code == 2
    assert run.results == {"test_0.py::test_fails_first": ["failed", "passed"]}


def test_a_worker_that_dies_after_a_signal_is_not_blamed(project):
    write_slow_tests(project)
    project.configure(max_parallel=2)
    run = project.start("run")
    eventually(lambda: len(project.lines("ran")) >= 4)

    run.send(signal.SIGINT)
    for pid in project.workers():
        kill(pid)
    run = run.wait()

    assert run.code == 128 + signal.SIGINT
    assert set(run.verdicts) == TESTS
