# SPDX-License-Identifier: MIT
"""What "discover" lists, and for which groups."""

import pytest
from conftest import names

MARKED = """
    import pytest
    @pytest.mark.slow
    def test_slow(): pass
    @pytest.mark.db
    def test_db(): pass
    def test_plain(): pass
"""


def ids(tests):
    return [test["id"] for test in tests]


def by_group(tests, count):
    return [[test["id"] for test in tests if n in test["groups"]] for n in range(count)]


def test_a_test_is_listed_with_id_file_line_and_groups(project):
    project.write("sub/test_a.py", "\n\ndef test_x(): pass\n")

    tests, last = project.worker().discover()

    assert tests == [
        {"id": "sub/test_a.py::test_x", "file": "sub/test_a.py", "line": 3, "groups": [0]}
    ]
    assert last == {"event": "discovered", "count": 1, "shareable": True}


def test_one_collection_serves_several_groups(project):
    project.write("test_a.py", MARKED)
    worker = project.worker()

    tests, _ = worker.discover(
        {"name": "slow", "mark": "slow"},
        {"name": "others", "mark": "not slow", "keyword": None},
        {"name": "by word", "keyword": "plain or db"},
    )

    assert by_group(tests, 3) == [
        ["test_a.py::test_slow"],
        ["test_a.py::test_db", "test_a.py::test_plain"],
        ["test_a.py::test_db", "test_a.py::test_plain"],
    ]
    assert names(worker.seen).count("collecting") == 1


def test_a_group_without_expressions_uses_those_of_the_project(project):
    project.write("pytest.ini", "[pytest]\naddopts = -m 'not slow'\nmarkers =\n  slow\n  db\n")
    project.write("test_a.py", MARKED)

    tests, _ = project.worker().discover({"name": "a"}, {"name": "b", "mark": "slow"})

    assert by_group(tests, 2) == [
        ["test_a.py::test_db", "test_a.py::test_plain"],
        ["test_a.py::test_slow"],
    ]


def test_an_empty_expression_selects_everything(project):
    project.write("pytest.ini", "[pytest]\naddopts = -m 'not slow'\nmarkers =\n  slow\n  db\n")
    project.write("test_a.py", MARKED)

    tests, _ = project.worker().discover({"name": "a", "mark": ""})

    assert len(tests) == 3


def test_a_single_group_without_expressions_leaves_the_command_line_alone(project):
    project.write("test_a.py", MARKED)

    tests, _ = project.worker("-m", "db").discover()

    assert ids(tests) == ["test_a.py::test_db"]


@pytest.mark.parametrize("group", [{"mark": "not not ("}, {"keyword": "a and"}])
def test_an_invalid_expression_fails_and_says_why(project, group):
    project.write("test_a.py", MARKED)
    worker = project.worker()

    tests, last = worker.discover(dict(group, name="bad"))

    assert last["event"] == "failed"
    assert "Wrong expression" in last["text"]
    assert names(worker.finish()[0]) == ["bye"]


def test_a_missing_path_fails_and_says_which(project):
    worker = project.worker("no_such_folder")

    _, last = worker.discover()

    assert last["event"] == "failed"
    assert "no_such_folder" in last["text"]


def test_no_tests_at_all_is_no_error(project):
    worker = project.worker()

    tests, last = worker.discover()

    assert (tests, last["count"]) == ([], 0)
    assert worker.finish()[1] == 0


def test_arguments_of_the_command_line_limit_the_discovery(project):
    project.write("a/test_a.py", MARKED)
    project.write("b/test_b.py", "def test_x(): pass\ndef test_y(): pass\n")

    tests, _ = project.worker("b/test_b.py::test_y").discover()

    assert ids(tests) == ["b/test_b.py::test_y"]


def test_long_lists_come_in_chunks_of_five_hundred(project):
    project.write(
        "test_a.py",
        """
        import pytest
        @pytest.mark.parametrize("number", range(1201))
        def test_x(number): pass
        """,
    )
    worker = project.worker()

    tests, _ = worker.discover()

    chunks = [len(e["tests"]) for e in worker.seen if e["event"] == "listed"]
    assert chunks == [500, 500, 201]
    assert ids(tests) == ["test_a.py::test_x[{}]".format(n) for n in range(1201)]


