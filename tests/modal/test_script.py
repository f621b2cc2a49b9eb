# SPDX-License-Identifier: MIT
"""The commands of modal_sandbox.py, as a configuration of the provider `default` calls them."""

import json
import subprocess

import pytest


@pytest.fixture
def image(script):
    return script.image()


@pytest.fixture
def sandbox(script, image):
    return script.sandbox(image)


def test_prepare_prints_the_id_and_nothing_else(script):
    script.write("Dockerfile", "FROM python:3.11\nRUN echo something is printed here\n")

    built = script("prepare", "Dockerfile")

    assert built.code == 0 and built.out.startswith("im-") and built.out.count("\n") == 1
    assert "something is printed here" in built.err


def test_without_a_dockerfile_there_is_an_image_with_pytest(script, modal):
    built = script("prepare")

    assert built.code == 0, built
    assert any("pytest" in step for step in modal.state["images"][built.last])


def test_create_says_what_the_sandbox_is_to_be(script, modal, image):
    made = script("create", "--cpu", "2", image, "--memory-gb", "1.5", "--workdir", "/srv",
                  "--timeout", "77", "--tag", "run=a", "--env-file", "-",
                  "--experimental-options", '{"enable_docker": true}',
                  given=json.dumps({"TOKEN": "it's secret"}).encode())

    assert made.code == 0 and made.out == made.last + "\n", made
    about = modal.state["sandboxes"][made.last]
    assert about["cpu"] == 2000 and about["memory"] == 1536 and about["timeout"] == 77
    assert about["tags"] == {"run": "a"} and about["options"] == {"enable_docker": "True"}
    shown = script("exec", made.last, "pwd; echo $TOKEN")
    assert shown.out == "/srv\nit's secret\n"


def test_exec_passes_everything_on(script, sandbox):
    done = script("exec", sandbox, "cat; echo fault >&2; exit 9", given=b"one\n\xfftwo\n")

    assert done.code == 9
    assert done.out.encode(errors="surrogateescape") == b"one\n\xfftwo\n"
    assert "fault\n" in done.err


def test_exec_answers_while_it_runs(script, sandbox):
    running = script.start("exec", sandbox, "while read x; do echo got $x; done",
                           stdin=subprocess.PIPE)

    for word in (b"a", b"b"):
        running.stdin.write(word + b"\n")
        running.stdin.flush()
        assert running.stdout.readline() == b"got " + word + b"\n"
    running.stdin.close()
    assert running.wait(30) == 0


def test_exec_does_not_wait_for_input_that_never_comes(script, sandbox):
    running = script.start("exec", sandbox, "echo done; exit 3", stdin=subprocess.PIPE)

    assert running.wait(60) == 3
    assert running.stdout.read() == b"done\n"


def test_a_command_that_a_signal_ends_says_so(script, sandbox):
    assert script("exec", sandbox, "kill -9 $$").code == 137


def test_download_copies_files_and_folders(script, sandbox):
    script("exec", sandbox, "mkdir -p d/e; printf x >d/e/f; printf y >'a b'")

    done = script("download", sandbox, "/app/d:got/d", "/app/a b:got/a b", "d/e/f:got/f")

    assert done.code == 0, done
    got = script.folder / "got"
    assert (got / "d/e/f").read_text() == "x" == (got / "f").read_text()
    assert (got / "a b").read_text() == "y"


def test_download_of_what_is_not_there_fails(script, sandbox):
    failed = script("download", sandbox, "/nothing:here")

    assert failed.code == 1 and "/nothing" in failed.err
    assert not (script.folder / "here").exists()


def test_destroy_can_be_said_twice(script, modal, sandbox):
    assert script("destroy", sandbox).code == 0
    assert modal.alive == []
    assert script("destroy", sandbox).code == 0
    assert script("destroy", "sb-neverwas").code == 0


def test_destroy_many_ends_all_in_spite_of_rate_limits(script, modal, image):
    made = [script.sandbox(image) for _ in range(3)]
    modal.fault("SandboxTerminateV2", times=2, status="RESOURCE_EXHAUSTED", message="slow down")

    done = script("destroy-many", given="\n".join([*made, "sb-neverwas"]).encode())

    assert done.code == 0, done
    assert modal.alive == []


def test_destroy_many_says_what_is_left(script, modal, image):
    made = script.sandbox(image)
    modal.fault("SandboxTerminateV2", status="PERMISSION_DENIED", message="not yours")

    done = script("destroy-many", given=made.encode())

    assert done.code == 1
    assert made in done.err and "not yours" in done.err
