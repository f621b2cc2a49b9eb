# SPDX-License-Identifier: MIT
"""What a machine does not give: output that cannot be written, threads, processes, open files,
and signals that the parent process has ignored."""

import json
import os
import pty
import resource
import signal
import subprocess
import time
from pathlib import Path

import pytest

from conftest import BINARY, eventually

COMMANDS = [
    ["run", "--collect-only"], ["collect"], ["plan"], ["logs"], ["logs", "--format", "json"],
    ["logs", "--slowest", "3"], ["doctor"], ["doctor", "--json"], ["validate"], ["schema"], ["man"],
    ["completions", "bash"], ["--help"], ["run", "--help"], ["--version"],
    ["checkpoint-status"], ["cleanup"], ["skills"], ["build"], ["no-such-command"],
]


@pytest.fixture
def suite(project):
    project.write("test_a.py", """
        import pytest
        import time

        @pytest.mark.parametrize("n", range(24))
        def test_x(n):
            time.sleep(0.05)
    """)
    # The unknown key is warned of before anything else happens.
    project.configure(max_parallel=3, framework={"unknown_key": 1})
    return project


def gone():
    """A pipe that nobody reads."""
    reads, writes = os.pipe()
    os.close(reads)
    return writes


def full():
    """A file system that is full."""
    return os.open("/dev/full", os.O_WRONLY)


def hung_up():
    """A terminal that is closed."""
    terminal, side = pty.openpty()
    os.close(terminal)
    return side


def run_into(project, out, err, *command):
    """Runs it with these descriptors as its standard output and standard error."""
    return subprocess.run([BINARY, *command], stdin=subprocess.DEVNULL, stdout=out, stderr=err,
                          cwd=project.folder, env=project.env, timeout=120).returncode


@pytest.mark.parametrize("place", [gone, full, hung_up])
def test_a_run_goes_on_when_nothing_can_be_printed(suite, place):
    code = run_into(suite, place(), place(), "run", "--trace", "--events", "events.jsonl")

    assert code == 0
    events = [json.loads(line) for line in suite.lines("events.jsonl")]
    assert events[-1]["event"] == "clean_up_ended"
    last_run = suite.offload("logs", "--format", "json")
    assert json.loads(last_run.out)["counts"]["passed"] == 24, last_run


@pytest.mark.parametrize("place", [gone, full, hung_up])
def test_the_exit_code_of_a_run_is_that_of_its_tests(suite, place):
    suite.write("test_b.py", "def test_bad():\n    assert False\n")

    assert run_into(suite, place(), place(), "run") == 1
    assert run_into(suite, place(), place(), "report", "test-results/run.jsonl") == 1


@pytest.mark.parametrize("place", [gone, full, hung_up])
def test_no_command_is_killed_by_its_output(suite, place):
    """Half a list must not look complete. After `| head` there is nobody to tell."""
    assert suite.offload("run").code == 0
    lost = 1 if place is full else 141
    usual = {" ".join(command): suite.offload(*command) for command in COMMANDS}
    expected = {command: run.code or (lost if run.out else 0) for command, run in usual.items()}

    codes = {" ".join(command): run_into(suite, place(), place(), *command) for command in COMMANDS}

    assert codes == expected
    assert list(codes.values()).count(lost) > len(COMMANDS) / 2


def test_what_cannot_be_printed_is_said_where_it_can(suite):
    collect = suite.offload("collect", env={})
    assert collect.code == 0
    with open(suite.folder / "said", "wb") as said:
        code = run_into(suite, full(), said.fileno(), "collect")

    assert code == 1
    assert "Error: cannot write to the standard output: No space left on device" in suite.read("said")


