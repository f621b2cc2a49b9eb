# SPDX-License-Identifier: MIT
"""The protocol of `modal_sandbox.py serve`: docs/modal-protocol.md."""

import hashlib
import os
import signal
import time

import pytest
from conftest import eventually

DOCKERFILE = "FROM python:3.11\nWORKDIR /app\n"


@pytest.fixture
def image(server, script):
    script.write("Dockerfile", DOCKERFILE)
    return server.ok("build", dockerfile="Dockerfile", context=str(script.folder))["image"]


@pytest.fixture
def sandbox(server, image):
    return server.ok("create", image=image)["sandbox"]


@pytest.fixture
def own_server(serve):
    return serve()


@pytest.fixture
def own_sandbox(own_server, image):
    return own_server.ok("create", image=image)["sandbox"]


def test_it_says_hello(server, modal):
    said = server.ok("hello", protocol=1)

    assert said["protocol"] == 1 and said["modal"].startswith("1.")
    assert server.error("hello", protocol=2)["kind"] == "invalid"


def test_a_command_has_two_outputs_and_a_code(server, sandbox):
    command = server.ask("exec", sandbox=sandbox, command="echo out; echo err >&2; pwd; exit 5")

    assert server.answer(command)["ok"] == {"code": 5}
    assert server.output(command) == b"out\n/app\n"
    assert server.output(command, "stderr") == b"err\n"
    assert len(server.events(command, "started")) == 1


def test_output_comes_while_the_command_runs(server, sandbox):
    command = server.ask("exec", sandbox=sandbox, command="echo one; read x; echo $x", stdin=True)

    eventually(lambda: server.output(command) == b"one\n")
    assert server.ok("stdin", exec=command, text="two\n") == {"open": True}
    assert server.answer(command)["ok"] == {"code": 0}
    assert server.output(command) == b"one\ntwo\n"


def test_standard_input_keeps_its_order_and_ends(server, sandbox):
    command = server.ask("exec", sandbox=sandbox, argv=["md5sum"], stdin=True)
    eventually(lambda: server.events(command, "started"))
    lines = [f"{n} {'x' * 1000}\n" for n in range(300)]
    sent = [server.ask("stdin", exec=command, text=line) for line in lines]
    last = server.ask("stdin", exec=command, base64="/wA=", eof=True)

    assert all("ok" in server.answer(one) for one in [*sent, last])
    server.answer(command)
    digest = hashlib.md5("".join(lines).encode() + b"\xff\0").hexdigest()
    assert server.output(command).split()[0].decode() == digest


def test_without_standard_input_a_command_reads_its_end(server, sandbox):
    command = server.ask("exec", sandbox=sandbox, command="cat; echo done")

    assert server.answer(command)["ok"] == {"code": 0}
    assert server.output(command) == b"done\n"


def test_bytes_that_are_no_text_come_through(server, sandbox):
    command = server.ask("exec", sandbox=sandbox, command=r"printf '\377\000\303\244\n'")

    server.answer(command)

    assert server.output(command) == b"\xff\0\xc3\xa4\n"


def test_variables_are_in_no_command_line(server, image, modal):
    made = server.ok("create", image=image, env={"TOKEN": "s3cr3t-of-it"})["sandbox"]
    command = server.ask("exec", sandbox=made, env={"MORE": "s3cr3t-too"},
                         command="echo $TOKEN $MORE; cat /proc/*/cmdline | tr '\\0' ' '")

    server.answer(command)

    shown, _, lines = server.output(command).decode().partition("\n")
    assert shown == "s3cr3t-of-it s3cr3t-too" and "s3cr3t" not in lines


def test_a_long_command_goes_by_a_file(server, sandbox):
    names = " ".join(f"name{n:06}" for n in range(9_000))
    command = server.ask("exec", sandbox=sandbox, command=f"for n in {names}; do :; done; echo $n")

    server.answer(command)

    assert server.output(command) == b"name008999\n"


