# SPDX-License-Identifier: MIT
"""Every test has its one right verdict, and nothing is left, whatever a cloud does.

The faults happen by chance, so this says the more the more often it runs; see fault_injection.py.
"""

import signal

import pytest
from conftest import eventually
from fault_injection import Cloud, one_time


@pytest.mark.parametrize("kill", [False, True], ids=["run", "run after a killed one"])
@pytest.mark.parametrize("seed", [11, 12, 13])
def test_all_is_right_in_the_end(tmp_path, seed, kill):
    wrongs, log = one_time(seed, kill, tmp_path)

    assert wrongs == [], log


@pytest.fixture
def cloud(project):
    return Cloud(project, 1, **QUIET)


QUIET = {"exec_dies": 0, "vanishes": 0, "create_fails": 0, "create_fails_late": 0,
         "destroy_fails": 0, "slow": 0}


def test_it_is_as_right_where_no_input_comes_through(project):
    cloud = Cloud(project, 5, no_input=100)

    run = project.offload("run")

    assert list(cloud.wrongs(run)) == [], f"{run!r}\n{cloud.log}"


def test_a_creation_that_fails_after_all_leaves_no_sandbox(project, cloud):
    cloud.have(**dict(QUIET, create_fails_late=100))

    run = project.offload("run")

    assert run.code == 1
    assert "lost the line" in run.err
    assert cloud.log.count("created") == 9
    assert list(cloud.what_is_left()) == []


def test_the_next_run_waits_for_what_was_being_made(project, cloud):
    cloud.have(**dict(QUIET, create_ms_min=3000, create_ms_max=3001))
    killed = project.start("run", "-p", "1")
    eventually(lambda: (cloud.folder / "calls").exists())
    killed.send(signal.SIGKILL)
    killed.process.wait()

    cleanup = project.offload("cleanup")

    assert cleanup.code == 0, cleanup
    assert "Waiting for 1 sandbox" in cleanup.err
    assert cleanup.out == "Destroyed sandbox box-1.\n"
    assert list(cloud.what_is_left()) == [], cloud.log


def test_a_sandbox_that_cannot_be_set_up_is_replaced(project, cloud):
    cloud.have(**QUIET)
    config = project.read("offload.toml")
    no_way = "test $(grep -c created ../cloud.log) -gt 1 || { echo no way in >&2; exit 1; }; "
    project.write("offload.toml", config.replace('exec_command = "', 'exec_command = "' + no_way))

    run = project.offload("run", "-p", "1")

    assert list(cloud.wrongs(run)) == [], f"{run!r}\n{cloud.log}"
    assert cloud.log.count("created") == 2
