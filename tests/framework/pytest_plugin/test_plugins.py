# SPDX-License-Identifier: MIT
"""Common plugins of pytest at work in a worker; a test is skipped where its plugin is missing."""

import sys
from pathlib import Path

import pytest
from conftest import finished

TWO = "def test_a(): pass\ndef test_b(): assert 0\n"
OUTCOMES = {"test_x.py::test_a": "passed", "test_x.py::test_b": "failed"}


def needs(module):
    pytest.importorskip(module, reason="this plugin is not installed")


@pytest.fixture
def with_plugins():
    """The Python that has the plugins of tests/requirements/plugins.txt, which change every run."""
    python = Path(sys.prefix).parent / "plugins" / "bin" / "python"
    if not python.exists():
        pytest.skip("there is no virtual environment with these plugins beside the one in use")
    return {"autoload": True, "python": python}


@pytest.mark.parametrize(
    "options",
    ["-n 2", "-n auto", "-n 2 --dist loadfile", "--dist load --tx 2*popen", "-d --tx popen", "-f"],
)
def test_xdist_does_not_distribute(project, options):
    needs("xdist")
    project.write("pytest.ini", "[pytest]\naddopts = {}\n".format(options))
    project.write("test_x.py", TWO)
    worker = project.worker("-p", "xdist.plugin", "-p", "xdist.looponfail")

    tests, _ = worker.discover()

    assert worker.outcomes(*[test["id"] for test in tests]) == OUTCOMES


def test_xdist_may_be_blocked(project):
    needs("xdist")
    project.write("test_x.py", TWO)

    assert project.worker("-p", "no:xdist", autoload=True).outcomes(*OUTCOMES) == OUTCOMES


def coverage_project(project):
    needs("pytest_cov")
    options = "--cov=. --cov-report=xml --cov-report=term --cov-fail-under=100"
    project.write("pytest.ini", "[pytest]\naddopts = {}\n".format(options))
    project.write("measured.py", "def used(): return 1\ndef unused(): return 2\n")
    project.write("test_x.py", "import measured\n" + TWO)


def test_coverage_goes_into_a_file_of_the_process(project):
    coverage_project(project)
    worker = project.worker("-p", "pytest_cov.plugin", env={"OFFLOAD_SANDBOX_ID": "box/1"})

    outcomes = worker.outcomes(*OUTCOMES)
    _, status = worker.finish()

    assert (outcomes, status) == (OUTCOMES, 0)
    written = [path.name for path in project.folder.glob(".coverage*")]
    assert written == [".coverage.offload-box-1-{}".format(worker.process.pid)]
    assert not (project.folder / "coverage.xml").exists()


def test_a_limit_of_coverage_that_is_not_checked_is_said_once(project):
    coverage_project(project)
    worker = project.worker("-p", "pytest_cov.plugin")

    batches = [worker.run(test) for test in OUTCOMES]

    warnings = [[e["text"] for e in batch if e["event"] == "warning"] for batch in batches]
    assert [len(each) for each in warnings] == [1, 0]
    assert "--cov-fail-under is not checked" in warnings[0][0]


def test_a_given_coverage_file_is_kept(project):
    coverage_project(project)
    worker = project.worker("-p", "pytest_cov.plugin", env={"COVERAGE_FILE": "mine"})

    worker.run(*OUTCOMES)
    worker.finish()

    assert (project.folder / "mine").exists()


def test_coverage_can_be_switched_off(project):
    coverage_project(project)
    worker = project.worker("-p", "pytest_cov.plugin", env={"OFFLOAD_COVERAGE": "off"})

    tests, _ = worker.discover()
    _, status = worker.finish()

    assert (len(tests), status) == (2, 0)
    assert list(project.folder.glob(".coverage*")) == []


RERUN = """
    import pytest
    ran = []
    @pytest.fixture(scope="module")
    def module_wide():
        ran.append("up")
        yield
    @pytest.mark.flaky(reruns=2)
    def test_a(module_wide):
        ran.append("test")
        assert ran.count("test") == 3
    def test_b(): pass
"""


def test_reruns_that_end_well_pass(project):
    needs("pytest_rerunfailures")
    project.write("test_x.py", RERUN)

    events = project.worker(autoload=True).run("test_x.py::test_a", "test_x.py::test_b")

    assert [event["outcome"] for event in finished(events)] == ["passed", "passed"]


def test_reruns_that_end_badly_fail(project):
    needs("pytest_rerunfailures")
    project.write("test_x.py", RERUN.replace("== 3", "== 9"))
    worker = project.worker(autoload=True)

    event = worker.result("test_x.py::test_a")

    assert event["outcome"] == "failed"
    assert worker.result("test_x.py::test_b")["outcome"] == "passed"


def test_a_timeout_by_signal_fails_the_test_and_goes_on(project):
    needs("pytest_timeout")
    project.write("test_x.py", "import time\ndef test_a(): time.sleep(60)\ndef test_b(): pass\n")
    worker = project.worker("--timeout=0.2", autoload=True)

    outcomes = worker.outcomes("test_x.py::test_a", "test_x.py::test_b")

    assert list(outcomes.values()) == ["failed", "passed"]


def test_coroutines_run_under_asyncio(project, with_plugins):
    project.write("pytest.ini", "[pytest]\nasyncio_mode = auto\n")
    project.write(
        "test_x.py", "import asyncio\nasync def test_a(): await asyncio.sleep(0)\n" + TWO[19:]
    )

    assert project.worker(**with_plugins).outcomes(*OUTCOMES) == OUTCOMES


def test_the_examples_of_a_document_of_sybil_stay_together(project, with_plugins):
    project.write("conftest.py", """
        from sybil import Sybil
        from sybil.parsers.rest import PythonCodeBlockParser

        pytest_collect_file = Sybil([PythonCodeBlockParser()], pattern="*.rst").pytest()
    """)
    project.write("one.rst", """
        .. code-block:: python

            x = 1

        .. code-block:: python

            assert x == 1
    """)
    project.write("test_x.py", "def test_a(): pass\n")

    tests, _ = project.worker("-p", "no:randomly", "-p", "no:asyncio", **with_plugins).discover()

    units = {test["id"]: (test.get("unit"), test.get("dependent")) for test in tests}
    assert units.pop("test_x.py::test_a") == (None, None)
    first = min(units, key=lambda test: int(test.partition("line:")[2].partition(",")[0]))
    assert list(units.values()) == [(first, True)] * 2


def test_a_progress_bar_writes_nothing(project, with_plugins):
    project.write("test_x.py", TWO)
    worker = project.worker("--force-sugar", "-p", "no:asyncio", **with_plugins)

    assert worker.outcomes(*OUTCOMES) == OUTCOMES
    assert worker.finish() == ([{"event": "bye"}], 0)
    assert "Test session starts" not in worker.errors
    assert "test_x.py" not in worker.errors


def test_random_order_does_not_change_the_asked_order(project, with_plugins):
    project.write(
        "test_x.py",
        """
        import pytest
        @pytest.mark.parametrize("number", range(20))
        def test_a(number): pass
        """,
    )
    asked = ["test_x.py::test_a[{}]".format(number) for number in range(20)]

    events = project.worker(**with_plugins).run(*asked)

    assert [event["id"] for event in finished(events)] == asked
