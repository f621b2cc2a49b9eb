# SPDX-License-Identifier: MIT
# needs: go vitest
"""What fails outside of all tests: the run is red, no test is blamed, and everybody is told.

docs/results.md has the table of these ways. Each is a session that is red without Offload, too.
"""

import json
import re
import subprocess

import pytest
from cli_helpers import list_tests, write_config
from ctest_helpers import shell_tests
from test_command_framework import xml_tests
from vitest_installs import VERSIONS, install
from vitest_installs import configure as configure_vitest

OUTSIDE = "outside of tests: "


def check(run, *failed, passed=("a", "b"), skipped=()):
    """Only these have failed: each a pattern that an id and its reason match from the beginning."""
    assert run.code == 1, run
    outside = {test: how for test, how in run.verdicts.items() if test.startswith(OUTSIDE)}
    tests = {test: how for test, how in run.verdicts.items() if test not in outside}
    assert tests == {**dict.fromkeys(passed, "passed"), **dict.fromkeys(skipped, "skipped")}
    assert set(outside.values()) == {"failed"}
    assert len(outside) == len(failed), outside
    for pattern in failed:
        told = [f"{test}: {run.reason(test)}" for test in outside]
        assert any(re.match(OUTSIDE + pattern, one, re.DOTALL) for one in told), told
    assert "All tests passed" not in run.out
    assert f"\n  {OUTSIDE}" in run.out


# --- pytest -------------------------------------------------------------------------------------

TWO = "def test_a():\n    pass\n\n\ndef test_b():\n    pass\n"
A, B = "test_it.py::test_a", "test_it.py::test_b"


def pytest_project(project, conftest="", tests=TWO, **framework):
    project.write("test_it.py", tests)
    project.write("conftest.py", conftest)
    project.configure(max_parallel=1, framework=framework)


@pytest.mark.parametrize("conftest,told", [
    ("""
        def pytest_sessionfinish(session):
            session.exitstatus = 3
            print("the database was left open")
     """, "the test command ended with exit status 3: .*the database was left open"),
    ("""
        def pytest_sessionfinish(session):
            session.exitstatus = 1
     """, "the test command ended with exit status 1"),
    ("""
        def pytest_sessionfinish(session):
            raise RuntimeError("no goodbye")
     """, "the test command ended with exit status .*no goodbye"),
    ("""
        import atexit, os
        atexit.register(os._exit, 7)
     """, "the test command ended with exit status 7"),
    ("""
        import atexit, os, signal
        atexit.register(os.kill, os.getpid(), signal.SIGSEGV)
     """, r"the test command ended with signal 11 \\(SIGSEGV\\)"),
    ("""
        def pytest_runtest_logfinish(nodeid, location):
            import conftest
            conftest.SESSION.shouldstop = "the disk is full"

        def pytest_sessionstart(session):
            import conftest
            conftest.SESSION = session
     """, "the session was stopped.*the disk is full"),
    ("""
        import pytest

        @pytest.hookimpl(tryfirst=True, hookwrapper=True)
        def pytest_sessionfinish(session):
            session.exitstatus = 1
            yield
     """, "the test command ended with exit status 1"),
    ("""
        import pytest

        @pytest.fixture(autouse=True, scope="session")
        def strict(request):
            yield
            request.session.testsfailed += 1
     """, "the test command ended with exit status 1"),
    ("""
        def pytest_collection_finish(session):
            session.testsfailed += 1
     """, "the test command ended with exit status 1"),
    ("""
        def pytest_sessionfinish(session):
            terminal = session.config.pluginmanager.get_plugin("terminalreporter")
            if len(terminal.stats.get("passed", [])) != 3:
                session.exitstatus = 5
     """, "the test command ended with exit status 5"),
    ("""
        def pytest_report_teststatus(report):
            if report.when == "teardown":
                return "late", "", ""

        def pytest_terminal_summary(terminalreporter):
            assert not terminalreporter.stats.get("late"), "torn down late"
     """, "the test command ended with exit status .*torn down late"),
    ("""
        import pytest

        def pytest_terminal_summary():
            pytest.exit("too many warnings", returncode=7)
     """, "the test command ended with exit status 7: .*too many warnings"),
], ids=["a status", "status 1", "a hook", "an exit", "a signal", "a stop", "a wrapper", "a count",
        "a count while collecting", "statistics", "a summary", "the end in a summary"])
