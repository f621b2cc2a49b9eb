# SPDX-License-Identifier: MIT
"""`worker_start`: workers of pytest that are forks of the process that lists the tests."""

import json
import os
import signal
import time
from pathlib import Path

import pytest
from conftest import eventually, kill

FORKS = "INFO workers are forks of the process that lists the tests"
SPAWNS = "INFO each worker is a new process: "

# Each process that imports it leaves a line.
IMPORTED = """
    import os
    with open("imported", "a") as file:
        file.write(f"{os.getpid()}\\n")
"""

TESTS = IMPORTED + """
    import pytest, time

    @pytest.mark.parametrize("n", range(12))
    def test_n(n):
        with open("ran", "a") as file:
            file.write(f"{os.getpid()}\\n")
        time.sleep(0.05)
        assert n != 5
"""

EXPECTED = {f"test_a.py::test_n[{n}]": ["failed" if n == 5 else "passed"] for n in range(12)}


def run(project, *arguments, **more):
    return project.offload("run", "--explain-workers", *arguments, **more)


@pytest.mark.parametrize("lifetime", ["run", "batch", "test"])
def test_what_tests_need_is_imported_once(project, lifetime):
    project.write("test_a.py", TESTS)
    project.configure(framework={"worker_lifetime": lifetime}, max_parallel=3)

    done = run(project)

    assert done.code == 1, done
    assert done.results == EXPECTED
    assert FORKS in done.err
    (parent,) = project.lines("imported")
    processes = set(project.lines("ran"))
    assert parent not in processes
    assert len(processes) == 12 if lifetime == "test" else 1 < len(processes) <= 12
    assert not project.leftovers()


def test_spawn_starts_a_process_for_each_worker(project):
    project.write("test_a.py", TESTS)
    project.configure(framework={"worker_start": "spawn"}, max_parallel=3)

    done = run(project)

    assert done.results == EXPECTED
    assert FORKS not in done.err and SPAWNS not in done.err
    assert set(project.lines("imported")) == set(project.lines("ran"))


def test_a_single_worker_is_no_fork(project):
    project.write("test_a.py", TESTS)
    project.configure(max_parallel=1)

    done = run(project)

    assert done.results == EXPECTED
    assert project.lines("imported") == sorted(set(project.lines("ran")))


OBSTACLES = {
    "a thread": (
        "import threading, time\n"
        "threading.Thread(target=time.sleep, args=(1000,), name='pump', daemon=True).start()\n",
        "an import has started the thread pump"),
    "a process": (
        "import subprocess\n"
        "subprocess.Popen(['sleep', '1000'], stdout=subprocess.DEVNULL)\n",
        "an import has started the process sleep"),
    "a file that is written": (
        "log = open('written', 'w')\n",
        "written open for writing"),
    "a database": (
        "import sqlite3\n"
        "base = sqlite3.connect('base.db')\nbase.execute('create table if not exists t (a)')\n",
        "base.db open for writing"),
    "an event loop": (
        "import asyncio\nloop = asyncio.new_event_loop()\n",
        "an import keeps a descriptor open: anon_inode:[eventpoll]"),
    "a connection": (
        "import socket\nlistener = socket.socket()\nlistener.bind(('127.0.0.1', 0))\n",
        "an import keeps a descriptor open: socket:"),
    "shared memory": (
        "import mmap\nshared = mmap.mmap(-1, 4096)\n",
        "an import has mapped shared memory"),
    "a hook at the end": (
        "def pytest_sessionfinish(session):\n    pass\n",
        "conftest.py has a pytest_sessionfinish"),
    "a hook at the start": (
        "def pytest_sessionstart(session):\n    pass\n",
        "conftest.py has a pytest_sessionstart"),
    "a clean-up": (
        "def pytest_configure(config):\n    config.add_cleanup(lambda: None)\n",
        "conftest.py adds a clean-up to the configuration"),
    "a name for each sandbox": (
        "import os\nname = os.environ.get('OFFLOAD_SANDBOX_ID', 'none')\n",
        "conftest.py reads OFFLOAD_SANDBOX_ID"),
    "measured lines": (
        "import sys\nsys.settrace(lambda *args: None)\n",
        "coverage is measured for each process"),
}


@pytest.mark.parametrize("obstacle", OBSTACLES)
def test_what_forks_would_share_is_seen(project, obstacle):
    code, why = OBSTACLES[obstacle]
    project.write("conftest.py", code)
    project.write("test_a.py", TESTS)
    project.configure(max_parallel=3)

    done = run(project)

    assert done.code == 1, done
    assert done.results == EXPECTED
    (line,) = [line for line in done.err.splitlines() if line.startswith(SPAWNS)]
    assert why in line
    assert set(project.lines("imported")) >= set(project.lines("ran"))
    assert not project.leftovers()


