# SPDX-License-Identifier: MIT
"""Hooks that need all tests of the project get them, also in a worker that runs a few."""

import pytest

FILES = 4
# Each marks the tests of files 0 and 1, and leaves the others alone.
LOOK_AT_THE_WHOLE = {
    "number": """
        for number, item in enumerate(items):
            if number < 4:
                item.add_marker(pytest.mark.skip(reason="hook"))
    """,
    "count": """
        seen = 0
        for item in items:
            seen += 1
            if seen <= 4:
                item.add_marker(pytest.mark.skip(reason="hook"))
    """,
    "slice": """
        for item in items[:4]:
            item.add_marker(pytest.mark.skip(reason="hook"))
    """,
    "sum": """
        n = 0
        for item in items:
            n = n + 1
            if n <= 4:
                item.add_marker(pytest.mark.skip(reason="hook"))
    """,
    "next": """
        import itertools
        numbers = itertools.count()
        for item in items:
            if next(numbers) < 4:
                item.add_marker(pytest.mark.skip(reason="hook"))
    """,
    "copy": """
        copy = list(items)
        for item in copy[:4]:
            item.add_marker(pytest.mark.skip(reason="hook"))
    """,
    "sorted": """
        for item in sorted(items, key=lambda item: item.nodeid)[:4]:
            item.add_marker(pytest.mark.skip(reason="hook"))
    """,
    "store": """
        numbers = {}
        for item in items:
            numbers[item.nodeid] = len(numbers)
            if numbers[item.nodeid] < 4:
                item.add_marker(pytest.mark.skip(reason="hook"))
    """,
    "length": """
        assert len(items) == 8
        for item in items:
            if item.path.stem in ("test_0", "test_1"):
                item.add_marker(pytest.mark.skip(reason="hook"))
    """,
    "any": """
        if any("test_3" in item.nodeid for item in items):
            for item in items:
                if item.path.stem in ("test_0", "test_1"):
                    item.add_marker(pytest.mark.skip(reason="hook"))
    """,
    "names": """
        names = [item.path.stem for item in items]
        for item in items:
            if "test_3" in names and item.path.stem in ("test_0", "test_1"):
                item.add_marker(pytest.mark.skip(reason="hook"))
    """,
    "set": """
        names = {item.path.stem for item in items}
        for item in items:
            if "test_3" in names and item.path.stem in ("test_0", "test_1"):
                item.add_marker(pytest.mark.skip(reason="hook"))
    """,
    "flag": """
        found = False
        for item in items:
            if item.path.stem == "test_3":
                found = True
        for item in items:
            if found and item.path.stem in ("test_0", "test_1"):
                item.add_marker(pytest.mark.skip(reason="hook"))
    """,
    "before": """
        last = None
        for item in items:
            if last is None or last.path.stem in ("test_0", "test_1"):
                item.add_marker(pytest.mark.skip(reason="hook"))
            if item.name == "test_b" and item.path.stem == "test_1":
                break
            last = item
    """,
    "else": """
        for item in items:
            if item.path.stem == "test_9":
                break
        else:
            for item in items:
                if item.path.stem in ("test_0", "test_1"):
                    item.add_marker(pytest.mark.skip(reason="hook"))
    """,
    "filtered": """
        last = [item for item in items if item.path.stem == "test_3"]
        if len(last) == 2:
            for item in items:
                if item.path.stem in ("test_0", "test_1"):
                    item.add_marker(pytest.mark.skip(reason="hook"))
    """,
    "tuple": """
        some, others = [], []
        for item in items:
            (some if item.path.stem == "test_3" else others).append(item)
        if len(some) == 2:
            for item in items:
                if item.path.stem in ("test_0", "test_1"):
                    item.add_marker(pytest.mark.skip(reason="hook"))
    """,
    "global": """
        for item in items:
            SEEN.append(item.path.stem)
        for item in items:
            if "test_3" in SEEN and item.path.stem in ("test_0", "test_1"):
                item.add_marker(pytest.mark.skip(reason="hook"))
    """,
    "session": """
        for item in session.items[:4]:
            item.add_marker(pytest.mark.skip(reason="hook"))
    """,
}
LOOK_AT_EACH = {
    "loop": """
        for item in items:
            if item.path.stem in ("test_0", "test_1"):
                item.add_marker(pytest.mark.skip(reason="hook"))
    """,
    "filter": """
        marked = [item for item in items if item.path.stem in ("test_0", "test_1")]
        for item in marked:
            item.add_marker(pytest.mark.skip(reason="hook"))
        items[:] = list(items)
    """,
    "divided": """
        kept, others = [], []
        for item in items:
            marked = item.path.stem in ("test_0", "test_1")
            if marked:
                item.add_marker(pytest.mark.skip(reason="hook"))
            for mark in item.iter_markers("no"):
                others.append(item)
                break
            else:
                kept.append(item)
        if others:
            session.config.hook.pytest_deselected(items=others)
        items[:] = kept
    """,
    "first": """
        first = [item for item in items if item.name == "test_a"]
        rest = [item for item in items if item.name != "test_a"]
        for item in items[:]:
            if item.path.stem in ("test_0", "test_1"):
                item.add_marker(pytest.mark.skip(reason="hook"))
        items[:] = first + rest
    """,
    "order": """
        items.sort(key=lambda item: item.nodeid, reverse=True)
        for item in list(items):
            if item.path.stem in ("test_0", "test_1"):
                item.add_marker(pytest.mark.skip(reason="hook"))
    """,
}


