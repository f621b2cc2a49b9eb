# SPDX-License-Identifier: MIT
"""What other values of the scheduler's constants do to simulated runs."""

import json

from measure import run
from scheduling_bench import DATA, SEEDS, SETS


def tuning(bench):
    seeds = 1 if bench.quick else SEEDS
    bench.title("tuning: makespans with another value of one constant, over those with the defaults; "
                f"32 and 128 sandboxes, {seeds} seeds")
    output = run([bench.program("tuning"), seeds, *(DATA / f"{name}.txt" for name in SETS)])
    columns = [f"{name}, {known}" for known in ("known", "not known") for name in SETS]
    columns.append("machine time")
    print(f"{'':<49}{'durations known':^42}{'not known':^42}")
    print(f"  {'constant':<36}{'value':>9}  "
          + "".join(f"{name.split(',')[0]:>14}" for name in columns))
    for row in map(json.loads, output.output.splitlines()):
        print(f"  {row['constant']:<36}{row['value']:>9g}  "
              + "".join(f"{ratio:>14.3f}" for ratio in row["ratios"]))
        for column, ratio in zip(columns, row["ratios"]):
            bench.results.append({
                "benchmark": "tuning", "what": f"{row['constant']} = {row['value']:g}: {column}",
                "value": ratio, "unit": "", "target": None})
