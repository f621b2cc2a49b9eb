# SPDX-License-Identifier: MIT
"""What a program or a coding agent reads: budgets, causes, handles, JSON, comparisons, quiet runs."""

import json
import re

import pytest
from cli_helpers import shell_tests
from conftest import AGENT_VARIABLES

SHOP = """\
class Cart:
    def __init__(self, rates):
        self.rates = rates

    def total(self, n):
        return round(n * self.rates["vat"], 2)


def price_of(n):
    return n * 2 + 1


def connect(port):
    raise ConnectionRefusedError(111, f"Connection refused: 127.0.0.1:{port}")
"""
TESTS = """\
import pytest, shop

@pytest.mark.parametrize("n", range(12))
def test_price_{0}(n):
    assert shop.price_of(n) == n * 2

@pytest.mark.parametrize("n", range(9))
def test_vat_{0}(n):
    assert shop.Cart({{}}).total(n) > 0

@pytest.fixture
def database(tmp_path):
    return shop.connect(5000 + id(tmp_path) % 1000)

@pytest.mark.parametrize("n", range(4))
def test_stock_{0}(database, n):
    assert database

def test_good_{0}():
    assert shop.Cart({{"vat": 2}}).total(1) == 2
"""


def pytest_project(project, files, **config):
    project.write("shop.py", SHOP)
    for i in range(files):
        project.write(f"tests/test_m{i:02}.py", TESTS.format(i))
    project.configure(framework={"paths": ["tests"]}, **config)
    project.write("conftest.py", "")


def handles(text, kind):
    return re.findall(rf"\b({kind}[0-9a-f]{{8}}(?:\.\d+)?)\b", text)


def test_500_failures_of_3_causes_are_explained_in_4000_bytes(project):
    pytest_project(project, files=20)
    assert project.offload("run").code == 1

    told = project.offload("logs", "--budget", "4000")

    assert told.code == 0 and told.err == ""
    assert len(told.out.encode()) <= 4000
    assert told.out.startswith("520 tests: 420 failed, 80 errors, 20 passed\n") or \
        told.out.startswith("520 tests: 420 failed, 80 errors\n"), told.out
    assert "3 causes:" in told.out
    # Each with the number of its tests, the place to look at, and what is wrong there.
    blocks = told.out.split("\n[")[1:]
    assert [block.split("] ")[1].split(":")[0] for block in blocks] == [
        "240 tests", "180 tests", "80 tests"]
    price, vat, stock = blocks
    assert "shop.price_of(n) == n * 2" in price and "function price_of" in price
    assert "KeyError: 'vat'" in vat and "place: shop.py, in total" in vat
    assert 'self.rates["vat"]' in vat and "shop.py:6" in vat
    assert "Connection refused: 127.0.0.1" in stock and "place: shop.py, in connect" in stock
    assert "shop.py:14" in stock
    assert "tests/test_m00.py::test_price_0[0]" in told.out
    assert "more" in told.out and "offload logs --show HANDLE" in told.out

    # What was left out can be asked for.
    for handle, tests in zip(handles(told.out, "c")[:3], (240, 180, 80)):
        shown = project.offload("logs", "--show", handle)
        assert shown.code == 0 and shown.out.count("::test_") >= tests
        small = project.offload("logs", "--show", handle, "--budget", "900")
        assert 300 < len(small.out.encode()) <= 900
    attempt = handles(told.out, "t")[0]
    assert "." in attempt
    shown = project.offload("logs", "--show", attempt)
    assert "attempt 1 of 1" in shown.out and "def " in shown.out
    assert project.offload("logs", "--show", attempt.split(".")[0]).out == shown.out

    # The same handles in a run of its own, and in JSON.
    document = json.loads(project.offload("logs", "--format", "json", "--budget", "4000").out)
    assert [one["tests"] for one in document["causes"]] == [240, 180, 80]
    assert document["causes"][0]["handle"] == handles(told.out, "c")[0]
    assert document["cut"]["tests"] + len(document["tests"]) == 500


def test_json_tells_all_of_each_attempt(project):
    shell_tests(project, "a", "fail", "flaky", groups={"all": {"retry_count": 1}},
                report={"download_globs": ["ran.txt"]})
    assert project.offload("run").code == 1

    told = json.loads(project.offload("logs", "--format", "json").out)

    assert told["version"] == 1 and told["report"] == "test-results/junit.xml"
    assert told["counts"] == {"tests": 3, "passed": 1, "failed": 1, "error": 0, "flaky": 1,
                              "skipped": 0, "not_run": 0}
    tests = {test["name"]: test for test in told["tests"]}
    assert [one["outcome"] for one in tests["flaky"]["attempts"]] == ["failed", "passed"]
    for test in tests.values():
        for attempt in test["attempts"]:
            assert attempt["sandbox"].startswith("local-")
            for path in attempt["logs"] + attempt["artifacts"]:
                assert (project.folder / path).is_file()
    assert tests["fail"]["attempts"][0]["cause"] in [one["handle"] for one in told["causes"]]
    assert told["cut"] is None


def test_a_flaky_test_is_shown_with_both_sides(project):
    shell_tests(project, "a", "flaky", groups={"all": {"retry_count": 1}})
    assert project.offload("run").code == 2

    told = project.offload("logs", "--flaky")

    assert "=== flaky [FLAKY] ===\n--- attempt 1 of 2 ---\n" in told.out
    assert "--- attempt 2 of 2 passed ---\n" in told.out
    assert re.search(r"\[attempt 1 failed in sandbox local-\S+, batch \d+\]\n    log: test-results",
                     told.out)
    assert re.search(r"\[attempt 2 passed in sandbox local-", told.out)
    small = project.offload("logs", "--flaky", "--budget", "600").out
    assert "flaky: attempt 1 failed" in small and "attempt 2 passed" in small


