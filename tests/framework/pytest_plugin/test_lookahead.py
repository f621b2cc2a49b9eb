# SPDX-License-Identifier: MIT
"""Fixtures across batches, and the question what comes next."""

import pytest
from conftest import finished, names

LOGGING_CONFTEST = """
    import pytest
    LOG = []
    @pytest.fixture(scope="session", autouse=True)
    def session_wide():
        LOG.append("session up")
        yield
        LOG.append("session down")
    @pytest.fixture(scope="module", autouse=True)
    def module_wide(request):
        LOG.append(request.module.__name__ + " up")
        yield
        LOG.append(request.module.__name__ + " down")
    @pytest.fixture(autouse=True)
    def tell(request):
        print("|".join(LOG))
        yield
    def pytest_sessionfinish(session):
        (session.config.rootpath / "log").write_text("|".join(LOG))
"""
PASSING = "def test_a(): pass\ndef test_b(): pass\n"


def logging_project(project):
    project.write("conftest.py", LOGGING_CONFTEST)
    project.write("test_one.py", PASSING)
    project.write("test_two.py", PASSING)
    return project.worker()


def log(project, worker):
    worker.finish()
    return (project.folder / "log").read_text().split("|")


def test_fixtures_stay_up_when_the_next_batch_uses_them(project):
    worker = logging_project(project)

    worker.stream(["test_one.py::test_a"], ["test_one.py::test_b"], ["test_two.py::test_a"])

    assert log(project, worker) == [
        "session up",
        "test_one up",
        "test_one down",
        "test_two up",
        "test_two down",
        "session down",
    ]


def test_everything_is_torn_down_before_an_idle_worker_waits(project):
    worker = logging_project(project)

    worker.run("test_one.py::test_a")
    worker.run("test_one.py::test_b")

    assert (
        log(project, worker) == ["session up", "test_one up", "test_one down", "session down"] * 2
    )


def test_next_is_asked_during_the_teardown_of_the_last_test_only(project):
    worker = logging_project(project)

    events = worker.run("test_one.py::test_a", "test_one.py::test_b", "test_two.py::test_a")

    assert [name for name in names(events) if name != "collecting"] == (
        ["started", "finished"] * 2 + ["started", "next", "finished", "done"]
    )


def test_finished_and_done_come_before_the_tests_of_the_following_batch(project):
    worker = logging_project(project)

    events = worker.stream(["test_one.py::test_a"], ["test_two.py::test_a"])

    told = [(e["event"], e.get("batch")) for e in events]
    assert told == [
        ("collecting", None),
        ("started", 1),
        ("next", None),
        ("collecting", None),
        ("collected", None),
        ("finished", 1),
        ("done", 1),
        ("started", 2),
        ("next", None),
        ("finished", 2),
        ("done", 2),
    ]


def test_an_error_of_a_module_teardown_goes_to_its_last_test(project):
    project.write(
        "test_one.py",
        """
        import pytest
        @pytest.fixture(scope="module", autouse=True)
        def broken():
            yield
            raise OSError("no way down")
        """
        + "def test_a(): pass\n        def test_b(): pass\n",
    )
    project.write("test_two.py", PASSING)
    worker = project.worker()

    events = worker.stream(
        ["test_one.py::test_a"], ["test_one.py::test_b"], ["test_two.py::test_a"]
    )

    assert [e["outcome"] for e in finished(events)] == ["passed", "errored", "passed"]


def test_an_error_of_a_session_teardown_goes_to_the_very_last_test(project):
    project.write("conftest.py", LOGGING_CONFTEST.replace('LOG.append("session down")', "1 / 0"))
    project.write("test_one.py", PASSING)
    worker = project.worker()

    worker.ask("run", batch=1, tests=["test_one.py::test_a"])
    worker.until("next")
    worker.ask("finish")

    (event,) = finished(worker.until("done"))
    assert (event["outcome"], event["message"]) == (
        "errored",
        "ZeroDivisionError: division by zero",
    )


