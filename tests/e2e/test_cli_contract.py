# SPDX-License-Identifier: MIT
"""What scripts rely on: exit codes, flags, what is on which stream. One test a promise."""

import json
import re
import subprocess

import pytest
from cli_helpers import ran, shell_tests, write_config
from conftest import BINARY


# --- Usage --------------------------------------------------------------------------------------


def test_the_version_is_greppable(project):
    shown = project.offload("--version")

    assert shown.code == 0
    assert re.fullmatch(r"offload \d+\.\d+\.\d+\n", shown.out)
    assert project.offload("-V").out == shown.out


@pytest.mark.parametrize("line, word, hint", [
    ("runn", "unknown command `runn`", "Did you mean `run`?"),
    ("wash", "unknown command `wash`", "The commands are: "),
    ("", "there is no command", "The commands are: "),
    ("run --paralel 2", "`--paralel`", "Did you mean `--parallel`?"),
    ("run --paralel=2", "`--paralel`", "Did you mean `--parallel`?"),
    ("--paralel 2 run", "`--paralel`", "Did you mean `--parallel`?"),
    ("--parallel 2 run", "`--parallel`", "Write it after the command: offload run --parallel"),
    ("collect --fail-fast", "`--fail-fast`", "It is a flag of `offload run`."),
    ("run --parallel 0", "`0`", ""),
    ("run --parallel -1", "`-1`", ""),
    ("run --parallel x", "`x`", ""),
    ("run --parallel 2x", "`2x`", ""),
    ("run --parallel 99999999999", "`99999999999`", ""),
    ("run --parallel", "--parallel needs a value", ""),
    ("logs --test", "--test needs a value", ""),
    ("-c", "--config needs a value", ""),
    ("run -c a -c b", "--config is given more than once", ""),
    ("run extra", "`extra`", "offload run --help"),
    ("run --ci=maybe", "--ci = maybe", ""),
    ("run collect", "`collect`", ""),
])
def test_a_usage_error_names_the_word_and_ends_with_1(project, line, word, hint):
    shell_tests(project, "a")

    failed = project.offload(*line.split())

    assert failed.code == 1
    assert failed.out == ""
    assert failed.err.startswith("Error: ")
    assert word in failed.err
    assert hint in failed.err
    assert ran(project) == []


@pytest.mark.parametrize("arguments, words", [
    (["--help"], ["run ", "collect", "validate", "init", "logs", "Exit codes", "First steps"]),
    (["run", "--help"], ["--parallel", "--fail-fast", "--env", "Exit codes", "-c PATH"]),
    (["logs", "--help"], ["--failures", "--errors", "--test-regex"]),
    (["init", "--help"], ["--framework", "pytest", "--provider"]),
])
def test_help_is_on_stdout_and_teaches(project, arguments, words):
    shown = project.offload(*arguments)

    assert (shown.code, shown.err) == (0, "")
    assert [word for word in words if word not in shown.out] == []


@pytest.mark.parametrize("arguments", [
    ["-c", "other.toml", "collect"],
    ["collect", "-c", "other.toml"],
    ["--config=other.toml", "collect"],
    ["collect", "--config", "other.toml"],
    ["-v", "collect", "-c", "other.toml"],
    ["collect", "-vc", "other.toml"],
    ["collect", "-c", "other.toml", "--verbose"],
])
def test_global_flags_stand_before_or_after_the_command(project, arguments):
    shell_tests(project, "a", file="other.toml")

    assert "  a\n" in project.offload(*arguments).out


def test_there_is_nothing_to_build_locally(project):
    shell_tests(project, "a")

    for line in (["build"], ["build", "--no-cache"]):
        built = project.offload(*line)

        assert (built.code, built.out) == (0, "")
        assert "Nothing to build" in built.err


# --- Flags of run -------------------------------------------------------------------------------


def test_every_flag_of_run_is_accepted(project):
    shell_tests(project, "a", extra='[history]\npath = "h.jsonl"\n')

    run = project.offload(
        "run", "--parallel", "3", "--trace", "--ci", "--show-estimated-cost", "--no-cache",
        "--env", "A=1", "--env", "B=2", "--copy-dir", "a:b", "--copy-dir", "c:/d", "--fail-fast",
        "--record-history", "-v")

    assert run.code == 0
    assert run.verdicts == {"a": "passed"}


def test_collect_only_runs_nothing(project):
    shell_tests(project, "a", "b")

    run = project.offload("run", "--collect-only", "--show-estimated-cost")

    assert run.code == 0
    assert run.out == "Discovered 2 tests across 1 groups:\n\nGroup 'all':\n  a\n  b\n"
    assert "Discovering tests... found 2 tests across 1 groups" in run.err
    assert ran(project) == []
    assert not (project.folder / "test-results").exists()