def test_fork_warns_of_what_keeps_it_from_that(project):
    project.write("conftest.py", OBSTACLES["a thread"][0])
    project.write("test_a.py", TESTS)
    project.configure(framework={"worker_start": "fork"}, max_parallel=3)

    done = project.offload("run")

    assert "WARN each worker is a new process: an import has started the thread pump" in done.err
    assert done.results == EXPECTED


def test_threads_that_end_at_a_fork_are_no_obstacle(project):
    """As those of OpenBLAS, which pandas and NumPy use."""
    project.write("conftest.py", """
        import os, threading

        stop = threading.Event()
        thread = threading.Thread(target=stop.wait)
        thread.start()
        def end():
            stop.set()
            thread.join()
        os.register_at_fork(before=end)
        threading.enumerate = lambda: [threading.main_thread()]  # it is one of a library
    """)
    project.write("test_a.py", TESTS)
    project.configure(max_parallel=3)

    done = run(project)

    assert FORKS in done.err, done
    assert done.results == EXPECTED


def test_reruns_beside_xdist_are_no_obstacle(project):
    """pytest-rerunfailures has a thread and a socket then, for workers of xdist."""
    project.write("test_a.py", TESTS)
    project.configure(max_parallel=3, framework={
        "run_args": "-p xdist.plugin -p pytest_rerunfailures --reruns 2"})

    done = run(project)

    assert FORKS in done.err, done
    assert done.results == EXPECTED
    assert len(project.lines("ran")) == 11 + 3


def test_a_worker_that_dies_costs_a_fork(project):
    project.write("test_a.py", IMPORTED + """
    import signal

    def test_exits():
        os._exit(3)

    def test_crashes():
        os.kill(os.getpid(), signal.SIGSEGV)

    def test_is_killed():
        os.kill(os.getpid(), signal.SIGKILL)

    def test_passes():
        pass
    """)
    project.configure(max_parallel=2)

    done = run(project)

    assert done.code == 1, done
    assert done.verdicts == {
        "test_a.py::test_exits": "failed", "test_a.py::test_crashes": "failed",
        "test_a.py::test_is_killed": "failed", "test_a.py::test_passes": "passed"}
    assert "exit status 3" in done.reason("test_a.py::test_exits")
    assert "signal 11 (SIGSEGV)" in done.reason("test_a.py::test_crashes")
    assert "signal 9 (SIGKILL)" in done.reason("test_a.py::test_is_killed")
    assert len(project.lines("imported")) == 1
    assert not project.leftovers()


def test_output_goes_to_the_test_that_writes_it(project):
    project.write("test_a.py", """
        import os, subprocess, sys, pytest

        @pytest.mark.parametrize("n", range(20))
        def test_n(n):
            print("printed", n)
            print("warned", n, file=sys.stderr)
            os.write(1, b"written %d\\n" % n)
            subprocess.run(["echo", f"echoed {n}"])
            subprocess.run(["sh", "-c", f"echo complained {n} >&2"])
            sys.stdin.read() if n < 0 else None
    """)
    project.configure(max_parallel=3)

    done = run(project)

    assert done.code == 0, done
    assert FORKS in done.err
    for n in range(20):
        (case,) = done.attempts(f"test_a.py::test_n[{n}]")
        assert set(case.findtext("system-out").split("\n")[:3]) == {
            f"printed {n}", f"written {n}", f"echoed {n}"}
        assert case.findtext("system-err").split("\n")[:2] == [f"warned {n}", f"complained {n}"]


def test_handlers_that_an_import_has_made_write_to_the_test(project):
    project.write("conftest.py", """
        import logging, sys

        handler = logging.StreamHandler(sys.stderr)
        logging.getLogger("own").addHandler(handler)
        out = sys.stdout
    """)
    project.write("test_a.py", """
        import logging, pytest
        from conftest import out

        @pytest.mark.parametrize("n", range(12))
        def test_n(n):
            logging.getLogger("own").warning("logged %s", n)
            print("printed", n, file=out)
    """)
    project.configure(framework={"run_args": "-p no:logging"}, max_parallel=3)

    done = run(project)

    assert FORKS in done.err, done
    for n in range(12):
        (case,) = done.attempts(f"test_a.py::test_n[{n}]")
        assert case.findtext("system-err").strip() == f"logged {n}"
        assert case.findtext("system-out").strip() == f"printed {n}"


