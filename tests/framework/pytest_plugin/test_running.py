# SPDX-License-Identifier: MIT
"""Which tests a "run" request runs, and what it collects for them."""

import pytest
from conftest import Worker, finished, names

THREE = "def test_a(): pass\ndef test_b(): pass\ndef test_c(): pass\n"


def started(events):
    return [event["id"] for event in events if event["event"] == "started"]


def test_exactly_the_asked_tests_run_in_the_asked_order(project):
    project.write("test_x.py", THREE)
    project.write("test_y.py", THREE)
    tests = ["test_y.py::test_c", "test_x.py::test_b", "test_y.py::test_a"]

    events = project.worker().run(*tests)

    assert started(events) == tests
    assert [event["id"] for event in finished(events)] == tests


def test_only_the_needed_files_are_imported(project):
    project.write("sub/test_x.py", THREE)
    project.write("sub/test_y.py", THREE)
    project.write("other/test_z.py", THREE)

    events = project.worker().run("sub/test_x.py::test_a", "other/test_z.py::test_a")

    collecting = sorted(e["file"] for e in events if e["event"] == "collecting")
    assert collecting == ["other/test_z.py", "sub/test_x.py"]


def test_a_file_is_imported_once_for_several_requests(project):
    project.write("test_x.py", THREE)
    worker = project.worker()

    worker.run("test_x.py::test_a")
    events = worker.run("test_x.py::test_b", batch=2)

    assert "collecting" not in names(events)


def test_deselection_does_not_remove_what_was_asked_for(project):
    project.write("pytest.ini", "[pytest]\naddopts = -m slow -k nothing\nmarkers = slow\n")
    project.write("conftest.py", "def pytest_collection_modifyitems(items): items.clear()\n")
    project.write("test_x.py", THREE)

    outcomes = project.worker().outcomes("test_x.py::test_a")

    assert outcomes == {"test_x.py::test_a": "passed"}


def test_marks_that_a_hook_adds_count(project):
    project.write(
        "conftest.py",
        """
        import pytest
        def pytest_collection_modifyitems(items):
            for item in items:
                item.add_marker(pytest.mark.skip(reason="by a hook"))
        """,
    )
    project.write("test_x.py", THREE)

    assert project.worker().result("test_x.py::test_a")["message"] == "by a hook"


def test_an_unknown_test_is_reported_with_the_reason(project):
    project.write("test_x.py", THREE)

    events = project.worker().run("test_x.py::test_nope", "no/such.py::test_a")

    assert [e for e in events if e["event"] == "unknown"] == [
        {
            "event": "unknown",
            "batch": 1,
            "id": "test_x.py::test_nope",
            "text": "not found in test_x.py in the sandbox",
        },
        {
            "event": "unknown",
            "batch": 1,
            "id": "no/such.py::test_a",
            "text": "no/such.py does not exist or has no tests in the sandbox",
        },
    ]
    assert names(events)[-1] == "done"


def test_an_unknown_test_does_not_keep_others_from_running(project):
    project.write("test_x.py", THREE)
    project.write("README.md", "not a test file\n")

    outcomes = project.worker().outcomes(
        "README.md::x", "test_x.py::test_a", "gone.py::y", "test_x.py::test_b", "test_x.py::z"
    )

    assert outcomes == {"test_x.py::test_a": "passed", "test_x.py::test_b": "passed"}


def test_an_empty_batch_is_done_at_once(project):
    assert names(project.worker().run()) == ["done"]


def test_a_test_may_be_asked_for_twice(project):
    project.write("test_x.py", THREE)

    events = project.worker().run("test_x.py::test_a", "test_x.py::test_a")

    assert names(events).count("finished") == 2


def test_the_batch_number_comes_back(project):
    project.write("test_x.py", THREE)

    events = project.worker().run("test_x.py::test_a", "test_x.py::nope", batch=42)

    assert {e["batch"] for e in events if "batch" in e} == {42}


