#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Records what a version of a tool says to Offload, for the unit tests of the readers.

    record.py nextest|pytest|vitest|ctest|go LABEL

runs Offload (OFFLOAD_BINARY, or build/dev/offload) on projects/TOOL with the tool that is first in
PATH, and keeps what the tool said in TOOL-LABEL.json, call by call. Paths of this machine become
/project and /shared. vitest is run from node_modules in the current folder.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path

HERE = Path(__file__).resolve().parent
TESTS = HERE.parents[1]
BINARY = os.environ.get("OFFLOAD_BINARY", str(TESTS.parent / "build" / "dev" / "offload"))

# The file descriptor of what Offload reads, where it is not standard output.
EVENTS = {"vitest": 3}
# Which program is listened to, and the framework's settings.
TOOLS = {
    "nextest": ("cargo-nextest", 'type = "nextest"\ncommand = "cargo nextest"'),
    "pytest": ("python", 'type = "pytest"\ncommand = "python -m pytest"'),
    "vitest": ("node", 'type = "vitest"\ncommand = "node node_modules/vitest/vitest.mjs"'),
    "ctest": ("ctest", 'type = "ctest"\ncommand = "ctest"'),
    "go": ("go", None),  # the settings of the recipe
}

# Passes everything on, and keeps it. Several calls get a folder each.
SPY = """\
#!/bin/bash
for n in {{10..99}}; do mkdir "{calls}/$n" 2>/dev/null && break; done
call="{calls}/$n"
printf ' %s' "$@" >"$call/arguments"
"{real}" "$@" {events}> >(tee "$call/out" >&{events}) 2> >(tee "$call/err" >&2)
status=$?
echo $status >"$call/status"
exit $status
"""


def sealed(record):
    """A line, and a record of Offload's plugins with the checksum of what it is now."""
    body, mark, _ = record.rpartition(',"crc":"')
    if not mark:
        return record
    return f'{body},"crc":"{zlib.crc32(body.encode()):08x}"}}\n'


def heard(calls, project):
    """What was said in each call, without the names of this machine's folders."""

    def text(file):
        said = file.read_text(encoding="utf-8").replace(str(project), "/project")
        said = re.sub(r"/tmp/offload-\w+", "/shared", said)
        said = re.sub(r"[^\s\"']*/toolchains/[^/]+/", "/rust/", said)
        return re.sub(r"[^\s\"']*/(go|golang\.org/toolchain@[^/]+)/src/", "/go/src/", said)

    return [{"arguments": text(call / "arguments"), "status": int(text(call / "status")),
             "err": text(call / "err"),
             "out": [sealed(line) for line in text(call / "out").splitlines(keepends=True)]}
            for call in sorted(calls.iterdir())]


def main(tool, label):
    program, framework = TOOLS[tool]
    folder = Path(tempfile.mkdtemp(prefix="recorded-"))
    project, spies, calls = (folder / name for name in ("project", "bin", "calls"))
    shutil.copytree(HERE / "projects" / tool, project)
    spies.mkdir()
    calls.mkdir()
    (spies / program).write_text(SPY.format(
        calls=calls, real=shutil.which(program), events=EVENTS.get(tool, 1)))
    (spies / program).chmod(0o755)
    if framework:
        (project / "offload.toml").write_text(
            f'[offload]\nsandbox_repo_root = "."\n[provider]\ntype = "local"\n'
            f"[framework]\n{framework}\n[groups.all]\n")
    else:
        shutil.copy(TESTS / "projects" / "recipes" / tool / "offload.toml", project)
    if tool == "vitest":
        (project / "node_modules").symlink_to(Path("node_modules").resolve())
    if tool == "ctest":
        subprocess.run(["cmake", "-B", "build"], cwd=project, check=True, stdout=subprocess.DEVNULL)
    env = dict(os.environ, RUST_BACKTRACE="0", PATH=f"{spies}:{os.environ['PATH']}")
    subprocess.run([BINARY, "run", "-p", "1"], cwd=project, env=env, check=False)
    with open(HERE / f"{tool}-{label}.json", "w", encoding="utf-8") as record:
        json.dump(heard(calls, project), record, indent=1, ensure_ascii=False)
        record.write("\n")
    shutil.rmtree(folder)


main(*sys.argv[1:])
