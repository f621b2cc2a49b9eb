# SPDX-License-Identifier: MIT
# needs: jq
"""Runs every `$ offload ...` line of README.md and docs/, page by page and in order, as a user would
type them one after the other.

The project is the one that the pages speak of: three tests, of which one fails and one is flaky.
PAGES says what a page needs besides, and which of its lines end with another exit code than 0.
"""

import json
import os
import re
import subprocess
from pathlib import Path

import pytest
from conftest import BINARY, REPOSITORY

BLOCK = re.compile(r"^ *```(console|sh)\n(.*?)^ *```$", re.S | re.M)
HANDLE = re.compile(r"(--show )([ct])[0-9a-f]{8}")

PRICES = """\
import os


def test_sum():
    assert 80 + 10 == 90

def test_discount():
    price = 80
    assert price * 0.9 == 70

def test_network():
    if not os.path.exists("reached"):
        open("reached", "w").close()
        raise ConnectionError("reset by peer")
"""
TABLES = {
    "offload": {"max_parallel": 4, "sandbox_repo_root": "."},
    "provider": {"type": "local"},
    "framework": {"type": "pytest", "command": "python -m pytest"},
    "groups.all": {"retry_count": 1},
    "report": {"output_dir": "test-results"},
}
RED = {"offload run": 1, "offload run --ci": 1, "offload run || [ $? -eq 2 ]": 1}


def green(project):
    project.write("tests/test_prices.py", "def test_sum():\n    assert 80 + 10 == 90\n")


def modal(project):
    """In Modal, a run costs something. Listing the tests happens here."""
    project.offload("run")
    configure(project, provider={"type": "modal", "dockerfile": "Dockerfile"})


def images(project):
    configure(project, provider={"type": "default", "prepare_command": "echo image",
                                 "create_command": "echo box", "exec_command": "sh -c {command}",
                                 "destroy_command": "true"})
    git(project, "remote", "add", "upstream", str(project.folder))


def history(project):
    green(project)
    configure(project, history={})
    project.write(".test_durations", json.dumps({"tests/test_prices.py::test_sum": 1.5}))
    project.write("report.xml", '<testsuite><testcase classname="tests.test_prices" '
                                'name="test_sum" time="2"/></testsuite>')


def patch(project):
    project.write("app/a.txt", "old\n")
    project.write("changes.patch", "diff --git a/a.txt b/a.txt\n--- a/a.txt\n+++ b/a.txt\n"
                                   "@@ -1 +1 @@\n-old\n+new\n")


def coverage(project):
    green(project)
    project.write(".coveragerc", "[run]\nsource = tests\n")
    command = {"type": "pytest", "command": "python -m pytest -p pytest_cov", "run_args": "--cov"}
    configure(project, framework=command)


def results(project):
    project.offload("run")


def two_runs(project):
    project.offload("run")
    project.offload("run")


def with_handles(project, line):
    """Handles are made of what they name: those of this project take the place of the page's."""

    def real(match):
        told = json.loads(project.offload("logs", "--format", "json", "--failures").out)
        kind = "causes" if match[2] == "c" else "tests"
        return match[1] + told[kind][0]["handle"]

    return HANDLE.sub(real, line)


def green_results(project):
    green(project)
    project.offload("run")


def events(project):
    green(project)
    project.offload("run", "--events", "events.jsonl")


def no_configuration(project):
    (project.folder / "offload.toml").unlink()


def green_without_configuration(project):
    green(project)
    no_configuration(project)


# page: (what it needs before, exit codes of its lines other than 0)
PAGES = {
    "README.md": (None, RED),
    "docs/agents.md": (two_runs, {"offload run": 1, "offload run --failed": 1}),
    "docs/apply-diff.md": (patch, {}),
    "docs/ci.md": (green_results, {}),
    "docs/events.md": (events, {}),
    "docs/from-pytest-xdist.md": (green, {}),
    "docs/from-the-original.md": (green, {}),
    "docs/getting-started.md": (no_configuration, RED),
    "docs/history.md": (history, {}),
    "docs/html-report.md": (events, {}),
    "docs/image-cache.md": (images, {}),
    "docs/install.md": (green_without_configuration, {}),
    "docs/logs.md": (two_runs, {}),
    "docs/pytest.md": (coverage, {}),
    "docs/results.md": (results, {}),
    "docs/scheduling.md": (modal, {}),
    "docs/trace.md": (events, {}),
}
# Lines that cannot be run here, and why.
COVERAGE_OF_VITEST = """\
rm -rf coverage
offload run; code=$?
npx nyc report -t coverage/parts --reporter=text --reporter=html
npx nyc check-coverage -t coverage/parts --lines 90 || code=1
exit $code"""
NOT_RUN = {
    COVERAGE_OF_VITEST: "nyc would come from the network; test_vitest_coverage has the parts",
    "./dev build": "it is how the command came to be that this test runs",
    "cmake --install build/release --prefix ~/.local": "as the line before",
}


def configure(project, **tables):
    tables = {**TABLES, **tables}
    project.write("offload.toml", "".join(
        f"[{name}]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in keys.items())
        for name, keys in tables.items()))


def git(project, *arguments):
    who = ["-c", "user.name=T", "-c", "user.email=t@example.org"]
    subprocess.run(["git", *who, *arguments], cwd=project.folder, check=True, capture_output=True)


def lines_of(page):
    """What the page shows to type that starts with offload, or a part of a longer line."""
    text = (REPOSITORY / page).read_text(encoding="utf-8")
    found = []
    for kind, block in BLOCK.findall(text):
        if kind == "console":
            found += re.findall(r"^ *\$ (.*)$", block, re.M)
        elif re.search(r"^offload ", block, re.M):
            found.append(block.rstrip())
    return found


def pages():
    every = [REPOSITORY / "README.md", *sorted((REPOSITORY / "docs").glob("*.md"))]
    names = [str(path.relative_to(REPOSITORY)) for path in every]
    return [name for name in names if set(lines_of(name)) - set(NOT_RUN)]


@pytest.mark.parametrize("page", pages())
def test_what_a_page_shows_to_type_works(project, page):
    project.write("tests/test_prices.py", PRICES)
    project.write("Dockerfile", "FROM scratch\n")
    configure(project)
    git(project, "init", "-q", "-b", "main")
    git(project, "add", "-A")
    git(project, "commit", "-q", "-m", "all")
    prepare, codes = PAGES.get(page, (None, {}))
    if prepare is not None:
        prepare(project)
    bin_folder = project.temp.parent / "bin"
    bin_folder.mkdir()
    (bin_folder / "offload").symlink_to(Path(BINARY).resolve())
    env = dict(project.env, PATH=f"{bin_folder}{os.pathsep}{project.env['PATH']}")

    for line in lines_of(page):
        if line in NOT_RUN:
            continue
        typed = with_handles(project, line)
        done = subprocess.run(["bash", "-c", typed], cwd=project.folder, env=env, timeout=120,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True)
        told = f"{page}: {line}\n{done.stdout}\n--- err\n{done.stderr}"
        assert done.returncode == codes.get(line, 0), told
        assert not re.search("^Error: ", done.stderr, re.M), told


def test_there_are_such_pages():
    assert len(pages()) > 10