def test_a_broken_file_does_not_keep_others_from_running(project):
    project.write("test_broken.py", "import no_such_module\n")
    project.write("test_x.py", THREE)

    outcomes = project.worker().outcomes("test_broken.py::test_a", "test_x.py::test_a")

    assert outcomes == {"test_broken.py::test_a": "errored", "test_x.py::test_a": "passed"}


def test_every_test_of_a_broken_file_ends_with_the_error_of_the_import(project):
    project.write("test_broken.py", "import no_such_module\n")

    events = finished(project.worker().run("test_broken.py::test_a", "test_broken.py::T::test_b"))

    assert [event["outcome"] for event in events] == ["errored", "errored"]
    for event in events:
        assert event["message"] == "ModuleNotFoundError: No module named 'no_such_module'"
        assert "test_broken.py:1" in event["text"]


def test_a_listed_broken_file_errors_again(project):
    project.write("test_broken.py", "def test_x(:\n")
    worker = project.worker()
    worker.discover()

    event = worker.result("test_broken.py")

    assert event["outcome"] == "errored"
    assert "SyntaxError" in event["text"]


@pytest.mark.parametrize("tests,outcome", [
    ("def test_a(): pass\ndef test_b(): pass\n", "passed"),
    ("def test_a(): pass\ndef test_b(): assert 0, 'a bug'\n", "failed"),
    ("import pytest\ndef test_a(): pytest.skip()\ndef test_b(): pass\n", "passed"),
    ("import pytest\ndef test_a(): pytest.skip()\ndef test_b(): pytest.skip()\n", "skipped"),
    ("def test_a(missing): pass\ndef test_b(): pass\n", "errored"),
    ("", "passed"),
])
def test_a_listed_broken_file_that_collects_now_is_run(project, tests, outcome):
    file = project.write("test_broken.py", "import no_such_module\n")
    worker = project.worker()
    worker.discover()
    file.write_text(tests)

    assert worker.result("test_broken.py")["outcome"] == outcome
    if tests:
        assert worker.result("test_broken.py::test_a")["outcome"] in ("passed", "skipped", "errored")


def test_the_failed_tests_of_a_file_that_collects_now_are_named(project):
    file = project.write("test_broken.py", "import no_such_module\n")
    worker = project.worker()
    worker.discover()
    file.write_text("def test_a(): assert 0, 'first'\ndef test_b(): assert 0, 'second'\n")

    result = worker.result("test_broken.py")

    assert result["message"].startswith("test_a: AssertionError: first")
    assert all(name in result["text"] for name in ("test_a", "first", "test_b", "second"))


def test_what_a_filter_leaves_out_does_not_run_in_a_file_that_collects_now(project):
    project.write("pytest.ini", "[pytest]\naddopts = -m 'not slow'\nmarkers = slow\n")
    file = project.write("test_broken.py", "import no_such_module\n")
    worker = project.worker()
    worker.discover()
    file.write_text("import pytest\n@pytest.mark.slow\ndef test_a(): assert 0\n"
                    "def test_b(): pass\n")

    assert worker.result("test_broken.py")["outcome"] == "passed"


def test_tests_of_the_same_name_count_as_one(project):
    project.write("conftest.py", """
        import pytest
        class Twice(pytest.File):
            def collect(self):
                for good in (False, True):
                    item = One.from_parent(self, name="same")
                    item.good = good
                    yield item
        class One(pytest.Item):
            def runtest(self): assert self.good
        def pytest_collect_file(parent, file_path):
            if file_path.suffix == ".twice":
                return Twice.from_parent(parent, path=file_path)
    """)
    project.write("it.twice", "")
    worker = project.worker()

    worker.ask("discover", groups=[{"name": "all"}])
    events = worker.until("discovered", "failed")

    assert [e["text"] for e in events if e["event"] == "warning"] == [
        "2 tests are all called `it.twice::same`: they count as one, which fails if any of them "
        "fails"
    ]
    assert events[-1]["count"] == 1
    assert worker.result("it.twice::same")["outcome"] == "failed"


