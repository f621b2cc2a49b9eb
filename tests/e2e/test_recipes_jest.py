# SPDX-License-Identifier: MIT
# needs: jest
"""jest by the recipe of docs/recipes.md: a test file is a test. `./dev test` installs jest."""

import json
import subprocess

import pytest
from conftest import PROJECTS

INSTALLED = PROJECTS / "recipes" / "jest" / "node_modules"
EXITS = "src/exits.test.js"


@pytest.fixture
def shop(project):
    assert INSTALLED.is_dir(), "jest is not installed: run `npm ci` in tests/projects/recipes/jest"
    project.copy("recipes/jest")
    return project


def verdict_of_file(told):
    """What jest says of the tests of a file, as one verdict."""
    ended = {one["status"] for one in told["assertionResults"]} - {"todo"}
    if told["status"] == "failed" or "failed" in ended:
        return "failed"
    return "skipped" if ended == {"pending"} else "passed"


def verdicts_of_jest(project, *arguments):
    subprocess.run(["npx", "jest", "--ci", "--json", "--outputFile=own.json", *arguments],
                   cwd=project.folder, env=project.env, capture_output=True)
    told = json.loads(project.read("own.json"))["testResults"]
    return {one["name"].removeprefix(f"{project.folder}/"): verdict_of_file(one) for one in told}


def test_verdicts_are_those_of_jest(shop):
    expected = verdicts_of_jest(shop, "--testPathIgnorePatterns", "exits")
    assert len(expected) == 5 and set(expected.values()) == {"passed", "failed", "skipped"}

    run = shop.offload("run")

    assert run.code == 1
    assert run.verdicts == dict(expected, **{EXITS: "failed"})


def test_failures_say_why(shop):
    run = shop.offload("run")

    assert "Received: 5" in run.reason("src/wrong.test.js")
    assert "Cannot find module './no-such-file'" in run.reason("src/broken.test.js")


def test_a_death_is_the_fault_of_one_file(shop):
    run = shop.offload("run", "-p", "1")

    assert set(run.results[EXITS]) <= {"failed", "errored"} and len(run.results[EXITS]) == 2
    assert run.results["src/cart.test.js"] == ["passed"]
    assert run.results["src/with space/a & b.test.js"] == ["passed"]


def test_filters_are_those_of_jest(shop):
    config = shop.read("offload.toml")
    shop.write("offload.toml", config + "filters = \"'with space'\"\n")

    assert shop.offload("run").verdicts == {"src/with space/a & b.test.js": "passed"}


def test_a_broken_configuration_fails_the_run(shop):
    shop.write("jest.config.js", "module.exports = {\n")

    failed = shop.offload("run")

    assert failed.code == 1
    assert "jest.config.js" in failed.err
