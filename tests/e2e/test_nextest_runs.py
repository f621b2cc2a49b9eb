# SPDX-License-Identifier: MIT
# needs: cargo
"""The nextest framework: one build, and a verdict for each test however nextest ends."""

import os
import re
import signal
import sys
from pathlib import Path

import pytest
from cargo_helpers import built, workspace  # noqa: F401
from conftest import eventually, kill

SLEEPER = "beta sleeps::as_long_as_told"


def logged_commands(workspace):
    """Makes all of cargo and nextest go through a wrapper; what is started is written down."""
    workspace.script("logged", """\
        #!/bin/sh
        echo "$*" >>commands.txt
        exec "$@"
        """)
    (workspace.folder / "commands.txt").unlink(missing_ok=True)
    return "./logged cargo nextest"


def test_a_run_builds_once(workspace):
    command = logged_commands(workspace)
    workspace.script("rustc", '#!/bin/sh\necho rustc "$*" >>"$COMPILED"\nexec "$@"\n')
    compiled = workspace.temp.parent / "compiled.txt"
    workspace.env.update(COMPILED=str(compiled), RUSTC_WRAPPER=str(workspace.folder / "rustc"))
    workspace.write("alpha/src/lib.rs", workspace.read("alpha/src/lib.rs") + "// changed\n")

    run = workspace.run("adds", framework={"command": command})

    assert len(run.verdicts) == 5
    built = [line for line in compiled.read_text().splitlines() if "--crate-name" in line]
    assert sum("--test" in line and "--crate-name alpha" in line for line in built) == 2
    commands = workspace.lines("commands.txt")
    runs = [line for line in commands if " nextest run " in line]
    assert len(commands) - len(runs) == 2  # one list, one `cargo metadata`
    assert len(runs) > 1
    assert all("--binaries-metadata" in line for line in runs)


def test_a_status_that_no_test_explains_is_a_failure(workspace):
    workspace.script("wrapped", """\
        #!/bin/sh
        "$@"
        status=$?
        case "$*" in *" nextest run "*) exit 3 ;; esac
        exit $status
        """)

    run = workspace.run("adds", framework={"command": "./wrapped cargo nextest"})

    assert run.code == 1, run
    outside = "outside of tests: the test command ended with exit status 3"
    assert run.verdicts.pop(outside) == "failed"
    assert len(run.verdicts) > 0 and "passed" in run.verdicts.values()


def test_cargo_is_not_started_for_a_batch(workspace):
    """A batch starts nextest itself, in the environment that cargo would give it."""
    workspace.nextest("sees_where_it_is")
    environment = workspace.counters / "environment"
    by_nextest = environment.read_text()
    workspace.reset()
    programs = workspace.temp.parent / "first in path"
    programs.mkdir()
    wrapper = programs / "cargo"
    path = workspace.env["PATH"]
    wrapper.write_text('#!/bin/sh\necho "$*" >>"$STARTED"\n'
                       f"PATH=$(printf %s \"$PATH\" | sed 's|{programs}:||')\nexec cargo \"$@\"\n")
    wrapper.chmod(0o755)
    started = workspace.temp.parent / "started.txt"

    run = workspace.run("adds sees_where_it_is", framework={"command": "cargo nextest"},
                        env={"PATH": f"{programs}:{path}", "STARTED": str(started)})

    assert len(run.verdicts) == 6 and "not run" not in run.verdicts.values()
    assert sorted(line.split()[0] for line in started.read_text().splitlines()) == [
        "metadata", "nextest", "offload-nextest-probe"]
    assert environment.read_text() == by_nextest


def test_a_run_does_not_wait_for_a_build_of_somebody_else(workspace):
    workspace.run("a_moment")
    # Cargo takes this lock for as long as it builds.
    workspace.script("held", """\
        #!/bin/sh
        case " $* " in
          *" run "*) exec flock target/debug/.cargo-lock "$@" ;;
        esac
        exec "$@"
        """)

    run = workspace.run("a_moment", framework={"command": "./held cargo nextest"})

    assert run.verdicts == {"beta sleeps::a_moment": "passed"}


