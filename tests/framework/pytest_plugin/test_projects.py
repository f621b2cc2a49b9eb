# SPDX-License-Identifier: MIT
"""The nasty project ends as under plain pytest; the deadly one names its killers."""

import json
import os
import shutil
import signal
import subprocess
import sys

import pytest
from conftest import PROJECTS, Project, clean_environment, finished, names

# Writes the categories that pytest itself puts every report into, by id.
RECORDER = """
import json
CATEGORIES = {}
def note(report, category):
    CATEGORIES.setdefault(report.nodeid, []).append(category)
class Recorder:
    def __init__(self, config):
        self.config = config
    def pytest_runtest_logreport(self, report):
        hook = self.config.hook.pytest_report_teststatus
        category = hook(report=report, config=self.config)[0]
        if category and not (report.when == "teardown" and category == "skipped"):
            subtest = type(report).__name__.lower() == "subtestreport"
            if not subtest or report.failed:
                note(report, "failed" if subtest else category)
    def pytest_collectreport(self, report):
        if report.failed:
            note(report, "error")
        elif report.skipped:
            note(report, "skipped")
    def pytest_unconfigure(self):
        with open("categories.json", "w") as file:
            json.dump(CATEGORIES, file)
def pytest_configure(config):
    config.pluginmanager.register(Recorder(config))
"""
BLOCKED = ("cacheprovider", "randomly", "rerunfailures", "xdist")
WITHOUT_PLUGINS = [word for name in BLOCKED for word in ("-p", "no:" + name)]
OUTCOME_OF = {
    "failed": "failed",
    "error": "errored",
    "skipped": "skipped",
    "xfailed": "skipped",
    "xpassed": "passed",
    "passed": "passed",
}


