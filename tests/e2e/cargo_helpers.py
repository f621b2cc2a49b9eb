# SPDX-License-Identifier: MIT
"""The workspace tests/projects/nasty_cargo, built once for all tests of a file."""

import shutil
import subprocess
from xml.etree import ElementTree

import pytest
from conftest import Project

NEXTEST_REPORT = '[profile.default.junit]\npath = "nextest.xml"\n'


class Workspace(Project):
    """A copy of nasty_cargo, in which tests follow each other."""

    def __init__(self, folder):
        super().__init__(folder)
        self.copy("nasty_cargo")
        self.counters = folder / "counters"
        self.env["NASTY_COUNTERS"] = str(self.counters)
        self.plain_env = dict(self.env)

    def reset(self):
        """As if nothing had been run yet; what is built stays."""
        self.env = dict(self.plain_env)
        self.started = []
        for folder in (self.folder / "test-results", self.counters):
            shutil.rmtree(folder, ignore_errors=True)
        self.counters.mkdir()

    def configure_nextest(self, groups=None, file="offload.toml", framework=None, **offload):
        return self.configure(framework={"type": "nextest", "command": "cargo nextest",
                                         **(framework or {})},
                              groups=groups, file=file, **offload)

    def run(self, filters="", retries=0, framework=None, arguments=(), env=None, **offload):
        """Runs the tests that `filters` select."""
        self.configure_nextest({"all": {"filters": filters, "retry_count": retries}},
                               framework=framework, **offload)
        return self.offload("run", *arguments, env=env)

    def nextest(self, *arguments):
        """What `cargo nextest run` itself says: outcomes by test id."""
        tool = self.temp.parent / "report.toml"
        tool.write_text(NEXTEST_REPORT)
        command = ["cargo", "nextest", "run", "--no-fail-fast", "--tool-config-file",
                   f"tests:{tool}", "--offline", *arguments]
        subprocess.run(command, cwd=self.folder, env=dict(self.env, OFFLOAD_ROOT="."),
                       capture_output=True)
        report = ElementTree.parse(self.folder / "target/nextest/default/nextest.xml")
        return {f"{suite.get('name')} {case.get('name')}": nextest_outcome(case)
                for suite in report.iter("testsuite") for case in suite.iter("testcase")
                if not suite.get("name").startswith("@")}  # a setup script


def nextest_outcome(case):
    fault = case.find("failure")
    if fault is None:
        return "errored" if case.find("error") is not None else "passed"
    return "timed out" if fault.get("type") == "test timeout" else "failed"


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    made = Workspace(tmp_path_factory.mktemp("cargo"))
    yield made
    made.close()


@pytest.fixture
def workspace(built):
    built.reset()
    yield built
    built.close()
