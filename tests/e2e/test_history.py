# SPDX-License-Identifier: MIT
"""The history: recorded by runs, merged by git, filled from other tools, and used by runs."""

import json
import os
import re
import shutil
import subprocess

import pytest
from cli_helpers import list_tests, ran, shell_tests, write_config
from conftest import BINARY, REPOSITORY

ALWAYS = '[history]\nrecord_history = "always"\n'
FLAG = "[history]\n"
REAL = REPOSITORY / "tests" / "history" / "data" / "offload-history.jsonl"


def history(project, path="offload-history.jsonl"):
    """What the file holds of tests, by configuration and test."""
    return {tuple(line["k"]): line["v"] for line in map(json.loads, project.lines(path))
            if not line["k"][0].endswith(" (costs)")}


def history_line(test, *samples, config="offload.toml", failed=()):
    value = {"n": len(samples) + len(failed), "f": len(failed),
             "last_run": (*samples, *failed)[-1][0],
             "ok": [list(one) for one in samples], "fail": [list(one) for one in failed]}
    return json.dumps({"k": [config, test], "v": value}, separators=(",", ":")) + "\n"


# --- Recording ----------------------------------------------------------------------------------


def test_every_attempt_is_recorded(project):
    shell_tests(project, "good", "one fails", "flaky one", groups={"all": {"retry_count": 1}},
                extra=ALWAYS)

    run = project.offload("run")

    known = history(project)
    assert run.code == 1
    assert {key: (one["n"], one["f"]) for key, one in known.items()} == {
        ("offload.toml", "good"): (1, 0),
        ("offload.toml", "one fails"): (2, 2),
        ("offload.toml", "flaky one"): (2, 1),
    }
    marks = {sample[0] for one in known.values() for sample in one["ok"] + one["fail"]}
    times = {sample[1] for one in known.values() for sample in one["ok"] + one["fail"]}
    assert len(marks) == len(times) == 1
    assert list(known) == sorted(known)
    assert run.err.count("WARN") == 0


def test_a_run_is_recorded_when_it_is_asked_for(project):
    shell_tests(project, "a", extra=FLAG + 'path = "kept/h.jsonl"\n')

    assert project.offload("run").code == 0
    assert not (project.folder / "kept").exists()

    assert project.offload("run", "--record-history").code == 0
    assert list(history(project, "kept/h.jsonl")) == [("offload.toml", "a")]


def test_tests_that_were_skipped_are_no_attempts(project):
    project.write("test_it.py", """
        import pytest
        def test_good(): pass
        @pytest.mark.skip
        def test_left(): pass
        @pytest.mark.parametrize("x", ["a b"])
        def test_odd(x): pass
    """)
    file = project.configure()
    file.write_text(file.read_text() + ALWAYS)

    project.offload("run", "-c", "./offload.toml")

    assert list(history(project)) == [("offload.toml", "test_it.py::test_good"),
                                      ("offload.toml", "test_it.py::test_odd[a b]")]


def test_configurations_share_a_file_and_nothing_else(project):
    shell_tests(project, "a", extra=ALWAYS)
    write_config(project, extra=ALWAYS, file="other.toml", offload={"max_parallel": 1})

    project.offload("run")
    project.offload("run", "-c", "other.toml")

    assert {key: one["n"] for key, one in history(project).items()} == {
        ("offload.toml", "a"): 1, ("other.toml", "a"): 1}


def test_a_damaged_history_serves_as_far_as_it_can_be_read(project):
    shell_tests(project, "a", "b", extra=ALWAYS)
    project.write("offload-history.jsonl", "<<<<<<< HEAD\n"
                  + history_line("b", ("r001", 1, 2.0)) + "=======\n{\"k\":[\"offl\n"
                  + history_line("b", ("r002", 2, 3.0)) + ">>>>>>> other\n")

    run = project.offload("run")

    assert run.code == 0
    assert "offload-history.jsonl:1: this line cannot be read" in run.err
    assert "offload-history.jsonl:4: this line cannot be read: it is not JSON" in run.err
    known = history(project)
    assert known["offload.toml", "b"]["n"] == 3
    assert project.lines("offload-history.jsonl.damaged") == [
        "<<<<<<< HEAD", "=======", "{\"k\":[\"offl", ">>>>>>> other"]
    assert project.offload("run").err.count("WARN") == 0


def test_a_history_that_cannot_be_written_does_not_change_the_verdict(project):
    shell_tests(project, "a", extra=ALWAYS + 'path = "tests.txt/h.jsonl"\n')

    run = project.offload("run")

    assert run.code == 0
    assert "recording the run in the history" in run.err


