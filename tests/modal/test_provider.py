# SPDX-License-Identifier: MIT
"""The provider `modal` end to end: the offload command, the script, Modal's client, a server."""

import os
import signal
import subprocess

import pytest
from conftest import eventually, services_of
from test_users_file import write_project

CONFIG = """\
[offload]
max_parallel = {parallel}
test_timeout_secs = 60
sandbox_repo_root = "/app"
{more}

[provider]
type = "modal"
dockerfile = "ci/Dockerfile"
include_cwd = true
copy_dirs = ["./fixtures:/fixtures"]
cpu_cores = 0.5
memory_gb = 1
env = {{ TOKEN = "s3cr3t-of-the-table" }}

[framework]
type = "pytest"
command = "uv run --no-project pytest"

[groups.all]
retry_count = 5
"""


class InModal:
    def __init__(self, project, modal):
        self.project = project
        self.modal = modal
        self.configure()
        write_project(project)
        project.write(".gitignore", "test-results\n__pycache__\n.pytest_cache\n")

    def configure(self, parallel=3, more=""):
        self.project.write("offload.toml", CONFIG.format(parallel=parallel, more=more))

    def commit(self):
        for line in ("init -q", "add -A", "-c user.name=a -c user.email=a commit -qm base"):
            subprocess.run(["git", *line.split()], cwd=self.project.folder, check=True)

    def run(self, *flags, **options):
        return self.project.offload("run", *flags, timeout=240, **options)

    def services(self):
        return services_of(self.project)


@pytest.fixture
def place(project, modal):
    return InModal(project, modal)


def test_a_suite_runs(place):
    run = place.run("--show-estimated-cost")

    verdicts = {name.rpartition("::")[2]: verdict for name, verdict in run.verdicts.items()}
    assert run.code == 2, run
    assert verdicts.pop("test_flaky") == "flaky"
    assert len(verdicts) == 8 and set(verdicts.values()) == {"passed"}, run
    assert "Estimated cost: $" in run.out
    state = place.modal.state
    assert 0 < len(state["sandboxes"]) <= 3 and place.modal.alive == []
    assert place.project.leftovers() == []


def test_the_working_tree_lies_over_the_cached_image(place):
    place.commit()
    assert place.project.offload("build").code == 0
    place.project.write("value.txt", "2")
    place.project.write("tests/test_it.py", "import pathlib\n\ndef test_it():\n"
                        "    assert pathlib.Path('value.txt').read_text() == '2'\n")

    run = place.run()

    assert run.code == 0, run
    assert "[cache] Latest-commit hit" in run.err
    images = {one["image"] for one in place.modal.state["sandboxes"].values()}
    assert len(images) == 1, "the patch is in an image of its own"


@pytest.mark.parametrize("edited", [False, True])
def test_an_image_that_is_gone_is_built_again(place, edited):
    place.commit()
    first = place.project.offload("build").out.strip()
    place.modal.ask("POST", f"/expire/{first}")
    if edited:
        place.project.write("more.txt", "more")

    run = place.run()

    assert run.code == 2, run
    assert "cannot be used, falling back" in run.err
    assert place.project.offload("build").out.strip() != first


def test_an_image_that_is_given_is_used_as_it_is(place):
    place.commit()
    image = place.project.offload("build").out.strip()
    place.project.write("value.txt", "2")

    run = place.run("--override-image-id", image)

    assert run.verdicts["tests/test_it.py::test_fast[0]"] == "passed", "value.txt is still 1"
    assert {one["image"] for one in place.modal.state["sandboxes"].values()} == {image}


def test_one_process_serves_all_sandboxes(place):
    place.configure(parallel=8)
    place.project.write("tests/test_it.py", "import time, pytest\n\n"
                        "@pytest.mark.parametrize('n', range(16))\n"
                        "def test_it(n):\n    time.sleep(1)\n")
    started = place.project.start("run")
    eventually(lambda: len(place.modal.alive) >= 4)

    assert len(place.services()) == 1
    assert started.wait(240).code == 0


def test_a_service_that_dies_is_started_again(place):
    place.configure(parallel=2)
    place.project.write("tests/test_it.py", "import time, pytest\n\n"
                        "@pytest.mark.parametrize('n', range(6))\n"
                        "def test_it(n):\n    time.sleep(1)\n")
    started = place.project.start("run")
    eventually(lambda: len(place.modal.alive) == 2 and place.services())
    os.kill(place.services()[0], signal.SIGKILL)

    run = started.wait(240)

    assert run.code == 0, run
    assert set(run.verdicts.values()) == {"passed"}
    assert place.modal.alive == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_nothing_is_left_when_offload_is_ended(place, number):
    place.project.write("tests/test_it.py", "import time\n\ndef test_it():\n    time.sleep(300)\n")
    started = place.project.start("run")
    eventually(lambda: place.modal.alive)

    os.kill(started.process.pid, number)

    started.process.wait(120)
    try:
        eventually(lambda: not place.modal.alive)
    except AssertionError as error:
        raise AssertionError(f"{place.services()} serve; Modal knows {place.modal.state}") from error


def test_bad_credentials_say_what_to_do(place):
    run = place.run(env={"MODAL_TOKEN_SECRET": "wrong"})

    assert run.code == 1
    assert "modal token new" in run.err, run


def test_no_network_is_said(place):
    run = place.run(env={"MODAL_SERVER_URL": "http://127.0.0.1:9"})

    assert run.code == 1
    assert "Error:" in run.err and place.modal.alive == []


def test_secrets_are_in_no_command_line(place):
    place.project.write("tests/test_it.py", "import os, pathlib\n\ndef test_it():\n"
                        "    assert os.environ['TOKEN'] == 's3cr3t-of-the-table'\n"
                        "    assert os.environ['MORE'] == 's3cr3t-of-the-flag'\n"
                        "    lines = [p.read_bytes() for p in pathlib.Path('/proc')"
                        ".glob('[0-9]*/cmdline')]\n"
                        "    assert not [one for one in lines if b's3cr3t-of-the-t' b'able' in one]\n")

    assert place.run("--env", "MORE=s3cr3t-of-the-flag").code == 0