def test_pytest(project, conftest, told):
    pytest_project(project, conftest)

    check(project.offload("run"), told.replace("\\\\", "\\"), passed=(A, B))


def test_a_pytest_that_does_not_end(project):
    pytest_project(project, """
        import atexit, os, time

        if "OFFLOAD_SANDBOX_ID" in os.environ:
            atexit.register(time.sleep, 600)
    """)
    project.configure(max_parallel=1, start_timeout_secs=3)

    check(project.offload("run"), "the end of the tests' process: it did not end within 3 s",
          passed=(A, B))
    assert project.leftovers() == []


def test_a_hook_that_counts_what_was_collected(project):
    pytest_project(project, """
        import pytest

        def pytest_report_collectionfinish(items):
            if len(items) < 3:
                pytest.exit("tests got lost", returncode=3)
    """)

    run = project.offload("run")

    assert run.code == 1
    assert "tests got lost" in run.err


def test_a_wrapper_of_pytest(project):
    project.script("wrapper", '#!/bin/sh\npython -m pytest "$@"\nexit 9\n')
    pytest_project(project, command="./wrapper")

    check(project.offload("run"), "the test command ended with exit status 9", passed=(A, B))


def test_a_hook_that_ends_the_process_with_its_status_is_fine(project):
    pytest_project(project, """
        import os

        def pytest_sessionfinish(session, exitstatus):
            os._exit(exitstatus)
    """)

    run = project.offload("run")

    assert run.code == 0, run
    assert run.verdicts == {A: "passed", B: "passed"}


def test_a_status_of_a_wrapper_counts_beside_a_failed_test(project):
    """pytest itself ends with 0, since Offload knows of the failure."""
    project.script("wrapper", '#!/bin/sh\npython -m pytest "$@"\nexit 1\n')
    pytest_project(project, tests=TWO + "    assert False\n", command="./wrapper")

    run = project.offload("run")

    assert run.verdicts == {A: "passed", B: "failed",
                            OUTSIDE + "the test command ended with exit status 1": "failed"}


@pytest.mark.parametrize("option", ["--collect-only", "--setup-only", "--setup-plan", "--fixtures",
                                    "--cache-show", "--help", "--markers"])
@pytest.mark.parametrize("place", ["addopts", "run_args"])
def test_options_of_pytest_that_run_nothing_are_refused(project, option, place):
    pytest_project(project, tests="def test_a():\n    assert False\n",
                   **({"run_args": option} if place == "run_args" else {}))
    if place == "addopts":
        project.write("pytest.ini", f"[pytest]\naddopts = {option}\n")

    run = project.offload("run")

    assert run.code == 1
    assert f"{option} runs no test" in run.err + run.out, run


FLAKY = """
import os

def test_a():
    if not os.path.exists("seen"):
        open("seen", "w").close()
        assert False


def test_b():
    pass
"""


@pytest.mark.parametrize("end", [
    "raise RuntimeError('a leak was found')",
    "session.exitstatus = 3; print('a leak was found')",
    "session.testsfailed += 1; session.exitstatus = 1",
])
def test_pytest_end_of_a_session_with_a_flaky_test(project, end):
    """The failure of a test is no reason for what fails after it."""
    hook = "pytest_runtest_teardown(item, nextitem)" if "testsfailed" in end else None
    body = f"def pytest_sessionfinish(session):\n    {end}\n"
    if hook:
        body = ("import pytest\n@pytest.fixture(autouse=True, scope='session')\ndef strict(request):\n"
                "    yield\n    request.session.testsfailed += 1\n")
    pytest_project(project, body, FLAKY)
    project.configure(max_parallel=1, groups={"all": {"retry_count": 1}})

    run = project.offload("run", "--flaky-exit-code", "0")

    assert run.code == 1, run
    assert run.verdicts[A] == "flaky" and run.verdicts[B] == "passed"
    [outside] = [test for test in run.verdicts if test.startswith(OUTSIDE)]
    assert "the test command ended with exit status" in outside