def project_with(project, body, folder=""):
    hook = "import pytest\n\nSEEN = []\n\n\ndef pytest_collection_modifyitems(session, items):\n"
    project.write(folder + "conftest.py", hook + body.replace("\n        ", "\n    "))
    for number in range(FILES):
        project.write(folder + "test_{}.py".format(number), "def test_a(): pass\ndef test_b(): pass\n")
    tests = [folder + "test_{}.py::test_{}".format(n, name) for n in range(FILES) for name in "ab"]
    return {test: "skipped" if n < 4 else "passed" for n, test in enumerate(tests)}


def run_backwards(project, tests):
    """One file after the other, the last first. Returns the events."""
    worker = project.worker()
    order = [list(tests)[2 * number:][:2] for number in reversed(range(FILES))]
    events = worker.stream(*order)
    worker.finish()
    return events


def outcomes(events):
    return {e["id"]: e["outcome"] for e in events if e["event"] == "finished"}


@pytest.mark.parametrize("folder", ["", "inner/"])
@pytest.mark.parametrize("body", LOOK_AT_THE_WHOLE.values(), ids=LOOK_AT_THE_WHOLE)
def test_a_hook_that_looks_at_all_tests_gets_them(project, body, folder):
    expected = project_with(project, body, folder)

    assert outcomes(run_backwards(project, expected)) == expected


@pytest.mark.parametrize("body", LOOK_AT_EACH.values(), ids=LOOK_AT_EACH)
def test_for_a_hook_that_looks_at_each_test_no_other_file_is_imported(project, body):
    expected = project_with(project, body)

    events = run_backwards(project, list(expected)[4:])

    assert outcomes(events) == dict(list(expected.items())[4:])
    assert "test_0.py" not in [e.get("file") for e in events if e["event"] == "collecting"]


def test_a_test_of_a_plugin_gets_all_tests(project):
    """Such a plugin may check all files at once when it is first asked, as pytest-mypy does."""
    project.write("conftest.py", """
        import pytest

        class Check(pytest.Item):
            def runtest(self):
                files = {item.path.name for item in self.session.items}
                assert len(files) == 3, files

        class Checked(pytest.File):
            def collect(self):
                yield Check.from_parent(self, name="check")

        def pytest_collect_file(parent, file_path):
            if file_path.suffix == ".txt":
                return Checked.from_parent(parent, path=file_path)
    """)
    for name in "abc":
        project.write(name + ".txt", "")
    worker = project.worker()

    assert worker.result("b.txt::check")["outcome"] == "passed"


def test_the_project_is_not_collected_again_where_hooks_are_harmless(project):
    expected = project_with(project, LOOK_AT_EACH["loop"])
    events = run_backwards(project, expected)

    files = [e["file"] for e in events if e["event"] == "collecting"]
    assert files == ["test_3.py", "test_2.py", "test_1.py", "test_0.py"]


