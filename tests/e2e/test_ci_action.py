# SPDX-License-Identifier: MIT
"""The action of this repository: its steps, run as GitHub runs them, in a clone of a repository."""

import os
import shutil
import subprocess
import zipfile
from xml.etree import ElementTree

import pytest
from cli_helpers import shell_tests
from composite_action import CompositeAction
from conftest import BINARY, REPOSITORY
from github_commands import commands_in

ACTION = REPOSITORY / ".github" / "actions" / "offload"


def git(folder, *words):
    who = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
    subprocess.run(["git", "-C", str(folder), *who, *words], check=True, capture_output=True)


class Job:
    """A checkout of the project, the action's repository beside it, and a cache."""

    def __init__(self, project, temp):
        self.project, self.temp, self.number = project, temp, 0
        self.cache, self.artifacts = {}, {}
        self.programs = temp / "programs"
        self.programs.mkdir()
        (self.programs / "offload").symlink_to(BINARY)
        self.sources = temp / "action"
        shutil.copytree(str(ACTION), str(self.sources / ".github" / "actions" / "offload"))
        self.path = str(self.programs)

    def run(self, **inputs):
        if self.number == 0:
            for words in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "all"]):
                git(self.project.folder, *words)
        self.number += 1
        self.workspace = self.temp / f"work-{self.number}"
        subprocess.run(["git", "clone", "-q", str(self.project.folder), str(self.workspace)],
                       check=True)
        temp = self.temp / f"temp-{self.number}"
        temp.mkdir()
        env = dict(self.project.env, PATH=self.path + os.pathsep + self.project.env["PATH"])
        folder = self.sources / ".github" / "actions" / "offload"
        self.action = CompositeAction(folder, self.workspace, temp, env, self.used)
        steps, outputs, code = self.action.run(**inputs)
        self.out = "".join(step.out for step in steps)
        return [step.name for step in steps], outputs, code

    def used(self, name, given):
        """What the actions of others do, as far as it matters."""
        path = self.workspace / given["path"]
        if name.startswith("actions/cache/restore@"):
            kept = self.cache.get(given["restore-keys"].rstrip("-"))
            if kept:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(kept)
        elif not path.exists():  # of which both of the others warn
            assert given.get("if-no-files-found", "ignore") == "ignore"
        elif name.startswith("actions/cache/save@"):
            self.cache[given["key"].rsplit("-", 2)[0]] = path.read_bytes()
        else:
            assert name.startswith("actions/upload-artifact@"), name
            self.artifacts[given["name"]] = sorted(each.name for each in path.iterdir())


@pytest.fixture
def job(project, tmp_path):
    return Job(project, tmp_path)


ALL_STEPS = ["Install Offload", "Name what is kept", "Restore durations", "Run tests",
             "Save durations", "Upload results"]


def test_a_green_suite(job):
    shell_tests(job.project, "a", "b")

    names, outputs, code = job.run()

    assert (names, code) == (ALL_STEPS, 0), job.out
    assert outputs == {"outcome": "passed", "exit-code": "0"}
    assert "junit.xml" in job.artifacts["test-results"]
    assert not commands_in(job.out)
    assert job.action.summary.read_text(encoding="utf-8").startswith("### ✅ Tests: 2 passed")


def test_a_failing_suite_fails_and_leaves_its_results(job):
    shell_tests(job.project, "a", "fail")

    names, outputs, code = job.run()

    assert (names, code) == (ALL_STEPS, 1), job.out
    assert outputs == {"outcome": "failed", "exit-code": "1"}
    assert [one.title for one in commands_in(job.out)] == ["Failed: fail"]
    assert "junit.xml" in job.artifacts["test-results"]


@pytest.mark.parametrize("inputs, exits_with", [({}, 0), ({"flaky_exit_code": "3"}, 3)])
def test_a_flaky_suite_is_green_unless_the_workflow_says_otherwise(job, inputs, exits_with):
    shell_tests(job.project, "a", "flaky", groups={"all": {"retry_count": 1}})

    _, outputs, code = job.run(**inputs)

    assert code == exits_with, job.out
    assert outputs == {"outcome": "flaky", "exit-code": "2"}
    assert [one.name for one in commands_in(job.out)] == ["notice"]


