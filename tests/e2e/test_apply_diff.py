# SPDX-License-Identifier: MIT
"""`offload apply-diff` does what git's patches say. git itself makes them, and trees are compared."""

import random
import subprocess
from pathlib import Path

import pytest
from conftest import BINARY
from git_cases import CASES, all_at_once, random_tree
from git_trees import Repository, read_tree, write_tree

SMALL_BINARY = Path(BINARY).parent / "offload-apply-diff"
OPTIONS = {
    "full ids": ["--full-index"],
    "short ids": ["-M"],
    "no renames": ["--no-renames", "--full-index"],
    "copies": ["-C", "--find-copies-harder", "--full-index"],
    "broken pairs": ["-B", "-M", "-C", "--full-index"],
    "no context": ["-U0"],
    "other prefixes": ["--src-prefix=one/", "--dst-prefix=other/"],
    "patience": ["--patience", "-U10"],
}


class Target:
    """A folder without git, and the command that patches it."""

    def __init__(self, folder, binary=(BINARY, "apply-diff")):
        self.root = folder / "target"
        self.patch = folder / "patch"
        self.binary = binary

    def apply(self, tree, patch):
        write_tree(self.root, tree)
        return self.apply_again(patch)

    def apply_again(self, patch):
        self.patch.write_bytes(patch)
        command = [*self.binary, str(self.patch), "--project-root", str(self.root)]
        return subprocess.run(command, capture_output=True, timeout=60)

    @property
    def tree(self):
        return read_tree(self.root)


@pytest.fixture
def target(tmp_path):
    return Target(tmp_path)


@pytest.fixture
def repository(tmp_path):
    return Repository(tmp_path / "repository")


def check(target, before, after, patch):
    done = target.apply(before, patch)
    assert done.returncode == 0, done.stderr.decode() + patch.decode(errors="replace")[:3000]
    assert target.tree == after
    assert not (target.root / ".offload-apply-diff").exists()


@pytest.mark.parametrize("name", CASES)
def test_a_single_change(target, repository, name):
    before, after = CASES[name]
    repository.commit(before)

    check(target, before, after, repository.patch_to(after))


@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS)
@pytest.mark.parametrize("quoting", ["true", "false"])
def test_all_changes_in_one_patch(target, repository, options, quoting):
    before, after = all_at_once()
    repository.git("config", "core.quotePath", quoting)
    repository.commit(before)

    check(target, before, after, repository.patch_to(after, *options))


@pytest.mark.parametrize("seed", range(40))
def test_random_edits(target, repository, seed):
    rng = random.Random(seed)
    before = {}
    for _ in range(4):
        before = random_tree(rng, before)
    after = random_tree(rng, random_tree(rng, before))
    repository.commit(before)
    patch = repository.patch_to(after, *rng.choice(list(OPTIONS.values())))
    if not patch:
        assert before == after
        return

    check(target, before, after, patch)
