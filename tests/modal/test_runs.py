# SPDX-License-Identifier: MIT
# needs: vitest
"""Runs with `type = "modal"`: they do the same as with the commands, and with few calls."""

import os
import re
import shutil
import sys

import pytest
from conftest import REPOSITORY
from test_users_projects import VITEST
from two_ways import WAYS

PYTEST = 'type = "pytest"\ncommand = "python -m pytest"\n'
VITEST_RUNS = 'type = "vitest"\ncommand = "npx vitest"\n'
CONFIG = """\
[offload]
max_parallel = 2
test_timeout_secs = 60
sandbox_repo_root = "/app"

[provider]
{provider}
[framework]
{framework}
[groups.all]
retry_count = 0
{more}
"""
DOCKERFILE = "FROM python:3.12-slim\nCOPY . /app\nWORKDIR /app\n"


def configure(project, provider=WAYS["modal"], framework=PYTEST, more=""):
    project.write("offload.toml", CONFIG.format(provider=provider, framework=framework, more=more))
    project.write("Dockerfile", DOCKERFILE)


def test_both_ways_give_the_same_verdicts(project):
    project.copy("nasty_pytest")
    runs = {}
    for way, provider in WAYS.items():
        configure(project, provider)
        runs[way] = project.offload("run", timeout=240)

    def verdicts(way):
        # The blame for a module's teardown falls on its last test in a process.
        return {test: verdict for test, verdict in runs[way].verdicts.items()
                if not test.startswith("tests/test_module_teardown.py")}

    assert verdicts("modal") == verdicts("default"), runs
    assert {"passed", "failed", "skipped"} <= set(verdicts("modal").values())
    assert len(verdicts("modal")) > 50
    assert runs["modal"].code == runs["default"].code == 1


def many_tests(project, framework):
    """Twelve tests, each a batch of its own."""
    configure(project, framework=framework, more="schedule_individual = true\n")
    project.write("test_many.py", "import pytest\n\n@pytest.mark.parametrize('n', range(12))\n"
                  "def test_it(n):\n    pass\n")
    project.write("package.json", '{"private": true, "type": "module"}\n')
    project.write("many.test.js", 'import { it } from "vitest"\n'
                  "for (let n = 0; n < 12; n++) it(`is ${n}`, () => {})\n")
    (project.folder / "node_modules").symlink_to(VITEST)
    project.write("Dockerfile", f"{DOCKERFILE}RUN ln -s {VITEST} node_modules\n")


@pytest.mark.parametrize("framework", [PYTEST, VITEST_RUNS], ids=["pytest", "vitest"])
def test_a_batch_costs_no_command_of_its_own(project, modal, framework):
    many_tests(project, framework)

    run = project.offload("run", timeout=240)

    assert run.code == 0 and len(run.results) == 12, run
    # One that lays Offload's files into it, and one that is the worker.
    assert modal.state["calls"]["TaskExecStart"] <= 2 * len(modal.state["sandboxes"])
    assert "TaskExecStdinWriteStream" not in modal.state["calls"]


LEAVING = """\
import pathlib

def test_a():
    shots = pathlib.Path("shots")
    shots.mkdir()
    (shots / "small picture.png").write_bytes(b"\\xff\\x00")
    (shots / "none.txt").write_text("no picture")
    with open("shots/large.png", "wb") as file:
        file.truncate(257 << 20)
"""


def test_artifacts_come_also_when_they_are_large(project):
    configure(project, more='[report]\ndownload_globs = ["shots/**/*.png"]\n')
    project.write("test_a.py", LEAVING)

    run = project.offload("run", timeout=240)

    assert run.code == 0 and "missing" not in run.err, run
    found = {file.name: file for file in (project.folder / "test-results").rglob("*.*")
             if file.parent.name == "shots"}
    assert sorted(found) == ["large.png", "small picture.png"]
    assert found["small picture.png"].read_bytes() == b"\xff\x00"
    assert found["large.png"].stat().st_size == 257 << 20


def test_the_guide_leads_to_a_green_run(project):
    project.copy("modal_guide")

    valid = project.offload("validate")
    run = project.offload("run", timeout=240)

    assert valid.code == run.code == 0, (valid, run)
    assert set(run.verdicts.values()) == {"passed"} and len(run.verdicts) == 3
    assert len(list(project.folder.glob("test-results/*/*/screenshots/page.png"))) == 1


def test_lifetime_and_folder_are_those_of_the_configuration_also_without_uv(project, modal):
    configure(project, WAYS["modal"] + "sandbox_timeout_secs = 123\n")
    project.write("offload.toml", project.read("offload.toml").replace('"/app"', '"/srv/it"'))
    project.write("Dockerfile", "FROM python:3.12-slim\nCOPY . /srv/it\n")
    project.write("test_a.py", "import os\n\ndef test_a():\n    assert os.getcwd() == '/srv/it'\n")
    for name in ("python", "python3"):
        project.script(f"../bin/{name}", f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    path = os.pathsep.join([str(project.folder.parent / "bin"), "/usr/bin", "/bin"])
    assert shutil.which("uv", path=path) is None

    run = project.offload("run", env={"PATH": path}, timeout=240)

    assert run.code == 0, run
    made, = modal.state["sandboxes"].values()
    assert (made["timeout"], made["workdir"]) == (123, "/srv/it")


def test_the_prices_are_those_of_the_documentation():
    prices = (REPOSITORY / "include/offload/provider/prices.hpp").read_text()
    page = (REPOSITORY / "docs/modal.md").read_text()

    in_code = re.findall(r"= (0\.0+\d+);", prices)

    assert len(in_code) == 2
    assert re.findall(r"second \| (0\.0+\d+) \|", page) == in_code