def test_env_reaches_the_tests_and_beats_the_configuration(project):
    shell_tests(project, "a", run='echo "$A|$B|$C|$OFFLOAD_ROOT" >env.txt # {tests}',
                provider={"env": {"A": "config", "B": "config"}},
                offload={"sandbox_project_root": "/p"})

    run = project.offload("run", "--env", "A=from=flag", "--env", "C=", "--env=D=1")

    assert run.code == 0
    assert project.lines("env.txt") == ["from=flag|config||/p"]


@pytest.mark.parametrize("flags, env, expected", [
    (["--ci"], {}, True), ([], {"CI": "true"}, True), ([], {"CI": "1"}, False), ([], {}, False)])
def test_ci_asks_for_plain_progress_lines(project, flags, env, expected):
    shell_tests(project, "a", "fail")

    run = project.offload("run", *flags, env=env)

    assert ("[ci] 100% | passed: 1, failed: 1, flaky: 0, awaiting: 0" in run.err) == expected
    assert "[ci]" not in run.out


@pytest.mark.parametrize("bad", ["NOVALUE", "=x", ""])
def test_a_bad_env_warns_and_is_ignored(project, bad):
    shell_tests(project, "a")

    run = project.offload("run", "--env", bad)

    assert run.code == 0
    assert "Ignoring --env ***: expected KEY=VALUE" in run.err
    assert run.err.count("Ignoring --env") == 1


@pytest.mark.parametrize("flags, words", [
    (["--record-history"], ["--record-history", "[history]"]),
    (["--override-image-id", "im-1"], ["--override-image-id", "modal", "`local`"]),
    (["--copy-dir", "nocolon"], ["--copy-dir", "nocolon"]),
    (["--copy-dir", ":x"], ["--copy-dir", ":x"]),
    (["--copy-dir", "x:"], ["--copy-dir", "x:"]),
])
def test_flags_that_do_not_fit_fail_before_discovery(project, flags, words):
    shell_tests(project, "a", discover="touch discovered; cat tests.txt # {filters}")

    for also in ([], ["--collect-only"]):
        failed = project.offload("run", *flags, *also)

        assert (failed.code, failed.out) == (1, "")
        assert [word for word in words if word not in failed.err] == []
        assert not (project.folder / "discovered").exists()
        assert not (project.folder / "test-results").exists()


# --- Exit codes ---------------------------------------------------------------------------------


@pytest.mark.parametrize("tests, retries, code", [
    (["a", "b"], 0, 0),
    (["a", "fail"], 0, 1),
    (["a", "fail"], 1, 1),
    (["a", "flaky"], 1, 2),
    (["a", "flaky", "fail"], 1, 1),
    (["flaky"], 0, 1),
])
def test_the_exit_code_is_the_verdict(project, tests, retries, code):
    shell_tests(project, *tests, groups={"all": {"retry_count": retries}})

    assert project.offload("run").code == code


def test_no_tests_are_no_failure(project):
    shell_tests(project)

    run = project.offload("run")

    assert run.code == 0
    assert "WARN" in run.err and "no tests" in run.err


@pytest.mark.parametrize("command", ["run", "run --collect-only", "collect"])
def test_a_failing_discovery_shows_command_status_and_stderr(project, command):
    shell_tests(project, "a",
                discover="echo a; seq 5000 >&2; echo the last words >&2; exit 7 # {filters}")

    failed = project.offload(*command.split())

    assert (failed.code, failed.out) == (1, "")
    assert "exit status 7" in failed.err
    assert "the last words" in failed.err
    assert "exit 7 # " in failed.err
    assert len(failed.err) < 10_000
    assert failed.junit is None


@pytest.mark.parametrize("command", ["run", "collect", "logs", "validate", "build"])
def test_a_missing_configuration_says_what_to_do(project, command):
    failed = project.offload(command)

    assert (failed.code, failed.out) == (1, "")
    assert "offload.toml" in failed.err and "offload init" in failed.err


@pytest.mark.parametrize("command", ["run", "collect", "logs", "validate", "build"])
def test_an_invalid_configuration_shows_place_and_cause(project, command):
    shell_tests(project, "a", groups={"all": {"retry_count": -1}})

    failed = project.offload(command)

    assert (failed.code, failed.out) == (1, "")
    assert re.search(r"offload\.toml:\d+:\d+: .*retry_count.*-1", failed.err)


# --- Streams ------------------------------------------------------------------------------------


def test_unknown_keys_warn_on_stderr_without_colour(project):
    shell_tests(project, "a", offload={"max_paralel": 3}, color="red")

    shown = project.offload("collect", "--format", "json")

    assert shown.code == 0
    assert json.loads(shown.out)[0]["id"] == "a"
    assert "offload.max_paralel" in shown.err and "`max_parallel`" in shown.err
    assert "framework.color" in shown.err
    assert "\x1b" not in shown.out + shown.err


