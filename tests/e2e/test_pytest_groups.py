# SPDX-License-Identifier: MIT
"""Groups of tests: what selects them, how often the project is collected for them."""

import os

import pytest

WITH_PLUGINS = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": None}
COUNTING_CONFTEST = """
    import os

    def pytest_collection_modifyitems(items):
        with open("collections", "a") as file:
            file.write("{} {}\\n".format(os.getpid(), len(items)))
"""


def write_marked_tests(project):
    project.write("pytest.ini", "[pytest]\nmarkers =\n    slow\n    db\n")
    project.write("test_a.py", """
        import pytest

        def test_plain():
            pass

        @pytest.mark.slow
        def test_slow():
            pass

        @pytest.mark.db
        @pytest.mark.slow
        def test_db():
            pass
    """)


def test_groups_of_marks_and_keywords_share_one_collection(project):
    write_marked_tests(project)
    project.write("conftest.py", COUNTING_CONFTEST)
    groups = {"fast": "-m 'not slow'", "slow": "-m slow", "db": "-k db", "none": "-m nothing"}
    project.configure(groups={name: {"filters": text} for name, text in groups.items()})

    listed = project.offload("run", "--collect-only")

    assert listed.code == 0
    assert len(project.lines("collections")) == 1
    assert "found 4 tests across 4 groups" in listed.err


def test_a_run_with_one_sandbox_needs_one_process(project):
    write_marked_tests(project)
    project.write("conftest.py", COUNTING_CONFTEST)
    project.configure(max_parallel=1, groups={"f": {"filters": "-m 'not slow'"},
                                              "s": {"filters": "-m slow"}})

    run = project.offload("run")

    assert run.code == 0
    assert len(run.results) == 3
    assert len({line.split()[0] for line in project.lines("collections")}) == 1


def test_groups_with_other_filters_are_listed_on_their_own(project):
    write_marked_tests(project)
    project.write("conftest.py", COUNTING_CONFTEST)
    project.write("picky.py", """
        def pytest_collection_modifyitems(items):
            items[:] = [item for item in items if item.name == "test_plain"]
    """)
    project.configure(groups={
        "kept": {"filters": "--deselect test_a.py::test_slow"},
        "picky": {"filters": "-p picky -m 'not slow'"},
        "marked": {"filters": "-m db"},
    })

    listed = project.offload("run", "--collect-only")

    assert "found 4 tests across 3 groups" in listed.err
    run = project.offload("run")
    assert run.code == 0
    assert set(run.results) == {"test_a.py::test_plain", "test_a.py::test_db"}


def test_a_conftest_that_reads_the_filter_is_asked_group_by_group(project):
    write_marked_tests(project)
    project.write("conftest.py", """
        def pytest_collection_modifyitems(config, items):
            if "slow" not in config.getoption("-m"):
                items[:] = [item for item in items if item.name == "test_plain"]
    """)
    project.configure(groups={"all": {}, "slow": {"filters": "-m slow"}})

    listed = project.offload("run", "--collect-only")

    assert "found 3 tests across 2 groups" in listed.err


def test_a_group_that_selects_nothing_is_no_error(project):
    write_marked_tests(project)
    project.configure(groups={"all": {}, "flaky": {"filters": "-m flaky", "retry_count": 3}})

    run = project.offload("run")

    assert run.code == 0
    assert len(run.results) == 3


@pytest.mark.parametrize("filters", ["-m nothing", "--deselect test_a.py"])
def test_no_tests_at_all_exit_with_zero_and_a_warning(project, filters):
    write_marked_tests(project)
    project.configure(groups={"all": {"filters": filters}})

    run = project.offload("run")

    assert run.code == 0
    assert "WARN no tests were discovered" in run.err
    assert not project.leftovers()


def test_a_test_of_two_groups_runs_once_with_the_higher_retry_count(project):
    project.write("test_a.py", """
        import os

        def test_passes_the_third_time():
            with open("runs", "a") as file:
                file.write("run\\n")
            assert len(open("runs").readlines()) == 3
    """)
    project.configure(groups={"few": {"retry_count": 1}, "many": {"retry_count": 2}})

    run = project.offload("run")

    assert run.code == 2
    assert run.verdicts == {"test_a.py::test_passes_the_third_time": "flaky"}
    assert run.results == {"test_a.py::test_passes_the_third_time": ["failed", "failed", "passed"]}


# --- The project's own options -------------------------------------------------------------------


@pytest.mark.parametrize("options", [
    "-q", "-qq", "-n auto", "-n 2 --dist loadfile", "--lf", "--pdb", "-p no:terminal",
    "--reruns 1", "--junitxml=own.xml", "--timeout 30", "-s", "--capture=sys", "--sw",
])
def test_options_of_the_project_change_no_verdict(project, options):
    project.write("pytest.ini", f"[pytest]\naddopts = {options}\n")
    project.write("test_a.py", """
        import pytest

        @pytest.mark.parametrize("number", range(6))
        def test(number):
            print("on standard output")
            assert number != 2
    """)
    project.configure(max_parallel=2)

    run = project.offload("run", env=WITH_PLUGINS)

    assert run.code == 1
    assert run.verdicts == {
        f"test_a.py::test[{n}]": "failed" if n == 2 else "passed" for n in range(6)
    }


