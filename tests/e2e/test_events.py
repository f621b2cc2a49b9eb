# SPDX-License-Identifier: MIT
"""`offload run --events` writes what happens as it happens; `offload report` makes all of it again."""

import json
import os
import signal
import subprocess
from collections import Counter

import pytest
from conftest import BINARY, eventually
from test_scheduling import configure_shell_sandboxes

SUITE = """
    import os, pathlib, sys
    import pytest

    def test_passes():
        print("said by the test")

    def test_fails():
        sys.stdout.buffer.write(b"no utf-8: \\xff\\xfe\\n")
        sys.stdout.flush()
        print("captured")
        assert {"a": 1} == {"a": 2}

    def test_flaky():
        with open("runs", "a") as file:
            file.write("x\\n")
        assert len(pathlib.Path("runs").read_text().splitlines()) % 2 == 0

    @pytest.mark.skip(reason="not today")
    def test_skipped():
        pass

    @pytest.mark.parametrize("n", ["ä", "quote\\"", "a b", "tab\\t"])
    def test_named(n):
        pass

    def test_dies():
        os._exit(3)
"""


def events_of(text):
    """The events, each of which is a JSON object on a line of its own."""
    assert text == "" or text.endswith("\n")
    return [json.loads(line) for line in text.splitlines()]


def read_events(project, name="events.jsonl"):
    return events_of((project.folder / name).read_text(encoding="utf-8"))


def reports_in(folder):
    """What a run has written for others, by name."""
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file() and (file.suffix == ".xml" or file.parent.name == "logs")
        and ".previous" not in file.name
    }


def assert_rebuilt(project, run):
    again = project.offload("report", "events.jsonl", "--output-dir", "again")
    original = reports_in(project.folder / "test-results")
    assert len(original) > 3
    assert reports_in(project.folder / "again") == original
    assert again.out == run.out
    assert again.code == run.code
    assert again.err == ""


def test_every_report_is_made_again_byte_by_byte(project):
    project.write("test_a.py", SUITE)
    project.configure(groups={"all": {"retry_count": 1}})

    run = project.offload("run", "--events", "events.jsonl")

    assert run.code == 1, run
    assert run.verdicts["test_a.py::test_flaky"] == "flaky"
    assert_rebuilt(project, run)
    events = read_events(project)
    names = Counter(event["event"] for event in events)
    assert events[0]["event"] == "run_header" and events[0]["schema"] == 1
    assert names["attempt_ended"] == len(run.cases)
    assert names["test_decided"] == names["test"] == len(run.results) == 9
    assert names["sandbox_came_up"] == names["sandbox_gone"] > 0
    assert [event["event"] for event in events[-1:]] == ["clean_up_ended"]
    times = [event["t"] for event in events]
    assert times == sorted(times)
    ended = next(event for event in events if event["event"] == "run_ended")
    assert ended["verdicts"] == {
        "passed": 5, "failed": 2, "flaky": 1, "skipped": 1, "not run": 0}


def test_a_run_in_sandboxes_made_by_commands_is_made_again(project):
    project.write("test_a.py", SUITE)
    configure_shell_sandboxes(project)

    run = project.offload("run", "--events", "events.jsonl", "--show-estimated-cost")

    assert "Estimated cost" in run.out
    again = project.offload("report", "events.jsonl", "--show-estimated-cost")
    assert (again.code, again.out) == (1, run.out)
    plain = project.offload("run", "--events", "events.jsonl")
    assert_rebuilt(project, plain)


def test_to_the_standard_output_there_is_nothing_else(project):
    project.write("test_a.py", "def test_a():\n    pass\n")
    project.configure()

    run = project.offload("run", "--events=-")

    assert run.code == 0
    assert events_of(run.out)[-2]["event"] in ("run_ended", "sandbox_gone")
    assert "All tests passed!" in run.err
    again = subprocess.run([BINARY, "report", "-"], input=run.out, text=True, capture_output=True)
    assert again.returncode == 0 and again.stdout in run.err