def test_two_runs_at_once_lose_nothing(project):
    for name in ("one", "two"):
        shell_tests(project, "a", "b", "c", extra=ALWAYS, file=f"{name}.toml",
                    report={"output_dir": f"of-{name}"})

    started = [project.start("run", "-c", f"{name}.toml") for name in ("one", "two")]
    for one in started:
        one.wait()

    assert len(history(project)) == 6


def test_history_alone_says_what_there_is(project):
    failed = project.offload("history")

    assert failed.code == 1
    assert "Its commands are: merge, import, setup-merge-driver." in failed.err


# --- Use ----------------------------------------------------------------------------------------


def first_run(project):
    """The tests of the first batch, of two sandboxes."""
    project.offload("run", "--parallel", "2")
    return project.read("test-results/logs/batch-0.stdout.success")


def test_what_took_long_runs_first_from_the_first_sample_on(project):
    names = [f"t{i}" for i in range(6)]
    shell_tests(project, *names, extra=FLAG)
    project.write("offload-history.jsonl", "".join(
        history_line(name, ("0RMw", 1777757349864, 90.0 if name == "t4" else 0.1))
        for name in names))

    assert "t4" in first_run(project)


def test_the_history_is_worth_more_than_the_last_report(project):
    shell_tests(project, "one", "two", "three", extra=FLAG)
    project.write("offload-history.jsonl", "".join(
        history_line(name, ("0RMw", 1, took)) for name, took in
        [("one", 0.1), ("two", 0.1), ("three", 90.0)]))
    project.write("test-results/junit.xml", "<testsuite><testcase name='one' time='50'/>"
                  "<testcase name='two' time='50'/><testcase name='three' time='1'/></testsuite>")

    assert "three" in first_run(project)


def test_a_history_of_older_versions_is_read_and_kept(project):
    shell_tests(project, "a", extra=ALWAYS)
    shutil.copy(REAL, project.folder / "offload-history.jsonl")

    run = project.offload("run")

    after = project.lines("offload-history.jsonl")
    assert run.err.count("WARN") == 0
    new = ('{"k":["offload.toml","a"]', '{"k":["offload.toml (costs)"')
    assert [line for line in after if not line.startswith(new)] == \
        REAL.read_text().splitlines()


# --- Merging ------------------------------------------------------------------------------------


def git(project, *arguments, folder=None, check=True):
    env = dict(project.env, GIT_CONFIG_GLOBAL="/dev/null", GIT_CONFIG_SYSTEM="/dev/null",
               **{f"GIT_{who}_{what}": "tester" for who in ("AUTHOR", "COMMITTER")
                  for what in ("NAME", "EMAIL")})
    env["PATH"] = str(project.folder / "bin") + os.pathsep + env["PATH"]
    done = subprocess.run(["git", *arguments], cwd=folder or project.folder, env=env,
                          capture_output=True, text=True)
    assert not check or done.returncode == 0, done.stderr
    return done


@pytest.fixture
def repository(project):
    """A repository with the merge driver, and `offload` in PATH for git."""
    shell_tests(project, "a", extra=FLAG + 'path = "sub/times.jsonl"\n')
    (project.folder / "bin").mkdir()
    (project.folder / "bin" / "offload").symlink_to(BINARY)
    git(project, "init", "-q", "-b", "main")
    project.write(".gitignore", "bin\n")
    project.write("sub/times.jsonl", history_line("a", ("base", 1, 1.0)))
    setup = project.offload("history", "setup-merge-driver")
    assert setup.code == 0
    git(project, "add", "-A")
    git(project, "commit", "-qm", "base")
    return project


def commit(project, branch, text):
    git(project, "checkout", "-q", branch)
    project.write("sub/times.jsonl", text)
    git(project, "commit", "-qam", branch)


def test_git_merges_two_branches_without_a_conflict(repository):
    git(repository, "branch", "other")
    commit(repository, "main", history_line("a", ("base", 1, 1.0), ("here", 2, 2.0))
           + history_line("only here", ("here", 2, 2.0)))
    commit(repository, "other", history_line("a", ("base", 1, 1.0), ("them", 3, 3.0))
           + history_line("only there", ("them", 3, 3.0)))

    git(repository, "merge", "-q", "main", "-m", "both")

    known = history(repository, "sub/times.jsonl")
    assert set(known) == {("offload.toml", name) for name in ("a", "only here", "only there")}
    assert known["offload.toml", "a"] == {
        "n": 3, "f": 0, "last_run": "them", "fail": [],
        "ok": [["base", 1, 1.0], ["here", 2, 2.0], ["them", 3, 3.0]]}
    assert git(repository, "status", "--porcelain").stdout == ""
    assert not list(repository.folder.glob("**/*.tmp"))


