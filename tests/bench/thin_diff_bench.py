# SPDX-License-Identifier: MIT
"""The benchmark `thin_diff`: changes in a large working tree, against the git program."""

import os
import random

from measure import WrongRun, median, run, take_turns
from patch import git, lines_of

# What has to be done with git so that untracked files are seen and nothing of the user's changes.
BY_GIT = """\
set -e
cp -p .git/index "$OUT/index"
mkdir -p "$OUT/objects"
export GIT_INDEX_FILE="$OUT/index" GIT_OBJECT_DIRECTORY="$OUT/objects"
export GIT_ALTERNATE_OBJECT_DIRECTORIES="$PWD/.git/objects"
git add -A
git diff --cached --binary --full-index HEAD >"$OUT/patch"
rm -rf "$OUT/objects"
"""


def _make_tree(folder, files, changed):
    """A repository of so many files, of which every n-th is edited; a hundredth of these is new."""
    rng = random.Random(1)
    lines = lines_of(rng)
    paths = [folder / f"d{i % 100:02}" / f"e{i // 100 % 20:02}" / f"file{i}.txt"
             for i in range(files)]
    for i, path in enumerate(paths):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{i}\n" + "".join(lines))
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "base")
    new = changed // 100
    for i, path in enumerate(paths[:: files // (changed - new)][: changed - new]):
        lines[30] = f"changed {i}\n"
        path.write_text(f"{i}\n" + "".join(lines))
    for i in range(new):
        (folder / f"new{i}.txt").write_text("new\n")
    return git(folder, "rev-parse", "HEAD").decode().strip()


def thin_diff(bench):
    files, changed = (10_000, 500) if bench.quick else (100_000, 5_000)
    tree = bench.folder / "thin_diff" / "tree"
    out = bench.folder / "thin_diff" / "out"
    tree.mkdir(parents=True)
    out.mkdir()
    base = _make_tree(tree, files, changed)
    env = dict(os.environ, OUT=str(out), GIT_CONFIG_NOSYSTEM="1", HOME=str(out))

    def by_offload():
        done = run([bench.program("thin_diff"), tree, base, out / "ours"], tree, env)
        if done.output != f"{changed} files\n":
            raise WrongRun(f"the thin diff has {done.output}instead of {changed} files")
        return done

    runs = take_turns(bench.repetitions, {
        "thin diff": by_offload,
        "git add -A; git diff": lambda: run(["sh", "-c", BY_GIT], tree, env),
    })
    if (out / "patch").read_bytes().count(b"diff --git ") != changed:
        raise WrongRun("git has not found all changes")
    sizes = [(out / name).stat().st_size / 1e6 for name in ("ours", "patch")]
    bench.title(f"thin_diff: {changed} changed files of {files}, {sizes[0]:.1f} MB "
                f"(by git {sizes[1]:.1f} MB)")
    wall = {name: median(r.wall for r in results) for name, results in runs.items()}
    for name, results in runs.items():
        bench.report("thin_diff", name, wall[name], "s")
        bench.report("thin_diff", f"  {name}: processor time", median(r.cpu for r in results), "s")
        bench.report("thin_diff", f"  {name}: memory",
                     median(r.peak_kib for r in results) / 1024, "MiB")
    bench.report("thin_diff", "thin diff / git",
                 wall["thin diff"] / wall["git add -A; git diff"], "")
