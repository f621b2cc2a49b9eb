# SPDX-License-Identifier: MIT
"""Values of variables stay out of all that Offload says and writes, and out of process lists."""

import shlex
import signal

import pytest
from conftest import eventually
from test_shell_sandboxes import Pool, commands_that_run

SECRET = "hunter2-and-more"
OTHER = "swordfish-and-more"
ECHO = f"echo wrong token {SECRET} and {OTHER} >&2"


@pytest.fixture
def pool(project):
    return Pool(project)


def configure(project, pool, **provider):
    project.write("test_a.py", "def test_a():\n    pass\n")
    pool.configure(max_parallel=1, provider=dict({"env": {"TOKEN": SECRET}}, **provider))


def run_with_other(project, *more):
    return project.offload("run", "-v", "--env", "OTHER=" + OTHER, "--trace",
                           "--events", "test-results/events.jsonl", *more)


def places_with(secret, project, run):
    """Where the value is to be read after a run, the configuration aside."""
    places = {"stdout": run.out, "stderr": run.err}
    for folder in (project.folder / "test-results", project.folder.parent / "state"):
        for file in folder.rglob("*"):
            if file.is_file():
                places[str(file)] = file.read_text(errors="replace")
    return [name for name, text in places.items() if secret in text]


def assert_masked(project, run):
    assert places_with(SECRET, project, run) == []
    assert places_with(OTHER, project, run) == []
    assert "wrong token *** and ***" in run.err


def test_a_create_command_that_tells_a_value_is_masked(project, pool):
    configure(project, pool, create_command=ECHO + "; exit 3")

    run = run_with_other(project)

    assert run.code == 1
    assert_masked(project, run)
    assert "create_command ended with exit status 3: wrong token *** and ***" in run.out
    assert "wrong token *** and ***" in run.reason("test_a.py::test_a")


def test_a_prepare_command_that_tells_a_value_is_masked(project, pool):
    configure(project, pool, prepare_command=ECHO + f"; echo {SECRET}; echo image; : ")

    run = run_with_other(project)

    assert run.code == 0, run
    assert_masked(project, run)


def test_a_prepare_command_that_fails_is_masked(project, pool):
    configure(project, pool, prepare_command=ECHO + "; exit 3; : ")

    run = run_with_other(project)

    assert run.code == 1
    assert_masked(project, run)
    assert "prepare_command ended with exit status 3: wrong token *** and ***" in run.err


def test_an_exec_command_that_tells_a_value_is_masked(project, pool):
    configure(project, pool, exec_command=ECHO + "; exit 3 # {sandbox_id} {command}")

    run = run_with_other(project)

    assert run.code == 1
    assert_masked(project, run)


def test_contact_that_is_lost_in_a_batch_is_masked(project, pool):
    configure(project, pool)
    pool.trouble("no-input")  # so that each batch is an exec_command
    pool.script.write_text(pool.script.read_text().replace(
        "  exec)\n", f"  exec)\n    case $3 in *pytest*) {ECHO}; exit 3 ;; esac\n"))

    run = run_with_other(project)

    assert run.code == 1
    # The logs hold what came from the sandbox, byte for byte, and the events what is in the logs.
    for secret in (SECRET, OTHER):
        places = places_with(secret, project, run)
        assert all("/logs/batch-" in place or place.endswith("/events.jsonl") for place in places)
        said = [line for line in project.lines("test-results/events.jsonl") if secret in line]
        assert said and all('"event":"batch_output"' in line for line in said)


def test_a_destroy_command_that_tells_a_value_is_masked(project, pool):
    # In a file of its own: the command itself is written down, for whoever comes later.
    project.script("tell", "#!/bin/sh\n" + ECHO + "\n")
    tell = shlex.quote(str(project.folder / "tell"))
    configure(project, pool, destroy_command=tell + "; exit 3 # {sandbox_id}")
    assert run_with_other(project).code == 0

    run = run_with_other(project)

    assert run.code == 0, run
    assert "WARN cannot destroy sandbox" in run.err
    assert_masked(project, run)


def test_a_transfer_that_tells_a_value_is_masked(project, pool):
    project.write("test_a.py", "def test_a():\n    open('a.log', 'w').close()\n")
    pool.configure(max_parallel=1, provider={"env": {"TOKEN": SECRET}},
                   report={"download_globs": ["*.log"]})
    pool.script.write_text(pool.script.read_text().replace(
        "  exec)\n", f"  exec)\n    case $3 in *' send '*) {ECHO}; exit 3 ;; esac\n"))

    run = run_with_other(project)

    assert run.code == 0, run
    assert_masked(project, run)


@pytest.mark.parametrize("command", [["run"], ["run", "--collect-only"], ["collect"]])
def test_a_listing_that_tells_a_value_is_masked(project, command):
    project.write("conftest.py", "import os\nraise ValueError('no ' + os.environ['TOKEN'])\n")
    project.write("test_a.py", "def test_a():\n    pass\n")
    project.configure(provider={"env": {"TOKEN": SECRET}})

    run = project.offload(*command)

    assert run.code == 1
    assert places_with(SECRET, project, run) == []
    assert "ValueError: no ***" in run.err


def test_what_a_test_says_is_its_own_business(project, pool):
    configure(project, pool)
    project.write("test_a.py", "import os\n\ndef test_a():\n    assert not os.environ['TOKEN']\n")

    run = run_with_other(project)

    assert run.code == 1
    assert SECRET in run.reason("test_a.py::test_a")


@pytest.mark.parametrize("provider", ["default", "local"])
def test_no_process_list_has_a_value(project, pool, provider):
    project.write("test_a.py", """
        import os, time

        def test_a():
            assert os.environ["TOKEN"] and os.environ["OTHER"] and os.environ["THIRD"]
            open(os.environ["FLAG"], "w").close()
            time.sleep(60)
    """)
    env = {"TOKEN": SECRET, "FLAG": str(project.folder / "flag")}
    if provider == "default":
        pool.configure(max_parallel=1, provider={"env": env})
    else:
        project.configure(max_parallel=1, provider={"env": env})
    started = project.start("run", "--env", "OTHER=" + OTHER, "--env=THIRD=" + OTHER + "3")
    eventually(lambda: (project.folder / "flag").exists())

    commands = b"\n".join(commands_that_run())

    assert b"--env OTHER=****" in commands and b"--env=THIRD=****" in commands
    assert SECRET.encode() not in commands
    assert OTHER.encode() not in commands
    started.send(signal.SIGINT)
    assert started.wait().code == 130


@pytest.mark.parametrize("words", [["run", "--env", SECRET], ["run", "TOKEN=" + SECRET],
                                   ["TOKEN=" + SECRET], ["run", "--evn=TOKEN=" + SECRET]])
def test_a_command_line_that_is_wrong_is_not_repeated(project, words):
    project.write("test_a.py", "def test_a():\n    pass\n")
    project.configure()

    run = project.offload(*words)

    assert run.err
    assert SECRET not in run.err


def test_a_value_that_cannot_be_read_is_not_shown(project):
    project.configure(provider={"env": {"TOKEN": "${" + SECRET}})

    for command in ("validate", "run"):
        run = project.offload(command)
        assert run.code == 1
        assert "provider.env.TOKEN" in run.err or "'TOKEN'" in run.err
        assert SECRET not in run.err + run.out


def test_validate_shows_no_value(project, pool):
    configure(project, pool)

    run = project.offload("-v", "validate")

    assert run.code == 0
    assert SECRET not in run.err + run.out
