# SPDX-License-Identifier: MIT
"""ctest processes that are killed, hang or cannot start, and tests that do it to them."""

import random
import signal

import pytest
from conftest import eventually, kill
from ctest_helpers import HEAD, cmake, configure, shell_tests


def many_tests(project, count=120, **offload):
    """Each adds a line to the file `build/ran`."""
    shell_tests(project, {f"test_{n}": "echo >>ran; sleep 0.02" for n in range(count)}, **offload)
    return {f"test_{n}" for n in range(count)}


def test_a_test_that_kills_its_ctest_is_named_and_the_others_run(project):
    tests = {f"test_{n}": "true" for n in range(30)}
    shell_tests(project, dict(tests, murderer="echo $0; sleep 0.2; kill -9 $PPID"))

    run = project.offload("run")

    failed = {test for test, verdict in run.verdicts.items() if verdict == "failed"}
    assert failed == {"murderer"}
    assert "signal 9" in run.reason("murderer")
    assert len(run.verdicts) == 31
    assert not project.leftovers()


@pytest.mark.parametrize("retries", [0, 1])
def test_a_test_that_hangs_past_the_batch_is_named_and_the_others_run(project, retries):
    tests = {f"test_{n}": "true" for n in range(30)}
    shell_tests(project, dict(tests, hangs="trap '' TERM; while :; do sleep 1; done"),
                test_timeout_secs=2, groups={"all": {"retry_count": retries}})

    run = project.offload("run")

    assert run.results["hangs"] == ["timed out"] * (retries + 1)
    assert [test for test, verdict in run.verdicts.items() if verdict != "passed"] == ["hangs"]
    assert not project.leftovers()


@pytest.mark.parametrize("seed", range(4))
def test_only_tests_that_ran_when_their_ctest_was_killed_fail(project, seed):
    tests = many_tests(project, max_parallel=3)
    moment = random.Random(seed).randrange(1, 90)
    run = project.start("run")
    eventually(lambda: len(project.lines("build/ran")) >= moment or not run.is_running)
    victims = project.workers()

    for pid in victims:
        kill(pid)
    run = run.wait()

    failed = [test for test, verdict in run.verdicts.items() if verdict == "failed"]
    assert set(run.verdicts) == tests
    assert len(failed) <= 3
    assert list(run.verdicts.values()).count("passed") == len(tests) - len(failed)
    assert not project.leftovers()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_run_with_everything_in_it(project, number):
    tests = many_tests(project)
    run = project.start("run")
    eventually(lambda: len(project.lines("build/ran")) >= 20 or not run.is_running)

    run.send(number)
    run = run.wait()

    assert run.code == 128 + number
    assert set(run.verdicts) == tests
    assert {"passed", "not run"} <= set(run.verdicts.values())
    assert not project.leftovers()
    assert not list(project.temp.iterdir())


# --- Listings that fail -------------------------------------------------------------------------


def test_without_a_build_folder_the_error_says_what_to_do(project):
    project.write("CMakeLists.txt", HEAD)
    configure(project, {"build_dir": "out"})

    for arguments in (["run"], ["collect"]):
        failed = project.offload(*arguments)
        assert failed.code == 1
        assert "there is no folder `out`" in failed.err
        assert "cmake --build build" in failed.err and "build_dir" in failed.err


def test_a_build_folder_without_tests_is_told_from_one_that_is_not_built(project):
    project.write("build/README", "not built by CMake")
    configure(project)
    assert "there is no CTestTestfile.cmake in " in project.offload("run").err

    project.write("CMakeLists.txt", HEAD)
    cmake(project)
    assert "no tests were discovered" in project.offload("run").err


def test_a_missing_ctest_is_named(project):
    shell_tests(project, {"a": "true"}, framework={"command": "no-such-ctest"})

    failed = project.offload("run")

    assert failed.code == 1
    assert "no-such-ctest" in failed.err and "exit status 127" in failed.err
    assert "install CMake" in failed.err


def test_a_filter_that_ctest_does_not_understand_is_an_error(project):
    shell_tests(project, {"a": "true"}, groups={"all": {"filters": "-R '('"}})

    failed = project.offload("run")

    assert failed.code == 1
    assert "Unmatched parentheses" in failed.err
    assert "ctest '--show-only=json-v1' -R '(' --test-dir build" in failed.err
