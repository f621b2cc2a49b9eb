# SPDX-License-Identifier: MIT
"""How long simulated runs take where each batch starts a command, or loads files."""

import json
import math

from measure import run
from scheduling_bench import DATA, SETS

LIMITS = {True: 1.15, False: 1.35}  # makespan over the bound; with durations of earlier runs


def mean(ratios):
    return math.exp(sum(map(math.log, ratios)) / len(ratios))


def batches(bench):
    seeds = 1 if bench.quick else 5
    bench.title("batches: simulated; `original` is LPT with split requeue, `bound` is what no "
                "batching can beat")
    output = run([bench.program("batches"), seeds, *(DATA / f"{name}.txt" for name in SETS)])
    rows = [json.loads(line) for line in output.output.splitlines()]
    for row in (row for row in rows if row["row"] != "grid"):
        what = f"{row['row']}, {'durations known' if row['known'] else 'first run'}"
        bench.report("batches", f"{what}: makespan / original", row["makespan"] / row["original"],
                     "", 1)
        bench.report("batches", f"{what}: batches / original",
                     row["batches"] / row["original_batches"], "", 1)
    for known, limit in LIMITS.items():
        label = "durations known" if known else "first run"
        grid = [row for row in rows if row["row"] == "grid" and row["known"] == known]
        ratios = [row["makespan"] / row["bound"] for row in grid]
        bench.report("batches", f"{label}: makespan / bound, geometric mean of {len(grid)} worlds",
                     mean(ratios), "", limit)
        bench.report("batches", f"{label}: the worst", max(ratios), "", limit)
        above = sum(ratio > limit for ratio in ratios)
        bench.report("batches", f"{label}: worlds above {limit}", above, "", 0)
        bench.report("batches", f"{label}: makespan / original, geometric mean",
                     mean([row["makespan"] / row["original"] for row in grid]), "", 1)
