# SPDX-License-Identifier: MIT
"""Options and settings of the user's that must not get in the way."""

import pytest
from conftest import names

TESTS = """
    import pytest
    def test_a(): pass
    @pytest.mark.parametrize("number", range(3))
    def test_b(number): assert number != 1
"""
EXPECTED = {
    "test_x.py::test_a": "passed",
    "test_x.py::test_b[0]": "passed",
    "test_x.py::test_b[1]": "failed",
    "test_x.py::test_b[2]": "passed",
}

HARMLESS = [
    "",
    "-q",
    "-qq",
    "-v",
    "-vv",
    "--tb=short",
    "--tb=no",
    "-s",
    "--capture=sys",
    "--lf",
    "--ff",
    "--nf",
    "--sw",
    "-x",
    "--maxfail=2",
    "--durations=5",
    "--durations=0 -vv",
    "-p no:cacheprovider",
    "-p no:terminal",
    "-p no:logging",
    "-p no:capture",
    "-p no:warnings",
    "-p no:junitxml",
    "-p no:unittest -p no:doctest",
    "--strict-markers",
    "-ra --show-capture=no --no-header --no-summary",
    "--pdb",
    "--setup-show",
    "--import-mode=importlib",
    "--doctest-modules",
    "-W error",
    "--pyargs",
    "--log-cli-level=DEBUG -o log_cli=true",
    "--continue-on-collection-errors",
    "--basetemp=tmp-of-tests",
    "--color=yes",
]

SHAPING_THE_COLLECTION = [
    "--lf",
    "--sw",
    "-p no:capture",
    "-p no:logging",
    "--import-mode=importlib",
    "--doctest-modules",
    "--pyargs",
]


@pytest.mark.parametrize("options", HARMLESS)
def test_common_options_change_no_outcome(project, options):
    project.write("pytest.ini", "[pytest]\naddopts = {}\nmarkers = slow\n".format(options))
    project.write("test_x.py", TESTS)
    worker = project.worker()
    tests, last = worker.discover()

    outcomes = worker.outcomes(*[test["id"] for test in tests])

    assert last == {"event": "discovered", "count": 4, "shareable": True}
    assert outcomes == EXPECTED
    assert worker.finish()[1] == 0


@pytest.mark.parametrize("options", SHAPING_THE_COLLECTION)
def test_options_that_shape_the_collection_change_no_outcome_of_a_lazy_run(project, options):
    project.write("pytest.ini", "[pytest]\naddopts = {}\nmarkers = slow\n".format(options))
    project.write("test_x.py", TESTS)
    worker = project.worker()

    assert worker.outcomes(*EXPECTED) == EXPECTED
    assert worker.finish()[1] == 0


@pytest.mark.parametrize("option, count", [("-x", 1), ("--maxfail=3", 3), ("-v", 0)])
def test_the_users_limit_of_failures_is_handed_over(project, option, count):
    assert project.start(option).hello()["maxfail"] == count


def test_failures_of_a_plain_run_select_nothing_with_lf(project):
    project.write("test_x.py", TESTS)
    project.write("test_y.py", TESTS)
    project.write(".pytest_cache/v/cache/lastfailed", '{"test_x.py::test_b[1]": true}')
    worker = project.worker("--lf")

    tests, _ = worker.discover()

    assert len(tests) == 8


def test_the_cache_of_the_user_stays_as_it_was(project):
    project.write("test_x.py", TESTS)
    lastfailed = project.write(".pytest_cache/v/cache/lastfailed", '{"other.py::test": true}')
    worker = project.worker()

    worker.outcomes(*EXPECTED)
    worker.finish()

    assert lastfailed.read_text() == '{"other.py::test": true}'
    assert not (lastfailed.parent / "nodeids").exists()


def test_the_junit_file_of_the_user_is_not_overwritten_by_a_part_of_the_tests(project):
    project.write("test_x.py", TESTS)
    report = project.write("report.xml", "the user's")
    worker = project.worker("--junitxml=report.xml")

    worker.outcomes(*EXPECTED)
    worker.finish()

    assert report.read_text() == "the user's"