def test_many_sandboxes_are_made_and_used_at_once(server, image, modal):
    wanted = [server.ask("create", image=image) for _ in range(8)]
    made = [server.answer(one)["ok"]["sandbox"] for one in wanted]
    commands = [server.ask("exec", sandbox=one, command="read x; echo $x", stdin=True)
                for one in made]
    for one in commands:
        eventually(lambda: server.events(one, "started"))
    for one in reversed(commands):
        server.ask("stdin", exec=one, text=f"{one}\n")

    for one in commands:
        assert server.answer(one)["ok"] == {"code": 0}
        assert server.output(one).decode() == f"{one}\n"
    assert modal.state["most_at_once"]["SandboxCreateV2"] > 1
    assert len(modal.alive) == 8


def test_files_go_there_and_back(server, sandbox, script):
    there = script.write("tool", "#!/bin/sh\necho tool\n")
    server.ok("put", sandbox=sandbox, local=str(there), remote="/opt/x/tool", mode="755")
    command = server.ask("exec", sandbox=sandbox, argv=["/opt/x/tool"])
    assert server.answer(command)["ok"] == {"code": 0}

    server.ok("get", sandbox=sandbox, remote="/opt/x/tool", local=str(script.folder / "back"))
    server.ok("get", sandbox=sandbox, remote="/opt/x", local=str(script.folder / "folder"))

    assert (script.folder / "back").read_bytes() == there.read_bytes()
    assert os.access(script.folder / "folder" / "tool", os.X_OK)
    assert server.error("get", sandbox=sandbox, remote="/none", local="x")["kind"] == "failed"


@pytest.mark.parametrize("left", ["sleep 987", "env -i sleep 987",
                                  "env -i sh -c 'sleep 987 & sleep 987 & wait'"])
def test_a_command_that_is_cancelled_leaves_no_process(server, sandbox, left):
    command = server.ask("exec", sandbox=sandbox,
                         command=f"(trap '' TERM; {left} & wait) & echo up; wait")
    eventually(lambda: server.output(command) == b"up\n")

    assert server.ok("cancel", request=command) == {"found": True}

    assert server.answer(command)["error"]["kind"] == "cancelled"

    def sleeping():
        look = server.ask("exec", sandbox=sandbox,
                          command="cat /proc/*/cmdline | tr '\\0' ' ' | grep -c 'sleep 98[7]'")
        server.answer(look)
        return server.output(look) != b"0\n"

    eventually(lambda: not sleeping())


def test_a_sandbox_whose_creation_is_cancelled_is_ended(server, image, modal):
    modal.fault("SandboxCreateV2", times=1, delay=1)
    wanted = server.ask("create", image=image)
    eventually(lambda: modal.state["calls"].get("SandboxCreateV2"))

    server.ok("cancel", request=wanted)

    assert server.answer(wanted)["error"]["kind"] == "cancelled"
    eventually(lambda: modal.state["sandboxes"])
    eventually(lambda: not modal.alive)


def test_creation_that_waits_for_room_can_be_cancelled(server, image, modal):
    modal.fault("SandboxCreateV2", status="RESOURCE_EXHAUSTED", message="no room")
    wanted = server.ask("create", image=image)
    eventually(lambda: modal.state["calls"].get("SandboxCreateV2", 0) > 1)

    server.ok("cancel", request=wanted)

    assert server.answer(wanted, 5)["error"]["kind"] == "cancelled"


def test_a_sandbox_that_came_too_late_is_ended(own_server, image, modal):
    modal.fault("SandboxCreateV2", delay=3)
    error = own_server.error("create", image=image, seconds=1)
    assert error["kind"] == "timed-out" and error["again"]
    eventually(lambda: modal.alive)

    assert own_server.end() == 0

    assert modal.alive == []


def test_all_pause_when_modal_is_asked_too_fast(server, image, modal):
    modal.fault("SandboxCreateV2", times=10, status="RESOURCE_EXHAUSTED", message="slow down")

    wanted = [server.ask("create", image=image) for _ in range(10)]

    assert all("ok" in server.answer(one) for one in wanted)
    assert len(modal.alive) == 10


def test_without_credentials_hello_says_so(serve):
    error = serve(env={"MODAL_TOKEN_SECRET": "as-wrong"}).error("hello")

    assert error["kind"] == "no-credentials" and "modal token new" in error["hint"]


def test_nothing_is_left_when_the_caller_goes(own_server, image, modal):
    for _ in range(3):
        own_server.ok("create", image=image)
    made = modal.alive[0]
    own_server.ask("exec", sandbox=made, command="sleep 1000")

    assert own_server.end() == 0
    assert modal.alive == []


