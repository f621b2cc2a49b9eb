# SPDX-License-Identifier: MIT
"""Runs with `type = "modal"` that meet trouble end in time, say what to do, and leave nothing."""

import signal
import time
from pathlib import Path

import pytest
from conftest import eventually, send
from fault_injection import one_time
from test_provider import place  # noqa: F401 - a fixture

SLEEPING = """\
import time, pytest

@pytest.mark.parametrize('n', range({count}))
def test_it(n):
    time.sleep({seconds})
"""


@pytest.fixture
def sleeping(place):  # noqa: F811
    """A project of tests that take a while, in two sandboxes."""

    def of(count, seconds, parallel=2, **more):
        place.configure(parallel=parallel, **more)
        place.project.write("tests/test_it.py", SLEEPING.format(count=count, seconds=seconds))
        return place

    return of


def working_in(modal, count):
    """Whether workers have been started in so many sandboxes."""
    return modal.state["calls"].get("TaskExecStdinWrite", 0) >= 3 * count


def all_passed(run, count):
    return run.code == 0 and list(run.results.values()) == [["passed"]] * count


def test_a_script_that_hangs_is_killed_and_started_again(sleeping):
    place = sleeping(4, 5)
    started = place.project.start("run")
    eventually(lambda: working_in(place.modal, 2))
    hanging = place.services()[0]
    send(hanging, signal.SIGSTOP)

    run = started.wait(120)

    assert run.code == 0 and set(run.verdicts.values()) == {"passed"}, run
    assert hanging not in place.services()
    assert len(place.modal.state["sandboxes"]) == 2, run
    assert "Modal's script has ended: it stopped answering" in run.err, run
    assert place.modal.alive == [] and place.project.leftovers() == []


def test_what_cannot_be_had_is_done_without(sleeping):
    place = sleeping(6, 0.5, parallel=4)
    place.modal.fault("SandboxCreateV2", after=2, status="RESOURCE_EXHAUSTED",
                      message="the workspace's limit of sandboxes is reached")

    began = time.monotonic()
    run = place.run()

    assert all_passed(run, 6), run
    assert len(place.modal.state["sandboxes"]) == 2 and place.modal.alive == []
    assert time.monotonic() - began < 60, "it does not wait for room that it has no use for"


def test_a_given_image_that_is_gone_is_said(sleeping):
    place = sleeping(1, 0)

    run = place.run("--override-image-id", "im-0123")

    assert run.code == 1 and place.modal.alive == []
    assert "image im-0123 no longer exists" in run.err, run
    assert "build it again" in run.err, run


def test_a_sandbox_that_is_preempted_is_replaced(sleeping):
    place = sleeping(4, 5)
    started = place.project.start("run")
    eventually(lambda: working_in(place.modal, 2))
    place.modal.ask("POST", f"/preempt/{place.modal.alive[0]}")

    run = started.wait(120)

    assert run.code == 0 and set(run.verdicts.values()) == {"passed"}, run
    assert "preempted" in run.err, run
    assert len(place.modal.state["sandboxes"]) == 3 and place.modal.alive == []


def test_a_sandbox_is_found_that_was_being_made_for_a_killed_run(sleeping):
    place = sleeping(2, 60)
    place.modal.fault("SandboxCreateV2", delay=3)
    started = place.project.start("run")
    eventually(lambda: place.modal.state["calls"].get("SandboxCreateV2"))
    services = place.services()
    started.send(signal.SIGKILL)
    for pid in services:
        send(pid, signal.SIGKILL)
    started.process.wait()
    assert place.modal.alive == []

    cleanup = place.project.offload("cleanup")

    assert cleanup.code == 0 and "Destroyed sandbox run:" in cleanup.out, cleanup
    assert place.modal.state["sandboxes"] and place.modal.alive == []
    assert not list(Path(place.project.env["XDG_STATE_HOME"]).rglob("*.id"))


def test_all_is_right_in_the_end_after_a_killed_run(modal, tmp_path):
    wrongs, said, met = one_time(modal, 7, True, tmp_path)

    assert wrongs == [], f"{met} {said}"
