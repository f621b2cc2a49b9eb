# SPDX-License-Identifier: MIT
"""What runs cost besides their tests: recorded in the history, and used by plans."""

import json

COSTS = "offload.toml (costs)"
TESTS = "\n".join(f"def test_{n}(): time.sleep(0.02)" for n in range(6))


def configure(project, seconds_to_create="0.6", record=True):
    provider = {"type": "default",
                "create_command": f"sleep {seconds_to_create}; echo box-$(date +%N)-$$",
                "exec_command": "sh -c {command}", "destroy_command": "true {sandbox_id}"}
    file = project.configure(max_parallel=2, provider=provider)
    when = "always" if record else "flag"
    file.write_text(f'{file.read_text()}\n[history]\nrecord_history = "{when}"\n')


def write_tests(project):
    for name in "ab":
        project.write(f"test_{name}.py", "import time\n" + TESTS)


def costs(project):
    lines = map(json.loads, project.lines("offload-history.jsonl"))
    return {line["k"][1]: [sample[2] for sample in line["v"]["ok"]]
            for line in lines if line["k"][0] == COSTS}


def planned(project, *arguments):
    plan = project.offload("plan", "--json", *arguments)
    assert plan.code == 0, plan
    return json.loads(plan.out)


def test_a_recorded_run_leaves_what_it_has_cost(project):
    configure(project)
    write_tests(project)

    assert project.offload("run").code == 0

    seen = costs(project)
    assert set(seen) >= {"listing", "sandbox start", "worker start"}
    assert len(seen["sandbox start"]) <= 2
    assert all(took >= 0.6 for took in seen["sandbox start"])
    assert all(took >= 0 for samples in seen.values() for took in samples)
    assert {"next test", "next file", "next batch"} & set(seen)


def test_a_run_that_is_not_recorded_leaves_nothing(project):
    configure(project, record=False)
    write_tests(project)

    assert project.offload("run").code == 0

    assert not (project.folder / "offload-history.jsonl").exists()


def test_a_plan_uses_what_was_learned(project):
    configure(project)
    write_tests(project)
    project.offload("run")
    seen = costs(project)

    plan = planned(project)

    assert plan["tests"] == 12, "costs are no tests"
    assert plan["start_up_source"] == "learned"
    assert plan["start_up_secs"] >= max(min(seen["sandbox start"]), min(seen["listing"]))
    alone = plan["runs"][0]
    assert alone["makespan_secs"] >= plan["start_up_secs"] + 0.9 * plan["work_secs"]
    assert "learned: offload-history.jsonl" in project.offload("plan").out


def test_a_plan_follows_sandboxes_that_take_longer(project):
    write_tests(project)
    starts = []
    for seconds in ("0.1", "2.5"):
        configure(project, seconds)
        (project.folder / "offload-history.jsonl").unlink(missing_ok=True)
        assert project.offload("run").code == 0
        starts.append(planned(project)["start_up_secs"])

    assert starts[1] > 2.5
    assert starts[1] - starts[0] > 0.5


def test_what_the_user_says_goes_before_what_was_learned(project):
    configure(project)
    write_tests(project)
    project.offload("run")

    plan = planned(project, "--start-up", "7")

    assert (plan["start_up_source"], plan["start_up_secs"]) == ("said", 7)


def test_a_plan_without_a_history_says_that_it_guesses(project):
    configure(project, record=False)
    write_tests(project)
    project.offload("run")

    plan = planned(project)

    assert (plan["start_up_source"], plan["start_up_secs"]) == ("guessed", 2)
    assert "(an estimate; record runs in the history to learn the real time)" in project.offload("plan").out
