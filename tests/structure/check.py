"""Holds the source tree against the module map and a few house rules.

usage: check.py ROOT [FILE...]    FILE is relative to ROOT; without any, all files that git tracks.

Prints `file:line: rule` for each breach and exits with 1 when there is one. docs/architecture.md
says what the map is for.
"""

import re
import subprocess
import sys
from pathlib import Path

# A module includes modules of lower lines only, never a sibling on its own line.
MAP = [
    ["core"],
    ["config"],
    ["process"],
    ["provider", "framework", "scheduler", "report", "history", "image"],
    ["runner"],
    ["cli"],
]
LINE_OF = {module: line for line, modules in enumerate(MAP) for module in modules}
MOST_LINES = 400
SPDX = "// SPDX-License-Identifier: MIT"
# Tests that stand for a user of the library.
USERS_TESTS = {("tests", "consumer"), ("tests", "examples")}
# What a public header may include besides Offload's own headers and the standard library's.
PUBLIC_LIBRARIES = {"fmt/core.h", "fmt/format.h", "tl/expected.hpp"}
NEVER_PUBLIC = {"regex", "coroutine"}
FORBIDDEN_CODE = [
    (r"\.detach\(\)", "no detached thread: somebody has to join it"),
    (r"\bsleep_(for|until)\b", "no sleep: wait for what is to happen"),
    (r"\bco_(await|return|yield)\b", "no coroutine: docs/decisions/0001"),
]
# A wait for a file lock cannot be ended: this one is left to itself, and touches nothing but the lock.
MAY_DETACH = "src/process/folder_lock.cpp"
FORBIDDEN_TEXT = [
    (r"/[w]ork/|/[r]oot/|[.]pyenv", "no path of a developer's machine"),
    (r"pypi[.]org|crates[.]io|registry[.]npmjs[.]org|deb[.]debian[.]org", "no registry's host name"),
]


def module_of(path):
    """The module that a file belongs to, or None."""
    if path.parts[0] == "cli":
        return "cli"
    if path.parts[:2] == ("include", "offload") and len(path.parts) > 3:
        return path.parts[2]
    return path.parts[1] if path.parts[0] == "src" and len(path.parts) > 2 else None


def wrong_include(path, name):
    """Why the file must not have `#include <name>`, or None."""
    module = module_of(path)
    if name == "offload/offload.hpp":
        free = path.parts[0] == "examples" or path.parts[:2] in USERS_TESTS
        return None if free else "offload/offload.hpp is for users: include what is used"
    if path.parts[0] not in ("include", "src", "cli"):
        return None
    own = re.fullmatch(r"offload/(\w+)/(\S+)", name)
    if own is None:
        standard = re.fullmatch(r"\w+", name) and name not in NEVER_PUBLIC
        allowed = standard or name in PUBLIC_LIBRARIES or (
            name.startswith("range/v3/") and path.stem.endswith("-inl"))
        if path.parts[0] == "include" and not allowed:
            return f"<{name}> belongs in src/ or cli/, not in a public header"
        return None
    target, header = own.groups()
    if module is None or target == module:
        return None
    if target not in LINE_OF:
        return f"module {target} is not in the module map"
    if LINE_OF[target] >= LINE_OF[module]:
        return f"{module} must not include {target}: it is not below it in the module map"
    known = ("concept.hpp", "default_scheduler.hpp")
    if module == "runner" and target in MAP[3] and header not in known:
        return f"runner knows {target} by its concept.hpp only"
    return None


def breaches(path, text):
    """Yields (line number, rule) for one file."""
    lines = text.splitlines()
    for number, line in enumerate(lines, 1):
        for pattern, rule in FORBIDDEN_TEXT:
            if re.search(pattern, line):
                yield number, rule
    if path.suffix not in (".cpp", ".hpp"):
        return
    if not lines or lines[0] != SPDX or not lines[1:2] or not lines[1].startswith("// Copyright"):
        yield 1, "two SPDX lines come first"
    if path.suffix == ".hpp" and "#pragma once" not in lines:
        yield 1, "a header has #pragma once"
    if len(lines) > MOST_LINES:
        yield MOST_LINES + 1, f"a file has at most {MOST_LINES} lines"
    if (module := module_of(path)) and module not in LINE_OF:
        yield 1, f"module {module} is not in the module map"
        return
    for number, line in enumerate(lines, 1):
        if include := re.match(r'\s*#\s*include\s*(<([^>]+)>|"([^"]+)")', line):
            if include[3] and ".." in include[3]:
                yield number, "a quoted include names a file of the same folder or below"
            if rule := wrong_include(path, include[2] or include[3]):
                yield number, rule
        if path.parts[0] in ("include", "src", "cli"):
            for pattern, rule in FORBIDDEN_CODE:
                may = path.as_posix() == MAY_DETACH and "detach" in pattern
                if not may and re.search(pattern, line.split("//")[0]):
                    yield number, rule


def tracked_files(root):
    """What git tracks below root; every source where there is no git, as in a release archive."""
    listed = subprocess.run(["git", "-C", root, "ls-files", "-z"], capture_output=True)
    if listed.returncode == 0:
        return [name for name in listed.stdout.decode().split("\0") if name]
    folders = ("include", "src", "cli", "tests", "examples", "docs", "cmake")
    files = (path for folder in folders for path in (Path(root) / folder).rglob("*"))
    return [str(path.relative_to(root)) for path in files if path.is_file()]


def main(root, names):
    names = names or tracked_files(root)
    found = 0
    for path in map(Path, names):
        if not (Path(root) / path).is_file():  # deleted, and not yet committed
            continue
        text = (Path(root) / path).read_bytes().decode(errors="replace")
        for line, rule in breaches(path, text):
            print(f"{path}:{line}: {rule}")
            found += 1
    print(f"{len(names)} files, {found} breaches")
    return 1 if found or not names else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
