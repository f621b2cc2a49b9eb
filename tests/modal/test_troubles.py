# SPDX-License-Identifier: MIT
"""What can go wrong with Modal is said, in a bounded time, with a status of its own."""

import os
import subprocess
import sys
import time

import pytest
from conftest import SCRIPT, eventually


@pytest.fixture
def image(script):
    return script.image()


@pytest.fixture
def sandbox(script, image):
    return script.sandbox(image)


@pytest.mark.parametrize("env", [
    {"MODAL_TOKEN_ID": None, "MODAL_TOKEN_SECRET": None},
    {"MODAL_TOKEN_SECRET": "as-wrong"},
])
def test_without_credentials_it_says_how_to_get_some(script, env):
    failed = script("create", "im-1", env=env)

    assert (failed.code, failed.out) == (4, "")
    assert "offload: no-credentials\n" in failed.err and "modal token new" in failed.err


def test_when_modal_is_out_of_reach_it_says_so_soon(script):
    began = time.monotonic()

    failed = script("create", "im-1", env={"MODAL_SERVER_URL": "http://127.0.0.1:9"})

    assert failed.code == 7 and "offload: unreachable\n" in failed.err, failed
    assert time.monotonic() - began < 40


def test_an_image_that_is_gone_has_a_status_of_its_own(script, modal, image):
    modal.ask("POST", f"/expire/{image}")

    for arguments in (["create", image],
                      ["prepare", f"--from-base-image={image}", "--post-patch-cmd=true"]):
        failed = script(*arguments)

        assert failed.code == 3 and "offload: image-gone\n" in failed.err, failed


def test_create_is_tried_again_while_there_is_no_room(script, modal, image):
    modal.fault("SandboxCreateV2", times=3, status="RESOURCE_EXHAUSTED", message="no room")

    assert script("create", image).code == 0

    assert modal.state["calls"]["SandboxCreateV2"] == 4


def test_create_gives_up_when_there_is_never_room(script, modal, image):
    modal.fault("SandboxCreateV2", status="RESOURCE_EXHAUSTED", message="your limit is 5")

    failed = script("create", image, "--patience", "2")

    assert failed.code == 5 and "offload: exhausted\n" in failed.err, failed
    assert "your limit is 5" in failed.err and "max_parallel" in failed.err


def test_create_does_not_wait_for_ever(script, modal, image):
    modal.fault("SandboxCreateV2", hang=True)

    failed = script("create", image, "--patience", "3")

    assert failed.code == 8 and "offload: timed-out\n" in failed.err, failed


def test_a_passing_fault_is_not_noticed(script, modal, sandbox):
    for rpc in ("SandboxWaitV2", "TaskExecStart", "TaskExecStdioRead", "TaskExecWait"):
        modal.fault(rpc, times=1, status="UNAVAILABLE", message="try again")

    done = script("exec", sandbox, "echo done; exit 4")

    assert (done.code, done.out) == (4, "done\n"), done


def test_a_reader_that_goes_away_ends_exec(script, sandbox):
    running = script.start("exec", sandbox, "while echo more; do sleep 0.1; done")
    assert running.stdout.readline() == b"more\n"

    running.stdout.close()

    assert running.wait(30) == 125
    assert b"cannot pass output on" in running.stderr.read()


def test_a_sandbox_that_has_ended_is_lost_contact(script, sandbox):
    script("destroy", sandbox)

    failed = script("exec", sandbox, "true")

    assert failed.code == 125 and "offload: sandbox-gone\n" in failed.err, failed


def test_a_sandbox_that_is_preempted_ends_exec(script, modal, sandbox):
    running = script.start("exec", sandbox, "echo up; sleep 1000")
    assert running.stdout.readline() == b"up\n"

    modal.ask("POST", f"/preempt/{sandbox}")

    assert running.wait(30) == 125
    assert b"preempted" in running.stderr.read()


def test_a_sandbox_lives_as_long_as_it_was_given(script, modal, image):
    made = script.sandbox(image, "--timeout", "1")

    eventually(lambda: not modal.alive)

    assert script("exec", made, "true").code == 125


def test_what_is_wrong_with_the_arguments_is_said(script, sandbox, tmp_path):
    for arguments, part in [
            (["download", sandbox, "no-colon"], "REMOTE:LOCAL"),
            (["prepare", "--copy-dir=here"], "LOCAL:/REMOTE"),
            (["prepare", "--copy-dir=nothing:/x"], "there is no nothing"),
            (["prepare", "no/Dockerfile"], "there is no Dockerfile no/Dockerfile"),
            (["create", "im-1", "--env-file", str(tmp_path / "none")], "none")]:
        failed = script(*arguments)

        assert failed.code == 2 and part in failed.err, failed


def test_it_tells_how_to_get_modal(script):
    bare = subprocess.run(
        [sys.executable, "-S", str(SCRIPT), "destroy", "sb-1"],
        capture_output=True, env={"PATH": os.environ["PATH"]})

    assert bare.returncode == 1 and b"uv run" in bare.stderr