def test_pytest_loop_of_the_projects_own(project):
    pytest_project(project, """
        import pytest

        def pytest_runtestloop(session):
            pytest.exit("the database is not migrated", returncode=3)
    """)

    run = project.offload("run")

    assert run.code == 1
    assert "the database is not migrated" in run.err, run


@pytest.mark.parametrize("retries", [0, 1])
@pytest.mark.parametrize("files", [
    {"a/test_x.py": TWO, "b/test_x.py": TWO},
    {"registry.py": "KNOWN = []\ndef add(name):\n    assert name not in KNOWN\n    KNOWN.append(name)\n",
     "test_a.py": "import registry\nregistry.add('x')\ndef test_a(): pass\n",
     "test_b.py": "import registry\nregistry.add('x')\ndef test_b(): pass\n"},
    {"test_a.py": "import sys\nsys.modules['json'] = None\ndef test_a(): pass\n",
     "test_b.py": "import json\ndef test_b(): pass\n"},
    {"sub/conftest.py": "import os\nif not os.path.exists('seen'):\n    open('seen', 'w').close()\n"
                        "    raise RuntimeError('first')\n",
     "sub/test_a.py": "def test_a(): assert False\n"},
], ids=["mismatch", "registry", "modules", "conftest"])
def test_pytest_collection_that_fails_in_the_listing_only(project, files, retries):
    """A plain run imports the files as the listing does, and is red."""
    for name, text in files.items():
        project.write(name, text)
    project.write("pytest.ini", "[pytest]\npythonpath = .\n")
    project.configure(max_parallel=2, framework={"run_args": "--tb=short"},
                      groups={"all": {"retry_count": retries}})

    run = project.offload("run")

    # A process that has imported the other file fails for itself.
    assert run.code in ((1,) if retries == 0 else (1, 2)), run
    if run.code == 2:
        assert "could not be loaded when the tests were listed" in run.out


# --- vitest -------------------------------------------------------------------------------------


def vitest_project(project, version, config="", tests="test('a', () => {}); test('b', () => {});"):
    install(project, version)
    project.write("src/it.test.js", "import { test, afterAll, expect } from 'vitest';\n" + tests)
    project.write("vitest.config.js", "export default { test: { " + config + " } };\n")
    configure_vitest(project, max_parallel=1)


def of_vitest(*names):
    return [f"src/it.test.js > {name}" for name in names]


@pytest.mark.parametrize("version", VERSIONS)
def test_vitest_global_set_up(project, version):
    vitest_project(project, version, "globalSetup: './setup.js'")
    project.write("setup.js", "export function setup() { throw new Error('no database'); }\n")

    run = project.offload("run")

    assert run.code == 1
    assert "no database" in run.err, run  # vitest sets up to list its tests, too


EXIT_CODES = {
    "tear-down": ("globalSetup: './setup.js'", "export function teardown() { process.exitCode = 1; }"),
    "plugin": ("} , plugins: [{ name: 'odd', buildEnd() { process.exitCode = 4; } }], x: {", ""),
    "configuration": ("} , x: process.exitCode = 3, y: {", ""),
}


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("config,setup", EXIT_CODES.values(), ids=EXIT_CODES)
def test_vitest_exit_code_that_something_else_sets(project, version, config, setup):
    vitest_project(project, version, config)
    project.write("setup.js", setup + "\n")

    run = project.offload("run")

    assert run.code == 1, run
    assert re.search(r"process.exitCode was set to \d", run.out + run.err), run


