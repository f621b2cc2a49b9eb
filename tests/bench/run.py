#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Measures the offload command against its peers on the same work. It reports; it is no test.

usage: run.py OFFLOAD [--quick] [--repetitions N] [--json FILE] [NAME...]

OFFLOAD is the command, in its build folder; NAME is light, heavy, imports, cloud, modal, nextest,
vitest, ctest, orchestrator, start, micro, scheduling, batches, patch, thin_diff, build, clean_build or
tuning; all but the last two unless said. Ends with 0 unless a run went wrong: a target that is missed is only
marked. docs/benchmarks.md says what is measured and why.
"""

import argparse
import json
import os
import platform
import shutil
import sys
import tempfile
from pathlib import Path

import projects
from batches_bench import batches
from build_bench import build, clean_build
from cloud_bench import cloud
from ctest_bench import ctest
from imports_bench import imports
from measure import (
    WrongRun, check_junit, environment, median, offload_twice, report_against, run, take_turns,
)
from modal_bench import modal
from nextest_bench import nextest
from patch import patch
from scheduling_bench import scheduling
from thin_diff_bench import thin_diff
from tuning_bench import tuning
from vitest_bench import vitest

HERE = Path(__file__).resolve().parent
PYTEST = [sys.executable, "-m", "pytest"]


class Bench:
    """What all benchmarks need, and what they have found out."""

    def __init__(self, options, folder):
        self.offload = Path(options.offload).resolve()
        self.quick = options.quick
        self.repetitions = options.repetitions or (2 if options.quick else 5)
        self.folder = folder
        self.results = []

    def program(self, name):
        path = self.offload.parent / "tests" / "bench" / name
        if not path.exists():
            raise WrongRun(f"{path} is not built: configure with OFFLOAD_BUILD_BENCHMARKS")
        return path

    def title(self, text):
        print(f"\n{text}", flush=True)

    def report(self, benchmark, what, value, unit, target=None):
        """Prints and keeps a figure; with a target, `value` should not exceed it."""
        mark = ""
        if target is not None:
            mark = f"  target <= {target:g}  {'ok' if value <= target else 'MISSED'}"
        print(f"  {what:<52} {value:>10.4g} {unit:<6}{mark}", flush=True)
        self.results.append(
            {"benchmark": benchmark, "what": what, "value": value, "unit": unit, "target": target}
        )


def light(bench):
    files, per_file = 40, 50
    tests = files * per_file
    project = projects.light(bench.folder / "light", files, per_file)
    env = environment()

    def with_pytest(*arguments):
        done = run([*PYTEST, "-q", *arguments], project, env)
        if f"{tests} passed" not in done.output and f"{tests} tests coll" not in done.output:
            raise WrongRun(f"pytest {arguments} did not run all tests:\n{done.output[-500:]}")
        return done

    with_pytest()  # compiles the test files
    runs = take_turns(
        bench.repetitions,
        {
            **offload_twice(bench, project, tests, env),
            "pytest -n 2": lambda: with_pytest("-n", "2"),
            "pytest": with_pytest,
            "pytest --collect-only": lambda: with_pytest("--collect-only"),
        },
    )
    bench.title(f"light: {tests} tests that do nothing, in {files} files; 2 at a time")
    report_against(bench, "light", runs, "pytest -n 2", 0.75)


def heavy(bench):
    slots = 40
    durations = [float(line) for line in (HERE / "data/heavy_durations.txt").open()][:400]
    bound = max(max(durations), sum(durations) / slots)
    scale = (8.0 if bench.quick else 55.0) / bound
    durations = [scale * seconds for seconds in durations]
    bound *= scale
    project = projects.heavy(bench.folder / "heavy", durations, slots)
    times = bench.folder / "heavy-times"
    env = environment(BENCH_TIMES=str(times))

    def timed(argv):
        times.unlink(missing_ok=True)
        done = run(argv, project, env)
        spans = [tuple(map(float, line.split())) for line in times.open()]
        if len(spans) != len(durations):
            raise WrongRun(f"{argv} ran {len(spans)} tests of {len(durations)}")
        return max(end for _, end in spans) - min(start for start, _ in spans), done.wall

    def with_offload(first):
        if first:
            shutil.rmtree(project / "test-results", ignore_errors=True)
        spans = timed([bench.offload, "run"])
        check_junit(project, len(durations))
        return spans

    bench.title(
        f"heavy: {len(durations)} tests that wait, {slots} at a time, bound {bound:.1f} s"
        f" (longest {max(durations):.1f} s)"
    )
    runs = take_turns(
        1 if bench.quick else max(1, bench.repetitions // 2),
        {
            "offload, first run": lambda: with_offload(True),
            "offload, durations known": lambda: with_offload(False),
            f"pytest -n {slots}": lambda: timed([*PYTEST, "-q", "-n", str(slots)]),
        },
    )
    for name, spans in runs.items():
        target = 1.1 if name.startswith("offload") else None
        makespan, wall = (median(values) for values in zip(*spans))
        bench.report("heavy", f"{name}: makespan / bound", makespan / bound, "", target)
        bench.report("heavy", f"{name}: whole run / bound", wall / bound, "")
        bench.report("heavy", f"{name}: whole run", wall, "s")


def orchestrator(bench):
    tests = 5_000 if bench.quick else 50_000
    program = bench.program("orchestrator")
    output = bench.folder / "orchestrator-results"

    def measured(count, slots, reporters):
        shutil.rmtree(output, ignore_errors=True)
        kind = [reporters] if isinstance(reporters, str) else []
        done = run([program, count, slots, *([output, *kind] if reporters else [])])
        return json.loads(done.output)

    bench.title(f"orchestrator: {tests} tests without any process, a test")
    for slots in (2, 40, 500):
        found = take_turns(
            bench.repetitions,
            {
                (count, reporters): lambda c=count, r=reporters: measured(c, slots, r)
                for count in (slots, tests)
                for reporters in (False, True)
            },
        )
        for reporters in (False, True):
            few, many = found[slots, reporters], found[tests, reporters]
            label = f"{slots} slots, {'junit and logs' if reporters else 'no reporter'}"
            peak = median(r["peak_kib"] for r in many) - median(r["peak_kib"] for r in few)
            for what, key in (("processor time", "cpu_s"), ("of it the dispatcher", "dispatcher_s")):
                each = median(r[key] for r in many) / tests * 1e6
                bench.report("orchestrator", f"{label}: {what}", each, "us")
            bench.report("orchestrator", f"{label}: memory", peak * 1024 / tests, "bytes")

    kinds = ("events", "trace")
    found = take_turns(
        bench.repetitions,
        {None: lambda: measured(tests, 40, False)}
        | {kind: lambda k=kind: measured(tests, 40, k) for kind in kinds},
    )
    without = median(r["cpu_s"] for r in found[None])
    for kind in kinds:
        each = (median(r["cpu_s"] for r in found[kind]) - without) / tests * 1e6
        bench.report("orchestrator", f"40 slots, --{kind}: processor time more", each, "us")
    replay = median(r["replay_s"] for r in found["events"]) / tests * 1e6
    bench.report("orchestrator", "junit and logs made again from events", replay, "us")


def start(bench):
    bench.title("start: commands that should be there at once")
    report = projects.junit_report(bench.folder / "junit.xml", 100_000, failures_every=100)
    project = bench.folder / "logs"
    (project / "test-results").mkdir(parents=True)
    (project / "offload.toml").write_text(projects.CONFIG.format(slots=2, python="python3"))
    shutil.copy(report, project / "test-results" / "junit.xml")

    runs = take_turns(
        10 if bench.quick else 50,
        {
            "offload --version": lambda: run([bench.offload, "--version"]),
            "git --version": lambda: run(["git", "--version"]),
            "/bin/true": lambda: run(["/bin/true"]),
        },
    )
    for name, results in runs.items():
        bench.report("start", name, 1000 * median(r.wall for r in results), "ms")

    logs = [run([bench.offload, "logs", "--failures"], project) for _ in range(bench.repetitions)]
    if logs[0].output.count("test_case_number_") != 1000:
        raise WrongRun(f"offload logs did not show 1000 tests:\n{logs[0].output[:500]}")
    size = report.stat().st_size / 1e6
    what = f"offload logs --failures, report of {size:.0f} MB"
    bench.report("start", what, 1000 * median(r.wall for r in logs), "ms")
    bench.report("start", f"{what}: memory", median(r.peak_kib for r in logs) / 1024, "MiB")


def micro(bench):
    """Google Benchmark's own table, and its figures an item."""
    bench.title("micro: single parts")
    output = bench.folder / "micro.json"
    least = ["--benchmark_min_time=0.02"] if bench.quick else []
    done = run([bench.program("micro"), f"--benchmark_out={output}", *least])
    for line in done.output.splitlines():
        if any(f" {unit} " in line for unit in ("ns", "us", "ms")):
            print("  " + line)
    for each in json.loads(output.read_text())["benchmarks"]:
        if each.get("error_occurred"):
            raise WrongRun(f"{each['name']}: {each['error_message']}")
        value = {"benchmark": "micro", "what": each["name"], "target": None}
        bench.results.append(dict(value, value=each["real_time"], unit=each["time_unit"]))


