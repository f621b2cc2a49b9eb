# SPDX-License-Identifier: MIT
"""`--trace`: what runs did with their time, for Perfetto and Chrome."""

import json
import signal

import pytest
from conftest import eventually
from test_events import SUITE, start_a_hang
from test_scheduling import STUCK_ONCE, configure_shell_sandboxes
from trace_checker import Trace

PHASES = ["duration_loading", "test_discovery", "running", "sandbox_cleanup"]


def trace_of(project, folder="test-results"):
    return Trace(project.read(folder + "/trace.json"))


def assert_fits(trace, run):
    """That it has every attempt of the report once, and says the same of it."""
    counted = {test: [one for one in outcomes if one != "not run"]
               for test, outcomes in run.results.items()}
    assert trace.results == {test: outcomes for test, outcomes in counted.items() if outcomes}


@pytest.mark.parametrize("worker_lifetime", ["run", "batch", "test"])
def test_a_trace_has_all_phases_sandboxes_batches_and_attempts(project, worker_lifetime):
    project.write("test_a.py", SUITE)
    for number in range(4):
        project.write(f"test_{number}.py", "import pytest\n\n"
                      "@pytest.mark.parametrize('n', range(20))\ndef test_many(n):\n    pass\n")
    project.configure(groups={"all": {"retry_count": 1}}, max_parallel=3,
                      framework={"worker_lifetime": worker_lifetime})

    run = project.offload("run", "--trace")

    assert run.code == 1, run
    assert "Trace written to test-results/trace.json" in run.err
    trace = trace_of(project)
    assert_fits(trace, run)
    phases = [one for one in trace.slices() if (one[2]["pid"], one[2]["tid"]) == (0, 0)]
    assert [event["name"] for _, _, event in phases] == PHASES
    assert all(before[1] <= after[0] for before, after in zip(phases, phases[1:]))
    retries = trace.slices("retry")
    assert {event["name"] for _, _, event in retries} == {
        "test_a.py::test_fails", "test_a.py::test_flaky", "test_a.py::test_dies"}
    assert len(trace.arrows("retry")) == len(retries) == 3
    sandboxes = trace.slices(name="sandbox")
    assert 1 <= len(sandboxes) <= 4
    assert len(trace.slices(name="sandbox_destroy")) == len(sandboxes)
    for _, _, event in sandboxes:
        assert trace.names["process_name", event["pid"], 0] == f"Sandbox {event['pid'] - 1}"
        assert trace.names["process_labels", event["pid"], 0] == event["args"]["sandbox"]
        assert [trace.names["thread_name", event["pid"], row] for row in range(3)] == [
            "API", "Exec", "I/O"]
    logs = (project.folder / "test-results" / "logs").glob("*.stdout.*")
    assert {event["name"] for _, _, event in trace.slices("exec")} == {
        log.name.split(".")[0].replace("-", "_") for log in logs}
    assert trace.counter("tests")[-1] == len(run.results)
    assert max(trace.counter("sandboxes")) <= 3 and trace.counter("sandboxes")[-1] == 0


def test_the_copy_of_a_late_test_is_marked(project):
    project.write("test_a.py", STUCK_ONCE)
    configure_shell_sandboxes(project)
    assert project.offload("run").code == 0
    project.write("hang", "")

    run = project.offload("run", "--trace", "--events", "events.jsonl")

    assert run.code == 0, run
    trace = trace_of(project)
    assert_fits(trace, run)
    (copy,) = trace.slices("copy")
    (loser,) = trace.slices("uncounted")
    assert copy[2]["name"] == loser[2]["name"] == "test_a.py::test_stuck_once"
    assert copy[2]["args"]["copy_of_batch"] == loser[2]["args"]["batch"]
    assert (copy[2]["args"]["outcome"], loser[2]["args"]["outcome"]) == ("passed", "cancelled")
    assert copy[2]["pid"] != loser[2]["pid"] and copy[0] > loser[0]
    assert len(trace.arrows("copy")) == 1
    again = project.offload("report", "events.jsonl", "--output-dir", "again", "--trace")
    assert again.code == 0
    assert project.read("again/trace.json") == project.read("test-results/trace.json")


def test_the_making_of_an_image_is_in_the_trace(project):
    project.write("test_a.py", "def test_a():\n    pass\n")
    provider = {"type": "default", "prepare_command": "echo step one; echo image-1; : ",
                "create_command": "echo box-$(date +%N)-$$", "exec_command": "sh -c {command}",
                "destroy_command": "true {sandbox_id}"}
    project.configure(provider=provider)

    run = project.offload("run", "--trace")

    assert run.code == 0, run
    trace = trace_of(project)
    (image,) = trace.slices(name="image_prepare")
    steps = [e for e in trace.events if e["ph"] == "i" and e["name"] == "step one"]
    assert [(e["pid"], e["tid"]) for e in steps] == [(0, 1)]
    assert image[0] <= steps[0]["ts"] <= image[1]


def test_a_sandbox_that_cannot_be_made_is_in_the_trace(project):
    project.write("test_a.py", "def test_a():\n    pass\n")
    provider = {"type": "default", "create_command": "echo no room >&2; exit 3",
                "exec_command": "sh -c {command}", "destroy_command": "true {sandbox_id}"}
    project.configure(provider=provider, max_parallel=1)

    run = project.offload("run", "--trace")

    assert run.code == 1
    trace = trace_of(project)
    assert trace.results == {}
    assert len(trace.slices(name="sandbox_create")) == 1
    failed = [e for e in trace.events if e["ph"] == "i" and e["name"] == "sandbox_failed"]
    assert "no room" in failed[0]["args"]["why"]


def test_the_trace_of_an_interrupted_run_is_whole(project):
    running = start_a_hang(project, "--trace")
    running.send(signal.SIGINT)
    run = running.wait()

    assert run.code == 130
    trace = trace_of(project)
    assert_fits(trace, run)
    (hung,) = trace.slices("uncounted")
    assert hung[2]["name"] == "test_a.py::test_hangs"


def test_the_trace_of_a_killed_run_lacks_its_closing_bracket_only(project):
    running = start_a_hang(project, "--trace")
    path = project.folder / "test-results" / "trace.json"
    eventually(lambda: "test_first" in path.read_text(encoding="utf-8"))
    running.send(signal.SIGKILL)
    running.wait()

    text = path.read_text(encoding="utf-8")
    # What is under way has begun, and not ended.
    unfinished = json.loads(text + "]")
    assert any(e.get("name") == "test_a.py::test_first" for e in unfinished)


def test_a_run_without_trace_leaves_none(project):
    project.write("test_a.py", "def test_a():\n    pass\n")
    project.configure()
    assert project.offload("run", "--trace").code == 0
    assert (project.folder / "test-results" / "trace.json").exists()

    run = project.offload("run")

    assert "Trace" not in run.err
    assert not (project.folder / "test-results" / "trace.json").exists()
    refused = project.offload("report", "events.jsonl", "--trace")
    assert refused.code == 1 and "--trace needs --output-dir" in refused.err