def test_two_runs_at_once(workspace):
    workspace.configure_nextest({"all": {"filters": "-p alpha tests::adds"}}, file="a.toml",
                                report={"output_dir": "results-a"})
    workspace.configure_nextest({"all": {"filters": "-p beta adds"}}, file="b.toml",
                                report={"output_dir": "results-b"})

    started = [workspace.start("-c", file, "run") for file in ("a.toml", "b.toml")]
    a, b = (one.wait() for one in started)

    assert (a.code, b.code) == (1, 0)
    assert "Total:   2" in a.err + a.out and "Total:   2" in b.err + b.out
    assert not list(workspace.temp.iterdir())


def test_nextest_is_killed_in_the_middle(workspace):
    run = workspace.run("-p beta -E 'not test(sleeps)' -E 'test(a_moment)'",
                        env={"NASTY_KILLS": str(workspace.counters / "killed")})

    assert run.code == 1
    assert run.results.pop("beta::whole kills_its_runner") == ["errored"]
    assert "signal 9" in run.reason("beta::whole kills_its_runner")
    others = {test: verdict for test, verdict in run.verdicts.items() if "kills" not in test}
    assert len(others) == 13
    assert {test for test, verdict in others.items() if verdict != "passed"} == {
        "beta::odd_names fails", "beta::odd_names 'single' \"double\" `back` $HOME"}
    assert not workspace.leftovers()


def test_a_test_that_hangs(workspace):
    run = workspace.run("-p beta sleeps::a_moment sleeps::as_long_as_told adds",
                        env={"NASTY_SLEEP": "600"}, test_timeout_secs=3)

    assert run.code == 1
    assert run.results == {SLEEPER: ["timed out"], "beta sleeps::a_moment": ["passed"],
                           "beta tests::adds": ["passed"], "beta::whole adds": ["passed"]}
    assert not workspace.leftovers()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_leaves_nothing_behind(workspace, number):
    workspace.configure_nextest({"all": {"filters": "sleeps::as_long_as_told"}})
    started = workspace.start("run", env={"NASTY_SLEEP": "600"})

    def sleeps():
        return any(Path("/proc", str(pid), "comm").read_text().strip() == "sleep"
                   for pid in workspace.workers() if Path("/proc", str(pid)).exists())

    eventually(sleeps)
    started.send(number)
    run = started.wait(timeout=20)

    assert run.code == 128 + number
    assert run.verdicts == {SLEEPER: "not run"}
    assert not workspace.leftovers()
    assert not list(workspace.temp.iterdir())


def test_fail_fast(workspace):
    run = workspace.run("-p alpha tests:: --lib", arguments=["--fail-fast"], max_parallel=1)

    assert run.code == 1
    assert list(run.verdicts.values()).count("failed") == 1
    assert "not run" in run.verdicts.values()


def test_fail_fast_spares_a_test_that_passes_again(workspace):
    run = workspace.run("flaky_in_offload sees_where of_the_program", retries=1, max_parallel=1,
                        arguments=["--fail-fast"])

    assert run.code == 2
    assert run.verdicts == {"alpha::whole flaky_in_offload": "flaky",
                            "alpha::whole sees_where_it_is": "passed",
                            "alpha::bin/alpha tests::of_the_program": "passed"}


def test_tests_that_are_gone_when_they_are_to_run(workspace):
    workspace.script("changing", """\
        #!/bin/sh
        case " $* " in *" run "*) export NASTY_MISSING=1 ;; esac
        exec "$@"
        """)

    run = workspace.run("-p beta --test odd_names", framework={
        "command": "./changing cargo nextest"})

    gone = {"beta::odd_names with a space",
            "beta::odd_names with (brackets), [these] and {those}"}
    assert {test for test, verdict in run.verdicts.items() if verdict == "not run"} == gone
    assert all("discovered here, unknown in sandbox" in run.reason(test) for test in gone)
    assert len(run.verdicts) == 9


