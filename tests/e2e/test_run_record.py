# SPDX-License-Identifier: MIT
"""A run leaves its record: what looks back at the run reads it, unless a report was put there."""

import json
import shutil

from cli_helpers import shell_tests

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


def test_after_a_run_that_could_not_list_its_tests_all_run_again(project):
    project.write("test_a.py", "def test_a(): pass\n")
    project.configure()
    assert project.offload("run").code == 0
    project.write("conftest.py", "raise RuntimeError('broken')\n")
    assert project.offload("run").code == 1
    (project.folder / "conftest.py").unlink()
    project.write("test_a.py", "def test_a(): assert False\n")

    run = project.offload("run", "--failed")

    assert "the last run ended without a verdict; all tests run again" in run.err
    assert (run.code, run.verdicts) == (1, {"test_a.py::test_a": "failed"})
    assert "1 test failed" in project.offload("run", "--failed").err


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


def failing(project, which, **sections):
    """A project of three tests, of which the one that WHICH names fails."""
    project.write("test_a.py", """
        import os, pytest

        @pytest.mark.parametrize("n", ["1", "2", "3"])
        def test(n):
            assert n != os.environ.get("WHICH")
    """)
    project.configure(**sections)
    return project.offload("run", *which[1:], env={"WHICH": which[0]})


def failures(project, *options):
    return {name for name, status in statuses(project, *options).items() if status == "failed"}


def test_two_configurations_with_reports_of_their_own_have_results_of_their_own(project):
    assert failing(project, "1", report={"junit_file": "one.xml"}).code == 1
    project.configure(file="two.toml", report={"junit_file": "two.xml"})

    for command in (["logs"], ["run", "--failed"]):
        missing = project.offload(*command, "-c", "two.toml")
        assert missing.code == 1, missing
        assert "two.xml" in missing.err

    assert project.offload("run", "-c", "two.toml", env={"WHICH": "2"}).code == 1
    assert failures(project, "-c", "two.toml") == {"test_a.py::test[2]"}
    first = project.offload("logs", "-c", "two.toml", "--since-last")
    assert first.code == 1 and "there is no run before" in first.err
    assert failures(project) == {"test_a.py::test[1]"}


def test_a_report_gets_another_name_and_then_its_old_one_again(project):
    """The report of that name is older than the last run."""
    project.write("test_a.py", """
        import os

        def test_a():
            assert not os.path.exists("bad")
    """)
    for report, code in ({"junit_file": "a.xml"}, 0), ({"junit": False}, 1), ({"junit_file": "b.xml"}, 1):
        project.configure(report=report)
        assert project.offload("run").code == code
        project.write("bad", "")
    project.configure(report={"junit_file": "a.xml"})

    run = project.offload("run", "--failed")

    assert run.code == 1, run
    assert "1 test failed" in run.err


def test_a_report_of_an_earlier_run_is_not_taken_for_one_from_elsewhere(project):
    failing(project, "1")
    project.configure(file="silent.toml", report={"junit": False})
    project.offload("run", "-c", "silent.toml", env={"WHICH": "2"})

    assert failures(project, "-c", "silent.toml") == {"test_a.py::test[2]"}


def test_results_are_those_of_the_last_run_when_its_report_could_not_be_written(project):
    failing(project, "1")
    (project.folder / "test-results/junit.xml.new").mkdir()

    run = project.offload("run", env={"WHICH": "2"})

    assert run.code == 1 and "junit.xml.new" in run.err
    assert failures(project) == {"test_a.py::test[2]"}


def test_without_its_report_a_run_has_no_results(project):
    failing(project, "1")
    (project.folder / "test-results/junit.xml").unlink()

    logs = project.offload("logs")

    assert logs.code == 1
    assert "No test results found at test-results/junit.xml" in logs.err


def test_of_a_damaged_record_and_a_whole_report_the_report_is_read(project):
    failing(project, "1")
    record = project.folder / "test-results/run.jsonl"
    record.write_text("".join(record.read_text().splitlines(True)[:6]))

    assert failures(project) == {"test_a.py::test[1]"}


def test_nothing_else_takes_the_name_of_the_record(project):
    failing(project, "1")
    for name in ("run.jsonl", "run.previous.jsonl", "run.jsonl.new"):
        events = project.offload("run", "--events", f"test-results/{name}")
        assert events.code == 1 and "the record of the run has this name" in events.err
    again = project.offload("report", "test-results/run.jsonl", "--output-dir", "test-results")
    assert again.code == 1 and "is in the folder that is to be written" in again.err
    project.configure(report={"junit_file": "run.jsonl"})
    run = project.offload("run")
    assert run.code == 1 and "junit_file must not be run.jsonl" in run.err


def test_a_file_of_the_users_with_that_name_stays(project):
    project.write("test-results/run.jsonl", "mine")

    run = failing(project, "1")

    assert run.code == 1
    assert "test-results/run.jsonl is not a record of Offload" in run.err
    assert project.read("test-results/run.jsonl") == "mine"
    assert failures(project) == {"test_a.py::test[1]"}


def test_ids_with_control_characters_are_shown_and_found_in_readable_form(project):
    shell_tests(project, "fail \x1b[31mred")
    project.offload("run")

    shown = project.offload("logs")
    found = project.offload("logs", "--test", "fail \\x1b[31mred")

    assert "=== fail \\x1b[31mred [" in shown.out and "\x1b" not in shown.out
    assert found.out == shown.out