@pytest.mark.parametrize("option, failures", [("-x", 1), ("--maxfail=2", 2)])
def test_the_limit_of_failures_stops_the_run(project, option, failures):
    project.write("pytest.ini", f"[pytest]\naddopts = {option}\n")
    project.write("test_a.py", """
        import time
        import pytest

        @pytest.mark.parametrize("number", range(30))
        def test(number):
            if number > 5:
                time.sleep(0.3)  # what Offload may take to stop the worker
            assert number < 5
    """)
    project.configure(max_parallel=1)

    run = project.offload("run")

    outcomes = list(run.verdicts.values())
    assert run.code == 1
    assert len(outcomes) == 30
    assert outcomes.count("passed") == 5
    assert failures <= outcomes.count("failed") <= failures + 1
    assert outcomes.count("not run") > 20
    assert "stopped early" in run.reason("test_a.py::test[29]")


def test_coverage_data_of_the_sandboxes_stay_apart(project):
    project.write("pytest.ini", "[pytest]\naddopts = --cov=code_under_test\n")
    project.write("code_under_test.py", "".join(
        f"def function_{n}():\n    return {n}\n\n\n" for n in range(8)
    ))
    for n in range(8):
        project.write(f"test_{n}.py", f"""
            import code_under_test
            import time

            def test():
                time.sleep(0.1)
                assert code_under_test.function_{n}() == {n}
        """)
    project.write(".coverage", "the user's")
    project.configure(max_parallel=2)

    run = project.offload("run", env=WITH_PLUGINS)

    assert run.code == 0
    assert len(run.results) == 8
    hosts = {suite.get("hostname") for suite in run.junit.iter("testsuite")}
    measured = [name for name in os.listdir(project.folder) if name.startswith(".coverage.")]
    assert len(measured) == len(hosts)
    assert project.read(".coverage") == "the user's"


# --- Discovery that fails ------------------------------------------------------------------------


def check_that_nothing_ran(project, run):
    assert run.code == 1
    assert run.junit is None
    assert not project.leftovers()
    assert not list(project.temp.glob("offload-*"))


def test_a_broken_conftest_ends_the_run_with_the_reason(project):
    write_marked_tests(project)
    project.write("conftest.py", "def broken(:\n")
    project.configure()

    run = project.offload("run")

    check_that_nothing_ran(project, run)
    assert "python -m pytest" in run.err
    assert "exit status 4" in run.err
    assert "SyntaxError" in run.err
    assert "conftest.py" in run.err


def test_an_unknown_option_ends_the_run_with_the_reason(project):
    write_marked_tests(project)
    project.configure(framework={"command": "python -m pytest --no-such-option"})

    run = project.offload("run")

    check_that_nothing_ran(project, run)
    assert "--no-such-option" in run.err
    assert "unrecognized arguments" in run.err
    assert "exit status 4" in run.err


def test_an_unknown_option_of_one_group_ends_the_run(project):
    write_marked_tests(project)
    project.configure(groups={"good": {}, "bad": {"filters": "--no-such-option"}})

    run = project.offload("run")

    check_that_nothing_ran(project, run)
    assert "unrecognized arguments: --no-such-option" in run.err


def test_a_command_that_is_not_there_ends_the_run_with_its_name(project):
    write_marked_tests(project)
    project.configure(framework={"command": "no-such-python -m pytest"})

    run = project.offload("run")

    check_that_nothing_ran(project, run)
    assert "no-such-python" in run.err


def test_a_python_without_pytest_is_explained(project):
    write_marked_tests(project)
    project.configure(framework={"command": "python -I -S -m pytest"})

    run = project.offload("run")

    check_that_nothing_ran(project, run)
    assert "No module named pytest" in run.err
    assert "[framework] command" in run.err


def test_a_bad_mark_expression_ends_the_run_with_the_reason(project):
    write_marked_tests(project)
    project.configure(groups={"all": {}, "bad": {"filters": "-m 'not ('"}})

    run = project.offload("run")

    check_that_nothing_ran(project, run)
    assert "not (" in run.err


def test_the_end_of_a_long_output_is_shown(project):
    write_marked_tests(project)
    project.write("conftest.py", """
        import sys

        for number in range(20000):
            print("noise", number, file=sys.stderr)
        raise RuntimeError("what it is about")
    """)
    project.configure()

    run = project.offload("run")

    check_that_nothing_ran(project, run)
    assert "what it is about" in run.err
    assert len(run.err) < 20000
