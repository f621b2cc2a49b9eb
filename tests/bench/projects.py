# SPDX-License-Identifier: MIT
"""The projects that the benchmarks run, made in a temporary folder."""

import sys
from pathlib import Path

CONFIG = """\
[offload]
max_parallel = {slots}
test_timeout_secs = 600
sandbox_repo_root = "."

[provider]
type = "local"

[framework]
type = "pytest"
command = "{python} -m pytest"

[groups.all]
retry_count = 0
"""


def _write(folder, files, slots, python=sys.executable):
    (folder / "tests").mkdir(parents=True)
    (folder / "pytest.ini").write_text("[pytest]\ntestpaths = tests\n")
    (folder / "offload.toml").write_text(CONFIG.format(slots=slots, python=python))
    for name, text in files.items():
        (folder / "tests" / name).write_text(text)
    return folder


def light(folder, files=40, tests_per_file=50, python=sys.executable):
    """Tests that take microseconds: what is measured is everything else."""
    body = "\n\n".join(
        f"def test_number_{i}():\n    assert sum(range({i})) == {i} * ({i} - 1) // 2"
        for i in range(tests_per_file)
    )
    return _write(folder, {f"test_part_{i:02}.py": body + "\n" for i in range(files)}, 2, python)


def imports(folder, tests, slots, python):
    """Tests of 10 ms behind imports that take seconds."""
    body = f"""\
import time

import django.contrib.auth.hashers
import django.db.models
import django.forms
import django.test
import pandas
import pydantic
import pytest
import sqlalchemy.orm


@pytest.mark.parametrize("number", range({tests}))
def test_number(number):
    time.sleep(0.01)
"""
    return _write(folder, {"test_imports.py": body}, slots, python)


RECORDED_SLEEP = """\
import os
import time

TIMES = os.open(os.environ["BENCH_TIMES"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)


def slept(seconds):
    start = time.monotonic()
    time.sleep(seconds)
    os.write(TIMES, f"{start} {time.monotonic()}\\n".encode())
"""


def heavy(folder, durations, slots, tests_per_file=10):
    """Tests that wait as long as `durations` says and note when, in the file $BENCH_TIMES."""
    files = {"recorded_sleep.py": RECORDED_SLEEP}
    for start in range(0, len(durations), tests_per_file):
        tests = "".join(
            f"\n\ndef test_number_{start + i}():\n    slept({seconds:.4f})\n"
            for i, seconds in enumerate(durations[start : start + tests_per_file])
        )
        name = f"test_part_{start // tests_per_file:02}.py"
        files[name] = "from recorded_sleep import slept\n" + tests
    return _write(folder, files, slots)


def junit_report(path, tests, failures_every):
    """A report of so many tests in suites of 50, one in `failures_every` failed."""
    with path.open("w") as report:
        failures = tests // failures_every
        report.write('<?xml version="1.0" encoding="UTF-8"?>\n')
        report.write(f'<testsuites tests="{tests}" failures="{failures}" errors="0">\n')
        for number in range(tests):
            if number % 50 == 0:
                report.write(f'<testsuite name="pytest batch {number // 50}" tests="50">\n')
            name = f"tests/unit/test_module_{number // 50:04}.py::test_case_number_{number}"
            report.write(f'<testcase name="{name}" classname="tests.unit" time="0.001">')
            if number % failures_every == 0:
                report.write('<failure message="assert 1 == 2">')
                report.write("def test_case():\n&gt;   assert 1 == 2\nE   assert 1 == 2\n" * 10)
                report.write("</failure>")
            report.write("</testcase>\n")
            if number % 50 == 49 or number == tests - 1:
                report.write("</testsuite>\n")
        report.write("</testsuites>\n")
    return path