POLLUTED = {
    "variable": ("process.env.OFF = '1';", "if (!process.env.OFF) { test('c', () => expect(1).toBe(2)); }"),
    "module": ("import { seen } from '../seen.js'; seen.add(1);",
               "import { seen } from '../seen.js'; if (seen.size === 0) "
               "{ test('c', () => expect(1).toBe(2)); }"),
}


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("first,second", POLLUTED.values(), ids=POLLUTED)
def test_vitest_tests_that_other_files_hide_while_they_are_listed(project, version, first, second):
    vitest_project(project, version, tests="test('b', () => {}); " + second)
    project.write("seen.js", "export const seen = new Set();\n")
    project.write("src/a.test.js", "import { test } from 'vitest';\n" + first
                  + "\ntest('a', () => {});\n" + "// longer\n" * 200)

    run = project.offload("run")

    assert run.code == 1, run
    if "src/it.test.js > c" not in run.verdicts:  # it was listed first
        assert OUTSIDE + "the tests of src/it.test.js" in run.verdicts
        assert "there are 2 where they run, and 1 where they were listed" in run.out


@pytest.mark.parametrize("version", VERSIONS)
def test_vitest_error_of_a_file_none_of_whose_tests_is_selected(project, version):
    vitest_project(project, version)
    project.write("src/other.test.js", """
        import { test } from 'vitest';
        Promise.reject(new Error('nobody waits for this'));
        test('other', () => {});
    """)
    configure_vitest(project, max_parallel=1, groups={"all": {"filters": "-t '^[ab]$'"}})

    run = project.offload("run")

    assert run.code == 1, run
    assert "unhandled error in src/other.test.js, none of whose tests is selected" in run.err
    assert "nobody waits for this" in run.err


@pytest.mark.parametrize("version", VERSIONS)
def test_vitest_suite_without_a_test(project, version):
    vitest_project(project, version, tests="""
        import { describe } from 'vitest';
        describe('empty', () => {});
        test('a', () => {});
        describe('s', () => { test('b', () => {}); });
    """)

    run = project.offload("run")

    check(run, "the suite empty of src/it.test.js: .*No test found in suite empty",
          passed=of_vitest("a", "s > b"))


@pytest.mark.parametrize("version", VERSIONS)
def test_vitest_global_set_up_that_fails_in_one_sandbox(project, version):
    vitest_project(project, version, "globalSetup: './setup.js'")
    for name in "cdefgh":
        project.write(f"src/{name}.test.js", """
            import { test } from 'vitest';
            test('slow', () => new Promise((resolve) => setTimeout(resolve, 400)));
        """)
    project.write("setup.js", """
        import fs from 'node:fs';
        export function setup() {
          fs.appendFileSync('set-ups', 'x');
          if (fs.statSync('set-ups').size === 2) { throw new Error('the port is taken'); }
        }
    """)
    configure_vitest(project, max_parallel=2)

    run = project.offload("run")

    failed = OUTSIDE + "vitest global set-up"
    assert run.code == 2, run
    assert run.verdicts == {
        **dict.fromkeys(of_vitest("a", "b"), "passed"),
        **{f"src/{name}.test.js > slow": "passed" for name in "cdefgh"}, failed: "flaky"}
    assert "the port is taken" in run.attempts(failed)[0].find("error").text


@pytest.mark.parametrize("version", VERSIONS)
def test_vitest_global_tear_down(project, version):
    vitest_project(project, version, "globalSetup: './setup.js'")
    project.write("setup.js", "export function teardown() { throw new Error('still open'); }\n")

    check(project.offload("run"), "vitest global tear-down: .*still open",
          passed=of_vitest("a", "b"))


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("tests,skipped", [
    ("test('a', () => { Promise.reject(new Error('nobody waits')); });\ntest('b', () => {});", ()),
    ("test('a', () => { Promise.reject(new Error('nobody waits')); });\ntest.skip('b', () => {});",
     ("b",)),
], ids=["among tests", "before a skipped test"])
def test_vitest_unhandled_errors(project, version, tests, skipped):
    vitest_project(project, version, tests=tests)

    check(project.offload("run"), "unhandled error in src/it.test.js: .*nobody waits",
          passed=of_vitest(*({"a", "b"} - set(skipped))), skipped=of_vitest(*skipped))