def test_a_broken_class_does_not_take_its_file_along(project):
    project.write(
        "test_x.py",
        """
        import pytest
        @pytest.fixture(scope="module")
        def value(): return 1
        def test_a(value): pass
        class TestBroken:
            @pytest.mark.parametrize("missing", [1])
            def test_b(self): pass
        """,
    )
    worker = project.worker()
    tests, _ = worker.discover()

    outcomes = worker.outcomes("test_x.py::test_a", "test_x.py::TestBroken")

    assert outcomes == {"test_x.py::test_a": "passed", "test_x.py::TestBroken": "errored"}
    assert worker.result("test_x.py::test_a")["outcome"] == "passed"


def test_a_listed_broken_class_that_collects_now_passes(project):
    broken = """
        import pytest
        class TestIt:
            @pytest.mark.parametrize("missing", [1])
            def test_a(self{}): pass
        """
    project.write("test_x.py", broken.format(", missing"))

    assert project.worker().result("test_x.py::TestIt")["outcome"] == "passed"


def test_a_hook_that_breaks_the_collection_errors_the_tests_and_not_the_worker(project):
    project.write("conftest.py", "def pytest_collection_modifyitems(): raise OSError('hook')\n")
    project.write("test_x.py", THREE)
    worker = project.worker()

    event = worker.result("test_x.py::test_a")

    assert (event["outcome"], event["message"]) == ("errored", "internal error: OSError: hook")
    assert worker.finish()[1] == 0


def test_a_module_that_skips_itself_ends_skipped_with_its_reason(project):
    project.write("test_s.py", "import pytest\npytest.skip('not now', allow_module_level=True)\n")

    events = finished(project.worker().run("test_s.py", "test_s.py::test_inside"))

    assert [(e["outcome"], e["message"]) for e in events] == [("skipped", "not now")] * 2


def test_a_broken_conftest_of_a_folder_is_pinned_on_its_tests(project):
    project.write("sub/conftest.py", "import no_such_module\n")
    project.write("sub/test_x.py", THREE)
    project.write("test_y.py", THREE)

    outcomes = project.worker(".").outcomes("sub/test_x.py::test_a", "test_y.py::test_a")

    assert outcomes["sub/test_x.py::test_a"] == "errored"


@pytest.mark.skipif(not hasattr(pytest, "Directory"), reason="pytest reports it for all tests")
def test_a_listed_folder_with_a_broken_conftest_errors_again(project):
    project.write("sub/conftest.py", "import no_such_module\n")
    project.write("sub/test_x.py", THREE)
    project.write("test_y.py", THREE)
    worker = project.worker(".")

    tests, _ = worker.discover()

    assert "sub" in [test["id"] for test in tests]
    assert worker.outcomes("sub", "test_y.py::test_a") == {
        "sub": "errored",
        "test_y.py::test_a": "passed",
    }


@pytest.mark.parametrize(
    "ending", ["sys.exit(3)", "pytest.exit('enough')", "raise KeyboardInterrupt"]
)
def test_a_file_that_ends_its_import_by_exiting_is_just_broken(project, ending):
    project.write("test_exits.py", "import pytest, sys\n{}\n".format(ending))
    project.write("test_x.py", THREE)
    project.write("test_a.py", THREE)
    worker = project.worker()

    outcomes = worker.outcomes("test_a.py::test_a", "test_exits.py::test_a", "test_x.py::test_a")

    assert outcomes == {
        "test_a.py::test_a": "passed",
        "test_exits.py::test_a": "errored",
        "test_x.py::test_a": "passed",
    }


def test_a_file_that_matches_no_pattern_runs_if_named_on_the_command_line(project):
    project.write("checks.py", THREE)
    worker = project.worker("checks.py")
    tests, _ = worker.discover()

    fresh = project.worker("checks.py")

    assert [test["id"] for test in tests][0] == "checks.py::test_a"
    assert fresh.outcomes("checks.py::test_a") == {"checks.py::test_a": "passed"}


@pytest.mark.skipif(not hasattr(pytest, "Directory"), reason="needs pytest 8")
def test_folders_with_brackets_and_spaces_are_found(project):
    project.write("app/[id]/a b/test_x.py", THREE)

    outcomes = project.worker().outcomes("app/[id]/a b/test_x.py::test_a")

    assert outcomes == {"app/[id]/a b/test_x.py::test_a": "passed"}