def test_a_command_with_a_prefix(workspace):
    run = workspace.run("tests::adds", framework={
        "command": f"env -u NOTHING {sys.executable} -c "
                   "'import os,sys; os.execvp(sys.argv[1], sys.argv[1:])' cargo nextest"})

    assert len(run.verdicts) == 3 and "not run" not in run.verdicts.values()


def test_a_compile_error_is_shown(project):
    project.copy("nasty_cargo")
    project.write("beta/src/lib.rs", "pub fn twice(a: u64) -> u64 { a + \"two\" }\n")
    project.configure(framework={"type": "nextest", "command": "cargo nextest"})

    run = project.offload("run")

    assert run.code == 1
    assert "error[E0277]: cannot add `&str` to `u64`" in run.err
    assert "exit status 101" in run.err
    assert "listing tests with `cargo nextest list" in run.err
    assert not project.leftovers()


@pytest.mark.parametrize("framework, filters, expected", [
    ({"command": "no-such-cargo nextest"}, "", "no-such-cargo: not found"),
    ({"command": "no-such-cargo nextest"}, "", "hint: install Rust"),
    ({"package": "gamma"}, "", "error: package ID specification `gamma` did not match"),
    ({"run_args": "-E test(x)"}, "a::b", "run_args cannot select tests"),
    ({"run_args": "--no-such-option"}, "-E test(=a::b)", "unexpected argument '--no-such-option'"),
    ({}, "-E 'tset(x)'", "failed to parse filterset"),
    ({}, "-E 'tset(x)'", "(while listing the group 'all')"),
    ({}, "--features extra", "reading the filters of group `all`"),
])
def test_faults_of_the_configuration(workspace, framework, filters, expected):
    run = workspace.run(filters, framework=framework)

    assert run.code == 1
    assert expected in run.err + run.out


def test_nextest_is_not_installed(workspace):
    programs = workspace.temp.parent / "programs"
    programs.mkdir()
    for name in ("cargo", "rustc", "sh", "sed", "cat", "env"):
        found = next(Path(folder, name) for folder in os.environ["PATH"].split(os.pathsep)
                     if Path(folder, name).exists())
        (programs / name).symlink_to(found)

    run = workspace.run(env={"PATH": str(programs), "CARGO_HOME": str(programs),
                             "RUSTUP_HOME": os.environ.get(
                                 "RUSTUP_HOME", str(Path.home() / ".rustup"))})

    assert run.code == 1
    assert re.search("no such (sub)?command: `nextest`", run.err)  # old and new words of cargo
    assert "hint: install nextest: `cargo install --locked cargo-nextest`" in run.err


def test_there_is_no_cargo_project(project):
    project.configure(framework={"type": "nextest", "command": "cargo nextest"})

    run = project.offload("run")

    assert run.code == 1
    assert "could not find `Cargo.toml`" in run.err
    assert "hint: start Offload in the folder of the workspace" in run.err


def test_a_killed_nextest_does_not_keep_its_test(workspace):
    """The process that a killed nextest leaves behind ends with its sandbox."""
    workspace.configure_nextest({"all": {"filters": "sleeps::as_long_as_told"}})
    started = workspace.start("run", env={"NASTY_SLEEP": "600"})

    def nextest():
        for pid in workspace.workers():
            command = Path("/proc", str(pid), "cmdline")
            if command.exists() and b"--binaries-metadata" in command.read_bytes():
                return pid
        return None

    def sleeps():
        return any(Path("/proc", str(pid), "comm").read_text().strip() == "sleep"
                   for pid in workspace.workers() if Path("/proc", str(pid)).exists())

    eventually(sleeps)
    kill(eventually(nextest))
    run = started.wait(timeout=30)

    assert run.results == {SLEEPER: ["errored"]}
    assert not workspace.leftovers()