def test_what_discovery_writes_to_stderr_stays_off_stdout(project):
    shell_tests(project, "a", discover="echo noise >&2; echo '# comment'; cat tests.txt # {filters}")

    shown = project.offload("collect")

    assert shown.out == "Discovered 1 tests across 1 groups:\n\nGroup 'all':\n  a\n"


def test_the_summary_alone_is_on_stdout(project):
    shell_tests(project, "a", "fail", offload={"unknown": 1})

    run = project.offload("run", "--trace", "--env", "bad", "--copy-dir", "a:b")

    assert run.code == 1
    assert run.out.startswith("\nTest Results:\n  Total:   2\n  Passed:  1\n  Failed:  1\n")
    assert run.err.count("WARN") >= 3
    assert "WARN" not in run.out
    assert "\x1b" not in run.out + run.err


@pytest.mark.parametrize("command", ["collect", "validate", "--help", "--version"])
def test_output_that_cannot_be_written_is_an_error(project, command):
    shell_tests(project, "a")

    script = f'exec "{BINARY}" {command} >/dev/full'
    ended = subprocess.run(["sh", "-c", script], cwd=project.folder, env=project.env,
                           stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)

    assert ended.returncode == 1
    assert "Error: cannot write" in ended.stderr


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_streams_are_not_mistaken_for_files(project, closed):
    shell_tests(project, "a", offload={"unknown": 1})

    script = f'exec "{BINARY}" run {closed}'
    ended = subprocess.run(["sh", "-c", script], cwd=project.folder, env=project.env,
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    assert ended.returncode == 0
    assert [line for line in project.lines("test-results/.offload-output") if line[0] != "#"] == []


# --- collect ------------------------------------------------------------------------------------


def test_collect_lists_each_group_that_has_tests(project):
    shell_tests(project, discover="./list {filters}", groups={
        "one": {"filters": "a"}, "none": {"filters": "nothing"}, "two": {"filters": "a b"}})
    project.script("list", '#!/bin/sh\nfor one; do [ $one = nothing ] || echo "x::$one"; done\n')

    shown = project.offload("collect")

    assert shown.code == 0
    assert shown.out == ("Discovered 3 tests across 3 groups:\n"
                         "\nGroup 'one':\n  x::a\n\nGroup 'two':\n  x::a\n  x::b\n")


@pytest.mark.parametrize("flag", ["--format", "-f"])
def test_collect_writes_json(project, flag):
    shell_tests(project, "x::a b", groups={"g": {"retry_count": 2, "schedule_individual": True}})

    shown = project.offload("collect", flag, "json")

    assert json.loads(shown.out) == [{"id": "x::a b", "name": "a b", "file": None, "retry_count": 2,
                                      "group": "g", "schedule_individual": True}]
    assert shown.out.startswith("[\n  {\n    \"id\"")


def test_another_format_is_text(project):
    shell_tests(project, "a")

    shown = project.offload("collect", "--format", "jsn")

    assert shown.code == 0
    assert shown.out.startswith("Discovered 1 tests")
    assert "jsn" in shown.err and "`json`" in shown.err


def test_no_tests_are_an_empty_list(project):
    shell_tests(project)

    assert json.loads(project.offload("collect", "-f", "json").out) == []


# --- validate -----------------------------------------------------------------------------------


def test_validate_shows_what_the_file_means(project):
    write_config(project, groups={"a": {"retry_count": 1}, "b": {}},
                 offload={"max_parallel": 7, "test_timeout_secs": 30, "sandbox_init_cmd": "make x"})

    shown = project.offload("validate")

    assert (shown.code, shown.err) == (0, "")
    assert shown.out == ("Configuration is valid!\nSettings:\n  Max parallel: 7\n"
                         "  Test timeout: 30s\n  Provider: local\n  Framework: default\n"
                         "  Sandbox init cmd: make x\n\nGroups:\n  a: retry_count = 1\n"
                         "  b: retry_count = 0\n")


def test_validate_says_what_is_wrong(project):
    write_config(project, discover="./list")

    failed = project.offload("validate")

    assert (failed.code, failed.out) == (1, "")
    assert failed.err.startswith("Configuration error: ")
    assert "{filters}" in failed.err and "./list" in failed.err


def test_files_of_the_old_init_still_work(project):
    shell_tests(project, "a", provider={"shell": ""},
                report={"output_dir": "", "junit": False, "junit_file": ""})

    run = project.offload("run")

    assert run.code == 0
    assert run.err.count("Ignoring empty config value") == 3
    assert ran(project) == ["a"]
    assert (project.folder / "test-results" / "logs").is_dir()
    assert run.junit is None