def test_plugins_still_find_a_terminal_reporter(project):
    project.write(
        "test_x.py",
        """
        def test_a(request):
            reporter = request.config.pluginmanager.get_plugin("terminalreporter")
            reporter.write_line("hello from the reporter")
            request.config.get_terminal_writer().line("hello from the writer")
            assert reporter.stats == {}
        """,
    )
    worker = project.worker()

    assert worker.result("test_x.py::test_a")["outcome"] == "passed"


def test_the_folder_of_the_log_file_that_another_process_makes_first(project):
    """pytest looks whether the folder is there, makes it then, and fails where it appeared meanwhile."""
    project.write("pytest.ini", "[pytest]\nlog_file = log/deep/all.log\n")
    project.write("conftest.py", """
        import os

        makedirs = os.makedirs

        def made_by_two(path, *arguments, **options):
            makedirs(path, exist_ok=True)
            makedirs(path, *arguments, **options)

        os.makedirs = made_by_two
    """)
    project.write("test_x.py", TESTS)
    worker = project.worker()
    tests, _ = worker.discover()

    assert worker.outcomes(*[test["id"] for test in tests]) == EXPECTED


def test_the_log_file_of_the_user_goes_on_after_a_lazy_collection(project):
    project.write("pytest.ini", "[pytest]\nlog_file = all.log\nlog_file_level = INFO\n")
    for name in "xy":
        project.write(
            "test_{}.py".format(name),
            "import logging\ndef test_a(): logging.info('from {}')\n".format(name),
        )
    worker = project.worker()

    worker.run("test_x.py::test_a")
    worker.run("test_y.py::test_a")
    worker.finish()

    [file] = project.folder.glob("all-offload-*.log")
    text = file.read_text()
    assert "from x" in text and "from y" in text


def test_warnings_as_errors_hold_during_lazy_collection(project):
    project.write("pytest.ini", "[pytest]\nfilterwarnings = error\n")
    project.write("test_x.py", "import warnings\nwarnings.warn('no good')\ndef test_a(): pass\n")

    event = project.worker().result("test_x.py::test_a")

    assert (event["outcome"], event["message"]) == ("errored", "UserWarning: no good")


def test_a_class_of_items_of_the_projects_own_works(project):
    project.write(
        "conftest.py",
        """
        import pytest
        def pytest_pycollect_makeitem(collector, name, obj):
            if name.startswith("check_"):
                return Check.from_parent(collector, name=name)
        class Check(pytest.Item):
            def runtest(self): assert self.obj()
            @property
            def obj(self): return getattr(self.parent.obj, self.name)
            def reportinfo(self): return self.parent.reportinfo()[0], None, self.name
        """,
    )
    project.write("test_x.py", "def check_good(): return True\ndef check_bad(): return False\n")
    worker = project.worker()

    events = [worker.result("test_x.py::" + name) for name in ("check_good", "check_bad")]

    assert [event["outcome"] for event in events] == ["passed", "failed"]
    assert "line" not in events[0]


def test_a_session_that_a_plugin_stops_is_reported_as_stopped(project):
    project.write(
        "conftest.py",
        """
        def pytest_runtest_logfinish(nodeid):
            SESSION[0].shouldstop = "tired after " + nodeid
        def pytest_sessionstart(session):
            SESSION.append(session)
        SESSION = []
        """,
    )
    project.write("test_x.py", TESTS)
    worker = project.worker()

    worker.ask("run", batch=1, tests=list(EXPECTED))
    events = worker.rest()

    assert [n for n in names(events) if n != "next"] == (
        ["collecting", "started", "finished", "stop", "bye"]
    )
    assert events[-2] == {"event": "stop", "batch": 1, "text": "tired after test_x.py::test_a"}


def test_a_session_that_does_not_start_says_why(project):
    project.write("pytest.ini", "[pytest]\nfilterwarnings = error\nno_such_key = 3\n")
    project.write("test_x.py", TESTS)
    worker = project.start()

    worker.rest()

    assert worker.process.wait(60) != 0
    assert "Unknown config option: no_such_key" in worker.errors
    assert "offload" not in worker.errors.rpartition("no_such_key")[2]