def test_every_file_is_announced_before_its_import(project):
    project.write("test_a.py", MARKED)
    project.write("test_b.py", "import os; os._exit(7)\n")
    worker = project.worker()

    worker.ask("discover", groups=[{"name": "all"}])
    events = worker.rest()

    assert [e["file"] for e in events] == ["test_a.py", "test_b.py"]
    assert worker.process.wait() == 7


@pytest.mark.parametrize(
    "conftest",
    [
        "def pytest_collection_modifyitems(config): config.getoption('-m')",
        "def pytest_collection_modifyitems(config): config.option.keyword",
        "def pytest_configure(config): config.getoption('markexpr')",
        "def pytest_configure(config): config.option.markexpr = 'slow'",
        "def pytest_ignore_collect(config): config.getvalue('keyword')",
    ],
)
def test_a_conftest_that_looks_at_the_expressions_makes_it_unshareable(project, conftest):
    project.write("conftest.py", conftest)
    project.write("test_a.py", MARKED)

    _, last = project.worker().discover()

    assert last["shareable"] is False


def test_a_conftest_that_looks_sees_what_the_command_line_says(project):
    project.write(
        "conftest.py",
        """
        def pytest_collection_modifyitems(config, items):
            items[:] = [item for item in items if config.getoption("-m") in item.name]
        """,
    )
    project.write("test_a.py", MARKED)

    tests, _ = project.worker("-m", "slow").discover()

    assert ids(tests) == ["test_a.py::test_slow"]


def test_a_default_set_by_a_conftest_is_the_base_of_all_groups(project):
    project.write("conftest.py", "def pytest_configure(config): config.option.markexpr = 'db'\n")
    project.write("test_a.py", MARKED)

    tests, _ = project.worker().discover({"name": "a"}, {"name": "b", "mark": "slow"})

    assert by_group(tests, 2) == [["test_a.py::test_db"], ["test_a.py::test_slow"]]


def test_deselection_by_a_hook_counts_in_discovery(project):
    project.write("conftest.py", "def pytest_collection_modifyitems(items): del items[1:]\n")
    project.write("test_a.py", MARKED)

    tests, _ = project.worker().discover({"name": "a"}, {"name": "b"})

    assert ids(tests) == ["test_a.py::test_slow"]


def test_a_file_that_does_not_collect_is_listed_for_all_groups(project):
    project.write("test_a.py", MARKED)
    project.write("test_broken.py", "import no_such_module\n")

    tests, last = project.worker().discover({"name": "a", "mark": "db"}, {"name": "b"})

    assert "No module named 'no_such_module'" in tests[-1].pop("problem")
    assert tests[-1] == {
        "id": "test_broken.py", "file": "test_broken.py", "groups": [0, 1], "alone": True,
    }
    assert last["count"] == 4


def test_a_module_that_skips_itself_is_listed(project):
    project.write("test_s.py", "import pytest\npytest.skip('not now', allow_module_level=True)\n")

    tests, _ = project.worker().discover()

    assert ids(tests) == ["test_s.py"]


def test_many_broken_files_do_not_stop_the_discovery_despite_maxfail(project):
    for name in "abc":
        project.write("test_{}.py".format(name), "import no_such_module\n")

    tests, _ = project.worker("-x").discover()

    assert len(tests) == 3


def test_a_file_that_ends_the_interpreter_fails_the_discovery_or_is_listed(project):
    project.write("test_a.py", "import sys\nsys.exit('bad file')\n")

    tests, last = project.worker().discover()

    assert ids(tests) == ["test_a.py"] or "bad file" in last["text"]


def test_tests_run_right_after_their_discovery_without_a_further_import(project):
    project.write("test_a.py", MARKED)
    worker = project.worker()
    tests, _ = worker.discover()

    events = worker.run(*ids(tests))

    assert "collecting" not in names(events)
    assert names(events).count("finished") == 3


def test_doctests_are_listed(project):
    project.write("test_x.txt", ">>> 1 + 1\n2\n")

    tests, _ = project.worker().discover()

    assert ids(tests) == ["test_x.txt::test_x.txt"]