def test_tests_that_did_not_run_and_slow_ones_are_listed(project):
    shell_tests(project, "a", "b", "fail", offload={"max_parallel": 1},
                groups={"all": {"schedule_individual": True}})
    project.write("tests.txt", "fail\na\nb\n")
    assert project.offload("run", "--fail-fast").code == 1

    not_run = project.offload("logs", "--not-run")

    assert "=== b [NOT RUN] ===\n" in not_run.out and "fail [" not in not_run.out
    slowest = project.offload("logs", "--slowest", "1").out
    assert len(slowest.splitlines()) == 1 and re.search(r"\d\.\d{3}s  (FAILED|PASSED)", slowest)


def test_runs_are_compared(project):
    shell_tests(project, "a", "fail", "gone")
    assert project.offload("run").code == 1
    assert "no run before" in project.offload("logs", "--since-last").err
    project.write("tests.txt", "a\nfail\nnew fail\n")
    assert project.offload("run").code == 1

    told = project.offload("logs", "--since-last")

    assert told.out.startswith(
        "Since the run before: 1 newly failing, 1 still failing, 1 new, 1 gone\n"), told
    document = json.loads(project.offload("logs", "--since-last", "--format", "json").out)
    assert document["changes"]["gone"] == {
        "tests": 1, "names": [{"name": "gone", "before": "passed",
                               "seconds_before": pytest.approx(0, abs=60)}]}
    assert len(project.offload("logs", "--since-last", "--budget", "100").out) <= 100
    one = project.offload("logs", "--since-last", "--test", "gone").out
    assert one.startswith("Since the run before: 1 gone\n")


def test_a_part_of_the_tests_makes_none_gone(project):
    shell_tests(project, "a", "b", "c", "fail")
    assert project.offload("run").code == 1
    assert project.offload("run", "--shard", "1/2").code in (0, 1)

    told = project.offload("logs", "--since-last").out

    assert "gone" not in told.splitlines()[0] and "fixed" not in told
    assert "may have selected different tests" in told


def test_running_the_failed_tests_again_compares_the_whole_suite(project):
    shell_tests(project, "a", "b", "fail")
    assert project.offload("run").code == 1
    project.script("one", "#!/bin/sh\nexit 0\n")
    assert project.offload("run", "--failed").code == 0

    assert project.offload("logs", "--since-last").out == (
        "Since the run before: 1 fixed\n\nfixed (1):\n  fail: passed, was failed\n")


@pytest.mark.parametrize("flags, complaint", [
    (["--format", "yaml"], "--format must be text or json"),
    (["--budget", "0"], "whole number"),
    (["--show", "c12345678"], "the last run has no cause, test or attempt named c12345678"),
    (["--show", "t12345678.1", "--failures"], "--show cannot be combined"),
    (["--since-last", "--failures"], "--since-last can be combined with"),
])
def test_what_cannot_be_shown_is_said(project, flags, complaint):
    shell_tests(project, "fail")
    assert project.offload("run").code == 1

    failed = project.offload("logs", *flags)

    assert (failed.code, failed.out) == (1, "") and complaint in failed.err


# --- Runs -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("variable", AGENT_VARIABLES)
def test_an_agent_gets_counts_causes_and_no_progress(project, variable):
    shell_tests(project, "a", "fail", "flaky", groups={"all": {"retry_count": 1}})

    run = project.offload("run", env={variable: "1"})

    assert run.code == 1 and run.err == ""
    assert "  Failed:  1\n" in run.out and "\x1b" not in run.out
    assert "Some tests failed.\n\n3 tests: 1 failed, 1 flaky, 1 passed\n" in run.out
    assert "flaky: attempt 1 failed" in run.out and "1 test: " in run.out
    assert len(run.out.split("Some tests failed.\n")[1].encode()) <= 4000
    handle = handles(run.out, "c")[0]
    assert project.offload("logs", "--show", handle).code == 0


@pytest.mark.parametrize("env", [{}, {"CLAUDECODE": "1", "OFFLOAD_AGENT": "0"}, {"AGENT": "false"}])
def test_people_get_what_they_had(project, env):
    shell_tests(project, "a", "fail")

    run = project.offload("run", env=env)

    assert "Discovering tests... found 2 tests across 1 groups" in run.err
    assert "Failed tests:" in run.out and "causes" not in run.out


def test_an_agent_that_asks_for_more_gets_it(project):
    shell_tests(project, "a", "fail")

    assert "Creating 2 sandboxes" in project.offload("-v", "run", env={"OFFLOAD_AGENT": "1"}).err
    assert "[ci] " in project.offload("run", "--ci", env={"OFFLOAD_AGENT": "1"}).err
    green = project.offload("run", env={"OFFLOAD_AGENT": "1", "CI": "true"})
    assert green.err == ""


def test_a_green_run_is_short_for_an_agent(project):
    shell_tests(project, "a", "b")

    run = project.offload("run", env={"OFFLOAD_AGENT": "1"})

    assert run.code == 0 and run.err == "" and len(run.out) < 200
    assert run.out.endswith("All tests passed!\n")


def test_without_a_report_the_failed_tests_are_named(project):
    shell_tests(project, "fail", report={"junit": False})

    run = project.offload("run", env={"OFFLOAD_AGENT": "1"})

    assert "Failed tests:\n  fail" in run.out
