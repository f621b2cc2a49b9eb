# SPDX-License-Identifier: MIT
"""The benchmark `patch`: apply-diff against `git apply` on a patch of many files."""

import os
import random
import shutil
import subprocess

from measure import WrongRun, median, run, take_turns


def git(folder, *arguments):
    env = dict(os.environ, GIT_CONFIG_NOSYSTEM="1", HOME=str(folder))
    who = ["-c", "user.name=bench", "-c", "user.email=bench@localhost", "-c", "gc.auto=0"]
    command = ["git", *who, *arguments]
    return subprocess.run(command, cwd=folder, env=env, check=True, capture_output=True).stdout


def lines_of(rng):
    return ["%030x\n" % rng.getrandbits(120) for _ in range(60)]


def _make_patch(folder, files):
    """Leaves in `folder` the old files, and beside it the patch that edits each of them."""
    rng = random.Random(1)
    texts = {folder / f"d{i % 100:02}" / f"file{i}.txt": lines_of(rng) for i in range(files)}
    for path, lines in texts.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(lines))
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "base")
    for path, lines in texts.items():
        for at in (5, 30, 50):
            lines[at] = "changed\n"
        path.write_text("".join(lines))
    patch = folder.parent / "patch"
    patch.write_bytes(git(folder, "diff", "--binary", "--full-index"))
    git(folder, "checkout", "-q", ".")
    shutil.rmtree(folder / ".git")
    return patch


def patch(bench):
    files = 1_000 if bench.quick else 5_000
    base = bench.folder / "patch" / "base"
    made = _make_patch(base, files)
    target = bench.folder / "patch" / "target"
    env = dict(os.environ, GIT_CEILING_DIRECTORIES=str(target.parent))

    def timed(argv):
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(base, target)
        done = run(argv, target, env)
        for path in target.rglob("file*.txt"):
            if path.read_text().count("changed\n") != 3:
                raise WrongRun(f"{argv} left {path} as it was")
        return done

    contestants = {
        "offload apply-diff": lambda: timed([bench.offload, "apply-diff", made]),
        "git apply": lambda: timed(["git", "apply", made]),
    }
    alone = bench.offload.parent / "offload-apply-diff"
    if alone.exists():
        contestants["offload-apply-diff"] = lambda: timed([alone, made])
    runs = take_turns(bench.repetitions, contestants)
    bench.title(f"patch: {files} changed files, {made.stat().st_size / 1e6:.1f} MB")
    wall = {name: median(r.wall for r in results) for name, results in runs.items()}
    for name, results in runs.items():
        bench.report("patch", name, wall[name], "s")
        bench.report("patch", f"  {name}: processor time", median(r.cpu for r in results), "s")
    bench.report("patch", "offload apply-diff / git apply",
                 wall["offload apply-diff"] / wall["git apply"], "")
