# SPDX-License-Identifier: MIT
"""Tests that depend on each other: what marks and plugins promise about them holds."""

import subprocess
import sys
from xml.etree import ElementTree

import pytest

from conftest import Project, verdict_of, outcome_of

SLOW = """
    import time

    import pytest

    @pytest.fixture(autouse=True)
    def takes_time():
        time.sleep(0.02)
"""

# In each, tests of one file or class belong together, and others are many enough for all sandboxes.
DEPENDENT = """
    import pytest

    state = []

    @pytest.mark.dependency
    def test_create():
        state.append("made")
        assert {good}

    @pytest.mark.parametrize("n", range(6))
    def test_other(n):
        pass

    @pytest.mark.dependency(depends=["test_create"])
    def test_use():
        assert state == ["made"]

    @pytest.mark.dependency(name="third", depends=["test_use"])
    def test_use_again():
        assert state == ["made"]
        state.append("used")

    class TestLast:
        @pytest.mark.dependency(depends=["third"])
        def test_end(self):
            assert state == ["made", "used"]
"""


def natively(project, *arguments):
    """The verdicts of plain pytest."""
    report = project.temp.parent / "plain.xml"
    subprocess.run([sys.executable, "-m", "pytest", "-q", f"--junitxml={report}", *arguments],
                   cwd=project.folder, env=project.env, stdout=subprocess.PIPE, check=False)
    verdicts = {}
    for case in ElementTree.parse(report).getroot().iter("testcase"):
        name = "{}::{}".format(case.get("classname"), case.get("name"))
        verdicts[name] = verdict_of([outcome_of(case)])
    return verdicts


def same_names(verdicts):
    """Offload's ids, as plain pytest's report writes them."""
    return {test.replace(".py::", "::").replace("/", ".").replace("::", ".", test.count("::") - 1): how
            for test, how in verdicts.items()}


def sandboxes(project):
    """Which tests each process ran, in order."""
    ran = {}
    for line in project.lines("ran"):
        process, test = line.split(" ", 1)
        ran.setdefault(process, []).append(test)
    return list(ran.values())


@pytest.fixture
def suite(project: Project):
    project.write("conftest.py", SLOW + """
    import os

    def pytest_runtest_call(item):
        with open("ran", "a") as file:
            file.write("{} {}\\n".format(os.getpid(), item.nodeid))
""")
    project.configure(max_parallel=4, groups={"all": {"retry_count": 0}})
    return project


def plugins(project, *names, addopts=""):
    loaded = " ".join(f"-p {name}" for name in names)
    project.write("pytest.ini", f"[pytest]\naddopts = {loaded} {addopts}\n")


def expect_together(project, *tests):
    """They ran in one process, in this order."""
    places = [place for place in sandboxes(project) if set(tests) & set(place)]
    assert len(places) == 1, places
    assert [test for test in places[0] if test in tests] == list(tests)


@pytest.mark.parametrize("good", ["True", "False"])
def test_dependencies_within_files(suite, good):
    plugins(suite, "pytest_dependency")
    for name in "abcdef":
        suite.write(f"test_{name}.py", DEPENDENT.format(good=good))
    expected = natively(suite)
    (suite.folder / "ran").unlink()

    run = suite.offload("run")

    assert same_names(run.verdicts) == expected
    assert run.code == (0 if good == "True" else 1)
    if good == "True":
        expect_together(suite, *(f"test_c.py::{name}" for name in (
            "test_create", "test_use", "test_use_again", "TestLast::test_end")))
        assert len(sandboxes(suite)) > 1


def test_dependencies_between_files_and_within_classes(suite):
    plugins(suite, "pytest_dependency")
    suite.write("sub/__init__.py", "")
    suite.write("sub/test_first.py", """
        import pytest

        @pytest.mark.dependency
        def test_a():
            pass

        class TestSteps:
            @pytest.mark.dependency
            def test_one(self):
                pass

            @pytest.mark.dependency(depends=["test_one"], scope="class")
            def test_two(self):
                pass
    """)
    suite.write("sub/test_later.py", """
        import pytest

        @pytest.mark.dependency(depends=["sub/test_first.py::test_a"], scope="session")
        def test_b():
            pass

        @pytest.mark.dependency(depends=["sub/test_first.py::TestSteps::test_two"], scope="package")
        @pytest.mark.parametrize("n", [1, 2])
        def test_c(n):
            pass

        @pytest.mark.dependency(depends=["test_b", "test_c[1]", "test_c[2]"])
        def test_d():
            pass
    """)
    for name in "efgh":
        suite.write(f"test_{name}.py", DEPENDENT.format(good=True))
    expected = natively(suite)

    run = suite.offload("run")

    assert same_names(run.verdicts) == expected
    assert run.code == 0, run