BENCHMARKS = {
    each.__name__: each
    for each in (start, orchestrator, micro, scheduling, batches, patch, thin_diff, light, heavy,
                 imports, cloud, modal, nextest, vitest, ctest, build, clean_build, tuning)
}
ONLY_WHEN_NAMED = {"clean_build", "tuning"}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("offload", metavar="OFFLOAD")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHMARKS))
    parser.add_argument("--quick", action="store_true", help="small and rough")
    parser.add_argument("--repetitions", type=int, help="rounds; 5, or 2 if quick")
    parser.add_argument("--json", metavar="FILE", type=Path, help="write the figures")
    options = parser.parse_args()
    if unknown := set(options.names) - set(BENCHMARKS):
        parser.error(f"there is no benchmark {', '.join(sorted(unknown))}")

    wrong = 0
    with tempfile.TemporaryDirectory(prefix="offload-bench-") as folder:
        bench = Bench(options, Path(folder))
        print(f"{os.cpu_count()} processors, {platform.system()} {platform.machine()}, "
              f"Python {platform.python_version()}, {bench.repetitions} rounds, medians; "
              f"load {os.getloadavg()[0]:.1f}")
        for name in options.names or [one for one in BENCHMARKS if one not in ONLY_WHEN_NAMED]:
            try:
                BENCHMARKS[name](bench)
            except WrongRun as why:
                print(f"  {name} WENT WRONG: {why}", file=sys.stderr)
                wrong += 1
    if options.json:
        options.json.write_text(json.dumps(bench.results, indent=1) + "\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
