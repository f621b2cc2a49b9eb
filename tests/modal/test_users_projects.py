# SPDX-License-Identifier: MIT
# needs: cargo vitest
"""Configurations of earlier versions with `type = "modal"`, as they stand, on small projects."""

import subprocess
import tempfile
from pathlib import Path
from xml.etree import ElementTree

import pytest
from conftest import REPOSITORY

FILES = REPOSITORY / "tests" / "projects" / "users_files"
VITEST = REPOSITORY / "tests" / "node" / "vitest4" / "node_modules"


def use(project, name, at="offload.toml"):
    project.write(at, (FILES / name).read_text(encoding="utf-8"))


def commit(project):
    project.write(".gitignore", "test-results\n__pycache__\n.venv\ntarget\nnode_modules\n")
    for line in ("init -q", "add -A", "-c user.name=a -c user.email=a commit -qm base"):
        subprocess.run(["git", *line.split()], cwd=project.folder, check=True)


# --- A large Python repository ------------------------------------------------------------------

MEMBER = '[project]\nname = "{}"\nversion = "0"\nrequires-python = ">=3.9"\n'
MONOREPO = {
    # uv wants the folder of --project to exist, and commands run in services/api.
    "docker/Dockerfile.test": """\
        FROM python:3.12-slim
        COPY . /code/mono
        WORKDIR /code/mono
        RUN mkdir -p services/api/services/api
        RUN cp services/api/pyproject.toml services/api/services/api/
    """,
    "pyproject.toml": MEMBER.format("mono") + '[tool.uv.workspace]\nmembers = ["services/*"]\n',
    "services/api/pyproject.toml": MEMBER.format("api"),
    "pytest.ini": "[pytest]\naddopts = --no-such-option\ntestpaths = services/api/tests\n"
                  "markers =\n  flaky: fails at first\n  release: before a release only\n",
    "scripts/regenerate.sh": "echo of ${BASH_VERSION:+bash} >services/api/generated.txt\n",
    "testdata/data.txt": "42",
    "services/api/tests/test_api.py": """\
        import os
        import pathlib

        import pytest

        def test_it_is_where_it_belongs():
            assert os.getcwd() == "/code/mono/services/api"
            assert pathlib.Path("/testdata/data.txt").read_text() == "42"
            assert pathlib.Path("generated.txt").read_text() == "of bash\\n"
            assert os.environ["TOKEN"] == "none" and os.environ["PRICE"] == "$5"

        @pytest.mark.parametrize("n", range(3))
        def test_stable(n):
            pass

        @pytest.mark.flaky
        def test_flaky():
            # To pytest-rerunfailures the mark says to try again at once: so it fails twice.
            with open("/tmp/tried", "a+") as tries:
                tries.write("x")
                tries.seek(0)
                first = len(tries.read()) <= 2
            pathlib.Path(".test_output").mkdir(exist_ok=True)
            pathlib.Path(".test_output/shot.txt").write_text("a picture")
            assert not first

        @pytest.mark.release
        def test_release():
            assert False
    """,
}


def test_a_large_python_repository(project, modal):
    use(project, "monorepo.toml")
    for path, text in MONOREPO.items():
        project.write(path, text)
    commit(project)

    # Its own discovery options do not switch off what pytest.ini adds; its run options do.
    run = project.offload("run", "--parallel", "2", env={"PYTEST_ADDOPTS": "-o addopts="},
                          timeout=240)

    run.junit = ElementTree.parse(project.folder / "test-results" / "junit-api.xml").getroot()
    verdicts = {name.rpartition("::")[2]: verdict for name, verdict in run.verdicts.items()}
    assert run.code == 2, run
    assert verdicts.pop("test_flaky") == "flaky"
    assert len(verdicts) == 4 and set(verdicts.values()) == {"passed"}, run
    assert modal.alive == []
    for one in modal.state["sandboxes"].values():
        assert (one["cpu"], one["memory"]) == (2000, 8192)
        assert one["options"] == {"enable_docker": "True"}
    shots = list((project.folder / "test-results").glob("sb-*/*/.test_output/shot.txt"))
    assert shots and all(one.read_text() == "a picture" for one in shots)