def test_a_retry_of_a_dependency_gives_its_dependents_another_chance(suite):
    """Skipped because of a test that passes in the end, they would hide their own failures."""
    suite.configure(max_parallel=4, groups={"all": {"retry_count": 1}})
    plugins(suite, "pytest_dependency")
    suite.write("test_a.py", """
        import os

        import pytest

        @pytest.mark.dependency
        def test_base():
            pass

        @pytest.mark.dependency(depends=["test_base"])
        def test_flaky():
            if not os.path.exists("once"):
                open("once", "w").close()
                assert False

        @pytest.mark.dependency(depends=["test_flaky"])
        def test_good():
            pass

        @pytest.mark.dependency(depends=["test_flaky"])
        def test_bad():
            assert False
    """)

    run = suite.offload("run")

    assert run.verdicts == {"test_a.py::test_base": "passed", "test_a.py::test_flaky": "flaky",
                            "test_a.py::test_good": "passed", "test_a.py::test_bad": "failed"}
    assert run.code == 1


def test_failed_again_runs_what_it_depends_on(suite):
    plugins(suite, "pytest_dependency")
    suite.write("test_a.py", DEPENDENT.format(good=True))
    suite.write("test_b.py", "def test_b():\n    pass\n")
    text = suite.read("test_a.py")
    suite.write("test_a.py", text.replace('state == ["made", "used"]', 'state == ["never"]'))
    assert suite.offload("run").code == 1
    suite.write("test_a.py", text)

    run = suite.offload("run", "--failed")

    assert run.code == 0, run
    assert run.results["test_a.py::TestLast::test_end"] == ["passed"]


def test_each_shard_has_whole_units(suite):
    plugins(suite, "pytest_dependency")
    for name in "abcd":
        suite.write(f"test_{name}.py", DEPENDENT.format(good=True))

    runs = [suite.offload("run", "--shard", f"{n}/3") for n in (1, 2, 3)]

    assert [run.code for run in runs] == [0, 0, 0]
    assert sum(len(run.verdicts) for run in runs) == 4 * 10
    assert all(set(run.verdicts.values()) == {"passed"} for run in runs)


def test_names_within_nested_classes(suite):
    """pytest-dependency names them by the classes inside of the first."""
    plugins(suite, "pytest_dependency")
    for name in "abcd":
        suite.write(f"test_{name}.py", """
            import pytest

            class TestOuter:
                class TestInner:
                    @pytest.mark.dependency(scope="class")
                    def test_a(self):
                        pass

                    @pytest.mark.parametrize("n", range(5))
                    def test_other(self, n):
                        pass

                    @pytest.mark.dependency(depends=["TestInner::test_a"], scope="class")
                    def test_b(self):
                        assert False
        """)
    expected = natively(suite)
    assert "failed" in expected.values()

    run = suite.offload("run")

    assert same_names(run.verdicts) == expected


def test_dependencies_that_are_asked_for_while_a_test_runs(suite):
    """They are not known before: a file that can ask stays together."""
    plugins(suite, "pytest_dependency")
    for name in "abcd":
        suite.write(f"test_{name}.py", """
            import pytest
            from pytest_dependency import depends

            @pytest.mark.dependency
            def test_a():
                pass

            @pytest.mark.parametrize("n", range(5))
            def test_other(n):
                pass

            def test_b(request):
                depends(request, ["test_a"])
                assert False
        """)
    expected = natively(suite)

    run = suite.offload("run")

    assert same_names(run.verdicts) == expected
    assert run.code == 1


@pytest.mark.parametrize("asks", ["within", "in a helper", "for another file"])
def test_dependencies_that_nobody_could_know_fail_and_are_not_skipped(suite, asks):
    plugins(suite, "pytest_dependency")
    suite.write("helper.py", """
        import pytest_dependency

        def needs(request, name):
            pytest_dependency.depends(request, [name])
    """)
    call = {
        "within": 'from pytest_dependency import depends; depends(request, ["test_a"])',
        "in a helper": 'import helper; helper.needs(request, "test_a")',
        "for another file": 'from pytest_dependency import depends; '
                            'depends(request, ["test_other.py::test_a"], scope="session")',
    }[asks]
    for name in ("one", "other"):
        suite.write(f"test_{name}.py", f"""
            import pytest

            @pytest.mark.dependency
            def test_a():
                pass

            @pytest.mark.parametrize("n", range(8))
            def test_others(n):
                pass

            def test_b(request):
                {call}
                assert False
        """)
    suite.write("conftest.py", "import sys\n\nsys.path.insert(0, '.')\n")

    run = suite.offload("run")

    assert run.code == 1
    failed = {test for test, how in run.verdicts.items() if how == "failed"}
    assert failed == {"test_one.py::test_b", "test_other.py::test_b"}