def test_an_end_is_to_be_read_while_the_next_test_runs(project):
    project.write("test_a.py", """
        import pathlib, time

        def test_first():
            pass

        def test_second():
            until = time.monotonic() + 60
            while not pathlib.Path("go").exists():
                assert time.monotonic() < until
                time.sleep(0.01)
    """)
    project.configure(max_parallel=1)

    running = project.start("run", "--events", "events.jsonl")
    eventually(lambda: any('"attempt_ended"' in line and "test_first" in line
                           for line in project.lines("events.jsonl")))
    project.write("go", "")

    assert running.wait().code == 0


def test_a_killed_run_leaves_whole_lines_and_an_honest_report(project):
    project.write("test_a.py", """
        import time

        def test_first():
            pass

        def test_fails():
            assert False

        def test_hangs():
            time.sleep(300)

        def test_last():
            pass
    """)
    project.configure(max_parallel=1)
    running = project.start("run", "--events", "events.jsonl")
    eventually(lambda: any('"attempt_began"' in line and "test_hangs" in line
                           for line in project.lines("events.jsonl")))
    running.send(signal.SIGKILL)
    running.wait()

    assert read_events(project)
    report = project.offload("report", "events.jsonl", "--output-dir", "test-results")

    assert report.code == 1
    assert "WARN the events are not whole: line" in report.err
    assert "the run did not end" in report.err
    assert report.verdicts == {"test_a.py::test_first": "passed", "test_a.py::test_fails": "failed",
                               "test_a.py::test_hangs": "not run", "test_a.py::test_last": "not run"}


def start_a_hang(project, *options):
    project.write("test_a.py", """
        import time

        def test_first():
            pass

        def test_hangs():
            open("hangs", "w").close()
            time.sleep(300)
    """)
    project.configure(max_parallel=1)
    running = project.start("run", *options)
    eventually(lambda: (project.folder / "hangs").exists())
    return running


def test_an_interrupted_run_is_made_again(project):
    running = start_a_hang(project, "--events", "events.jsonl")
    running.send(signal.SIGINT)
    run = running.wait()

    assert run.code == 130
    again = project.offload("report", "events.jsonl")
    assert again.out == run.out
    assert again.code == 1


def test_a_run_that_cannot_list_its_tests_says_so_in_the_events(project):
    project.configure(framework={"command": "python -m no_such_module"})

    run = project.offload("run", "--events", "events.jsonl")
    again = project.offload("report", "events.jsonl", "--output-dir", "again")

    assert (run.code, again.code) == (1, 1)
    assert [event["event"] for event in read_events(project)][-2:] == [
        "run_failed", "clean_up_ended"]
    assert again.err in run.err and "no_such_module" in again.err


@pytest.mark.parametrize("reader", ["full disk", "closed pipe"])
def test_a_run_goes_on_when_the_events_cannot_be_written(project, reader):
    project.write("test_a.py", SUITE)
    project.configure()
    if reader == "full disk":
        run = project.offload("run", "--events", "/dev/full")
        code, err = run.code, run.err
    else:
        ours, theirs = os.pipe()
        os.close(ours)
        run = subprocess.run([BINARY, "run", "--events", "-"], cwd=project.folder, env=project.env,
                             stdout=theirs, stderr=subprocess.PIPE, text=True)
        os.close(theirs)
        code, err = run.returncode, run.stderr

    assert code == 1
    assert "  Failed:  3" in (err if reader == "closed pipe" else run.out)
    assert err.count("WARN cannot write") == 1


@pytest.mark.parametrize("file, complaint", [
    ("missing.jsonl", "cannot open missing.jsonl: No such file or directory"),
    ("test_a.py", "line 1 is not a header of events: it is not a JSON object"),
])
def test_what_are_no_events_is_explained(project, file, complaint):
    project.write("test_a.py", "def test_a():\n    pass\n")

    report = project.offload("report", file)

    assert report.code == 1
    assert complaint in report.err and "`offload run --events FILE`" in report.err


def test_events_that_cannot_be_written_at_all_stop_the_run_before_it_begins(project):
    project.write("test_a.py", "def test_a():\n    open('ran', 'w')\n")
    project.configure()

    run = project.offload("run", "--events", "nowhere/events.jsonl")

    assert run.code == 1
    assert "cannot open nowhere/events.jsonl" in run.err
    assert not (project.folder / "ran").exists()
    assert project.offload("run", "--events", "e", "--collect-only").code == 1
