# SPDX-License-Identifier: MIT
# needs: vitest
"""Names and texts that are no UTF-8: ids stay distinct, can be run by their names, lose nothing."""

import os

import pytest
from vitest_installs import VERSIONS, configure, install


def test_a_file_whose_name_is_no_utf8(project):
    odd = os.fsencode(project.folder) + b"/test_b\xff.py"
    with open(odd, "w") as file:
        file.write("def test_x():\n    pass\n\n\ndef test_y():\n    assert False, 'half \\ud800'\n")
    project.write("test_b.py", """
        import pytest

        @pytest.mark.parametrize("n", range(900))
        def test_x(n):
            assert n != 450
    """)
    project.configure(max_parallel=2)

    run = project.offload("run")

    assert run.code == 1
    assert len(run.verdicts) == 902
    failed = {test for test, how in run.verdicts.items() if how != "passed"}
    assert failed == {"test_b.py::test_x[450]", r"test_b\udcff.py::test_y"}
    assert r"half \ud800" in run.reason(r"test_b\udcff.py::test_y")


UNESCAPED = """
    [pytest]
    disable_test_id_escaping_and_forfeit_all_rights_to_community_support = true
"""


def parametrized(project, ids):
    project.write("pytest.ini", UNESCAPED)
    project.write("test_a.py", f"""
        import pytest

        @pytest.mark.parametrize("n", [1, 2], ids={ids})
        def test_x(n):
            assert n == 1
    """)
    project.configure()


def test_half_a_character_in_an_id(project):
    parametrized(project, r"['\udc80', '\udcff']")

    run = project.offload("run")

    assert run.verdicts == {r"test_a.py::test_x[\udc80]": "passed",
                            r"test_a.py::test_x[\udcff]": "failed"}


def test_two_tests_that_look_the_same_are_an_error(project):
    parametrized(project, r"['\ud800', '\\ud800']")

    run = project.offload("run")

    assert run.code == 1
    assert r"two tests are called test_a.py::test_x[\ud800]" in run.err


def test_half_a_character_in_the_reason_of_an_exit(project):
    project.write("test_a.py", """
        import pytest

        def test_x():
            pytest.exit("stop \\ud800")
    """)
    project.configure()

    run = project.offload("run")

    assert run.code == 1
    assert r"stop \ud800" in run.reason("test_a.py::test_x")


@pytest.mark.parametrize("version", VERSIONS)
def test_half_a_character_in_vitest(project, version):
    install(project, version)
    project.write("a.test.js", r"""
        import { test, describe } from 'vitest';
        test('half \ud83d', () => {});
        test('half \\ud83d', () => { throw new Error('of \ud83d that'); });
        describe('suite \udc00', () => { test('whole 😀', () => {}); });
    """)
    configure(project)

    run = project.offload("run")

    assert run.code == 1
    assert run.verdicts == {
        r"a.test.js > half \ud83d": "failed",  # two tests of one name
        r"a.test.js > suite \udc00 > whole 😀": "passed"}
    assert r"of \ud83d that" in run.reason(r"a.test.js > half \ud83d")
    assert r"2 tests are all called `a.test.js > half \ud83d`" in run.err