def test_a_test_whose_id_does_not_tell_its_file_is_found(project):
    project.write("conftest.py", """
        import pytest

        class Check(pytest.Item):
            def runtest(self): pass

        class Virtual(pytest.File):
            def collect(self):
                yield Check.from_parent(self, name="check")

        def pytest_collect_file(parent, file_path):
            if file_path.suffix == ".txt":
                return Virtual.from_parent(parent, path=file_path, nodeid="virtual/" + file_path.stem)
    """)
    for name in "ab":
        project.write(name + ".txt", "")
    worker = project.worker()

    assert worker.result("virtual/b::check")["outcome"] == "passed"
    events = worker.run("virtual/c::check")
    assert "unknown" in [event["event"] for event in events]


@pytest.mark.parametrize("hook", [
    "print(len(items))",
    "assert not any('manual' in item.nodeid for item in items)",
])
def test_no_test_runs_that_hooks_have_not_seen(project, hook):
    """The whole project cannot be collected, or hooks refuse it: then each file is on its own."""
    project.write("conftest.py", """
        import pytest

        def pytest_collection_modifyitems(items):
            len(items)
            {}
            for item in items:
                if "prod" in item.name:
                    item.add_marker(pytest.mark.skip(reason="never against production"))
    """.format(hook))
    for name in "abc":
        project.write("api/test_{}.py".format(name), "def test_prod(): pass\ndef test_dev(): pass\n")
    exits = "import sys\nsys.exit()\n" if hook.startswith("print") else "def test_manual(): pass\n"
    project.write("manual/test_hw.py", exits)
    worker = project.worker()

    for name in "abc":
        test = "api/test_{}.py::test_".format(name)
        assert worker.outcomes(test + "prod", test + "dev") == {
            test + "prod": "skipped", test + "dev": "passed"}


READERS_OF_ALL_ITEMS = {
    "fixture": """
        import pytest

        @pytest.fixture(scope="session", autouse=True)
        def database(request):
            if not any("test_3" in item.nodeid for item in request.session.items):
                pytest.skip("no test needs it")
    """,
    "finish": """
        import pytest

        def pytest_collection_finish(session):
            if not any("test_3" in item.nodeid for item in session.items):
                for item in session.items:
                    item.add_marker(pytest.mark.skip(reason="no test needs it"))
    """,
    "set-up": """
        import pytest

        def pytest_runtest_setup(item):
            if not any("test_3" in other.nodeid for other in item.session.items):
                pytest.skip("no test needs it")
    """,
}


@pytest.mark.parametrize("conftest", READERS_OF_ALL_ITEMS.values(), ids=READERS_OF_ALL_ITEMS)
def test_who_reads_the_items_of_the_session_gets_all(project, conftest):
    project.write("conftest.py", conftest)
    for number in range(FILES):
        project.write("test_{}.py".format(number), "def test_a(): assert False\n")

    assert project.worker().outcomes("test_0.py::test_a") == {"test_0.py::test_a": "failed"}


def test_who_hears_of_deselection_does_so_in_each_worker(project):
    project.write("conftest.py", """
        LEFT_OUT = []

        def pytest_deselected(items):
            LEFT_OUT.extend(item.nodeid for item in items)

        def pytest_runtest_call(item):
            assert LEFT_OUT == ["test_x.py::test_b"]
    """)
    project.write("pytest.ini", "[pytest]\naddopts = -k test_a\n")
    project.write("test_x.py", "def test_a(): pass\ndef test_b(): pass\n")
    worker = project.worker()

    assert worker.outcomes("test_x.py::test_a") == {"test_x.py::test_a": "passed"}


def test_a_test_that_another_group_selects_is_there_although_the_options_leave_it_out(project):
    project.write("conftest.py", "def pytest_deselected(items): pass\n")
    project.write("pytest.ini", "[pytest]\naddopts = -k test_a\n")
    project.write("test_x.py", "def test_a(): pass\ndef test_b(): pass\n")

    outcomes = project.worker().outcomes("test_x.py::test_b")

    assert outcomes == {"test_x.py::test_b": "passed"}