def test_tests_outside_of_the_root_directory_are_found(project):
    project.write("ci/pytest.ini", "[pytest]\n")
    project.write("tests/sub/test_x.py", THREE)
    arguments = ("-c", "ci/pytest.ini", "tests")
    tests, _ = project.worker(*arguments).discover()
    listed = [test["id"] for test in tests]

    outcomes = project.worker(*arguments).outcomes(*listed)

    assert outcomes == dict.fromkeys(listed, "passed")
    assert len(listed) == 3


def test_running_a_subfolder_keeps_ids_relative_to_the_root(project):
    project.write("sub/test_x.py", THREE)
    (project.folder / "sub" / "deep").mkdir()

    worker = project.worker("..", folder=project.folder / "sub" / "deep")
    tests, _ = worker.discover()
    fresh = project.worker("..", folder=project.folder / "sub" / "deep")

    assert tests[0]["id"] == "sub/test_x.py::test_a"
    assert fresh.outcomes("sub/test_x.py::test_a") == {"sub/test_x.py::test_a": "passed"}


def test_plain_asserts_are_rewritten_in_lazily_collected_files(project):
    project.write("test_x.py", "def test_a():\n    left = [1]\n    assert left == [2]\n")

    assert "At index 0 diff" in project.worker().result("test_x.py::test_a")["text"]


def test_fixtures_of_conftests_in_folders_visited_later_are_there(project):
    for folder in ("one", "two", "two/deep"):
        project.write(
            folder + "/conftest.py",
            """
            import pytest
            @pytest.fixture
            def value(): return 1
            """,
        )
        project.write(folder + "/test_x.py".replace("x", folder[-3:]), "def test_a(value): pass\n")
    worker = project.worker("one", "two")

    assert worker.result("one/test_one.py::test_a")["outcome"] == "passed"
    assert worker.result("two/deep/test_eep.py::test_a")["outcome"] == "passed"
    assert worker.result("two/test_two.py::test_a")["outcome"] == "passed"


def test_a_test_that_changes_the_directory_does_not_confuse_later_requests(project):
    project.write("test_x.py", "import os\ndef test_a(): os.chdir('/')\n")
    project.write("sub/test_y.py", THREE)
    worker = project.worker(".")

    worker.run("test_x.py::test_a")

    assert worker.result("sub/test_y.py::test_b")["outcome"] == "passed"


@pytest.mark.parametrize("body,told", [
    ("pytest.exit('the database is not migrated', returncode=3)", "is not migrated"),
    ("session.shouldfail = 'not today'", "not today"),
    ("session.testsfailed += 1", "1 errors during collection"),
    ("return True", "runs the tests itself"),
])
def test_a_loop_of_the_projects_own_may_end_the_session(project, body, told):
    project.write("conftest.py", "import pytest\ndef pytest_runtestloop(session):\n    " + body + "\n")
    project.write("test_x.py", "def test_a(): pass\n")
    worker = Worker(project.folder)

    assert [event["event"] for event in worker.rest()] == ["bye"]
    assert worker.process.wait() != 0
    assert told in worker.errors
    worker.close()


def test_a_loop_of_the_projects_own_that_does_nothing_changes_nothing(project):
    project.write("conftest.py", "def pytest_runtestloop(session): session.config.looped = True\n")
    project.write("test_x.py", "def test_a(request): assert request.config.looped\n")

    assert project.worker().outcomes("test_x.py::test_a") == {"test_x.py::test_a": "passed"}


def test_the_statistics_have_what_collection_skips(project):
    project.write("conftest.py", """
        def pytest_sessionfinish(session):
            reporter = session.config.pluginmanager.get_plugin("terminalreporter")
            session.exitstatus = 7 if reporter.stats.get("skipped") else 8
    """)
    project.write("test_x.py", "import pytest\npytest.importorskip('no_such_module')\n")
    worker = project.worker()
    worker.outcomes("test_x.py")
    worker.hang_up()

    assert worker.process.wait() == 7
