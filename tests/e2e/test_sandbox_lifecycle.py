# SPDX-License-Identifier: MIT
"""When sandboxes of the provider `default` are made and end, and what their commands get."""

import shlex

import pytest
from cli_helpers import write_config
from test_shell_sandboxes import Pool


@pytest.fixture
def pool(project):
    return Pool(project)


def quoted(pool):
    return shlex.quote(str(pool.script))


def test_the_first_sandbox_works_while_another_is_being_made(project, pool):
    ran = shlex.quote(str(project.folder / "ran"))
    project.write("test_a.py", f"""
        def test_one():
            open({str(project.folder / "ran")!r}, "w").close()

        def test_two():
            pass
    """)
    pool.configure(provider={
        "create_command": f"mkdir first 2>/dev/null || until [ -e {ran} ]; do sleep 0.02; done; "
                          + quoted(pool) + " create"})

    run = project.offload("run")

    assert run.code == 0, run
    assert pool.boxes == []


def test_sandboxes_are_made_while_tests_are_still_being_listed(project, pool):
    write_config(
        project, discover="echo one; until [ -e created ]; do sleep 0.02; done; echo two # {filters}",
        run="true {tests}",
        provider={"type": "default", "create_command": "touch created; " + quoted(pool) + " create",
                  "exec_command": quoted(pool) + " exec {sandbox_id} {command}",
                  "destroy_command": quoted(pool) + " destroy {sandbox_id}"})

    run = project.offload("run")

    assert run.code == 0, run
    assert run.verdicts == {"one": "passed", "two": "passed"}


def test_no_more_sandboxes_are_made_than_there_are_tests(project, pool):
    project.write("test_a.py", "def test_one():\n    pass\n\ndef test_two():\n    pass\n")
    pool.configure(max_parallel=8)

    run = project.offload("run")

    assert run.code == 0, run
    assert pool.log.count("create\n") == 2


def test_a_sandbox_goes_when_nothing_can_be_left_for_it(project, pool):
    """Three are up; while the last test runs, one more waits in case it gets lost."""
    log = pool.folder / "pool.log"
    project.write("test_a.py", f"""
        import pathlib
        import time

        import pytest

        def wait_for(what, count):
            until = time.monotonic() + 60
            while pathlib.Path({str(log)!r}).read_text().count(what) < count:
                assert time.monotonic() < until
                time.sleep(0.02)

        @pytest.mark.parametrize("number", range(2))
        def test_quick(number):
            wait_for("create\\n", 3)  # or the third is not made any more

        def test_last():
            wait_for("destroy", 1)
    """)
    pool.configure(max_parallel=3, test_timeout_secs=120)

    run = project.offload("run")

    assert run.code == 0, run
    assert pool.log.count("create\n") == 3


def test_a_creation_that_hangs_is_ended_with_all_that_it_has_started(project, pool):
    project.write("test_a.py", "def test_one():\n    pass\n")
    pool.configure(max_parallel=1, provider={
        "timeout_secs": 1, "create_command": "echo try >>tries; setsid sleep 300 & sleep 300"})

    run = project.offload("run")

    assert run.code == 1
    assert "it did not end within 1 s" in run.err
    assert run.verdicts == {"test_a.py::test_one": "not run"}
    assert len(project.lines("tries")) == 3, "it may get better"
    assert project.leftovers() == []


def test_a_destruction_that_hangs_is_given_up_and_told(project, pool):
    project.write("test_a.py", "def test_one():\n    pass\n")
    pool.configure(max_parallel=1, provider={
        "timeout_secs": 2, "destroy_command": "sleep 300 & sleep 300 # {sandbox_id}"})

    run = project.offload("run")

    assert run.code == 0, run
    assert "could not be destroyed" in run.err
    assert len(pool.boxes) == len(pool.journal) == 1
    assert project.leftovers() == []


@pytest.mark.parametrize("no_input", [False, True])
def test_names_of_tests_may_be_anything(project, pool, no_input):
    names = ["a b", "it's", '"', "$HOME", "`id`", "@x.y", "@modal_sandbox.py", "{sandbox_id}", "\\",
             "ü", "*", "a\nb"]
    project.write("pytest.ini", "[pytest]\n"
                  "disable_test_id_escaping_and_forfeit_all_rights_to_community_support = True\n")
    project.write("test_a.py", f"""
        import pytest

        @pytest.mark.parametrize("name", {names!r}, ids=str)
        def test_it(name, request):
            assert request.node.name == f"test_it[{{name}}]"
    """)
    if no_input:
        pool.trouble("no-input")
    pool.configure(max_parallel=1)

    run = project.offload("run")

    assert run.code == 0, run
    assert len(run.verdicts) == len(names)
    assert set(run.verdicts.values()) == {"passed"}


def test_each_command_is_told_the_number_of_processors(project, pool):
    project.write("test_a.py", "def test_one():\n    pass\n")
    cores = "echo {cpu_cores} >>cores; "
    pool.configure(max_parallel=1, provider={
        "cpu_cores": 2.5,
        "create_command": cores + quoted(pool) + " create",
        "exec_command": cores + quoted(pool) + " exec {sandbox_id} {command}",
        "destroy_command": cores + quoted(pool) + " destroy {sandbox_id}"})

    run = project.offload("run")

    assert run.code == 0, run
    assert project.lines("cores") == ["2.5"] * 3, "there is one exec_command"
