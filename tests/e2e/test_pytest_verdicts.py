# SPDX-License-Identifier: MIT
"""A project with every outcome and every odd name: Offload says of each test what pytest says."""

import json
import subprocess

import pytest

# What plain pytest thinks of each test, by its id; written to the file PLAIN_RESULTS.
REPORTER = """
    import json
    import os

    outcomes = {}

    def pytest_collectreport(report):
        if report.outcome != "passed":
            outcomes[report.nodeid] = report.outcome

    def pytest_runtest_logreport(report):
        known = outcomes.get(report.nodeid)
        if report.outcome == "failed":
            outcomes[report.nodeid] = "failed"
        elif "Subtest" in type(report).__name__ or report.when == "teardown" or known:
            return
        elif report.outcome == "skipped":
            outcomes[report.nodeid] = "skipped"
        elif report.when == "call":
            outcomes[report.nodeid] = "passed"

    def pytest_sessionfinish():
        with open(os.environ["PLAIN_RESULTS"], "w") as file:
            json.dump(outcomes, file)
"""
# Its blame falls on the last test of the module in a process, so on more than one of several.
MODULE_TEARDOWN = "tests/test_module_teardown.py"


def plain_pytest(project, *arguments, env=None):
    """The outcomes of a plain run."""
    project.write("plain_reporter.py", REPORTER)
    results = project.temp / "plain.json"
    subprocess.run(
        ["python", "-m", "pytest", "--continue-on-collection-errors", "-p", "plain_reporter",
         *arguments],
        cwd=project.folder,
        env=dict(project.env, PLAIN_RESULTS=str(results), **(env or {})),
        stdout=subprocess.DEVNULL,
    )
    return json.loads(results.read_text())


def without_module_teardown(verdicts):
    return {test: v for test, v in verdicts.items() if not test.startswith(MODULE_TEARDOWN)}


@pytest.mark.parametrize("lifetime, sandboxes", [("run", 1), ("run", 4), ("batch", 2)])
def test_every_verdict_is_that_of_plain_pytest(project, lifetime, sandboxes):
    project.copy("nasty_pytest")
    expected = plain_pytest(project)
    project.configure(max_parallel=sandboxes, framework={"worker_lifetime": lifetime})

    run = project.offload("run")

    assert run.code == 1
    if lifetime == "run" and sandboxes == 1:
        assert run.verdicts == expected
    else:
        assert without_module_teardown(run.verdicts) == without_module_teardown(expected)
    assert all(len(attempts) == 1 for attempts in run.results.values())
    assert not project.leftovers()


def test_a_process_for_each_test_gives_the_same_verdicts(project):
    project.copy("nasty_pytest")
    paths = ["tests/test_outcomes.py", "tests/test_broken_import.py"]
    expected = plain_pytest(project, *paths)
    project.configure(framework={"worker_lifetime": "test", "paths": paths})

    run = project.offload("run")

    assert run.verdicts == expected
    assert run.code == 1


def test_verdicts_are_the_same_in_every_run(project):
    project.copy("nasty_pytest")
    project.configure(max_parallel=3)

    runs = [project.offload("run") for _ in range(3)]

    verdicts = [without_module_teardown(run.verdicts) for run in runs]
    assert verdicts[0] == verdicts[1] == verdicts[2]
    assert [run.code for run in runs] == [1, 1, 1]


def test_a_file_that_does_not_collect_fails_with_its_reason(project):
    project.copy("nasty_pytest")
    project.configure(framework={"paths": ["tests/test_broken_import.py", "tests/test_classes.py"]})

    run = project.offload("run")

    assert run.results["tests/test_broken_import.py"] == ["errored"]
    assert "no_such_module_anywhere" in run.reason("tests/test_broken_import.py")
    assert run.verdicts["tests/test_classes.py::TestPlain::test_same"] == "passed"


def test_a_skipped_test_keeps_its_reason(project):
    project.copy("nasty_pytest")
    paths = ["tests/test_outcomes.py", "tests/test_module_skipped.py"]
    project.configure(framework={"paths": paths})

    run = project.offload("run")

    assert "no reason to run" in run.reason("tests/test_outcomes.py::test_skips_itself")
    assert "known bug" in run.reason("tests/test_outcomes.py::test_fails_as_expected")
    assert "whole module" in run.reason("tests/test_module_skipped.py")


def test_a_project_that_only_skips_and_passes_exits_with_zero(project):
    project.write("test_a.py", """
        import pytest

        def test_passes():
            pass

        @pytest.mark.skip(reason="later")
        def test_is_skipped():
            pass

        @pytest.mark.xfail
        def test_is_expected_to_fail():
            assert False
    """)
    project.configure()

    run = project.offload("run")

    assert run.code == 0
    assert sorted(run.verdicts.values()) == ["passed", "skipped", "skipped"]