def test_orders_by_class_and_by_other_marks(suite):
    plugins(suite, "pytest_order", addopts="--order-marker-prefix=my")
    for name in "abcd":
        suite.write(f"test_{name}.py", """
            import pytest

            state = []
            mood = []

            @pytest.mark.order(after="TestSecond")
            class TestFirst:
                def test_x(self):
                    assert state == [1], "not in this process, or not in order"

            class TestSecond:
                def test_y(self):
                    state.append(1)

            @pytest.mark.my2
            def test_later():
                assert mood == [2]

            @pytest.mark.my1
            def test_sooner():
                mood.append(2)

            @pytest.mark.parametrize("n", range(8))
            def test_other(n):
                pass
        """)
    expected = natively(suite)
    assert set(expected.values()) == {"passed"}

    run = suite.offload("run")

    assert same_names(run.verdicts) == expected


def test_units_of_groups_that_are_listed_apart(suite):
    """Each listing sees a part of the unit."""
    plugins(suite, "pytest_dependency")
    suite.write("conftest.py", """
        def pytest_collection_modifyitems(config, items):
            config.option.markexpr
    """)
    suite.write("pytest.ini", "[pytest]\naddopts = -p pytest_dependency\nmarkers =\n  x\n  y\n  z\n")
    suite.write("test_a.py", """
        import pytest

        @pytest.mark.x
        @pytest.mark.dependency
        def test_a():
            pass

        @pytest.mark.y
        @pytest.mark.dependency(depends=["test_a"])
        def test_b():
            pass

        @pytest.mark.z
        @pytest.mark.dependency(depends=["test_b"])
        def test_c():
            assert False
    """)
    suite.configure(max_parallel=3, groups={"one": {"filters": "-m 'x or y'"},
                                            "two": {"filters": "-m 'y or z'"}})

    run = suite.offload("run")

    assert run.verdicts == {"test_a.py::test_a": "passed", "test_a.py::test_b": "passed",
                            "test_a.py::test_c": "failed"}


def test_a_retry_of_steps_begins_in_a_fresh_process(suite):
    """The recipe's notes, and the state of modules, still hold the failure."""
    suite.configure(max_parallel=1, groups={"all": {"retry_count": 1}})
    suite.write("pytest.ini", "[pytest]\nmarkers =\n    incremental\n")
    suite.write("conftest.py", """
        import pytest

        failed = {}

        def pytest_runtest_makereport(item, call):
            if "incremental" in item.keywords and call.excinfo is not None:
                failed.setdefault(item.cls, item.name)

        def pytest_runtest_setup(item):
            if "incremental" in item.keywords and item.cls in failed:
                pytest.xfail("previous test failed ({})".format(failed[item.cls]))
    """)
    suite.write("test_a.py", """
        import os

        import pytest

        @pytest.mark.incremental
        class TestSteps:
            def test_one(self):
                pass

            def test_two(self):
                if not os.path.exists("once"):
                    open("once", "w").close()
                    assert False

            def test_three(self):
                pass
    """)

    run = suite.offload("run")

    assert run.verdicts == {"test_a.py::TestSteps::test_one": "passed",
                            "test_a.py::TestSteps::test_two": "flaky",
                            "test_a.py::TestSteps::test_three": "passed"}


def test_many_tests_with_marks_are_listed_soon(suite):
    """Quadratic work would take minutes."""
    plugins(suite, "pytest_dependency")
    suite.write("conftest.py", "")
    for number in range(60):
        suite.write(f"test_{number}.py", """
            import pytest

            @pytest.mark.parametrize("n", range(200))
            @pytest.mark.dependency
            def test_login(n):
                pass

            @pytest.mark.parametrize("n", range(200))
            @pytest.mark.dependency(depends=[f"test_login[{n}]" for n in range(200)])
            def test_after(n):
                pass

            @pytest.mark.dependency(depends="all")
            def test_all():
                pass
        """)

    listed = suite.offload("run", "--collect-only", timeout=60)

    assert listed.code == 0
    assert "found 24060 tests" in listed.err


