# SPDX-License-Identifier: MIT
"""What `offload run` tells GitHub Actions, read back as GitHub's documentation describes it."""

import json
import subprocess

import pytest
from cli_helpers import shell_tests, write_config
from github_commands import commands_in

SUITE = """\
import os
import pytest

def test_good():
    pass

def test_bad():
    total = 41
    assert total == 42

def test_flaky():
    seen = os.path.exists("seen")
    open("seen", "w").close()
    assert seen

@pytest.mark.parametrize("n", range(20))
def test_many(n):
    raise ValueError("number {} is wrong".format(n))
"""
HOSTILE = "fail </pre></details><script>x</script>|*a*`b`[l](http://x)%0A::error::y, @me #1"


@pytest.fixture
def on_github(project):
    """A project in a repository, as a job sees it."""
    project.page = project.folder / "summary.md"
    project.env.update(GITHUB_ACTIONS="true", GITHUB_WORKSPACE=str(project.folder),
                       GITHUB_STEP_SUMMARY=str(project.page))
    return project


def by_title(run):
    return {one.title: one for one in commands_in(run.out)}


def test_failures_are_shown_in_their_files_below_the_root_of_the_repository(on_github):
    subprocess.run(["git", "init", "-q", str(on_github.folder)], check=True)
    on_github.env["GITHUB_WORKSPACE"] = str(on_github.folder.parent)  # checked out with a path
    on_github.configure(file="part/offload.toml", groups={"all": {"retry_count": 1}})
    on_github.write("part/tests/test_a.py", SUITE)

    run = on_github.offload("run", folder=on_github.folder / "part")

    shown = by_title(run)
    assert run.code == 1
    assert len([one for one in shown.values() if one.name == "error"]) == 10
    bad = shown["Failed: tests/test_a.py::test_bad"]
    assert bad.place == ("part/tests/test_a.py", 9)  # that of the assertion
    assert "assert 41 == 42" in bad.message and "(2 attempts)" in bad.message
    assert "19 more tests fail like this" in shown["Failed: tests/test_a.py::test_many[0]"].message
    assert shown["12 more failures"].place == (None, 0)
    flaky = shown["Flaky: tests/test_a.py::test_flaky"]
    assert (flaky.name, flaky.place) == ("notice", ("part/tests/test_a.py", 14))
    assert flaky.message.startswith("recovered: passed in attempt 2")
    page = on_github.page.read_text(encoding="utf-8")
    assert page.startswith("### ❌ Tests: 2 passed, 21 failed, 1 flaky\n")
    assert ">       assert total == 42".replace(">", "&gt;") in page
    assert "20 tests fail like this one:" in page
    assert "<pre>cd part &amp;&amp; offload run --failed\n</pre>" in page


def test_hostile_names_and_reasons_stay_text(on_github):
    shell_tests(on_github, HOSTILE, run="./one {tests}")

    run = on_github.offload("run")

    page = on_github.page.read_text(encoding="utf-8")
    assert run.code == 1
    assert [one.name for one in commands_in(run.out)] == ["error"]
    assert commands_in(run.out)[0].title == "Failed: " + HOSTILE
    outside = page.split("<pre>")[0]
    assert "<script" not in page and "*a*" not in outside and "](" not in outside
    assert page.count("<details>") == page.count("</details>")


def test_what_a_test_says_is_no_command(on_github):
    shell_tests(on_github, "fail", "::notice::fail")
    on_github.script("one", "#!/bin/sh\necho '::warning title=me::no'\nexit 3\n")

    run = on_github.offload("run")

    assert run.code == 1
    assert [one.name for one in commands_in(run.out + run.err)] == ["error", "error"]


def test_it_is_on_by_itself_only_there(on_github):
    shell_tests(on_github, "fail")
    elsewhere = {"GITHUB_ACTIONS": None}

    assert commands_in(on_github.offload("run").out)
    assert not commands_in(on_github.offload("run", "--github", "never").out)
    assert not commands_in(on_github.offload("run", env=elsewhere).out)
    assert commands_in(on_github.offload("run", "--github=always", env=elsewhere).out)


def test_an_error_is_an_annotation_too(on_github):
    write_config(on_github, discover="echo 'no, such: thing%' >&2; exit 3 # {filters}")

    run = on_github.offload("run")

    assert run.code == 1
    (one,) = commands_in(run.out)
    assert (one.name, one.title) == ("error", "Offload")
    assert "no, such: thing%" in one.message
    assert run.err.count("Error: ") == 1


def test_secrets_are_masked(on_github):
    shell_tests(on_github, "fail")
    on_github.script("one", "#!/bin/sh\necho \"$TOKEN\"\nexit 3\n")

    run = on_github.offload("run", "--env", "TOKEN=very-secret-9")

    assert "very-secret-9" not in run.out + on_github.page.read_text(encoding="utf-8")
    assert "***" in on_github.page.read_text(encoding="utf-8")


def test_a_page_that_cannot_be_written_is_no_failed_run(on_github):
    shell_tests(on_github, "good")
    on_github.env["GITHUB_STEP_SUMMARY"] = str(on_github.folder / "no" / "summary.md")

    run = on_github.offload("run")

    assert run.code == 0
    assert "WARN" in run.err and "summary.md" in run.err


@pytest.mark.parametrize("flags, code", [
    ([], 2), (["--flaky-exit-code", "0"], 0), (["--flaky-exit-code=1"], 1),
    (["--flaky-exit-code", "125"], 125),
])
def test_what_flaky_tests_exit_with_can_be_chosen(project, flags, code):
    shell_tests(project, "flaky", groups={"all": {"retry_count": 1}})

    assert project.offload("run", *flags).code == code


def test_failures_and_good_runs_exit_as_ever(project):
    shell_tests(project, "fail", "flaky", groups={"all": {"retry_count": 1}})
    assert project.offload("run", "--flaky-exit-code", "0").code == 1

    shell_tests(project, "good")
    assert project.offload("run", "--flaky-exit-code", "7").code == 0


@pytest.mark.parametrize("flag, value, wanted", [
    ("--flaky-exit-code", "126", "from 0 to 125"), ("--flaky-exit-code", "-1", "from 0 to 125"),
    ("--flaky-exit-code", "two", "from 0 to 125"), ("--github", "yes", "auto, always or never"),
])
def test_wrong_values_are_explained(project, flag, value, wanted):
    shell_tests(project, "good")

    run = project.offload("run", flag + "=" + value)

    assert run.code == 1
    assert wanted in run.err and value in run.err


def test_events_on_the_standard_output_stay_by_themselves(on_github):
    shell_tests(on_github, "fail")

    run = on_github.offload("run", "--events", "-")

    assert all(json.loads(line) for line in run.out.splitlines())
    assert [one.title for one in commands_in(run.err)] == ["Failed: fail"]