@pytest.mark.parametrize("version", VERSIONS)
def test_vitest_that_cannot_run_its_files(project, version):
    vitest_project(project, version)
    project.write("vitest.config.js", """
        import fs from 'node:fs';

        class Sequencer {
          async shard(files) { return files; }
          async sort(files) {
            fs.appendFileSync('sorts', 'x');
            if (fs.statSync('sorts').size > 1) { throw new Error('no order'); }
            return files; // to list them
          }
        }

        export default { test: { sequence: { sequencer: Sequencer } } };
    """)

    run = project.offload("run")

    assert run.code == 1
    assert run.reason(OUTSIDE + "vitest").startswith("Error: no order"), run
    assert "All tests passed" not in run.out


@pytest.mark.parametrize("version", VERSIONS)
def test_vitest_that_is_told_to_fail_for_what_tests_print(project, version):
    vitest_project(project, version, "onConsoleLog(text) { throw new Error('printed ' + text); }",
                   tests="test('a', () => { console.log('too much'); }); test('b', () => {});")

    run = project.offload("run")

    assert run.code == 1, run
    assert "printed too much" in run.out + run.err


@pytest.mark.parametrize("version", VERSIONS)
def test_vitest_that_does_not_close(project, version):
    """Vitest goes on after `teardownTimeout`, too, and its status is 0."""
    vitest_project(project, version, "globalSetup: './setup.js', teardownTimeout: 1000")
    project.write("setup.js", "export function teardown() { return new Promise(() => {}); }\n")

    run = project.offload("run")

    assert run.code == 0, run
    assert "vitest did not close within 1000 ms (teardownTimeout)" in run.err


# --- Go -----------------------------------------------------------------------------------------


def test_go_main_that_fails_after_all_tests(project):
    project.write("go.mod", "module example.test/it\n\ngo 1.19\n")
    project.write("it_test.go", """\
        package it

        import ("fmt"; "os"; "testing")

        func TestA(t *testing.T) {}
        func TestB(t *testing.T) {}

        func TestMain(m *testing.M) {
        \tm.Run()
        \tfmt.Println("a goroutine leaks")
        \tos.Exit(1)
        }
    """)
    list_tests(project, "example.test/it TestA", "example.test/it TestB")
    write_config(project, result_format="go-json", run="go test -json -count=1 . # {tests}",
                 test_id_format="{classname} {name}", offload={"max_parallel": 1})

    check(project.offload("run"), "Go package example.test/it: .*a goroutine leaks",
          passed=("example.test/it TestA", "example.test/it TestB"))


# --- TAP ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("stream,status,told", [
    ("ok 1 - a\nok 2 - b\n1..2\n", 255, "the test command ended with exit status 255"),
    ("1..3\nok 1 - a\nok 2 - b\n", 0, "the plan of TAP: .*announces 3 test points, and 2 came"),
    ("ok 1 - a\nok 2 - b\nok 3 - c\n1..2\n", 0, "the plan of TAP: .*announces 2.*and 3 came"),
    ("ok 1 - a\nok 2 - b\n", 0, "the plan of TAP: .*there is none"),
    ("1..2\nok 1 - a\nok 7 - b\n", 0, "the plan of TAP: .*one has the number 7"),
    ("1..2\nok 1 - a\nok 2 - b\nBail out! no more\n", 0, "the session was stopped: .*no more"),
    ("1..3\nok 1 - a\nok 2 - b\nnot ok 3 - c\n", 0, "a result for `c`, which was not asked for"),
    ("1..3\nok 1 - a\nok 2 - b\nnot ok 3 - a\n", 0, "a result for `a`, which was not asked for"),
], ids=["status", "long plan", "short plan", "no plan", "beyond", "bail out", "stranger", "twice"])
def test_tap(project, stream, status, told):
    list_tests(project, "a", "b")
    project.write("stream", stream)
    write_config(project, result_format="tap", run=f"cat stream; exit {status} # {{tests}}",
                 offload={"max_parallel": 1})

    check(project.offload("run"), told)


# --- JUnit --------------------------------------------------------------------------------------

GOOD = '<testcase name="a"/><testcase name="b"/>'