ORDERED = """
    import pytest

    state = []

    @pytest.mark.order(2)
    def test_a():
        assert state == ["b"]
        state.append("a")

    @pytest.mark.order(1)
    def test_b():
        state.append("b")

    @pytest.mark.order(after="test_a")
    def test_c():
        assert state == ["b", "a"]

    @pytest.mark.parametrize("n", range(8))
    def test_other(n):
        pass
"""


@pytest.mark.parametrize("scope", ["session", "module"])
def test_order(suite, scope):
    plugins(suite, "pytest_order", addopts=f"--order-scope={scope}")
    for name in "abcd":
        suite.write(f"test_{name}.py", ORDERED)
    expected = natively(suite)
    (suite.folder / "ran").unlink()

    run = suite.offload("run")

    assert same_names(run.verdicts) == expected
    assert run.code == 0, run
    assert len(sandboxes(suite)) > 1


def test_steps_of_the_mark_incremental(suite):
    """It is a recipe of pytest's documentation, and no plugin."""
    plugins(suite, addopts="--strict-markers")
    suite.write("pytest.ini", "[pytest]\nmarkers =\n    incremental\n")
    for name in "abcd":
        suite.write(f"test_{name}.py", """
            import pytest

            @pytest.mark.incremental
            class TestSteps:
                state = []

                def test_one(self):
                    self.state.append(1)

                def test_two(self):
                    assert self.state == [1]
                    self.state.append(2)

                def test_three(self):
                    assert self.state == [1, 2]

            @pytest.mark.parametrize("n", range(8))
            def test_other(n):
                pass
        """)

    run = suite.offload("run")

    assert run.code == 0, run


GROUPED = """
    import pytest

    @pytest.mark.xdist_group("database")
    def test_a():
        pass

    @pytest.mark.parametrize("n", range(8))
    def test_other(n):
        pass

    @pytest.mark.xdist_group(name="database")
    def test_b():
        pass
"""


@pytest.mark.parametrize("loaded", [[], ["xdist"]])
def test_the_mark_xdist_group(suite, loaded):
    plugins(suite, *loaded)
    for name in "abc":
        suite.write(f"test_{name}.py", GROUPED)

    run = suite.offload("run")

    assert run.code == 0, run
    expect_together(suite, *(f"test_{file}.py::test_{name}" for file in "abc" for name in "ab"))
    assert len(sandboxes(suite)) > 1


def test_loadfile_and_loadscope(suite):
    for name in "abcdef":
        suite.write(f"test_{name}.py", """
            import pytest

            class TestOne:
                @pytest.mark.parametrize("n", range(5))
                def test_x(self, n):
                    pass

            @pytest.mark.parametrize("n", range(5))
            def test_y(n):
                pass
        """)
    plugins(suite, "xdist", addopts="-n 4 --dist loadfile")
    assert suite.offload("run").code == 0
    for name in "abcdef":
        expect_together(suite, *(f"test_{name}.py::TestOne::test_x[{n}]" for n in range(5)),
                        *(f"test_{name}.py::test_y[{n}]" for n in range(5)))
    (suite.folder / "ran").unlink()

    plugins(suite, "xdist", addopts="-n 4 --dist loadscope")
    assert suite.offload("run").code == 0
    for name in "abcdef":
        expect_together(suite, *(f"test_{name}.py::TestOne::test_x[{n}]" for n in range(5)))
        expect_together(suite, *(f"test_{name}.py::test_y[{n}]" for n in range(5)))


@pytest.mark.parametrize("kept", ["class", "file"])
def test_a_key_for_what_no_mark_says(suite, kept):
    suite.configure(max_parallel=4, framework={"keep_together": kept})
    for name in "abcd":
        suite.write(f"test_{name}.py", """
            import unittest

            class TestSteps(unittest.TestCase):
                made = []

                def test_1_create(self):
                    self.made.append(1)

                def test_2_use(self):
                    self.assertEqual(self.made, [1])
                    self.made.append(2)

                def test_3_end(self):
                    self.assertEqual(self.made, [1, 2])

            def test_plain():
                assert True
        """)

    run = suite.offload("run")

    assert run.code == 0, run
    steps = [f"TestSteps::test_{step}" for step in ("1_create", "2_use", "3_end")]
    for name in "abcd":
        expect_together(suite, *(f"test_{name}.py::{step}" for step in steps),
                        *([f"test_{name}.py::test_plain"] if kept == "file" else []))


def test_a_wrong_value_of_the_key_is_an_error(suite):
    suite.configure(framework={"keep_together": "folder"})

    checked = suite.offload("validate")

    assert checked.code == 1
    assert "keep_together" in checked.err and '"class"' in checked.err