def test_next_is_asked_when_the_last_test_is_skipped_or_fails_its_setup(project):
    project.write(
        "test_one.py",
        "import pytest\ndef test_a(): pytest.skip('x')\ndef test_b(missing): pass\n",
    )
    worker = project.worker()

    for test in ("test_one.py::test_a", "test_one.py::test_b"):
        assert names(worker.run(test)).count("next") == 1


def test_unknown_tests_come_first_so_that_the_batch_ends_with_a_test(project):
    worker = logging_project(project)

    events = worker.run("test_one.py::test_a", "test_one.py::nope")

    assert names(events) == ["collecting", "unknown", "started", "next", "finished", "done"]


def test_a_batch_without_a_runnable_test_does_not_ask(project):
    project.write("test_broken.py", "import no_such_module\n")
    worker = project.worker()

    events = worker.run("test_broken.py", "test_gone.py::test_a")

    assert names(events) == ["collecting", "started", "finished", "unknown", "done"]


def test_everything_is_torn_down_when_nothing_follows_a_batch_without_a_runnable_test(project):
    worker = logging_project(project)
    worker.ask("run", batch=1, tests=["test_one.py::test_a"])
    worker.until("next")
    worker.ask("run", batch=2, tests=["test_one.py::nope"])
    worker.until("next")
    worker.ask("idle")
    events = worker.until("unknown") + worker.until("done")

    assert [(e["event"], e["batch"]) for e in events] == [
        ("finished", 1),
        ("done", 1),
        ("unknown", 2),
        ("done", 2),
    ]
    assert log(project, worker)[-1] == "session down"


def test_the_following_file_may_be_broken(project):
    project.write("test_broken.py", "import no_such_module\n")
    worker = logging_project(project)

    events = worker.stream(
        ["test_one.py::test_a"], ["test_broken.py::test_x", "test_one.py::test_b"]
    )

    assert [e["outcome"] for e in finished(events)] == ["passed", "errored", "passed"]
    # Its own fixtures and those of its file are torn down before another file is imported.
    assert log(project, worker).count("test_one up") == 2


def test_the_import_of_the_following_file_does_not_show_in_the_test(project):
    project.write(
        "test_one.py",
        """
        import pytest
        @pytest.fixture(scope="module", autouse=True)
        def loud():
            yield
            print("module down")
        def test_a(request):
            request.addfinalizer(lambda: print("test down"))
        """,
    )
    project.write(
        "test_two.py",
        """
        import os, time
        print("imported")
        assert "PYTEST_CURRENT_TEST" not in os.environ
        end = time.perf_counter() + 0.2
        while time.perf_counter() < end: pass
        def test_a(): pass
        """,
    )
    worker = project.worker()

    first, second = finished(worker.stream(["test_one.py::test_a"], ["test_two.py::test_a"]))

    assert first["stdout"] == "test down\nmodule down\n"
    assert first["seconds"] < 0.15
    assert (first["outcome"], second["outcome"]) == ("passed", "passed")
    assert "imported" not in worker.errors


def test_package_fixtures_are_set_up_once_for_files_collected_one_after_the_other(project):
    project.write("pack/__init__.py", "")
    project.write(
        "pack/conftest.py",
        """
        import pytest
        count = []
        @pytest.fixture(scope="package", autouse=True)
        def package_wide():
            count.append(1)
            yield len(count)
        """,
    )
    for name in ("one", "two", "three"):
        project.write(
            "pack/test_{}.py".format(name), "def test_a(package_wide): assert package_wide == 1\n"
        )
    worker = project.worker()

    events = worker.stream(
        *[["pack/test_{}.py::test_a".format(name)] for name in ("one", "two", "three")]
    )

    assert [e["outcome"] for e in finished(events)] == ["passed"] * 3


def test_a_retry_after_a_failed_setup_does_not_get_the_remembered_failure(project):
    project.write(
        "test_one.py",
        """
        import pytest
        count = []
        @pytest.fixture(scope="module")
        def flaky():
            count.append(1)
            assert len(count) > 1
        def test_a(flaky): pass
        """,
    )
    worker = project.worker()

    events = worker.stream(["test_one.py::test_a"], ["test_one.py::test_a"])

    assert [e["outcome"] for e in finished(events)] == ["errored", "passed"]