def test_the_reason_is_said_where_a_run_could_not_print_its_summary(suite):
    with open(suite.folder / "said", "wb") as said:
        code = run_into(suite, full(), said.fileno(), "run")

    assert code == 0
    assert "WARN cannot write to the standard output: No space left on device" in suite.read("said")


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGINT])
def test_a_signal_that_the_parent_has_ignored_ends_no_run(suite, number):
    """nohup ignores SIGHUP. A shell ignores SIGINT for what it starts in the background."""
    name = signal.Signals(number).name.removeprefix("SIG")
    ignoring = suite.script("ignoring", f"#!/bin/sh\ntrap '' {name}\nexec \"$@\"\n")
    suite.write("test_b.py", """
        import os
        import time

        def test_waits():
            open("begun", "w").close()
            while not os.path.exists("go-on"):
                time.sleep(0.01)
    """)

    running = suite.start("run", through=[str(ignoring)])
    eventually((suite.folder / "begun").exists)
    running.send(number)
    time.sleep(0.5)  # it would end the tests now
    suite.write("go-on", "")
    run = running.wait()

    assert run.code == 0, run
    assert len(run.verdicts) == 25


# --- Threads and processes ---------------------------------------------------------------------------

FEW_THREADS = Path(BINARY).parent / "tests" / "few_threads.so"


def with_threads(project, most, *command, framework=None):
    env = {"LD_PRELOAD": str(FEW_THREADS), "MOST_THREADS": str(most)}
    if project.offload("--version", env=env).code != 0:
        pytest.skip("this build of Offload cannot be preloaded, as it has a sanitizer")
    return project.offload(*command, env=env)


@pytest.mark.parametrize("most", range(9))
def test_a_run_needs_few_threads(suite, most):
    """Two are for signals and for listing; each of the others is a sandbox."""
    run = with_threads(suite, most, "run")

    if most < 2:
        assert run.code == 1, run
        assert "Error: cannot start a thread: Resource temporarily unavailable" in run.err
        assert "ulimit -u" in run.err
    elif most == 2:
        assert run.code == 1, run
        assert set(run.verdicts.values()) == {"not run"}
    else:
        assert run.code == 0, run
        assert set(run.verdicts.values()) == {"passed"}
    assert ("WARN no further sandbox: cannot start a thread" in run.err) == (most < 5), run


@pytest.mark.parametrize("most", range(5))
@pytest.mark.parametrize("kind", ["shell", "listing"])
def test_other_runs_end_too(suite, most, kind):
    if kind == "shell":
        suite.configure(max_parallel=3, provider={
            "type": "default", "create_command": "echo box", "destroy_command": "true",
            "exec_command": "{command}"})
    command = ["run", "--collect-only"] if kind == "listing" else ["run"]

    run = with_threads(suite, most, *command)

    assert run.code in (0, 1), run
    assert run.code == 1 or kind == "listing" or set(run.verdicts.values()) == {"passed"}


# --- Open files --------------------------------------------------------------------------------------


def limited(project, files, how=""):
    return [str(project.script("limited", f'#!/bin/sh\nulimit {how} -n {files}; exec "$@"\n'))]


@pytest.mark.parametrize("files", [16, 24, 32, 64, 100])
def test_a_low_limit_of_open_files_means_fewer_sandboxes(suite, files):
    suite.configure(max_parallel=16)

    run = suite.start("run", through=limited(suite, files)).wait()

    assert run.code == 0, run
    assert set(run.verdicts.values()) == {"passed"}
    possible = max(1, (files - 64) // 8)
    assert f"{possible} of 16 sandboxes at a time: only {files} open files are allowed" in run.err


def test_hardly_any_open_files_are_an_error_that_says_so(suite):
    run = suite.start("run", through=limited(suite, 10)).wait()

    assert run.code == 1, run
    assert "Too many open files" in run.err or "open files" in run.err, run


def test_the_soft_limit_is_raised_for_us_and_not_for_tests(suite):
    """Some programs cannot handle files with high numbers."""
    suite.configure(max_parallel=16)
    suite.write("test_limit.py", """
        import resource

        def test_limit():
            assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] == 100
    """)
    assert resource.getrlimit(resource.RLIMIT_NOFILE)[1] > 200

    run = suite.start("run", through=limited(suite, 100, "-S")).wait()

    assert run.code == 0, run
    assert "open files" not in run.err