def test_nothing_is_left_after_a_signal(own_server, own_sandbox, modal):
    own_server.process.send_signal(signal.SIGTERM)

    assert own_server.process.wait(60) == 0
    assert modal.alive == []


def test_terminate_all_ends_what_this_one_has_made(server, image, modal, script):
    others = script.sandbox(image)
    for _ in range(3):
        server.ok("create", image=image)

    assert server.ok("terminate_all") == {"left": []}

    assert modal.alive == [others]


def test_a_sandbox_can_be_ended_and_is_gone_then(server, sandbox, modal):
    assert server.ok("terminate", sandbox=sandbox) == {}
    assert modal.alive == []

    assert server.error("exec", sandbox=sandbox, command="true")["kind"] == "sandbox-gone"
    assert server.ok("terminate", sandbox=sandbox) == {}


def test_a_sandbox_that_is_preempted_fails_its_commands_at_once(server, sandbox, modal):
    command = server.ask("exec", sandbox=sandbox, command="echo up; sleep 1000")
    eventually(lambda: server.output(command) == b"up\n")

    modal.ask("POST", f"/preempt/{sandbox}")

    error = server.answer(command, 20)["error"]
    assert error["kind"] == "sandbox-gone" and "preempted" in error["message"]
    eventually(lambda: [one for one in server.said if one.get("event") == "sandbox-ended"
                        and one["sandbox"] == sandbox and "preempted" in one["reason"]])


def test_output_waits_for_a_caller_that_is_slow(server, sandbox):
    command = server.ask("exec", sandbox=sandbox, window=100_000,
                         command="head -c 3000000 /dev/zero | tr '\\0' x; echo end >&2")

    def given():
        return sum(len(server.output(command, stream)) for stream in ("stdout", "stderr"))

    eventually(lambda: given() == 100_000)
    assert server.ok("hello")["protocol"] == 1  # others are served meanwhile
    assert given() == 100_000

    server.ok("more", exec=command, bytes=10**9)

    assert server.answer(command)["ok"] == {"code": 0}
    assert server.output(command) == b"x" * 3_000_000
    assert server.output(command, "stderr") == b"end\n"


def test_output_waits_for_the_caller_after_the_command_has_ended(server, sandbox):
    command = server.ask("exec", sandbox=sandbox, window=1000,
                         command="head -c 5000 /dev/zero | tr '\\0' x")
    eventually(lambda: server.output(command))
    time.sleep(12)  # longer than the output of a process in the background is waited for

    server.ok("more", exec=command, bytes=10_000)

    assert server.answer(command)["ok"] == {"code": 0}
    assert len(server.output(command)) == 5000


def resident(pid):
    with open(f"/proc/{pid}/status") as status:
        line = next(line for line in status if line.startswith("VmRSS"))
    return int(line.split()[1]) * 1024


def test_memory_does_not_grow_with_output(own_server, own_sandbox):
    own_server.ok("hello")
    before = resident(own_server.process.pid)
    own_server.reading.clear()
    command = own_server.ask("exec", sandbox=own_sandbox,
                         command="head -c 300000000 /dev/zero | tr '\\0' x")
    most = 0
    for _ in range(200):
        most = max(most, resident(own_server.process.pid) - before)
        if most > 200 * 2**20:
            break
        time.sleep(0.02)
    assert most < 150 * 2**20
    own_server.ask("cancel", request=command)
    own_server.reading.set()
    assert own_server.answer(command)["error"]["kind"] == "cancelled"


@pytest.mark.parametrize("request_, part", [
    ({"op": "dance"}, "dance"),
    ({"op": "exec"}, "sandbox"),
    ({"op": "stdin", "exec": "none", "text": "x"}, "none"),
    ({"op": "create", "image": "im-x", "colour": "red"}, "colour"),
])
def test_what_is_asked_wrongly_is_answered(server, request_, part):
    error = server.error(**request_)

    assert error["kind"] == "invalid" and part in error["message"]


def test_what_is_no_request_ends_it(own_server, own_sandbox, modal):
    own_server.send("hello?")

    assert own_server.process.wait(60) == 2
    assert modal.alive == []
