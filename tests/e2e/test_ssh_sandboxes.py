# SPDX-License-Identifier: MIT
# needs: sshd
"""Sandboxes on a machine behind ssh, by the recipe of docs/shell-sandboxes.md: a real server."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from conftest import MARK, REPOSITORY, eventually, kill

SERVER = str(REPOSITORY / "tests" / "support" / "ssh_server.sh")


class FarSide:
    """A server, whose machine is this one, with a home and temporary files of its own."""

    def __init__(self, project):
        # The socket of a shared connection has a path of 108 characters at most.
        self.folder = Path(tempfile.mkdtemp(prefix="ssh-"))
        self.home = project.temp.parent / "home"
        self.temp = self.home / "tmp"
        self.temp.mkdir(parents=True)
        python = Path(sys.executable).parent
        subprocess.run([SERVER, "start", self.folder / "s", f"HOME={self.home}",
                        f"TMPDIR={self.temp}", f"PATH={python}:{os.environ['PATH']}",
                        f"SEEN={self.home / 'seen'}", f"{MARK}={project.mark}"],
                       check=True, stdin=subprocess.DEVNULL, timeout=60)
        project.env["PATH"] = f"{self.folder / 's'}:{project.env['PATH']}"

    def what_is_left(self):
        """Files of sandboxes, and Offload's own."""
        own = [env.parent for env in Path("/tmp").glob("offload-*/env")
               if str(self.temp) in env.read_text()]
        return [*self.temp.iterdir(), *own]

    def seen(self):
        file = self.home / "seen"
        return file.read_text().split() if file.exists() else []

    def close(self):
        subprocess.run([SERVER, "stop", self.folder / "s"], check=False, timeout=60)
        shutil.rmtree(self.folder, ignore_errors=True)


@pytest.fixture
def far_side(project):
    project.copy("recipes/ssh")
    made = FarSide(project)
    yield made
    made.close()


def leftovers(project):
    """Those of the project, but for the connection that ssh shares and closes later."""
    return [one for one in project.leftovers() if not one.startswith(b"ssh: ") and one]


def write_tests(project, count=9):
    project.write("test_a.py", f"""
        import os

        import pytest

        @pytest.mark.parametrize("number", range({count}))
        def test_there(number):
            assert os.environ["SSH_CONNECTION"] and "OFFLOAD_SANDBOX_ID" in os.environ
            with open(os.environ["SEEN"], "a") as file:
                file.write(f"{{os.getpid()}}\\n")

        def test_wrong():
            assert os.getcwd() == "elsewhere"
    """)


def write_slow_test(project, seconds):
    project.write("test_a.py", f"""
        import os, time

        def test_slow():
            with open(os.environ["SEEN"], "a") as file:
                file.write(f"{{os.getpid()}}\\n")
            time.sleep({seconds})
    """)


def test_workers_stay_warm(project, far_side):
    write_tests(project)

    run = project.offload("run")

    assert run.code == 1, run
    assert run.results["test_a.py::test_wrong"] == ["failed", "failed"]
    assert sorted(run.verdicts.values()) == ["failed"] + ["passed"] * 9
    assert len(far_side.seen()) == 9 and 1 <= len(set(far_side.seen())) <= 3
    assert far_side.what_is_left() == []
    assert leftovers(project) == []


def connections(project):
    """The ids of ssh programs that run a worker."""
    for pid in project.processes():
        try:
            words = Path("/proc", str(pid), "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if words[0].endswith(b"ssh") and b"-T" in words and b"pytest" in b" ".join(words):
            yield pid


def test_a_connection_that_dies_in_a_batch_is_nobodys_fault(project, far_side):
    write_slow_test(project, 2)
    started = project.start("run", "-p", "1")
    eventually(far_side.seen)

    for pid in connections(project):
        kill(pid)
    run = started.wait()

    assert run.code == 0, run
    assert run.results == {"test_a.py::test_slow": ["passed"]}
    assert len(far_side.seen()) == 2
    assert far_side.what_is_left() == []
    assert leftovers(project) == []


def test_ctrl_c_leaves_nothing_there(project, far_side):
    write_slow_test(project, 300)
    started = project.start("run")
    eventually(far_side.seen)

    started.send(signal.SIGINT)
    run = started.wait()

    assert run.code == 130, run
    assert far_side.what_is_left() == []
    assert leftovers(project) == []


def test_the_run_after_a_killed_one_leaves_nothing_there(project, far_side):
    write_slow_test(project, 300)
    started = project.start("run")
    eventually(far_side.seen)
    started.send(signal.SIGKILL)
    started.process.wait()

    write_tests(project, count=1)
    run = project.offload("run")

    assert run.code == 1, run
    assert "an earlier run had left behind" in run.err
    assert far_side.what_is_left() == []
    assert leftovers(project) == []