def test_a_session_that_ends_while_waiting_still_tears_down(project):
    worker = logging_project(project)
    worker.ask("run", batch=1, tests=["test_one.py::test_a"])
    worker.until("next")

    worker.hang_up()

    assert names(worker.rest()) == ["finished", "done", "bye"]
    assert (project.folder / "log").read_text().endswith("session down")


def test_session_fixtures_stay_up_across_a_batch_in_which_no_test_can_run(project):
    project.write("test_broken.py", "def broken(:\n")
    worker = logging_project(project)

    events = worker.stream(
        ["test_one.py::test_a"], ["test_broken.py"], ["test_one.py::test_none"],
        ["test_one.py::test_b"],
    )

    assert [name for name in names(events) if name not in ("collecting", "collected")] == [
        "started", "next", "next", "next", "finished", "done",
        "started", "finished", "done",
        "unknown", "done",
        "started", "next", "finished", "done",
    ]
    one = ["test_one up", "test_one down"]
    assert log(project, worker) == ["session up", *one, *one, "session down"]


def test_hooks_that_look_at_the_next_test_see_it_and_the_last(project):
    project.write("conftest.py", """
        SEEN = []
        def pytest_runtest_teardown(item, nextitem):
            if nextitem is None or nextitem.module is not item.module:
                SEEN.append(item.nodeid)
        def pytest_sessionfinish(session):
            (session.config.rootpath / "log").write_text("|".join(SEEN))
    """)
    project.write("test_one.py", PASSING)
    project.write("test_two.py", PASSING)
    worker = project.worker()

    events = worker.stream(["test_one.py::test_a"], ["test_one.py::test_b"],
                           ["test_two.py::test_a"], ["test_two.py::test_b"])

    assert [e["outcome"] for e in finished(events)] == ["passed"] * 4
    assert log(project, worker) == ["test_one.py::test_b", "test_two.py::test_b"]


def test_all_files_of_the_next_batch_are_imported_outside_of_fixtures(project):
    project.write("test_one.py", """
        import os
        import pytest

        @pytest.fixture(scope="module", autouse=True)
        def replaced():
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(os, "getppid", lambda: 0)
                yield

        def test_a(): assert os.getppid() == 0
        def test_b(): assert os.getppid() == 0
    """)
    project.write("test_two.py", "from os import getppid\ndef test_c(): assert getppid() > 0\n")
    worker = project.worker()

    events = worker.stream(["test_one.py::test_a"], ["test_one.py::test_b", "test_two.py::test_c"])

    assert [e["outcome"] for e in finished(events)] == ["passed"] * 3


def test_files_are_imported_outside_of_a_test_that_is_run_again(project):
    pytest.importorskip("pytest_rerunfailures", reason="this plugin is not installed")
    project.write("test_one.py", """
        import os
        RUNS = []

        def test_a(monkeypatch):
            monkeypatch.setattr(os, "getppid", lambda: 0)
            RUNS.append(1)
            assert len(RUNS) == 2
    """)
    project.write("test_two.py", "from os import getppid\ndef test_b(): assert getppid() > 0\n")
    worker = project.worker("-p", "pytest_rerunfailures", "--reruns", "2")

    events = worker.stream(["test_one.py::test_a"], ["test_two.py::test_b"])

    assert [e["outcome"] for e in finished(events)] == ["passed"] * 2


def test_a_terminal_reporter_of_a_plugin_is_replaced(project):
    project.write("conftest.py", """
        import pytest

        class Rich: pass

        @pytest.hookimpl(trylast=True)
        def pytest_configure(config):
            config.pluginmanager.unregister(name="terminalreporter")
            config.pluginmanager.register(Rich(), "terminalreporter")
    """)
    project.write("test_one.py", PASSING)

    assert project.worker().result("test_one.py::test_a")["outcome"] == "passed"
