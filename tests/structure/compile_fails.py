# SPDX-License-Identifier: MIT
# Copyright (c) 2026 The Offload authors
"""Runs a compiler that has to fail, and to say why soon: compile_fails.py EXPECT COMMAND...

One of the first lines of what it says must match the regular expression EXPECT. Source that it quotes
does not count: GCC 14 quotes it at each step to the cause, GCC 12 does not.
"""

import re
import subprocess
import sys

MOST_LINES_BEFORE = 12
QUOTED_SOURCE = re.compile(r" +\d* \|")


def main(expected, *command):
    done = subprocess.run(command, capture_output=True, text=True)
    lines = [line for line in done.stderr.splitlines() if not QUOTED_SOURCE.match(line)]
    if done.returncode == 0:
        return "it compiles"
    found = [number for number, line in enumerate(lines) if re.search(expected, line)]
    if not found:
        return f"no line matches {expected}:\n{done.stderr}"
    if found[0] > MOST_LINES_BEFORE:
        return f"{found[0]} lines come before the cause:\n{done.stderr}"
    return None


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