# --- Fixtures -----------------------------------------------------------------------------------


def counts(folder):
    return {file.name: len(file.read_text().splitlines()) for file in folder.iterdir()}


def test_one_sandbox_sets_up_fixtures_as_often_as_plain_pytest(project):
    project.copy("nasty_pytest")
    states = [project.temp / name for name in ("plain", "offload")]
    for state in states:
        state.mkdir()
    plain_pytest(project, env={"NASTY_STATE_DIR": str(states[0])})
    project.configure(max_parallel=1)

    project.offload("run", env={"NASTY_STATE_DIR": str(states[1])})

    expected = counts(states[0])
    assert expected["session-setups"] == expected["session-teardowns"] == 1
    assert counts(states[1]) == expected


def test_the_session_stays_up_across_files_without_a_test_that_runs(project):
    project.write("conftest.py", """
        import pytest

        @pytest.fixture(scope="session", autouse=True)
        def session():
            with open("sessions", "a") as file:
                file.write("up\\n")
    """)
    project.write("test_a.py", "def test():\n    pass\n")
    project.write("test_b.py", "def test(:\n")
    project.write("test_c.py", "import pytest\npytest.skip('all of it', allow_module_level=True)\n")
    project.write("test_d.py", "def test():\n    pass\n")
    project.configure(max_parallel=1, groups={"all": {"schedule_individual": True}})

    run = project.offload("run")

    assert run.verdicts == {"test_a.py::test": "passed", "test_b.py": "failed",
                            "test_c.py": "skipped", "test_d.py::test": "passed"}
    assert project.lines("sessions") == ["up"]


def test_each_sandbox_sets_up_its_session_once_and_tears_it_down(project):
    project.copy("nasty_pytest")
    project.configure(max_parallel=4)

    run = project.offload("run", env={"NASTY_STATE_DIR": str(project.temp)})

    hosts = {s.get("hostname") for s in run.junit.iter("testsuite")}
    processes = (project.temp / "session-setups").read_text().split()
    torn_down = (project.temp / "session-teardowns").read_text().split()
    assert 1 <= len(processes) <= len(hosts) <= 4
    assert len(set(processes)) == len(processes)
    assert sorted(torn_down) == sorted(processes)


def test_a_module_fixture_is_torn_down_before_the_next_module(project):
    project.write("conftest.py", """
        import pytest

        def note(text):
            with open("notes", "a") as file:
                file.write(text + "\\n")

        @pytest.fixture(scope="module")
        def module(request):
            note("up " + request.module.__name__)
            yield
            note("down " + request.module.__name__)
    """)
    for name in ("a", "b", "c"):
        project.write(f"test_{name}.py", """
            import pytest

            @pytest.mark.parametrize("number", range(10))
            def test(module, number):
                pass
        """)
    project.configure(max_parallel=1)

    run = project.offload("run")

    assert run.code == 0
    assert project.lines("notes") == [
        f"{what} test_{name}" for name in "abc" for what in ("up", "down")
    ]


def test_a_bad_session_teardown_is_blamed_on_the_last_test(project):
    project.write("test_a.py", """
        import pytest

        @pytest.fixture(scope="session", autouse=True)
        def session():
            yield
            raise RuntimeError("cannot clean up")

        def test_first():
            pass

        def test_last():
            pass
    """)
    project.configure(max_parallel=1)

    run = project.offload("run")

    assert run.verdicts == {"test_a.py::test_first": "passed", "test_a.py::test_last": "failed"}
    assert "cannot clean up" in run.reason("test_a.py::test_last")
    assert run.code == 1


def test_parameters_from_a_set_are_the_same_in_each_process(project):
    project.write("test_set.py", """
        import time
        import pytest

        CASES = {("x%d" % number, "y") for number in range(12)}

        @pytest.mark.parametrize("case", CASES)
        def test_case(case):
            with open("ran", "a") as file:
                file.write(case[0] + "\\n")
            time.sleep(0.05)
    """)
    project.configure(max_parallel=4)

    run = project.offload("run")

    assert run.code == 0, run
    assert sorted(project.lines("ran")) == sorted(f"x{number}" for number in range(12))


def test_the_seed_of_hashes_is_the_users_where_there_is_one(project):
    project.write("test_seed.py", """
        import os

        def test_seed():
            assert os.environ["PYTHONHASHSEED"] == "7"
    """)
    project.configure()

    assert project.offload("run", env={"PYTHONHASHSEED": "7"}).code == 0
    assert project.offload("run", "--env", "PYTHONHASHSEED=7").code == 0
