# SPDX-License-Identifier: MIT
"""Runs from a git hook: tests that call git have their own repositories, and not that of the hook."""

import subprocess

import pytest
from conftest import BINARY

CALLS_GIT = """
    import os
    import subprocess

    def git(*words):
        who = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
        done = subprocess.run(["git", *who, *words], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def test_its_own_repository(tmp_path):
        os.chdir(tmp_path)
        git("init", "-q", "-b", "other")
        git("commit", "-q", "--allow-empty", "-m", "of a test")
        assert git("log", "--format=%s") == "of a test"
"""


def git(folder, *words, env=None):
    who = ["-c", "user.name=u", "-c", "user.email=u@example.org", "-c", "init.defaultBranch=main"]
    return subprocess.run(["git", *who, *words], cwd=folder, env=env, check=True,
                          capture_output=True, text=True).stdout.strip()


@pytest.fixture
def worktree(project):
    """A linked worktree of a project, whose commits run all tests."""
    project.write("test_it.py", CALLS_GIT)
    project.write(".gitignore", "/test-results/\n__pycache__/\n")
    project.configure()
    git(project.folder, "init", "-q")
    git(project.folder, "add", "-A")
    git(project.folder, "commit", "-q", "-m", "one")
    project.script(".git/hooks/pre-commit", "#!/bin/sh\nexec \"$RUN_TESTS\" run\n")
    folder = project.temp.parent / "linked"
    git(project.folder, "worktree", "add", "-q", folder)
    return folder


def commit(project, folder):
    (folder / "new.txt").write_text("new\n")
    env = dict(project.env, RUN_TESTS=BINARY)
    git(folder, "add", "-A", env=env)
    return git(folder, "commit", "-q", "-m", "two", env=env)


def test_tests_do_not_write_to_the_repository_of_the_hook(project, worktree):
    commit(project, worktree)

    assert git(worktree, "log", "--format=%s").splitlines() == ["two", "one"]
    assert git(project.folder, "log", "--format=%s") == "one"
    assert git(project.folder, "status", "--porcelain") == ""


def test_the_variables_can_be_kept(project, worktree):
    (worktree / "test_it.py").write_text(
        "import os\n\ndef test_it():\n    assert os.environ['GIT_INDEX_FILE']\n")
    text = (worktree / "offload.toml").read_text()
    (worktree / "offload.toml").write_text(
        text.replace('type = "local"\n', 'type = "local"\nkeep_git_env = true\n'))

    commit(project, worktree)

    assert git(worktree, "log", "--format=%s").splitlines() == ["two", "one"]


def test_no_variable_of_a_repository_reaches_tests(project):
    names = git(project.temp, "rev-parse", "--local-env-vars").splitlines()
    project.write("test_it.py", "import os\n\ndef test_it():\n"
                                f"    assert not set(os.environ) & set({names})\n")
    project.configure()

    run = project.offload("run", env=dict.fromkeys(names, "x"))

    assert run.code == 0, run