def test_git_merges_in_a_worktree_and_in_a_rebase(repository):
    git(repository, "branch", "other")
    commit(repository, "main", history_line("a", ("base", 1, 1.0), ("here", 2, 2.0)))
    tree = repository.folder.parent / "tree"
    git(repository, "worktree", "add", "-q", str(tree), "other")
    (tree / "sub" / "times.jsonl").write_text(
        history_line("a", ("base", 1, 1.0), ("them", 3, 3.0)))
    git(repository, "commit", "-qam", "there", folder=tree)

    git(repository, "rebase", "-q", "main", folder=tree)

    merged = json.loads((tree / "sub" / "times.jsonl").read_text())
    assert [one[0] for one in merged["v"]["ok"]] == ["base", "here", "them"]


def test_setting_up_twice_changes_nothing(repository):
    before = repository.read(".gitattributes"), repository.read(".git/config")

    again = repository.offload("history", "setup-merge-driver")

    assert again.code == 0
    assert again.out.count("(unchanged)") == 2
    assert (repository.read(".gitattributes"), repository.read(".git/config")) == before
    assert before[0] == "sub/times.jsonl merge=offload-history\n"


def test_setting_up_outside_of_a_repository_fails(project):
    shell_tests(project, "a", extra=FLAG)

    failed = project.offload("history", "setup-merge-driver",
                             env={"GIT_CEILING_DIRECTORIES": str(project.folder.parent)})

    assert failed.code == 1
    assert "offload-history.jsonl is not in a git repository" in failed.err


def test_merge_takes_an_unreadable_base_for_none(project):
    project.write("ours", history_line("a", ("one", 1, 1.0)))
    project.write("theirs", history_line("a", ("two", 2, 2.0)) + "broken\n")

    done = project.offload("history", "merge", "no such base", "ours", "theirs")

    assert done.code == 0
    assert "theirs:2: this line cannot be read" in done.err
    lines = project.lines("ours")
    assert json.loads(lines[0])["v"]["n"] == 2
    assert lines[1:] == ["broken"]


def test_merge_needs_both_sides(project):
    project.write("ours", history_line("a", ("one", 1, 1.0)))

    failed = project.offload("history", "merge", "ours", "ours", "none")

    assert failed.code == 1
    assert "there is no file none" in failed.err
    assert len(project.lines("ours")) == 1


# --- Importing ----------------------------------------------------------------------------------


def test_durations_of_pytest_split_are_imported_once(project):
    shell_tests(project, "t.py::a", "t.py::c", "t.py::b", extra=FLAG)
    project.write(".test_durations", json.dumps({"t.py::a": 1.5, "t.py::c": 1.5, "t.py::b": 90}))

    first = project.offload("history", "import", ".test_durations")
    second = project.offload("history", "import", ".test_durations")

    assert ".test_durations: 3 attempts added to offload-history.jsonl" in first.out
    assert ".test_durations: 0 attempts added" in second.out
    assert history(project)["offload.toml", "t.py::b"]["ok"][0][2] == 90.0
    assert "t.py::b" in first_run(project)


def test_a_report_of_pytest_is_imported_under_the_ids_of_its_tests(project):
    project.write("tests/test_it.py", """
        class TestIt:
            def test_good(self): pass
            def test_bad(self): assert False
    """)
    file = project.configure()
    file.write_text(file.read_text() + FLAG)
    subprocess.run(["python", "-m", "pytest", "-q", "--junitxml=report.xml"], env=project.env,
                   cwd=project.folder, stdout=subprocess.DEVNULL)
    report = project.read("report.xml")
    project.write("report.xml", report.replace(
        "</testsuite>", '<testcase classname="gone" name="test_x" time="1"/></testsuite>'))

    done = project.offload("history", "import", "report.xml")

    assert done.code == 0, done
    assert {key[1]: one["f"] for key, one in history(project).items()} == {
        "tests/test_it.py::TestIt::test_bad": 1, "tests/test_it.py::TestIt::test_good": 0}
    assert "1 of 3 cases match no test" in done.err


@pytest.mark.parametrize("text, says", [
    ("nothing of the kind", "neither a JUnit report"),
    ('{"a": "b"}', "does not map test ids to seconds"),
])
def test_what_is_no_report_is_refused(project, text, says):
    shell_tests(project, "a", extra=FLAG)
    project.write("file", text)

    failed = project.offload("history", "import", "file")

    assert failed.code == 1
    assert says in failed.err and "reading file" in failed.err
    assert not (project.folder / "offload-history.jsonl").exists()