def plain_outcomes(folder, tmp_path):
    """The outcomes of a plain run of pytest in `folder`."""
    (tmp_path / "recorder.py").write_text(RECORDER)
    environment = dict(clean_environment(autoload=True), PYTHONPATH=str(tmp_path))
    options = ["--continue-on-collection-errors", "-p", "recorder", *WITHOUT_PLUGINS]
    subprocess.run(
        [sys.executable, "-m", "pytest", *options],
        cwd=str(folder),
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    categories = json.loads((folder / "categories.json").read_text())
    worst_first = list(OUTCOME_OF)
    return {
        test: OUTCOME_OF[min(found, key=worst_first.index)] for test, found in categories.items()
    }


@pytest.fixture
def copy(tmp_path):
    """Copies one of the projects into a folder of this test's own; returns a `Project`."""
    made = []

    def make(name):
        folder = tmp_path / name
        shutil.copytree(str(PROJECTS / name), str(folder))
        project = Project.__new__(Project)
        project.folder, project.workers = folder, []
        made.append(project)
        return project

    yield make
    for project in made:
        for worker in project.workers:
            worker.close()


def start(project, **options):
    return project.worker(*WITHOUT_PLUGINS, autoload=True, **options)


def test_the_nasty_project_ends_as_under_plain_pytest(copy, tmp_path):
    project = copy("nasty_pytest")
    expected = plain_outcomes(project.folder, tmp_path)
    worker = start(project)
    tests, _ = worker.discover()

    outcomes = worker.outcomes(*[test["id"] for test in tests])

    assert outcomes == expected
    assert len(outcomes) > 100
    assert worker.finish()[1] == 0


def test_the_nasty_project_ends_the_same_when_collected_lazily(copy, tmp_path):
    project = copy("nasty_pytest")
    expected = plain_outcomes(project.folder, tmp_path)

    outcomes = start(project).outcomes(*expected)

    assert outcomes == expected


def test_the_nasty_project_ends_the_same_one_test_a_batch(copy, tmp_path):
    project = copy("nasty_pytest")
    expected = plain_outcomes(project.folder, tmp_path)
    worker = start(project)

    events = worker.stream(*[[test] for test in expected])

    assert {e["id"]: e["outcome"] for e in finished(events)} == expected


def test_the_nasty_project_ends_the_same_a_second_time_in_one_worker(copy, tmp_path):
    project = copy("nasty_pytest")
    expected = plain_outcomes(project.folder, tmp_path)
    worker = start(project)
    worker.run(*expected)

    assert worker.outcomes(*expected) == expected


def test_the_nasty_project_sets_its_wide_fixtures_up_once(copy, tmp_path):
    project = copy("nasty_pytest")
    state = tmp_path / "state"
    state.mkdir()
    worker = start(project, env={"NASTY_STATE_DIR": str(state)})
    tests, _ = worker.discover()

    worker.outcomes(*[test["id"] for test in tests])

    setups = {file.name: len(file.read_text().split()) for file in state.glob("*setups*")}
    assert set(setups.values()) == {1}
    assert len(setups) == 7


def test_the_flaky_test_fails_first_and_passes_then(copy, tmp_path):
    worker = start(copy("nasty_pytest"), env={"NASTY_STATE_DIR": str(tmp_path)})
    test = "tests/test_flaky.py::test_fails_the_first_time"

    outcomes = [worker.result(test)["outcome"] for _ in range(2)]

    assert outcomes == ["failed", "passed"]


@pytest.mark.parametrize(
    "test, status",
    [
        ("test_exits.py::test_exits_at_once", 3),
        ("test_signals.py::test_segfaults", -signal.SIGSEGV),
        ("test_signals.py::test_is_killed", -signal.SIGKILL),
    ],
)
def test_a_deadly_test_is_the_last_that_started(copy, test, status):
    worker = start(copy("deadly_pytest"))
    before = "tests/{}::test_before".format(test.partition("::")[0])

    worker.ask("run", batch=1, tests=[before, "tests/" + test])
    events = worker.rest()

    assert events[-1] == {"event": "started", "batch": 1, "id": "tests/" + test}
    assert [event["id"] for event in finished(events)] == [before]
    assert worker.process.wait() == status


@pytest.mark.parametrize(
    "test, text",
    [
        ("test_stops_the_session", "pytest.exit: enough for today"),
        ("test_interrupts", "KeyboardInterrupt"),
    ],
)
def test_a_test_that_stops_the_session_is_reported_before_the_end(copy, test, text):
    worker = start(copy("deadly_pytest"))
    test = "tests/test_stops.py::" + test

    worker.ask("run", batch=1, tests=[test, "tests/test_stops.py::test_after"])
    events = worker.rest()

    assert names(events) == ["collecting", "started", "finished", "stop", "bye"]
    assert (events[2]["outcome"], events[2]["message"]) == ("errored", text)
    assert events[3] == {"event": "stop", "batch": 1, "text": text}


def test_a_test_that_breaks_pytest_itself_ends_the_worker(copy):
    worker = start(copy("deadly_pytest"))
    test = "tests/test_stops.py::test_closes_the_stream_that_pytest_captures_with"

    worker.ask("run", batch=1, tests=[test, "tests/test_stops.py::test_after"])
    events = worker.until("stop")

    (event,) = finished(events)
    assert event["id"] == test
    assert event["outcome"] in ("failed", "errored")
    assert "I/O operation on closed file" in event["text"]
    assert "captures its output" in events[-1]["text"]
    worker.rest()
    worker.process.wait()


def test_a_hanging_test_can_be_told_from_its_start(copy):
    worker = start(copy("deadly_pytest"))

    worker.ask("run", batch=1, tests=["tests/test_hangs.py::test_hangs"])
    event = worker.until("started")[-1]
    os.kill(worker.process.pid, signal.SIGTERM)

    assert event["id"] == "tests/test_hangs.py::test_hangs"
    assert worker.rest() == []
    assert worker.process.wait() == -signal.SIGTERM