@pytest.mark.parametrize("capture", ["no", "sys", "tee-sys"])
def test_other_ways_to_capture_output(project, capture):
    project.write("test_a.py", TESTS + "        print('seen', n)\n")
    project.configure(framework={"run_args": f"--capture={capture}"}, max_parallel=3)

    done = run(project)

    assert FORKS in done.err, done
    assert done.results == EXPECTED


def test_places_are_separate(project):
    project.write("test_a.py", """
        import logging, os, pytest, time

        @pytest.mark.parametrize("n", range(8))
        def test_n(n, tmp_path_factory):
            logging.getLogger("here").warning("in %s", os.getpid())
            base = tmp_path_factory.getbasetemp()
            assert str(os.getpid()) in base.name
            time.sleep(0.05)
    """)
    project.write("pytest.ini", "[pytest]\naddopts = --basetemp=base --log-file=logs/run.log\n")
    project.configure(framework={"worker_lifetime": "batch"}, max_parallel=3)

    done = run(project)

    assert FORKS in done.err, done
    assert done.code == 0, done
    for log in (project.folder / "logs").iterdir():
        pid = log.stem.rpartition("-")[2]
        text = log.read_text()
        assert set(text.split("in ")[1::2]) <= {pid} or all(
            line.endswith(f"in {pid}") for line in text.splitlines())


def test_files_that_are_read_have_a_position_in_each_worker(project):
    project.write("numbers.txt", "".join(f"{n}\n" for n in range(20_000)))
    project.write("test_a.py", """
        import pytest, time

        numbers = open("numbers.txt")
        assert numbers.readline() == "0\\n"

        @pytest.mark.parametrize("n", range(3))
        def test_n(n):
            read = []
            for line in numbers:
                read.append(int(line))
            assert read == list(range(1, 20_000))
    """)
    project.configure(framework={"worker_lifetime": "test"}, max_parallel=3)

    done = run(project)

    assert FORKS in done.err, done
    assert done.code == 0, done


def test_what_an_import_cleans_up_at_the_end_stays_until_then(project):
    project.write("conftest.py", """
        import atexit, os, shutil, tempfile

        own = tempfile.TemporaryDirectory(dir=".", prefix="own-")
        other = tempfile.mkdtemp(dir=".", prefix="other-")
        atexit.register(shutil.rmtree, other)
    """)
    project.write("test_a.py", """
        import os, pytest, time
        from conftest import other, own

        @pytest.mark.parametrize("n", range(12))
        def test_n(n):
            assert os.path.isdir(own.name) and os.path.isdir(other)
            time.sleep(0.02)
    """)
    project.configure(framework={"worker_lifetime": "test"}, max_parallel=3)

    done = run(project)

    assert FORKS in done.err, done
    assert done.code == 0, done
    assert not [one for one in os.listdir(project.folder) if one.startswith(("own-", "other-"))]


def test_an_end_that_fails_is_red(project):
    project.write("conftest.py", "import atexit, os\natexit.register(os._exit, 7)\n")
    project.write("test_a.py", "def test_a():\n    pass\n\ndef test_b():\n    pass\n")
    project.configure(max_parallel=2)

    done = run(project)

    assert FORKS in done.err, done
    assert done.code == 1, done
    assert done.verdicts == {
        "test_a.py::test_a": "passed", "test_a.py::test_b": "passed",
        "outside of tests: the test command ended with exit status 7": "failed"}


def test_an_end_of_a_test_is_that_of_its_worker(project):
    project.write("test_a.py", """
        import atexit, os, time

        def test_a():
            atexit.register(os._exit, 7)

        def test_b():
            time.sleep(0.1)
    """)
    project.configure(max_parallel=2)

    done = run(project)

    assert FORKS in done.err, done
    assert done.verdicts["outside of tests: the test command ended with exit status 7"] == "failed"


@pytest.mark.parametrize("seeded", [False, True])
def test_workers_draw_the_same_numbers_only_where_an_import_wants_it(project, seeded):
    project.write("conftest.py", "import random\nrandom.seed(42)\n" if seeded else "")
    project.write("test_a.py", """
        import pytest, random, time

        @pytest.mark.parametrize("n", range(6))
        def test_n(n):
            with open("drawn", "a") as file:
                file.write(f"{random.random()}\\n")
    """)
    project.configure(framework={"worker_lifetime": "test"}, max_parallel=3)

    done = run(project)

    assert FORKS in done.err, done
    assert len(set(project.lines("drawn"))) == (1 if seeded else 6)


