#!/usr/bin/env python3
"""Measures Offload against a project's own test runner, and keeps a table in its README.

usage: benchmark.py --native COMMAND... [--offload COMMAND] [--rounds N] [--readme FILE] [--json FILE]

Each side runs once without being counted. Then they take turns, one after the other. A run that
does not end with exit code 0 makes the benchmark invalid: nothing is written, and it ends with 1.
"""

import argparse
import datetime
import json
import os
import platform
import re
import statistics
import subprocess
import sys
import time
from pathlib import Path

BEGIN, END = "<!-- offload-benchmark: begin -->", "<!-- offload-benchmark: end -->"


class Invalid(Exception):
    pass


def processors():
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()


def timed(command):
    began = time.monotonic()
    done = subprocess.run(command, shell=True, stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, errors="replace")
    took = time.monotonic() - began
    if done.returncode != 0:
        flaky = " (flaky tests)" if done.returncode == 2 and "offload" in command else ""
        tail = "\n".join((done.stdout + done.stderr).splitlines()[-15:])
        raise Invalid(f"`{command}` ended with {done.returncode}{flaky}:\n{tail}")
    return took


def measured(commands, rounds):
    for command in commands:
        print(f"warming up: {command}", file=sys.stderr, flush=True)
        timed(command)
    times = {command: [] for command in commands}
    for number in range(rounds):
        # The other way round every second time: nobody always goes first.
        for command in commands if number % 2 == 0 else reversed(commands):
            times[command].append(timed(command))
            print(f"round {number + 1}: {times[command][-1]:.2f} s  {command}", file=sys.stderr,
                  flush=True)
    return times


def commit():
    told = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True)
    return told.stdout.strip() if told.returncode == 0 else ""


def cell(command):
    return "`" + command.replace("|", "\\|") + "`"


def table(times, rounds):
    medians = {command: statistics.median(taken) for command, taken in times.items()}
    slowest = max(medians.values())
    lines = ["| command | median | fastest to slowest | against the slowest |", "|---|---|---|---|"]
    for command, taken in times.items():
        lines.append(f"| {cell(command)} | {medians[command]:.2f} s | "
                     f"{min(taken):.2f} to {max(taken):.2f} s | {medians[command] / slowest:.2f} |")
    at = f", commit {commit()}" if commit() else ""
    lines.append("")
    lines.append(f"{datetime.date.today()}, {platform.system()} {platform.machine()} with "
                 f"{processors()} processors, {rounds} rounds in turns after one that did not "
                 f"count, all tests passed{at}.")
    return "\n".join(lines)


def put_into(readme, text):
    block = f"{BEGIN}\n{text}\n{END}"
    old = readme.read_text(encoding="utf-8") if readme.exists() else ""
    if BEGIN in old and END in old:
        new = re.sub(re.escape(BEGIN) + ".*?" + re.escape(END), lambda _: block, old, flags=re.S)
    else:
        new = old.rstrip("\n") + ("\n\n" if old else "") + f"## Benchmark\n\n{block}\n"
    readme.write_text(new, encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--native", action="append", required=True, metavar="COMMAND")
    parser.add_argument("--offload", default="offload run", metavar="COMMAND")
    parser.add_argument("--rounds", type=int, default=5, metavar="N")
    parser.add_argument("--readme", type=Path, metavar="FILE")
    parser.add_argument("--json", type=Path, metavar="FILE")
    given = parser.parse_args()
    if given.rounds < 1:
        parser.error("--rounds has to be 1 or more")
    try:
        times = measured([*given.native, given.offload], given.rounds)
    except Invalid as wrong:
        print(f"Invalid, nothing is written: {wrong}", file=sys.stderr)
        return 1
    shown = table(times, given.rounds)
    print(shown)
    if given.readme:
        put_into(given.readme, shown)
    if given.json:
        given.json.write_text(json.dumps({"times": times, "processors": processors()}, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
