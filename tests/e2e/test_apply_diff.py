# SPDX-License-Identifier: MIT
"""`offload apply-diff` does what git's patches say. git itself makes them, and trees are compared."""

import os
import random
import subprocess
from pathlib import Path

import pytest
from conftest import BINARY
from git_cases import CASES, all_at_once, random_tree
from git_trees import Exec, Link, Repository, read_tree, write_tree

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


# --- What git says of its own patches ------------------------------------------------------------


def test_cut_patches_do_what_git_does_with_them_or_nothing(target, repository):
    before, after = CASES["rename and edit"]
    before = {**before, "f": b"1\n", "gone": b"2\n", "mode": b"3\n"}
    after = {**after, "f": b"2", "new": b"4\n", "mode": Exec(b"3\n"), "l": Link("new")}
    repository.commit(before)
    patch = repository.patch_to(after)
    lines = patch.splitlines(keepends=True)
    accepted = 0

    for length in range(1, len(lines)):
        cut = b"".join(lines[:length])
        done = target.apply(before, cut)

        if done.returncode != 0:
            assert target.tree == before, cut
            continue
        accepted += 1
        write_tree(repository.folder, before)
        (repository.folder.parent / "cut").write_bytes(cut)
        file = repository.folder.parent / "cut"
        told = repository.git("apply", "--whitespace=nowarn", file, check=False)
        assert told.returncode == 0, told.stderr.decode() + cut.decode()
        assert target.tree == read_tree(repository.folder), cut
    assert 3 <= accepted <= len(lines) / 3


def test_submodules_are_empty_folders(target, repository):
    repository.commit({"f": b"1\n"})
    for number, path in enumerate(("sub/mod", "other")):
        entry = f"160000,{str(number + 1) * 40},{path}"
        repository.git("update-index", "--add", "--cacheinfo", entry)
    patch = repository.git("diff", "--cached", "--binary").stdout

    check(target, {"f": b"1\n"}, {"f": b"1\n"}, patch)
    assert [path.is_dir() for path in (target.root / "sub/mod", target.root / "other")] == [True] * 2

    back = repository.git("diff", "--cached", "--binary", "-R").stdout
    assert target.apply_again(back).returncode == 0
    assert sorted(path.name for path in target.root.iterdir()) == ["f"]


# --- The command ----------------------------------------------------------------------------------


def message_of(done):
    assert done.returncode == 1, done
    assert done.stdout == b""
    return done.stderr.decode()


def test_it_says_what_does_not_fit(target, repository):
    repository.commit({"dir/f": b"one\ntwo\nthree\n"})
    patch = repository.patch_to({"dir/f": b"one\n2\nthree\n"})
    said = message_of(target.apply({"dir/f": b"one\nzwei\nthree\n"}, patch))

    assert said.splitlines() == [
        "Error: `dir/f`: hunk 1 (line 5 of the patch) does not fit: at line 2 it expects `two`, "
        "but there is `zwei`",
        f"  while applying {target.patch} to {target.root}",
        "  hint: the files differ from those that the patch was made from; nothing was changed",
    ]


def test_a_patch_that_is_none_is_an_error(target):
    assert "no valid patches found: the patch is empty" in message_of(target.apply({}, b""))
    said = message_of(target.apply_again(b"\x00garbage\n"))
    assert "no valid patches found: line 1 of the patch" in said
    target.patch = target.patch.parent / "missing"
    done = subprocess.run([BINARY, "apply-diff", str(target.patch)], capture_output=True)
    assert "cannot read the patch" in message_of(done)


def test_the_root_is_the_working_directory_unless_said(target, repository):
    repository.commit({"f": b"1\n"})
    patch = repository.patch_to({"f": b"2\n"})
    write_tree(target.root, {"f": b"1\n"})

    command = [BINARY, "apply-diff", "-"]
    done = subprocess.run(command, cwd=target.root, input=patch, capture_output=True)

    assert (done.returncode, done.stdout) == (0, b"Applied 1 change.\n")
    assert target.tree == {"f": b"2\n"}


def test_a_run_that_is_killed_is_taken_back_by_the_next(target, repository):
    before = {f"d{i % 7}/f{i}": b"%d\n" % i for i in range(300)}
    after = {path.replace("d3/", "moved/"): text + b"more\n" for path, text in before.items()}
    repository.commit(before)
    patch = repository.patch_to(after)
    command = [BINARY, "apply-diff", str(target.patch), "--project-root", str(target.root)]
    target.patch.write_bytes(patch)
    half_done = 0

    for attempt in range(6):
        write_tree(target.root, before)
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        # Killed while it stages, or when it has begun to move files.
        staging = target.root / ".offload-apply-diff"
        until = staging / ("journal" if attempt % 2 else "new-150")
        while process.poll() is None and not until.exists():
            pass
        process.kill()
        process.wait()
        half_done += target.tree not in (before, after)

        if target.tree != after:
            done = target.apply_again(patch)
            assert done.returncode == 0, done
            assert target.tree == after
    assert half_done > 0


# --- The program of its own ------------------------------------------------------------------------

alone = pytest.mark.skipif(not SMALL_BINARY.exists(), reason="built without static libraries")


@alone
def test_the_small_program_does_the_same(tmp_path, repository):
    before, after = all_at_once()
    repository.commit(before)

    target = Target(tmp_path, [str(SMALL_BINARY)])
    check(target, before, after, repository.patch_to(after, "-M"))

    said = message_of(target.apply_again(repository.patch_to({"x": b"1"}, "-M")))
    with_offload = Target(tmp_path)
    assert said == message_of(with_offload.apply_again(target.patch.read_bytes()))


@alone
def test_the_small_program_needs_nothing_around_it():
    listed = subprocess.run(["ldd", str(SMALL_BINARY)], capture_output=True, text=True)
    assert "not a dynamic executable" in listed.stdout + listed.stderr
    assert SMALL_BINARY.stat().st_size < 1_500_000


@alone
def test_the_small_program_explains_its_arguments(tmp_path):
    def run(*arguments):
        command = [str(SMALL_BINARY), *arguments]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)

    assert run("--help").stdout.startswith("usage: offload-apply-diff PATCH")
    for wrong in ([], ["--project-root"], ["a", "b"], ["--what"], ["a", "--project-rootx"]):
        done = run(*wrong)
        assert done.returncode == 1 and "usage: offload-apply-diff PATCH" in done.stderr


def change_root(folder):
    """The command that makes the folder the root of another command."""
    namespace = [] if os.geteuid() == 0 else ["unshare", "--map-root-user"]
    probe = subprocess.run([*namespace, "chroot", "/", "true"], capture_output=True, text=True)
    if probe.returncode != 0:
        pytest.skip("this machine lets nobody change the root: " + probe.stderr.strip())
    return [*namespace, "chroot", str(folder)]


@alone
def test_the_small_program_runs_where_there_is_nothing_else(tmp_path, repository):
    before, after = all_at_once()
    repository.commit(before)
    write_tree(tmp_path / "empty" / "project", before)
    (tmp_path / "empty" / "patch").write_bytes(repository.patch_to(after, "-M"))
    (tmp_path / "empty" / "apply").write_bytes(SMALL_BINARY.read_bytes())
    (tmp_path / "empty" / "apply").chmod(0o755)

    command = [*change_root(tmp_path / "empty"), "/apply", "/patch", "--project-root=project"]
    done = subprocess.run(command, capture_output=True)

    assert done.returncode == 0, done.stderr
    assert read_tree(tmp_path / "empty" / "project") == after
