# SPDX-License-Identifier: MIT
"""Tests that replace parts of Python while they run, and what the worker does meanwhile."""

import pytest

GOOD = "def test_good(): pass\n"


def outcomes_of(project, *tests):
    """The outcomes of `tests`, each in a batch of its own, and the exit status."""
    worker = project.worker()
    events = worker.stream(*[[test] for test in tests])
    _, status = worker.finish()
    return {e["id"]: e["outcome"] for e in events if e["event"] == "finished"}, status


@pytest.mark.parametrize("where,name", [
    ("os", "write"), ("os", "read"), ("os", "getpid"), ("json", "loads"), ("json", "dumps"),
    ("zlib", "crc32"), ("time", "perf_counter"), ("time", "time"), ("os", "getcwd"), ("os", "listdir"),
    ("os.path", "exists"), ("builtins", "open"),
])
@pytest.mark.parametrize("scope", ["function", "module"])
def test_what_a_test_replaces_does_not_reach_the_worker(project, where, name, scope):
    project.write("test_one.py", """
        import {where}
        import pytest

        @pytest.fixture(scope="{scope}", autouse=True)
        def replaced():
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr({where}, "{name}", None)
                yield

        def test_a(): assert {where}.{name} is None
        def test_b(): assert {where}.{name} is None
    """.format(where=where, name=name, scope=scope))
    project.write("test_two.py", GOOD)
    tests = ["test_one.py::test_a", "test_one.py::test_b", "test_two.py::test_good"]

    assert outcomes_of(project, *tests) == (dict.fromkeys(tests, "passed"), 0)


@pytest.mark.parametrize("change,look", [
    ("monkeypatch.chdir(tmp_path)", "import os; assert os.path.exists('test_two.py')"),
    ("import os; os.chdir(tmp_path)", "import os; assert os.path.exists('test_two.py')"),
    ("monkeypatch.setenv('MODE', 'test')", "import os; assert 'MODE' not in os.environ"),
    ("monkeypatch.setattr('os.listdir', lambda *_: [])", "import os; assert os.listdir('.')"),
    ("monkeypatch.syspath_prepend(tmp_path)", "import sys; assert 'test_a0' not in str(sys.path)"),
])
def test_files_are_imported_outside_of_tests(project, change, look):
    project.write("test_one.py", "def test_a(monkeypatch, tmp_path):\n    " + change + "\n")
    project.write("test_two.py", look + "\n" + GOOD)
    tests = ["test_one.py::test_a", "test_two.py::test_good"]

    assert outcomes_of(project, *tests) == (dict.fromkeys(tests, "passed"), 0)


def test_the_import_of_the_next_file_has_no_part_in_a_time_limit(project):
    pytest.importorskip("pytest_timeout", reason="this plugin is not installed")
    project.write("test_one.py", """
        import pytest

        @pytest.mark.timeout(1)
        def test_a(): pass
    """)
    project.write("test_two.py", "import time; time.sleep(1.5)\n" + GOOD)
    worker = project.worker("-p", "pytest_timeout")

    events = worker.stream(["test_one.py::test_a"], ["test_two.py::test_good"])

    assert [e["outcome"] for e in events if e["event"] == "finished"] == ["passed", "passed"]
