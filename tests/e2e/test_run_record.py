# SPDX-License-Identifier: MIT
"""A run leaves its record: what looks back at the run reads it, unless a report was put there."""

import json
import shutil

SUITE = """
    import pathlib

    def test_passes():
        pass

    def test_flaky():
        with open("runs", "a") as file:
            file.write("x\\n")
        assert len(pathlib.Path("runs").read_text().splitlines()) % 2 == 0

    def test_fails():
        print("colour: \\x1b[31mred\\x1b[0m")
        assert {"a": 1} == {"a": 2}
"""


def statuses(project, *options):
    shown = project.offload("logs", "--format", "json", *options)
    assert shown.code == 0, shown.err
    return {one["name"]: one["status"] for one in json.loads(shown.out)["tests"]}


def run_suite(project, **sections):
    project.write("test_a.py", SUITE)
    project.configure(groups={"all": {"retry_count": 1}}, **sections)
    assert project.offload("run").code == 1


def test_logs_and_failed_need_no_junit_report(project):
    run_suite(project, report={"junit": False})
    assert not (project.folder / "test-results/junit.xml").exists()

    assert statuses(project) == {"test_a.py::test_passes": "passed",
                                 "test_a.py::test_flaky": "flaky",
                                 "test_a.py::test_fails": "failed"}
    again = project.offload("run", "--failed")
    assert "run.jsonl: 2 tests failed, were flaky or did not run" in again.err
    assert statuses(project)["test_a.py::test_passes"] == "passed"
    changed = project.offload("logs", "--since-last")
    assert changed.code == 0, changed.err


def test_the_logs_are_the_same_from_the_record_and_from_the_report(project):
    run_suite(project)
    from_record = project.offload("logs").out
    (project.folder / "test-results/run.jsonl").unlink()

    from_report = project.offload("logs").out

    assert from_record == from_report
    assert "colour: red" not in from_record  # captured output is shown for one attempt only


def test_a_report_of_another_machine_is_read_in_place_of_the_record(project):
    run_suite(project)
    project.write("test-results/junit.xml",
                  "<testsuites><testcase name='elsewhere'><failure/></testcase></testsuites>")

    assert statuses(project) == {"elsewhere": "failed"}
    again = project.offload("run", "--failed")
    assert "junit.xml: 1 test failed" in again.err
    assert "[rerun] 1 of the last run's tests is gone" in again.err


def test_a_report_made_from_events_has_the_results_that_were_kept(project):
    run_suite(project)
    again = project.offload("run", "--failed", "--events", "events.jsonl")
    assert again.code == 1
    shutil.copytree(project.folder / "test-results", project.folder / "original")

    project.offload("report", "events.jsonl", "--output-dir", "test-results")

    for name in ("junit.xml", "run.jsonl"):
        made, original = project.read(f"test-results/{name}"), project.read(f"original/{name}")
        assert made == original, name
    assert statuses(project)["test_a.py::test_passes"] == "passed"


def test_a_record_is_a_stream_of_events(project):
    run_suite(project)

    told = project.offload("report", "test-results/run.jsonl")

    assert told.code == 1
    assert "Failed:  1" in told.out
    lines = [json.loads(line) for line in project.read("test-results/run.jsonl").splitlines()]
    assert lines[0]["event"] == "run_header"
    assert {line["event"] for line in lines} >= {"test", "attempt_ended", "test_decided", "run_ended"}
    assert not {line["event"] for line in lines} & {"batch_output", "attempt_began"}


def test_a_run_that_was_killed_leaves_the_results_before_it(project):
    run_suite(project)
    before = project.read("test-results/run.jsonl")
    project.write("test_a.py", "import os, signal\n\ndef test_kills():\n"
                               "    os.kill(int(os.environ['RUNNER']), signal.SIGKILL)\n")
    project.write("start.sh", "RUNNER=$$ exec \"$@\"\n")
    killed = project.start("run", through=["sh", "start.sh"]).wait(60)
    assert killed.code != 0

    assert project.read("test-results/run.jsonl") == before
    assert statuses(project)["test_a.py::test_fails"] == "failed"
