# SPDX-License-Identifier: MIT
"""A configuration of earlier versions that reaches Modal by the bundled script, as it stands."""

import os
from pathlib import Path

from conftest import REPOSITORY

FILE = REPOSITORY / "tests" / "projects" / "users_files" / "default-modal-pytest.toml"
TESTS = """\
import os
import pathlib
import pytest

def test_it_is_where_it_belongs():
    assert os.getcwd() == "/app" and os.environ["OFFLOAD_ROOT"] == "/app"
    assert pathlib.Path("/fixtures/data.txt").read_text() == "42"

@pytest.mark.parametrize("n", range(6))
def test_fast(n):
    assert pathlib.Path(f"value.txt").read_text() == "1"

@pytest.mark.slow
def test_heavy():
    pass

def test_flaky():
    marker = pathlib.Path("/tmp/tried")
    first = not marker.exists()
    marker.write_text("x")
    assert not first
"""


def write_project(project):
    project.write("ci/Dockerfile",
                  "FROM python:3.12-slim\nRUN pip install uv pytest\nWORKDIR /app\n")
    project.write("pytest.ini", "[pytest]\nmarkers =\n  slow: takes long\n")
    project.write("tests/test_it.py", TESTS)
    project.write("fixtures/data.txt", "42")
    project.write("value.txt", "1")


def use(project):
    project.write("offload.toml", FILE.read_text(encoding="utf-8"))
    write_project(project)


def test_it_runs_unchanged(project, modal):
    use(project)

    run = project.offload("run", timeout=240)

    # It fails once in each of the at most four sandboxes, and has five retries.
    assert run.code == 2, run
    verdicts = {name.rpartition("::")[2]: verdict for name, verdict in run.verdicts.items()}
    assert verdicts.pop("test_flaky") == "flaky"
    assert len(verdicts) == 8 and set(verdicts.values()) == {"passed"}, run
    state = modal.state
    assert state["sandboxes"] and modal.alive == []
    assert len(state["sandboxes"]) <= 4


def test_the_script_is_in_the_cache(project):
    use(project)
    cache = Path(project.env["XDG_CACHE_HOME"], "offload", "scripts")

    project.offload("build")

    assert os.access(cache / "modal_sandbox.py", os.X_OK)


def test_a_script_that_is_not_bundled_is_named(project):
    use(project)
    text = project.read("offload.toml").replace("@modal_sandbox.py destroy", "@modal.py destroy")
    project.write("offload.toml", text)

    failed = project.offload("run")

    assert (failed.code, failed.out) == (1, "")
    assert "there is no bundled script @modal.py" in failed.err
    assert "@modal_sandbox.py" in failed.err


def test_what_modal_says_is_passed_on(project):
    use(project)
    project.env["MODAL_TOKEN_SECRET"] = "as-wrong"

    failed = project.offload("run")

    assert failed.code == 1
    assert "modal token new" in failed.err, failed