def test_importing_needs_a_history(project):
    shell_tests(project, "a")

    failed = project.offload("history", "import", "offload.toml")

    assert failed.code == 1
    assert "has no [history] section" in failed.err


# --- What failed, again -------------------------------------------------------------------------


def ran_since(project, before):
    return sorted(ran(project)[len(before):])


def test_what_failed_was_flaky_or_is_new_runs_again(project):
    shell_tests(project, "good", "a fails", "flaky one", "b fails",
                groups={"all": {"retry_count": 1}})
    project.offload("run")
    before = ran(project)
    list_tests(project, "good", "a fails", "flaky one", "new")

    run = project.offload("run", "--failed")

    assert ran_since(project, before) == ["a fails", "a fails", "flaky one", "new"]
    assert "3 tests failed, were flaky or did not run" in run.err
    assert "1 of the last run's tests is gone" in run.err
    assert "Total:   3" in run.out
    assert run.code == 1


def test_what_passed_before_stays_in_the_report(project):
    shell_tests(project, "good", "a fails", "b")
    project.offload("run")
    project.write("one", "#!/bin/sh\necho \"$1\" >>ran.txt\n")

    repaired = project.offload("run", "--failed")

    assert repaired.code == 0
    assert repaired.verdicts == {"good": "passed", "a fails": "passed", "b": "passed"}
    before = ran(project)

    nothing = project.offload("run", "--failed")

    assert nothing.code == 0
    assert "there is nothing to run again" in nothing.err
    assert nothing.verdicts == repaired.verdicts
    assert ran(project) == before


def test_what_did_not_run_runs_again(project):
    shell_tests(project, "a fails", "b", "c", "d", offload={"max_parallel": 1})
    project.offload("run", "--fail-fast")
    before = ran(project)

    project.offload("run", "--failed")

    assert set(ran_since(project, before)) == ({"a fails", "b", "c", "d"} - set(before)
                                               | {"a fails"})


def test_it_can_be_listed_what_would_run_again(project):
    shell_tests(project, "good", "a fails")
    project.offload("run")

    listed = project.offload("run", "--failed", "--collect-only")

    assert "  a fails\n" in listed.out
    assert "  good\n" not in listed.out


def test_without_an_earlier_run_nothing_can_run_again(project):
    shell_tests(project, "a")

    failed = project.offload("run", "--failed")

    assert failed.code == 1
    assert "--failed needs the results of an earlier run" in failed.err
    assert "Run `offload run` first." in failed.err
    assert ran(project) == []


def test_the_history_tells_what_failed_where_no_results_are_left(project):
    shell_tests(project, "good", "a fails", extra=ALWAYS, report={"junit": False})
    project.offload("run")
    (project.folder / "test-results/run.jsonl").unlink()
    before = ran(project)

    run = project.offload("run", "--failed")

    assert ran_since(project, before) == ["a fails"]
    assert "[rerun] the history: 1 test failed" in run.err


def test_groups_run_again_what_is_theirs(project):
    shell_tests(project, "x good", "x fails", "y fails", "y good", discover="grep {filters} tests.txt",
                groups={"x": {"filters": "x"}, "y": {"filters": "y", "schedule_individual": True},
                        "both": {"filters": "fails"}})
    project.offload("run")
    before = ran(project)

    run = project.offload("run", "--failed")

    assert ran_since(project, before) == ["x fails", "y fails"]
    assert run.verdicts == {"x good": "passed", "x fails": "failed", "y fails": "failed",
                            "y good": "passed"}


# --- The documentation --------------------------------------------------------------------------


def test_what_the_documentation_shows_works(repository):
    page = (REPOSITORY / "docs" / "history.md").read_text()
    blocks = dict(re.findall(r"```(toml|json)\n(.*?)```", page, re.S))
    shell_tests(repository, "tests/test_a.py::test_x", extra=blocks["toml"])
    repository.write("offload-history.jsonl", blocks["json"])
    repository.write(".test_durations", '{"tests/test_a.py::test_x": 1}')
    repository.write("report.xml", '<testsuite><testcase classname="tests.test_a" '
                     'name="test_x" time="2"/></testsuite>')
    commands = re.findall(r"^\$ offload (.*)$", page, re.M)
    assert len(commands) == 5
    path = str(repository.folder / "bin") + os.pathsep + repository.env["PATH"]

    for command in commands:
        done = repository.offload(*command.split(), env={"PATH": path})
        assert (done.code, done.err.count("WARN")) == (0, 0), (command, done)

    known = history(repository)["offload.toml", "tests/test_a.py::test_x"]
    assert (known["n"], known["f"], len(known["ok"])) == (6, 1, 5)
