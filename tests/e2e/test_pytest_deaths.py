# SPDX-License-Identifier: MIT
"""Tests that kill, stop or hang the process that runs them, and processes that others kill."""

import random
import signal

import pytest

from conftest import eventually, kill

SLOW_START = 4  # a time limit within which pytest starts on a busy machine


def write_many_tests(project, count=200, files=10, sleep=0.01):
    """Each test adds a line to the file `ran`."""
    project.write("many.py", """
        import os
        import time

        def run(sleep):
            with open("ran", "a") as file:
                file.write("{}\\n".format(os.getpid()))
            time.sleep(sleep)
    """)
    project.write("pytest.ini", "[pytest]\npythonpath = .\n")
    for file in range(files):
        project.write(f"test_{file}.py", f"""
            import many
            import pytest

            @pytest.mark.parametrize("number", range({count // files}))
            def test(number):
                many.run({sleep})
        """)
    return {f"test_{f}.py::test[{n}]" for f in range(files) for n in range(count // files)}


@pytest.mark.parametrize("retries", [0, 1])
def test_each_deadly_test_is_named_with_its_reason(project, retries):
    project.copy("deadly_pytest")
    project.configure(max_parallel=2, test_timeout_secs=SLOW_START,
                      groups={"all": {"retry_count": retries}})
    guilty = {
        "tests/test_exits.py::test_exits_at_once": "exit status 3 while running this test",
        "tests/test_hangs.py::test_hangs": "timed out after 4 s",
        "tests/test_hangs.py::test_leaves_a_stubborn_grandchild": "timed out after 4 s",
        "tests/test_signals.py::test_segfaults": "signal 11",
        "tests/test_signals.py::test_is_killed": "signal 9",
        "tests/test_stops.py::test_stops_the_session": "enough for today",
        "tests/test_stops.py::test_interrupts": "KeyboardInterrupt",
    }

    run = project.offload("run", env={"NASTY_STATE_DIR": str(project.temp)})

    failed = {test for test, verdict in run.verdicts.items() if verdict == "failed"}
    # How pytest takes it depends on its version.
    failed.discard("tests/test_stops.py::test_closes_the_stream_that_pytest_captures_with")
    assert failed == set(guilty)
    for test, reason in guilty.items():
        assert reason in run.reason(test), test
        assert len(run.results[test]) == retries + 1
    others = [verdict for test, verdict in run.verdicts.items() if verdict != "failed"]
    assert set(others) <= {"passed", "flaky"}
    assert len(others) >= 28
    assert run.code == 1
    assert not project.leftovers()


# --- Workers that are killed from outside ---------------------------------------------------------


KILLED = "outside of tests: the test command ended with signal 9 (SIGKILL)"


def of_tests(run):
    """The verdicts of tests, and whether a worker was killed that ran none."""
    verdicts = dict(run.verdicts)
    return verdicts, verdicts.pop(KILLED, "passed") != "passed"


@pytest.mark.parametrize("seed", range(10))
def test_only_tests_that_ran_when_their_worker_was_killed_fail(project, seed):
    tests = write_many_tests(project)
    project.configure(max_parallel=3)
    dice = random.Random(seed)
    moment = dice.randrange(1, 150)
    run = project.start("run")
    eventually(lambda: len(project.lines("ran")) >= moment or not run.is_running)
    victims = project.workers()
    if dice.random() < 0.5:
        victims = dice.sample(victims, min(1, len(victims)))

    for pid in victims:
        kill(pid)
    run = run.wait()

    verdicts, idle_one_was_killed = of_tests(run)
    failed = [test for test, verdict in verdicts.items() if verdict == "failed"]
    assert set(verdicts) == tests
    assert len(failed) <= len(victims)
    assert all("signal 9" in run.reason(test) for test in failed)
    assert list(verdicts.values()).count("passed") == len(tests) - len(failed)
    assert run.code == (1 if failed or idle_one_was_killed else 0)
    assert not project.leftovers()


def test_with_a_retry_a_killed_worker_costs_no_test(project):
    tests = write_many_tests(project)
    project.configure(max_parallel=3, groups={"all": {"retry_count": 1}})
    run = project.start("run")
    eventually(lambda: len(project.lines("ran")) >= 50 or not run.is_running)

    for pid in project.workers():
        kill(pid)
    run = run.wait()

    verdicts, idle_one_was_killed = of_tests(run)
    assert set(verdicts) == tests
    assert set(verdicts.values()) <= {"passed", "flaky"}
    assert run.code in ({1} if idle_one_was_killed else {0, 2})


def test_workers_that_are_killed_again_and_again_still_let_the_run_end(project):
    tests = write_many_tests(project, count=40, files=4, sleep=0.1)
    project.configure(max_parallel=2)
    run = project.start("run")

    def kill_all():
        for pid in project.workers():
            kill(pid)
        return not run.is_running

    eventually(lambda: project.lines("ran") or not run.is_running)
    eventually(kill_all)
    run = run.wait()

    # One that is killed after its last test, and before it has ended, is a failure of its own.
    killed = "outside of tests: the test command ended with signal 9 (SIGKILL)"
    assert set(run.verdicts) - {killed} == tests
    assert run.code == 1
    assert all(run.reason(test).strip() for test, v in run.verdicts.items() if v != "passed")


# --- Hangs ---------------------------------------------------------------------------------------


def write_fast_tests(project):
    project.write("test_fast.py", """
        import pytest

        @pytest.mark.parametrize("number", range(20))
        def test_fast(number):
            pass
    """)


def check_that_only(run, guilty, reason, others):
    assert {test for test, verdict in run.verdicts.items() if verdict != "passed"} == {guilty}
    assert run.results[guilty] == ["timed out"]
    assert reason in run.reason(guilty)
    assert len(run.verdicts) == others + 1
    assert run.code == 1


def test_a_test_that_hangs_does_not_harm_the_fast_ones(project):
    write_fast_tests(project)
    project.write("test_a.py", """
        import time

        def test_before():
            pass

        def test_hangs():
            time.sleep(3600)

        def test_after():
            pass
    """)
    project.configure(test_timeout_secs=SLOW_START)

    run = project.offload("run")

    check_that_only(run, "test_a.py::test_hangs", "timed out after 4 s", others=22)
    assert not project.leftovers()


def test_a_module_that_hangs_at_import_in_the_sandbox_is_named(project):
    write_fast_tests(project)
    project.write("test_a.py", """
        import os
        import time

        if os.path.exists("listed"):
            time.sleep(3600)
        open("listed", "w").close()

        def test():
            pass
    """)
    project.configure(test_timeout_secs=SLOW_START, framework={"discovery_args": "-v"})

    run = project.offload("run")

    check_that_only(run, "test_a.py::test", "while loading its file", others=20)


def test_a_module_that_hangs_at_import_in_discovery_ends_the_run(project):
    project.write("test_a.py", "import time\ntime.sleep(3600)\n")
    project.configure(start_timeout_secs=SLOW_START)

    run = project.offload("run")

    assert run.code == 1
    assert run.junit is None
    assert "in time" in run.err or "within" in run.err
    assert not project.leftovers()


def test_a_session_that_hangs_in_teardown_is_blamed_on_its_last_test(project):
    project.write("test_a.py", """
        import time

        import pytest

        @pytest.fixture(scope="session", autouse=True)
        def session():
            yield
            time.sleep(3600)

        def test_first():
            pass

        def test_last():
            pass
    """)
    project.configure(max_parallel=1, test_timeout_secs=SLOW_START)

    run = project.offload("run")

    assert run.verdicts["test_a.py::test_first"] == "passed"
    assert run.results["test_a.py::test_last"] == ["timed out"]
    assert run.code == 1


def test_a_worker_that_stands_still_is_replaced(project):
    write_fast_tests(project)
    project.write("test_a.py", """
        import os
        import signal

        def test_stops_its_process():
            os.kill(os.getpid(), signal.SIGSTOP)
    """)
    project.configure(test_timeout_secs=SLOW_START)

    run = project.offload("run")

    check_that_only(run, "test_a.py::test_stops_its_process", "timed out", others=20)


def test_a_worker_that_stands_still_after_its_last_test_is_killed(project):
    """Plain pytest would never end."""
    project.write("conftest.py", """
        import os
        import signal

        def pytest_unconfigure(config):
            if "OFFLOAD_SANDBOX_ID" in os.environ:
                os.kill(os.getpid(), signal.SIGSTOP)
    """)
    write_fast_tests(project)
    project.configure(max_parallel=1, start_timeout_secs=SLOW_START)

    run = project.offload("run")

    ended = "outside of tests: the end of the tests' process"
    assert run.code == 1
    verdicts = run.verdicts
    assert verdicts.pop(ended) == "failed"
    assert list(verdicts.values()) == ["passed"] * 20
    assert "did not end within 4 s (start_timeout_secs), and was killed" in run.err
    assert not project.leftovers()


def test_a_grandchild_that_holds_the_output_open_delays_nothing(project):
    project.write("test_a.py", """
        import subprocess

        def test_leaves_a_daemon():
            subprocess.Popen(["setsid", "sleep", "3600"])

        def test_leaves_a_child():
            subprocess.Popen(["sleep", "3600"])
    """)
    project.configure()

    run = project.offload("run", timeout=40)

    assert run.code == 0
    assert not project.leftovers()


def test_a_test_that_forks_has_one_verdict(project):
    project.write("test_a.py", """
        import os

        def test_forks():
            if os.fork() == 0:
                os._exit(0)
            os.wait()

        def test_returns_twice():
            child = os.fork()
            if child:
                os.waitpid(child, 0)

        def test_after():
            pass
    """)
    project.configure(max_parallel=1, test_timeout_secs=20)

    run = project.offload("run")

    assert run.results == {
        f"test_a.py::test_{name}": ["passed"] for name in ("forks", "returns_twice", "after")
    }
    assert run.code == 0


def test_a_signal_to_the_worker_itself_is_told_by_its_number(project):
    project.write("test_a.py", """
        import os
        import signal

        def test_terminates_itself():
            os.kill(os.getpid(), signal.SIGTERM)
            signal.pause()
    """)
    project.configure()

    run = project.offload("run")

    assert f"signal {int(signal.SIGTERM)}" in run.reason("test_a.py::test_terminates_itself")
    assert run.code == 1


def test_a_listing_that_crashes_once_is_run_once_more(project):
    project.write("conftest.py", """
        import os

        if not os.path.exists("crashed"):
            open("crashed", "w").close()
            os.kill(os.getpid(), 11)
    """)
    project.write("test_a.py", "def test():\n    pass\n")
    project.configure(max_parallel=1)  # no other worker meets the crash

    run = project.offload("run")

    assert run.code == 0, run
    assert run.verdicts == {"test_a.py::test": "passed"}
    assert "listed tests a second time" in run.err


def test_a_file_that_never_gets_loaded_is_named(project):
    project.write("test_good.py", "def test_good(): pass\n")
    project.write("test_stuck.py", "while True: pass\n")
    project.configure(start_timeout_secs=SLOW_START)

    run = project.offload("run")

    assert run.code == 1
    assert "while loading test_stuck.py" in run.err


@pytest.mark.parametrize("dies", ["os._exit(5)", "time.sleep(600)"])
def test_a_file_that_a_worker_cannot_import_is_to_blame_and_not_the_test_before_it(project, dies):
    """The worker imports it before the last test of the batch before is torn down."""
    project.write("test_a.py", "def test_a(): pass\ndef test_b(): pass\n")
    project.write("test_b.py", f"""
        import os
        import time

        if os.path.exists("listed"):
            {dies}
        open("listed", "w").close()

        def test_c(): pass
    """)
    project.configure(max_parallel=1, test_timeout_secs=SLOW_START,
                      framework={"discovery_args": "-v"})

    run = project.offload("run")

    assert run.verdicts["test_a.py::test_a"] == run.verdicts["test_a.py::test_b"] == "passed", run
    assert run.verdicts["test_b.py::test_c"] == "failed"
    assert "while loading its file" in run.reason("test_b.py::test_c")