def test_processes_that_a_test_leaves_are_ended_with_its_sandbox(project):
    project.write("test_a.py", """
        import os, subprocess, time

        def test_leaves_a_command():
            subprocess.Popen(["sleep", "1000"], start_new_session=True)

        def test_leaves_a_fork():
            if os.fork() == 0:
                os.setsid()
                time.sleep(1000)
    """)
    project.configure(max_parallel=2)

    done = run(project)

    assert FORKS in done.err, done
    assert done.code == 0, done
    assert not project.leftovers()


def test_each_worker_is_known_by_its_sandbox(project):
    project.write("test_a.py", """
        import os, pytest, time

        @pytest.mark.parametrize("n", range(6))
        def test_n(n):
            name = os.environ["OFFLOAD_SANDBOX_ID"]
            assert name.startswith("local-")
            assert "OFFLOAD_WORKER" not in os.environ and "OFFLOAD_FORKS" not in os.environ
            with open("/proc/self/environ") as file:
                shown = [one for one in file.read().split("\\0") if "OFFLOAD_SANDBOX" in one]
            assert shown == [f"OFFLOAD_SANDBOX_ID={name}"]
            with open("sandboxes", "a") as file:
                file.write(f"{name}\\n")
            time.sleep(0.1)
    """)
    project.configure(max_parallel=3)

    done = run(project)

    assert FORKS in done.err, done
    assert done.code == 0, done
    assert len(set(project.lines("sandboxes"))) == 3


def parent_of_workers(project):
    """The process whose children the workers are."""
    workers = set(project.workers())
    parents = {int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
               for pid in workers}
    return next(iter(parents & workers), None)


SLOW = """
    import pytest, time

    @pytest.mark.parametrize("n", range(8))
    def test_n(n):
        open(f"began-{n}", "w").close()
        time.sleep(0.5)
"""


def test_the_death_of_the_parent_loses_no_result(project):
    project.write("test_a.py", SLOW)
    project.configure(max_parallel=2)
    started = project.start("run")
    eventually(lambda: list(project.folder.glob("began-*")))

    kill(parent_of_workers(project))

    done = started.wait()
    tests = {name: one for name, one in done.verdicts.items() if "::" in name}
    assert tests == {f"test_a.py::test_n[{n}]": "passed" for n in range(8)}
    assert not project.leftovers()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_run_that_is_stopped_leaves_nothing_behind(project, number):
    project.write("test_a.py", SLOW.replace("0.5", "1000"))
    project.configure(max_parallel=2)
    started = project.start("run")
    eventually(lambda: list(project.folder.glob("began-*")))

    started.send(number)

    assert started.wait().code == 128 + number
    assert not project.leftovers()


def test_a_run_that_is_killed_leaves_nothing_behind(project):
    project.write("test_a.py", SLOW.replace("0.5", "1000"))
    project.configure(max_parallel=2)
    started = project.start("run")
    eventually(lambda: list(project.folder.glob("began-*")))

    started.send(signal.SIGKILL)
    started.process.wait()

    project.write("test_a.py", "def test_a():\n    pass\n")
    assert project.offload("run").code == 0  # which ends what the other has left
    assert not project.leftovers()


def test_a_test_that_hangs_is_ended(project):
    project.write("test_a.py", SLOW.replace("0.5", "1000 if n == 3 else 0"))
    project.configure(max_parallel=2, test_timeout_secs=3)

    done = run(project)

    assert FORKS in done.err, done
    assert done.results["test_a.py::test_n[3]"] == ["timed out"]
    assert [one for one in done.verdicts.values()].count("passed") == 7
    assert not project.leftovers()


def test_a_wrapper_lives_as_long_as_its_pytest(project):
    project.script("wrapper", """#!/bin/sh
        python -m pytest "$@"
        code=$?
        echo ended >> wrapped
        exit $code
    """)
    project.write("test_a.py", TESTS)
    project.configure(framework={"command": "./wrapper", "worker_lifetime": "batch"})

    done = run(project)

    assert FORKS in done.err, done
    assert done.results == EXPECTED
    assert project.lines("wrapped") == ["ended"]
    assert not project.leftovers()


def test_the_event_stream_tells_it(project):
    project.write("test_a.py", TESTS)
    project.configure(max_parallel=3)

    project.offload("run", "--events", "events")

    notices = [json.loads(line)["text"] for line in project.lines("events")
               if json.loads(line)["event"] == "notice"]
    assert notices == [FORKS.removeprefix("INFO ")]