# --- A JavaScript package inside a repository ---------------------------------------------------

WEB = {
    "web/Dockerfile": f"""\
        FROM node:22
        COPY . /app
        WORKDIR /app/web
        RUN ln -s {VITEST} node_modules
    """,
    "web/package.json": '{"private": true, "type": "module"}\n',
    "web/vitest.config.js": """\
        export default { test: { projects: [
          { test: { name: "unit", include: ["src/*.test.js"] } },
        ] } }
    """,
    "web/src/sum.test.js": """\
        import { describe, expect, it } from "vitest"
        describe("sum", () => {
          it("adds", () => expect(1 + 1).toBe(2))
          it("is somewhere else", () => expect(process.cwd()).toBe("/app/web"))
          it("is wrong", () => expect(1 + 1).toBe(3))
        })
    """,
}


def test_a_javascript_package(project, modal):
    assert VITEST.is_dir(), f"{VITEST} is missing: run ./dev test"
    use(project, "vitest-modal.toml", "web/offload.toml")
    for path, text in WEB.items():
        project.write(path, text)
    (project.folder / "web" / "node_modules").symlink_to(VITEST)
    commit(project)

    run = project.offload("run", folder=project.folder / "web", timeout=240)

    verdicts = {name.rpartition(" > ")[2]: verdict for name, verdict in run.verdicts.items()}
    assert verdicts == {"adds": "passed", "is somewhere else": "passed", "is wrong": "failed"}, run
    assert run.code == 1 and modal.alive == []


# --- A Rust package -----------------------------------------------------------------------------

CRATE = {
    ".devcontainer/Dockerfile": "FROM rust:1\nWORKDIR /app\n",
    "Cargo.toml": '[package]\nname = "adder"\nversion = "0.1.0"\nedition = "2021"\n',
    "src/lib.rs": """\
        pub fn add(a: u32, b: u32) -> u32 { a + b }

        #[cfg(test)]
        mod tests {
            use super::add;
            #[test]
            fn adds() { assert_eq!(add(1, 1), 2); }
            #[test]
            fn is_wrong() { assert_eq!(add(1, 1), 3); }
        }
    """,
    "tests/api.rs": """\
        #[test]
        fn is_where_it_belongs() {
            assert_eq!(std::env::current_dir().unwrap().to_str(), Some("/app"));
        }
        #[test]
        fn adds_as_well() { assert_eq!(adder::add(2, 3), 5); }
    """,
}
# Writes to where the sandboxes and this machine see the same files.
BUILD = """\
    use std::io::Write;

    fn main() {{
        let mut log = std::fs::File::options().append(true).create(true).open("{log}").unwrap();
        writeln!(log, "{{}}", std::env::current_dir().unwrap().display()).unwrap();
    }}
"""


@pytest.fixture
def seen_by_all():
    with tempfile.TemporaryDirectory(prefix="offload-test-", dir="/dev/shm") as folder:
        yield Path(folder)


def test_a_rust_package_is_built_once_for_all_sandboxes(project, modal, seen_by_all):
    use(project, "modal-nextest.toml")
    for path, text in CRATE.items():
        project.write(path, text)
    builds = seen_by_all / "builds"
    project.write("build.rs", BUILD.format(log=builds))
    commit(project)
    project.write("src/more.rs", "// in the working tree only\n")

    run = project.offload("run", timeout=280)

    verdicts = {name.rpartition(" ")[2]: verdict for name, verdict in run.verdicts.items()}
    assert verdicts == {"tests::adds": "passed", "tests::is_wrong": "failed",
                        "is_where_it_belongs": "passed", "adds_as_well": "passed"}, run
    assert run.code == 1 and modal.alive == []
    assert len(modal.state["sandboxes"]) > 1
    assert sorted(builds.read_text().split()) == sorted([str(project.folder), "/app"])
