# SPDX-License-Identifier: MIT
"""Runs commands and measures them, taking turns, so that a busy machine is busy for all alike."""

import os
import shutil
import statistics
import subprocess
import tempfile
import time
from dataclasses import dataclass


class WrongRun(Exception):
    """A command did not do what it had to do: its time means nothing."""


@dataclass
class Run:
    wall: float  # seconds
    cpu: float  # seconds, of the process and all it has waited for
    peak_kib: int  # of the largest process among these
    code: int
    output: str


def run(argv, cwd=None, env=None, expect=0):
    """Runs a command to its end. Its output goes through a file, so nobody has to read it."""
    with open(os.devnull) as nothing, tempfile.TemporaryFile() as output:
        began = time.perf_counter()
        child = subprocess.Popen(
            [str(word) for word in argv], cwd=cwd, env=env, stdin=nothing, stdout=output,
            stderr=subprocess.STDOUT,
        )
        _, status, used = os.wait4(child.pid, 0)
        wall = time.perf_counter() - began
        child.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        text = output.read().decode(errors="replace")
    if child.returncode != expect:
        raise WrongRun(f"{argv} ended with {child.returncode}:\n{text[-2000:]}")
    return Run(wall, used.ru_utime + used.ru_stime, used.ru_maxrss, child.returncode, text)


def take_turns(repetitions, contestants):
    """Calls each of `contestants` {name: function} once a round; returns {name: [what it gave]}."""
    results = {name: [] for name in contestants}
    for _ in range(repetitions):
        for name, contestant in contestants.items():
            results[name].append(contestant())
    return results


def median(values):
    return statistics.median(list(values))


def offload_twice(bench, project, tests, env=None):
    """`offload run` as two contestants: without the durations of a run before, and with them."""

    def with_offload(first):
        if first:
            shutil.rmtree(project / "test-results", ignore_errors=True)
        done = run([bench.offload, "run"], project, env)
        check_junit(project, tests)
        return done

    return {
        "offload, first run": lambda: with_offload(True),
        "offload, durations known": lambda: with_offload(False),
    }


def check_junit(project, tests):
    head = (project / "test-results" / "junit.xml").read_text()[:1000]
    for wanted in (f'tests="{tests}"', 'failures="0"', 'errors="0"'):
        if wanted not in head:
            raise WrongRun(f"the report of {project} lacks {wanted}: {head[:200]}")


def report_against(bench, benchmark, runs, peer, target):
    """Reports what each contestant took, and how offload compares with `peer`."""
    wall = {name: median(r.wall for r in results) for name, results in runs.items()}
    for name, results in runs.items():
        bench.report(benchmark, name, wall[name], "s")
        bench.report(benchmark, f"  {name}: processor time", median(r.cpu for r in results), "s")
    for name in wall:
        if name.startswith("offload"):
            ratio = wall[name] / wall[peer]
            bench.report(benchmark, f"{name} / {peer}", ratio, "", target)


def environment(**more):
    """This process's environment, but with compiled Python files kept: a project has them."""
    env = dict(os.environ, **more)
    for name in ("PYTHONDONTWRITEBYTECODE", "PYTEST_ADDOPTS", "CI"):
        env.pop(name, None)
    return env
