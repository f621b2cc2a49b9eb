# SPDX-License-Identifier: MIT
"""A suite in shell that speaks TAP, by the recipe of docs/recipes.md."""

import re
import subprocess

import pytest
from cli_helpers import list_tests, write_config

DEADLY = "kills the suite"


@pytest.fixture
def suite(project):
    project.copy("recipes/tap")
    return project


def verdicts_of_tap(project, *names):
    """What the suite's own stream says of these checks."""
    told = subprocess.run(["sh", "suite.sh", *names], cwd=project.folder, env=project.env,
                          capture_output=True, text=True, encoding="utf-8").stdout
    verdicts = {}
    for said, rest in re.findall(r"^(ok|not ok) \d+ - (.*)$", told, re.M):
        name, skipped, _ = rest.partition(" # SKIP")
        name = name.replace("\\#", "#").replace("\\\\", "\\")
        verdicts[name] = "skipped" if skipped else "passed" if said == "ok" else "failed"
    return verdicts


def test_verdicts_are_those_of_the_stream(suite):
    names = subprocess.run(["sh", "suite.sh", "--list"], cwd=suite.folder, capture_output=True,
                           text=True, encoding="utf-8").stdout.splitlines()
    expected = verdicts_of_tap(suite, *(name for name in names if name != DEADLY))
    assert len(expected) == len(names) - 1 and set(expected.values()) == {
        "passed", "failed", "skipped"}

    run = suite.offload("run")

    assert run.code == 1
    assert run.verdicts == dict(expected, **{DEADLY: "failed"})


def test_a_suite_that_is_killed_loses_nothing(suite):
    run = suite.offload("run", "-p", "1")

    assert run.results[DEADLY] == ["errored", "errored"]
    assert "137" in run.reason(DEADLY)
    assert {name: ended for name, ended in run.results.items() if len(ended) > 1} == {
        DEADLY: ["errored"] * 2, "is wrong": ["failed"] * 2, "crashes": ["failed"] * 2}


def test_failures_and_skips_say_why(suite):
    run = suite.offload("run")

    assert "expected 4, got 5" in run.reason("is wrong")
    assert "on standard error" in run.reason("is wrong")
    assert "no network here" in run.reason("needs a network")


def test_a_check_that_hangs_is_named(suite):
    suite.write("checks/hangs", "sleep 600\n")
    config = suite.read("offload.toml")
    suite.write("offload.toml", config.replace("[provider]", "test_timeout_secs = 2\n\n[provider]")
                .replace("retry_count = 1", "retry_count = 0"))

    run = suite.offload("run", "-p", "1")

    assert run.results["hangs"] == ["timed out"]
    assert run.results["two words"] == ["passed"]
    assert "not run" not in run.verdicts.values()
    assert suite.leftovers() == []


def test_a_failure_counts_when_the_next_test_hangs(project):
    list_tests(project, "bad", "hangs")
    project.write("suite.sh", """\
        echo "1..$#"
        for one; do
          echo "$one" >>ran.txt
          case $one in
            bad) echo "not ok 1 - bad"; echo "# because" ;;
            *) sleep 600 ;;
          esac
        done
    """)
    write_config(project, run="sh suite.sh {tests}", result_format="tap",
                 offload={"test_timeout_secs": 1, "max_parallel": 1})

    run = project.offload("run")

    assert run.verdicts == {"bad": "failed", "hangs": "failed"}
    assert project.lines("ran.txt").count("bad") == 1
    assert "because" in run.reason("bad")


@pytest.mark.parametrize("keys, words", [
    ({"run": "./run {tests} {result_file}"}, ["result_format", "either"]),
    ({"run": "./run {tests}", "result_file": "out.xml"}, ["result_format", "either"]),
    ({"run": "./run"}, ["run_command", "{tests}"]),
    ({"run": "./run {tests}", "result_format": "tapp"}, ["go-json", "Did you mean `tap`?"]),
])
def test_a_configuration_that_makes_no_sense_is_explained(project, keys, words):
    write_config(project, **dict({"result_format": "tap"}, **keys))

    told = project.offload("validate")

    assert told.code == 1
    assert [word for word in words if word not in told.err] == []