@pytest.mark.parametrize("report,status,told", [
    (GOOD, 1, "the test command ended with exit status 1"),
    (GOOD + '<error message="no tear-down">at line 3</error>', 0, "suite s: .*no tear-down"),
    ('</testsuite><testsuite name="s" failures="1">' + GOOD, 0, "suite s: .*counts 1 failures"),
    (GOOD + '<testcase name="c"><failure message="wrong"/></testcase>', 0,
     "a result for `c`, which was not asked for: .*wrong"),
], ids=["status", "of a suite", "counted", "of a stranger"])
def test_junit(project, report, status, told):
    xml_tests(project, f'<testsuite name="s">{report}</testsuite>', status=status)

    check(project.offload("run"), told)


# --- Batches that take longer than test_timeout_secs, and make progress ---------------------------

LONG = [str(n) for n in range(6)]  # tests of a second, with a limit of two


@pytest.mark.parametrize("lifetime", ["run", "batch"])
def test_the_end_of_a_long_batch_of_pytest(project, lifetime):
    project.write("test_it.py", """
        import conftest, pytest, time

        @pytest.mark.parametrize("n", range(6))
        def test_n(n):
            conftest.ran.append(n)
            time.sleep(1)
    """)
    project.write("conftest.py", """
        ran = []

        def pytest_sessionfinish(session):
            session.exitstatus = 3 if 1 in ran else 0
    """)
    project.configure(max_parallel=1, framework={"worker_lifetime": lifetime}, test_timeout_secs=2)

    check(project.offload("run"), "the test command ended with exit status 3",
          passed=[f"test_it.py::test_n[{n}]" for n in LONG])


def test_the_end_of_a_long_batch_of_vitest(project):
    install(project)
    project.write("it.test.js", """
        import { test } from 'vitest';
        for (const n of [0, 1, 2, 3, 4, 5]) {
          test(`${n}`, async () => {
            if (n === 0) setTimeout(() => { throw new Error('nobody caught this'); }, 10);
            await new Promise((done) => setTimeout(done, 1000));
          });
        }
    """)
    configure_vitest(project, max_parallel=1, test_timeout_secs=2)

    check(project.offload("run"), "unhandled error in it.test.js: .*nobody caught this",
          passed=[f"it.test.js > {n}" for n in LONG])


def test_the_end_of_a_long_batch_of_tap(project):
    list_tests(project, *LONG)
    run = "for n in {tests}; do sleep 1; echo ok - $n; done; echo 1..6; exit 3"
    write_config(project, result_format="tap", run=run,
                 offload={"max_parallel": 1, "test_timeout_secs": 2})

    check(project.offload("run"), "the test command ended with exit status 3", passed=LONG)


@pytest.mark.parametrize("status", [0, 1])
def test_a_failed_result_of_a_test_in_another_batch(project, status):
    """Each command reports its own test as passed, and the others' as failed."""
    list_tests(project, "a", "b", "c")
    project.script("suite", f"""\
        #!/bin/sh
        report=$1
        shift
        for test in a b c; do
          case " $* " in
            *" $test "*) echo "<testcase name='$test'/>" ;;
            *) echo "<testcase name='$test'><failure message='broken'/></testcase>" ;;
          esac
        done >cases
        {{ echo "<testsuite name='s'>"; cat cases; echo "</testsuite>"; }} >"$report"
        exit {status}
        """)
    write_config(project, run="./suite {result_file} {tests}",
                 groups={"all": {"schedule_individual": True}})

    run = project.offload("run")

    assert run.code != 0, run.out + run.err
    assert "All tests passed" not in run.out


# --- What becomes of such a failure ------------------------------------------------------------


@pytest.fixture
def failing(project):
    pytest_project(project, """
        def pytest_sessionfinish(session):
            session.exitstatus = 3
            print("the database was left open")
    """)
    return project


ID = OUTSIDE + "the test command ended with exit status 3"


# --- ctest and GoogleTest: see test_nextest_runs.py for nextest ------------------------------------


def test_ctest(project):
    shell_tests(project, {"a": "true", "b": "true"}, framework={"command": "./wrapped"})
    project.script("wrapped", """\
        #!/bin/sh
        ctest "$@"
        status=$?
        case "$*" in *--show-only*) exit $status ;; esac
        exit 3
        """)

    run = project.offload("run")

    check(run, "the test command ended with exit status 3")