def test_a_configuration_that_is_wrong_fails(job):
    job.project.write("offload.toml", "[offload]\n")

    names, outputs, code = job.run()

    assert code == 1 and outputs["outcome"] == "failed"
    assert [one.title for one in commands_in(job.out)] == ["Offload"]


def test_durations_of_the_run_before_are_there(job):
    shell_tests(job.project, "a", "b")
    job.run()
    (kept,) = job.cache.values()
    assert len(ElementTree.fromstring(kept).findall(".//testcase")) == 2

    _, _, code = job.run(args="--failed")  # which needs the report of the run before

    assert code == 0, job.out
    assert "nothing to run again" in job.out


def test_parts_in_a_subfolder_have_names_of_their_own(job):
    shell_tests(job.project, "a", "b", "c", file="ci, main.toml")
    shutil.copytree(str(job.project.folder), str(job.project.folder / "sub"))
    part = {"config": "ci, main.toml", "working_directory": "sub"}

    for shard in ("1/2", "2/2"):
        _, _, code = job.run(shard=shard, **part)
        assert code == 0, job.out

    assert set(job.artifacts) == {"test-results-1-of-2", "test-results-2-of-2"}
    assert len(job.cache) == 2
    tests = [case.get("name") for report in job.cache.values()
             for case in ElementTree.fromstring(report).iter("testcase")]
    assert sorted(tests) == ["a", "b", "c"]


def test_arguments_are_words_and_nothing_else(job):
    shell_tests(job.project, "a", run='echo "$SAID" >said; ./one {tests}')

    _, _, code = job.run(args="--env 'SAID=two  words' --env X=$(touch${IFS}bad)",
                         durations="", upload="")

    assert code == 0, job.out
    assert (job.workspace / "said").read_text() == "two  words\n"
    assert not (job.workspace / "bad").exists()
    assert job.cache == {} and job.artifacts == {}


def test_a_wheel_is_installed(job, tmp_path):
    shell_tests(job.project, "a")
    wheel = tmp_path / "offload_of_test-1.0-py3-none-any.whl"
    about = "offload_of_test-1.0.dist-info/"
    with zipfile.ZipFile(wheel, "w") as made:
        script = zipfile.ZipInfo("offload_of_test-1.0.data/scripts/offload")
        script.external_attr = 0o100755 << 16
        made.writestr(script, f'#!/bin/sh\necho of the wheel\nexec "{BINARY}" "$@"\n')
        made.writestr(about + "METADATA", "Metadata-Version: 2.1\nName: offload-of-test\n"
                                          "Version: 1.0\n")
        made.writestr(about + "WHEEL", "Wheel-Version: 1.0\nGenerator: test\n"
                                       "Root-Is-Purelib: true\nTag: py3-none-any\n")
        made.writestr(about + "RECORD", "")
    job.path = "/usr/bin"

    _, outputs, code = job.run(package=str(wheel))

    assert (code, outputs["outcome"]) == (0, "passed"), job.out
    assert job.out.count("of the wheel") == 2  # --version, and the run


def test_without_an_offload_it_is_built_from_the_sources_of_the_action(job):
    shell_tests(job.project, "a")
    job.path = "/usr/bin"
    stand_in = job.sources / "dev"  # of which the test of `./dev build` is another one
    stand_in.write_text("#!/bin/sh\nset -e\n[ \"$*\" = build ]\ncd \"$(dirname \"$0\")\"\n"
                        f"mkdir -p build/release\ncp {BINARY} build/release/offload\n")
    stand_in.chmod(0o755)

    _, outputs, code = job.run()

    assert (code, outputs["outcome"]) == (0, "passed"), job.out


@pytest.mark.parametrize("package, wanted", [
    ("nothing.whl", "there is no file nothing.whl"), ("offload.zip", "neither a .whl nor a .deb"),
])
def test_a_package_that_cannot_be_used_is_named(job, package, wanted):
    shell_tests(job.project, "a")

    names, outputs, code = job.run(package=package)

    assert code == 1 and outputs["outcome"] == ""
    assert names == ["Install Offload"]
    assert wanted in commands_in(job.out)[0].message
