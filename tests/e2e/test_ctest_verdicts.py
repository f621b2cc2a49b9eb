# SPDX-License-Identifier: MIT
"""What ctest's tests end with under Offload, against what ctest itself says of them."""

from xml.etree import ElementTree

import pytest
from ctest_helpers import configure, cmake, ctest, shell_tests

SKIPS = {"Disabled", "SKIP_RETURN_CODE=77", "SKIP_REGULAR_EXPRESSION_MATCHED"}


def said_by_ctest(path):
    """passed, failed, skipped or not run, by name; of tests with one name the worst."""
    said = {}
    for case in ElementTree.parse(str(path)).getroot().iter("testcase"):
        status, skipped = case.get("status"), case.find("skipped")
        why = skipped.get("message") if skipped is not None else ""
        if status == "run":
            verdict = "passed"
        elif status == "disabled" or why in SKIPS:
            verdict = "skipped"
        else:
            verdict = "not run" if why == "Fixture dependency failed" else "failed"
        if said.get(case.get("name")) != "failed":
            said[case.get("name")] = verdict
    return said


@pytest.fixture
def nasty(project):
    project.copy("nasty_ctest")
    cmake(project)
    configure(project, max_parallel=4)
    return project


def test_every_verdict_is_that_of_ctest(nasty):
    ctest(nasty, "-j", "4", "--output-junit", "../reference.xml")
    reference = said_by_ctest(nasty.folder / "reference.xml")
    failed = nasty.read("build/Testing/Temporary/LastTestsFailed.log")
    assert len(reference) == 55 and failed.count("\n") == 19

    run = nasty.offload("run")

    assert run.verdicts == reference
    assert run.code == 1
    assert nasty.read("build/Testing/Temporary/LastTestsFailed.log") == failed
    assert not nasty.leftovers()


def test_every_failure_says_what_ctest_says(nasty):
    run = nasty.offload("run")

    reasons = {
        "fails": ("failed", "what went wrong"),
        "segfaults": ("errored", "SegFault"),
        "aborts": ("errored", "Subprocess aborted"),
        "is_killed": ("errored", "Subprocess killed"),
        "times_out": ("timed out", "timed out after "),
        "says_no": ("failed", "Required regular expression not found"),
        "says_error": ("failed", "Error regular expression found"),
        "has_no_program": ("errored", "Unable to find executable: /nonexistent/program"),
        "lacks_a_file": ("errored", "Unable to find required file: /nonexistent/file"),
        "lacks_its_folder": ("errored", "change working directory to /nonexistent/folder"),
        "needs_what_fails": ("not run", "it needs `setup_that_fails`, which failed"),
    }
    for test, (outcome, reason) in reasons.items():
        assert run.results[test] == [outcome], test
        assert reason in run.reason(test), test
    assert "last words" in run.reason("segfaults")
    assert "before it hangs" in run.reason("times_out")
    passed = run.attempts("passes")[0]
    assert passed.findtext("system-out").split("\n")[:3] == ["to stdout", "to stderr",
                                                              "without an end"]
    assert (passed.get("file"), passed.get("line")) == ("CMakeLists.txt", "15")
    assert "2 tests are called `twice`" in run.err


# --- Order --------------------------------------------------------------------------------------


def intervals(project):
    """When each test of the project began and ended."""
    times = {}
    for line in project.lines("build/stamps"):
        name, _, moment = line.split()
        times.setdefault(name.removeprefix("order."), []).append(int(moment))
    assert all(len(each) == 2 for each in times.values()), "each runs once"
    return times


def overlapping(times, name):
    return [other for other in times if other != name
            and times[other][0] < times[name][1] and times[name][0] < times[other][1]]


def test_locks_exclusivity_order_and_fixtures_hold_across_sandboxes(nasty):
    nasty.offload("run")

    times = intervals(nasty)
    assert len(times) == 20
    locked = {name for name in times if name.startswith("locked_")}
    for name in locked:
        assert not locked & set(overlapping(times, name)), name
    assert "locked_4" not in overlapping(times, "network")
    assert not overlapping(times, "serial_1") and not overlapping(times, "serial_2")
    for earlier, later in [("first", "middle"), ("middle", "last"),
                           ("setup_disk", "setup_server"), ("setup_server", "user_1"),
                           ("setup_server", "user_2"), ("user_1", "cleanup"),
                           ("user_2", "cleanup"), ("setup_server", "cleanup_disk")]:
        assert times[earlier][1] <= times[later][0], (earlier, later)
    assert any(overlapping(times, name) for name in times), "some run side by side"


def test_a_cleanup_waits_for_the_users_that_other_groups_have_selected(project):
    stamp = 'echo "$1 began $(date +%s%N)" >>stamps; sleep 0.3; echo "$1 ended $(date +%s%N)" >>stamps'
    shell_tests(project, {
        "setup": (stamp.replace("$1", "setup"), "FIXTURES_SETUP f"),
        "cleanup": (stamp.replace("$1", "cleanup"), "FIXTURES_CLEANUP f"),
        "a": (stamp.replace("$1", "a"), "FIXTURES_REQUIRED f"),
        "b": (stamp.replace("$1", "b"), "FIXTURES_REQUIRED f"),
    }, groups={"first": {"filters": "-R '^a$'"}, "second": {"filters": "-R '^b$'"}})

    run = project.offload("run")

    times = intervals(project)
    assert set(run.verdicts) == set(times) == {"setup", "cleanup", "a", "b"}
    assert times["cleanup"][0] >= max(times["a"][1], times["b"][1])
    assert times["setup"][1] <= min(times["a"][0], times["b"][0])
    assert run.code == 0


