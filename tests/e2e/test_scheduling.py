# SPDX-License-Identifier: MIT
"""Where and when tests run: parts of a suite, copies of late tests, plans."""

import json

import pytest

SUITE = "\n".join(
    ["import pytest", "@pytest.mark.parametrize('n', range({0}))", "def test_many(n):", "    pass"])


def write_suite(project):
    for number, size in enumerate((30, 7, 3, 1, 12)):
        project.write(f"test_{number}.py", SUITE.format(size))
    project.configure()
    return 30 + 7 + 3 + 1 + 12


def collected(project, *arguments):
    listed = project.offload("collect", "--format", "json", *arguments)
    assert listed.code == 0, listed
    return [test["id"] for test in json.loads(listed.out)]


def test_three_shards_run_each_test_once(project):
    tests = write_suite(project)
    project.offload("run")  # A report that one machine has, and another has not.

    parts = []
    for number in (1, 2, 3):
        run = project.offload("run", "--shard", f"{number}/3")
        assert run.code == 0, run
        assert set(run.results) == set(collected(project, "--shard", f"{number}/3"))
        parts.append(set(run.results))

    assert sum(map(len, parts)) == tests
    assert set.union(*parts) == set(collected(project))
    assert max(map(len, parts)) - min(map(len, parts)) <= 3
    holders = [part for part in parts if any("test_2.py" in test for test in part)]
    assert len(holders) == 1, "the tests of a small file stay together"


def test_the_list_of_a_shard_is_that_of_collect_only(project):
    write_suite(project)

    listed = project.offload("run", "--collect-only", "--shard", "2/2")

    assert listed.code == 0
    assert [line.strip() for line in listed.out.splitlines() if "::" in line] == \
        collected(project, "--shard", "2/2")


def test_an_empty_shard_is_fine_and_says_so(project):
    project.write("test_a.py", "def test_a():\n    pass\n\n\ndef test_b():\n    pass\n")
    project.configure()

    runs = [project.offload("run", "--shard", f"{number}/4") for number in (1, 2, 3, 4)]

    assert [run.code for run in runs] == [0, 0, 0, 0]
    empty = [run for run in runs if not run.results]
    assert len(empty) >= 2
    for run in empty:
        assert "/4 has no tests" in run.err and "no tests were discovered" not in run.err


@pytest.mark.parametrize("command", ["run", "collect"])
def test_a_shard_that_is_none_is_explained(project, command):
    write_suite(project)

    refused = project.offload(command, "--shard", "4/3")

    assert refused.code == 1
    assert "--shard is I/N" in refused.err and "4/3" in refused.err


# Hangs the first time that it is run after `hang` was made.
STUCK_ONCE = """
    import os, pathlib, time

    def test_stuck_once():
        with open("runs", "a") as file:
            file.write("x\\n")
        try:
            os.remove("hang")
        except FileNotFoundError:
            return
        time.sleep(300)

    def test_other():
        pass
"""


def configure_shell_sandboxes(project, **more):
    provider = {"type": "default", "create_command": "echo box-$(date +%N)-$$",
                "exec_command": "sh -c {command}", "destroy_command": "true {sandbox_id}"}
    project.configure(max_parallel=2, provider=provider, **more)


def run_with_a_hang(project):
    project.write("test_a.py", STUCK_ONCE)
    assert project.offload("run").code == 0
    project.write("hang", "")
    return project.offload("run")


def test_the_copy_of_a_late_test_counts_when_it_is_first(project):
    configure_shell_sandboxes(project)

    run = run_with_a_hang(project)

    assert run.code == 0, run
    assert run.results["test_a.py::test_stuck_once"] == ["passed"]
    assert len(project.lines("runs")) == 3
    assert project.leftovers() == []


def test_no_copies_are_made_where_they_are_not_wanted(project):
    configure_shell_sandboxes(project, impatiently_requeue_batches=False, test_timeout_secs=4)

    run = run_with_a_hang(project)

    assert run.code == 1, run
    assert len(project.lines("runs")) == 2


REPORT = """<testsuites><testsuite name="pytest">
<testcase name="test_a.py::test_long" time="30"/>
{0}
</testsuite></testsuites>"""


def write_report(project):
    short = "\n".join(f'<testcase name="test_b.py::test_{n}" time="1"/>' for n in range(90))
    project.write("test-results/junit.xml", REPORT.format(short))
    project.configure()