GOOGLETEST = """
    #include <gtest/gtest.h>

    struct Shop : testing::Test {{
      static void TearDownTestSuite() {{ {suite} }}
    }};
    TEST_F(Shop, a) {{}}
    TEST_F(Shop, b) {{}}

    struct Surroundings : testing::Environment {{
      void SetUp() override {{ {before} }}
      void TearDown() override {{ {after} }}
    }};
    auto* const added = testing::AddGlobalTestEnvironment(new Surroundings);
"""


@pytest.mark.parametrize("place", ["suite", "before", "after"])
def test_googletest(project, place):
    bad = {"suite": "", "before": "", "after": "", place: 'ADD_FAILURE() << "it is broken";'}
    project.write("shop.cpp", GOOGLETEST.format(**bad))
    project.write("CMakeLists.txt", """
        cmake_minimum_required(VERSION 3.20)
        project(shop CXX)
        find_package(GTest REQUIRED)
        add_executable(shop shop.cpp)
        target_link_libraries(shop PRIVATE GTest::gtest_main)
    """)
    for command in (["cmake", "-S", ".", "-B", "build"], ["cmake", "--build", "build"]):
        subprocess.run(command, cwd=project.folder, env=project.env, check=True,
                       stdout=subprocess.DEVNULL)
    project.configure(max_parallel=1, framework={
        "type": "default", "result_format": "googletest",
        "test_id_format": "{classname}.{name}",
        "discover_command": "printf 'Shop.a\\nShop.b\\n' # {filters}",
        "run_command": "set -- {tests}; IFS=:; ./build/shop --gtest_filter=\"$*\""})

    run = project.offload("run")

    check(run, "a check of GoogleTest: it is broken", passed=("Shop.a", "Shop.b"))


def test_it_is_told_everywhere(failing):
    run = failing.offload("run", "--events", "events.jsonl", "--html", "page.html")

    assert run.code == 1
    [case] = run.attempts(ID)
    assert case.find("error").get("type") == "offload.outside"
    events = [json.loads(line) for line in failing.lines("events.jsonl")]
    [added] = [each for each in events if each["event"] == "case_added"]
    assert added["id"] == ID and added["kind"] == "outside"
    assert ID in failing.read("page.html")
    logs = failing.offload("logs", "--errors")
    assert "the database was left open" in logs.out
    told = failing.offload("logs", "--format", "json")
    assert ID in told.out
    again = failing.offload("report", "events.jsonl")
    assert again.code == 1
    assert ID in again.out


def test_the_history_does_not_know_it(failing):
    pytest_project(failing, failing.read("conftest.py"))
    failing.configure(max_parallel=1, history={"path": "history.jsonl", "record_history": "always"})

    failing.offload("run")

    assert "test_it.py::test_a" in failing.read("history.jsonl")
    assert OUTSIDE not in failing.read("history.jsonl")


def test_all_tests_run_again_after_it(failing):
    failing.offload("run")
    failing.write("conftest.py", "")

    run = failing.offload("run", "--failed")

    assert run.code == 0
    assert "failed outside of its tests; all tests run again" in run.err
    assert run.verdicts == {A: "passed", B: "passed"}


def test_all_tests_run_again_by_the_report_alone(failing):
    failing.offload("run")
    (failing.folder / "test-results" / "run.jsonl").unlink()

    run = failing.offload("run", "--failed")

    assert "all tests run again" in run.err


def test_tests_that_run_elsewhere_make_it_flaky(project):
    list_tests(project, "a")
    project.script("once", """\
        #!/bin/sh
        if mkdir first 2>/dev/null; then printf '1..2\\nok 2 - x\\n'; exit 0; fi
        printf '1..1\\nok 1 - a\\n'
    """)
    write_config(project, result_format="tap", run="./once # {tests}")

    run = project.offload("run")

    assert run.code == 2, run
    assert run.verdicts == {"a": "passed", OUTSIDE + "the plan of TAP": "flaky"}