def test_a_flaky_setup_is_tried_again_before_its_users_run(project):
    shell_tests(project, {
        "setup": ("[ -e seen ] || { touch seen; exit 1; }", "FIXTURES_SETUP f"),
        "user": ("[ -e seen ]", "FIXTURES_REQUIRED f"),
    }, groups={"all": {"retry_count": 1}})

    run = project.offload("run")

    assert run.verdicts == {"setup": "flaky", "user": "passed"}
    assert run.code == 2


# --- Selection ----------------------------------------------------------------------------------


def test_groups_are_filters_of_ctest(project):
    shell_tests(project, {
        "a.one": ("true", "LABELS fast"), "a.two": ("exit 1", "LABELS slow"),
        "b.one": ("true", "LABELS fast"), "b.two": "true",
    }, groups={"a": {"filters": "-R ^a -LE slow"}, "fast": {"filters": "-L fast"},
               "last": {"filters": "-I 4,4"}})

    run = project.offload("run")

    assert run.verdicts == {"a.one": "passed", "b.one": "passed", "b.two": "passed"}
    assert "found 4 tests across 3 groups" in run.err


def test_thousands_of_names_with_special_characters(project):
    names = [f"Suite.Of/Many({number})[x+y]*" for number in range(2000)]
    lines = [f'add_test([=[{name}]=] "/bin/true")\n' for name in names]
    project.write("build/CTestTestfile.cmake", "".join(lines))
    configure(project, max_parallel=2)

    run = project.offload("run")

    assert run.verdicts == dict.fromkeys(names, "passed")
    assert run.code == 0
    assert [path.name for path in (project.folder / "build").iterdir()] == ["CTestTestfile.cmake"]


def test_a_test_that_is_gone_where_it_should_run_is_not_run(project):
    shell_tests(project, {
        "removes": "sed -i /gone/d CTestTestfile.cmake",
        "gone": ("true", "DEPENDS removes"), "stays": ("true", "DEPENDS removes"),
    }, max_parallel=1)

    run = project.offload("run")

    assert run.verdicts == {"removes": "passed", "stays": "passed", "gone": "not run"}
    assert "ctest in the sandbox has no test of this name" in run.reason("gone")
    assert run.code == 1


def test_the_configuration_picks_what_is_run(project):
    project.write("CMakeLists.txt", """\
        cmake_minimum_required(VERSION 3.20)
        project(small NONE)
        enable_testing()
        add_test(NAME always COMMAND true)
        add_test(NAME debug_only COMMAND true CONFIGURATIONS Debug)
    """)
    cmake(project)
    configure(project, {"configuration": "Debug"})
    assert set(project.offload("run").verdicts) == {"always", "debug_only"}

    configure(project)
    assert set(project.offload("run").verdicts) == {"always"}


@pytest.mark.parametrize("others", [0, 1])
def test_tests_without_a_command_in_the_configuration_are_not_lost(project, others):
    project.write("CMakeLists.txt", """\
        cmake_minimum_required(VERSION 3.20)
        project(small NONE)
        enable_testing()
        add_test(NAME generated COMMAND true)
        set_directory_properties(PROPERTIES TEST_INCLUDE_FILES ${CMAKE_SOURCE_DIR}/others.cmake)
    """)
    project.write("others.cmake", "add_test(other true)\n" * others)
    cmake(project, "-G", "Ninja Multi-Config")
    configure(project)
    plain = ctest(project)

    run = project.offload("run")

    assert "generated (Not Run)" in plain.stdout and plain.returncode == 8
    assert run.code == 1
    assert f"1 of {1 + others} tests have no command in this configuration" in run.err
    assert "configuration = \"Release\"" in run.err
    configure(project, {"configuration": "Debug"})
    assert project.offload("run").verdicts == dict(
        {"generated": "passed"}, **({"other": "passed"} if others else {}))


def test_the_projects_own_settings_of_ctest_hold(project):
    shell_tests(project, {"ignored": "true", "slow": "sleep 60", "passes": "true"})
    project.write("build/DartConfiguration.tcl", "TimeOut: 1\n")
    project.write("build/CTestCustom.cmake", "set(CTEST_CUSTOM_TESTS_IGNORE ignored)\n")

    run = project.offload("run")

    assert run.results == {"slow": ["timed out"], "passes": ["passed"]}


def test_arguments_for_running_reach_ctest(project):
    shell_tests(project, {"slow": "sleep 60"},
                framework={"command": "env GREETING=hello ctest", "run_args": "--timeout 1"})

    assert project.offload("run").results == {"slow": ["timed out"]}


@pytest.mark.parametrize("run_args,flags", [("", ["--fail-fast"]), ("--stop-on-failure", [])])
def test_the_first_failure_can_end_the_run(project, run_args, flags):
    shell_tests(project, {"a": "exit 1", "b": ("true", "DEPENDS a"), "c": ("true", "DEPENDS b")},
                max_parallel=1, framework={"run_args": run_args})

    run = project.offload("run", *flags)

    assert run.verdicts == {"a": "failed", "b": "not run", "c": "not run"}
    assert run.code == 1