def test_a_plan_says_what_more_sandboxes_would_bring(project):
    write_report(project)

    plan = project.offload("plan")

    assert plan.code == 0, plan
    assert "91 tests, 2m00s of work, the longest 30.0s" in plan.out
    assert "Useful parallelism: 4.0" in plan.out
    assert "test_a.py::test_long" in plan.out
    assert "Recommended: max_parallel = " in plan.out


def test_a_plan_as_json_keeps_the_deadline(project):
    write_report(project)

    plan = json.loads(project.offload("plan", "--json", "--deadline", "70").out)

    assert plan["recommended"] == 2
    spans = {run["parallel"]: run["makespan_secs"] for run in plan["runs"]}
    assert spans[1] > 70 > spans[2]
    assert all(run["makespan_secs"] > 0.8 * run["bound_secs"] for run in plan["runs"])


def test_a_plan_without_workers_counts_the_start_of_a_sandbox_once(project):
    write_report(project)
    file = project.folder / "offload.toml"
    file.write_text(file.read_text().replace('type = "pytest"', 'type = "nextest"'))

    plan = json.loads(project.offload("plan", "--json", "--start-up", "5").out)

    alone = plan["runs"][0]
    assert plan["start_up_secs"] == 5
    assert alone["parallel"] == 1
    assert alone["makespan_secs"] < 5 + 1.1 * plan["work_secs"]


def test_a_plan_that_cannot_keep_the_deadline_says_what_can_be_had(project):
    write_report(project)

    plan = project.offload("plan", "--deadline", "5")

    assert "Nothing to recommend: the fastest run takes" in plan.out


def test_a_plan_keeps_the_budget(project):
    write_report(project)
    configure_shell_sandboxes(project)
    runs = json.loads(project.offload("plan", "--json").out)["runs"]
    budget = next(run["cost_dollars"] for run in runs if run["parallel"] == 2) * 1.0001

    plan = json.loads(project.offload("plan", "--json", "--budget", str(budget)).out)

    assert plan["recommended"] == 2


def test_a_plan_without_any_report_says_what_to_do(project):
    project.configure()

    plan = project.offload("plan")

    assert plan.code == 1
    assert "there is no report" in plan.err and "offload run" in plan.err


def with_history(project, durations):
    """A project of single tests whose history says how long each takes."""
    body = "\n".join(f"def test_{n}():\n    pass\n" for n in range(len(durations)))
    project.write("test_a.py", body)
    project.write(".test_durations", json.dumps(
        {f"test_a.py::test_{n}": takes for n, takes in enumerate(durations)}))
    project.configure(max_parallel=1, history={"record_history": "flag"})
    imported = project.offload("history", "import", ".test_durations")
    assert imported.code == 0, imported


def test_shards_are_balanced_by_the_history(project):
    with_history(project, [100] + [10] * 10)
    assert project.offload("run").code == 0  # its report says that all take next to nothing

    parts = [set(collected(project, "--shard", f"{number}/2")) for number in (1, 2)]

    assert sum(map(len, parts)) == len(set.union(*parts)) == 11
    assert len(next(part for part in parts if "test_a.py::test_0" in part)) <= 3


def test_a_shard_of_what_failed_is_cut_from_all_tests(project):
    project.write("test_a.py", "\n".join(
        f"def test_{n}():\n    assert {n} % 2" for n in range(12)))
    project.configure()
    parts = [collected(project, "--shard", f"{number}/2") for number in (1, 2)]
    assert project.offload("run").code == 1

    again = project.offload("run", "--collect-only", "--failed", "--shard", "1/2")

    failing = [f"test_a.py::test_{n}" for n in range(0, 12, 2)]
    assert [line.strip() for line in again.out.splitlines() if "::" in line] == \
        [test for test in parts[0] if test in failing]


def test_what_the_history_knows_to_fail_runs_first_with_fail_fast(project):
    project.write("test_a.py", """
        def test_first(): pass
        def test_second(): pass
        def test_broken(): assert False
    """)
    project.configure(max_parallel=1, history={"record_history": "always"})
    assert project.offload("run").code == 1

    run = project.offload("run", "--fail-fast")

    assert run.code == 1
    assert run.verdicts == {"test_a.py::test_first": "not run", "test_a.py::test_second": "not run",
                            "test_a.py::test_broken": "failed"}


def test_a_plan_is_made_from_the_history(project):
    with_history(project, [30] + [1] * 90)

    plan = project.offload("plan")

    assert plan.code == 0, plan
    assert "(from offload-history.jsonl)" in plan.out
    assert "91 tests, " in plan.out
    assert "test_a.py::test_0" in plan.out[plan.out.index("Long poles"):]
