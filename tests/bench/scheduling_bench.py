# SPDX-License-Identifier: MIT
"""How near to the bound schedulers come, in simulated runs of real suites."""

import json
from collections import defaultdict
from pathlib import Path

from measure import run

DATA = Path(__file__).resolve().parent / "data"
SETS = ("sculptor", "onegov-cloud", "nexus")
SEEDS = 20
# Makespan over the bound, by sandboxes; with durations of earlier runs, and without.
TARGETS = {True: {8: 1.12, 32: 1.20, 128: 1.22}, False: {8: 1.25, 32: 1.35, 128: 1.40}}
EXTRA = 1.07


def scheduling(bench):
    seeds = 3 if bench.quick else SEEDS
    bench.title(f"scheduling: {', '.join(SETS)} simulated, geometric means of makespan / bound, "
                f"{seeds} seeds; in brackets the machine time over what counted")
    output = run([bench.program("scheduling"), seeds, *(DATA / f"{name}.txt" for name in SETS)])
    rows = [json.loads(line) for line in output.output.splitlines()]
    table = defaultdict(dict)
    for row in rows:
        if "policy" in row:
            table[row["policy"], row["known"]][row["slots"]] = row
    sizes = sorted({row["slots"] for row in rows if "slots" in row})
    for known in (True, False):
        print(f"  durations {'known' if known else 'not known':<26}"
              + "".join(f"{size:>16}" for size in sizes))
        for (policy, uses), cells in table.items():
            if uses == known:
                print(f"    {policy:<32}" + "".join(
                    f"{cells[size]['over_bound']:>8.2f} ({cells[size]['machine_time']:.2f})"
                    for size in sizes))
    for known, targets in TARGETS.items():
        label = "durations known" if known else "not known"
        for size, target in targets.items():
            row = table["offload", known][size]
            what = f"{size} sandboxes, {label}"
            bench.report("scheduling", f"{what}: makespan / bound", row["over_bound"], "", target)
            bench.report("scheduling", f"{what}: machine time", row["machine_time"], "", EXTRA)
    for row in rows:
        if "decisions" in row:
            label = "durations known" if row["known"] else "not known"
            bench.report("scheduling", f"{row['tests']} tests, 1000 sandboxes, {label}: a decision",
                         row["micros"], "us")
