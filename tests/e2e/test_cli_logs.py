# SPDX-License-Identifier: MIT
"""`offload logs` on a report as Offload, or a test runner, writes it."""

import pytest
from cli_helpers import shell_tests, write_config

REPORT = """\
<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="offload" tests="6">
  <testsuite name="s"><testcase name="t::good" time="0.1"/><testcase name="t::bad" time="0.1">\
<failure message="first line&#10;second line">the &lt;text&gt;</failure></testcase>\
<testcase name="t::broken"><error message="no fixture"><![CDATA[in <setup>]]></error></testcase>\
<testcase name="t::shaky"><failure message="now and then"/></testcase>\
<testcase name="t::left"><skipped message="not today"/></testcase>\
<testcase name="t::both[a b]"><failure message="f"/></testcase></testsuite>
  <testsuite name="s"><testcase name="t::shaky"/>\
<testcase name="t::both[a b]"><error message="e"/></testcase></testsuite>
</testsuites>
"""


@pytest.fixture
def report(project):
    write_config(project)
    project.write("test-results/junit.xml", REPORT)
    return project


def shown(run):
    """The names and statuses in the banners."""
    assert run.code == 0, run
    banners = [line for line in run.out.splitlines() if line.startswith("=== ")]
    return {line[4:line.rindex(" [")]: line[line.rindex("[") + 1:-5] for line in banners}


def test_all_tests_are_shown_by_name(report):
    run = report.offload("logs")

    assert shown(run) == {"t::bad": "FAILED", "t::both[a b]": "FAILED", "t::broken": "ERROR",
                          "t::good": "PASSED", "t::left": "SKIPPED", "t::shaky": "FLAKY"}
    assert list(shown(run)) == sorted(shown(run))
    assert run.err == ""


def test_a_test_is_shown_with_all_that_is_known(report):
    assert report.offload("logs", "--test", "t::bad").out == (
        "=== t::bad [FAILED] ===\nfirst line\nsecond line\nthe <text>\n\n")
    assert "no fixture\nin <setup>\n" in report.offload("logs", "--test", "t::broken").out


@pytest.mark.parametrize("flags, names", [
    (["--failures"], ["t::bad", "t::both[a b]", "t::shaky"]),
    (["--errors"], ["t::both[a b]", "t::broken"]),
    (["--failures", "--errors"], ["t::bad", "t::both[a b]", "t::broken", "t::shaky"]),
    (["--test", "t::good"], ["t::good"]),
    (["--test", "t::good", "--test", "t::bad"], ["t::bad", "t::good"]),
    (["--test=t::both[a b]"], ["t::both[a b]"]),
    (["--test-regex", "o+"], ["t::both[a b]", "t::broken", "t::good"]),
    (["--test-regex", "^t::b.*d$"], ["t::bad"]),
    (["--test-regex", "bad|good", "--failures"], ["t::bad"]),
    (["--test-regex", "good", "--test", "t::good"], ["t::good"]),
    (["--test", "t::shaky", "--failures"], ["t::shaky"]),
])
def test_filters_narrow_it_down(report, flags, names):
    assert list(shown(report.offload("logs", *flags))) == names


@pytest.mark.parametrize("flags", [
    ["--test", "good"], ["--test-regex", "nothing"], ["--test", "t::good", "--failures"],
    ["--test", "t::good", "--test-regex", "bad"], ["--test", "[t::good,t::bad]"],
])
def test_no_match_is_no_failure(report, flags):
    run = report.offload("logs", *flags)

    assert (run.code, run.out) == (0, "")
    assert "No matching test results found" in run.err


def test_a_name_in_brackets_is_one_name(report):
    report.write("test-results/junit.xml",
                 '<testsuite><testcase name="[a,b]"/><testcase name="-x"/></testsuite>')

    assert list(shown(report.offload("logs", "--test", "[a,b]"))) == ["[a,b]"]
    assert list(shown(report.offload("logs", "--test=-x"))) == ["-x"]
    assert list(shown(report.offload("logs", "--test", "-x"))) == ["-x"]


def test_a_bad_expression_is_named(report):
    failed = report.offload("logs", "--test-regex", "a(b")

    assert (failed.code, failed.out) == (1, "")
    assert "Invalid --test-regex pattern" in failed.err and "a(b" in failed.err


def test_without_a_report_it_says_what_to_do(project):
    write_config(project, report={"output_dir": "out", "junit_file": "j.xml"})

    failed = project.offload("logs")

    assert (failed.code, failed.out) == (1, "")
    assert "No test results found at out/j.xml" in failed.err
    assert "Run `offload run` first" in failed.err


def test_a_damaged_report_warns_and_shows_what_is_whole(report):
    write_config(report, report={"output_dir": "out"})
    report.write("out/junit.xml", REPORT[:REPORT.index('<testcase name="t::shaky"')])

    run = report.offload("logs")

    assert list(shown(run)) == ["t::bad", "t::broken", "t::good"]
    assert "WARN the report is damaged" in run.err


def test_it_reads_what_a_run_wrote(project):
    shell_tests(project, "a", "fail", "flaky", groups={"all": {"retry_count": 1}})
    assert project.offload("run").code == 1

    run = project.offload("logs")

    assert shown(run) == {"a": "PASSED", "fail": "FAILED", "flaky": "FLAKY"}
    assert "fail is broken" in run.out
    assert shown(project.offload("logs", "--failures")) == {"fail": "FAILED", "flaky": "FLAKY"}
