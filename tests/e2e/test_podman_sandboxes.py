# SPDX-License-Identifier: MIT
# needs: podman
"""Sandboxes in containers, by the recipe of docs/shell-sandboxes.md: a real podman."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from conftest import MARK

# What podman needs where it is root without all of root's rights, and without systemd.
CONTAINERS = """\
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=4096:4096"]
netns = "host"
log_driver = "k8s-file"
env = ["PATH={path}", "{mark}={value}"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
"""
STORAGE = """\
[storage]
driver = "overlay"
graphroot = "{folder}/graph"
runroot = "{folder}/run"
"""


class Containers:
    """The containers of one test, apart from all others of this machine."""

    def __init__(self, project):
        self.project = project
        self.folder = Path(tempfile.mkdtemp(prefix="pod-"))
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        self.write("containers.conf", CONTAINERS.format(path=path, mark=MARK, value=project.mark))
        self.write("storage.conf", STORAGE.format(folder=self.folder))
        project.env["CONTAINERS_CONF"] = str(self.folder / "containers.conf")
        project.env["CONTAINERS_STORAGE_CONF"] = str(self.folder / "storage.conf")

    def write(self, name, text):
        (self.folder / name).write_text(text)

    def podman(self, *arguments):
        return subprocess.run(["podman", *arguments], env=self.project.env, text=True, timeout=120,
                              stdin=subprocess.DEVNULL, capture_output=True, check=False)

    def close(self):
        self.podman("rm", "--all", "--force", "--time", "0")
        self.podman("unshare", "rm", "-rf", self.folder)
        shutil.rmtree(self.folder, ignore_errors=True)


@pytest.fixture
def containers(project):
    assert shutil.which("podman"), "podman is not installed: ./dev test does that"
    project.copy("recipes/podman")
    made = Containers(project)
    probe = made.podman("run", "--rm", "--rootfs", "/:O", "true")
    try:
        if probe.returncode != 0:
            # Inside another container, say: then no command of a user could make one either.
            pytest.skip("this machine allows no containers: " + probe.stderr.strip())
        yield made
    finally:
        made.close()


def test_tests_run_in_containers_that_are_gone_afterwards(project, containers):
    project.write("test_a.py", """
        import os

        import pytest

        @pytest.mark.parametrize("number", range(8))
        def test_there(number):
            assert os.getcwd() == "/tests" and os.path.exists("/run/.containerenv")
            with open("/written-by-tests", "a") as file:
                file.write("here\\n")
            print("worker", os.getpid(), os.environ["OFFLOAD_SANDBOX_ID"])

        def test_wrong():
            os.system("setsid sleep 300 &")
            assert 1 + 1 == 3
    """)

    run = project.offload("run")

    assert run.code == 1, run
    assert run.results["test_a.py::test_wrong"] == ["failed", "failed"]
    assert sorted(run.verdicts.values()) == ["failed"] + ["passed"] * 8
    assert not os.path.exists("/written-by-tests")
    assert containers.podman("ps", "--all", "--quiet").stdout == ""
    assert project.leftovers() == []
