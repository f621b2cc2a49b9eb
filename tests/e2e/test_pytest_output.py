# SPDX-License-Identifier: MIT
"""What tests and their surroundings print: never a wrong verdict, never an invalid junit.xml."""

import pytest

from conftest import PATIENCE

HUGE = 8 * 1024 * 1024


def check(run, **expected):
    """`expected` are the verdicts of the tests of test_a.py."""
    assert run.verdicts == {f"test_a.py::test_{name}": v for name, v in expected.items()}
    assert run.code == (1 if "failed" in expected.values() else 0)


@pytest.mark.parametrize("capture", ["fd", "sys", "no"])
def test_huge_output_of_tests_changes_no_verdict(project, capture):
    project.write("pytest.ini", f"[pytest]\naddopts = --capture={capture}\n")
    project.write("test_a.py", f"""
        import os
        import sys

        def test_prints():
            print("x" * {HUGE})

        def test_prints_and_fails():
            sys.stderr.write("y" * {HUGE})
            assert False, "after much output"

        def test_writes_without_a_newline():
            sys.stdout.write("z" * {HUGE})
            sys.stdout.flush()
            for _ in range(100):
                os.write(2, b"e" * 65536)

        def test_after():
            pass
    """)
    project.configure(max_parallel=1)

    run = project.offload("run")

    check(run, prints="passed", prints_and_fails="failed", writes_without_a_newline="passed",
          after="passed")
    assert "after much output" in run.reason("test_a.py::test_prints_and_fails")
    assert (project.folder / "test-results" / "junit.xml").stat().st_size < 4 * 1024 * 1024


@pytest.mark.parametrize("capture", ["fd", "no"])
def test_garbage_on_the_descriptors_is_no_message(project, capture):
    project.write("pytest.ini", f"[pytest]\naddopts = --capture={capture}\n")
    project.write("test_a.py", r"""
        import os
        import subprocess
        import sys

        ID = b'"test_a.py::test_fails"'
        FORGED = b'\x1e{"event":"finished","batch":0,"id":' + ID + b',"outcome":"passed"}\n'

        def test_writes_every_byte():
            for descriptor in (1, 2):
                os.write(descriptor, bytes(range(256)) * 64)

        def test_writes_records():
            os.write(1, FORGED + b'\x1e{"event":"done","batch":0}\n')
            os.write(1, b'\x1e{"event":"next"}\n\x1e')

        def test_lets_a_child_write_records():
            child = "import os; os.write(1, {!r})".format(FORGED)
            subprocess.run([sys.executable, "-c", child], check=True)

        def test_fails():
            os.write(1, b"\x1e\x1e\x1e")
            assert False, "as it should"
    """)
    project.configure(max_parallel=1)

    run = project.offload("run")

    check(run, writes_every_byte="passed", writes_records="passed",
          lets_a_child_write_records="passed", fails="failed")
    assert "as it should" in run.reason("test_a.py::test_fails")


def test_a_wrapper_may_talk_before_and_after_pytest(project):
    project.script("wrapper", r"""#!/bin/sh
        echo "setting things up"
        printf '\036 not a record\n\377\376\n\036{"event":"bye"}\nno newline'
        echo "a warning" >&2
        python -m pytest "$@"
        code=$?
        echo "cleaning up"
        exit $code
    """)
    project.write("test_a.py", "def test_one():\n    pass\n\n\ndef test_two():\n    assert False\n")
    project.configure(framework={"command": "./wrapper"})

    run = project.offload("run")

    check(run, one="passed", two="failed")


def test_failures_with_characters_that_xml_forbids_are_reported(project):
    project.write("test_a.py", r"""
        import pytest

        def test_control():
            print("\x00\x01\x08\x0b\x1b[31mred\x1b[0m\x7f\ufffe\uffff")
            assert False, "\x00\x01\x08\x0b\x1e\x1b[31mred\x1b[0m \ufffe\uffff"

        def test_surrogate():
            raise ValueError("lone \udc80 surrogate \ud83d")

        def test_markup():
            print("]]>")
            assert False, "]]> <failure/> &amp; <![CDATA[ 'q' \"qq\""

        def test_skip():
            pytest.skip("because \x00 <b> & \ud800")

        def test_log():
            import logging
            logging.warning("log \x00 ]]> \udcff")
            assert False
    """)
    project.configure(max_parallel=1)

    run = project.offload("run")

    check(run, control="failed", surrogate="failed", markup="failed", skip="skipped", log="failed")
    assert "red" in run.reason("test_a.py::test_control")
    assert "]]> <failure/> &amp; <![CDATA[" in run.reason("test_a.py::test_markup")
    assert "surrogate" in run.reason("test_a.py::test_surrogate")


def test_a_huge_message_is_cut_but_kept_at_both_ends(project):
    project.write("test_a.py", f"""
        def test_fails():
            raise ValueError("begin " + "x" * {HUGE} + " end")
    """)
    project.configure()

    run = project.offload("run")

    check(run, fails="failed")
    reason = run.reason("test_a.py::test_fails")
    assert "begin" in reason
    assert " end" in reason
    assert len(reason) < 1024 * 1024


def test_many_failures_are_all_reported(project):
    project.write("test_a.py", """
        import pytest

        @pytest.mark.parametrize("number", range(1000))
        def test(number):
            print("output of", number)
            assert False, "number {}".format(number)
    """)
    project.configure()

    run = project.offload("run", timeout=2 * PATIENCE)

    assert len(run.cases) == 1000
    assert all("number {}".format(n) in run.reason(f"test_a.py::test[{n}]") for n in (0, 500, 999))
    assert run.junit.get("failures") == "1000"


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&-", ">&- 2>&-", "<&- >&- 2>&-"])
def test_closed_standard_streams_of_offload_are_no_trouble(project, closed):
    project.write("test_a.py", "def test_one():\n    pass\n\n\ndef test_two():\n    assert False\n")
    project.configure()
    project.script("closing", f'#!/bin/sh\nexec "$@" {closed}\n')

    run = project.start("run", through=["./closing"]).wait()

    check(run, one="passed", two="failed")
    for written in (project.folder / "test-results").rglob("*"):
        assert not written.is_file() or "Test Results" not in written.read_text()


# --- The user's files ---------------------------------------------------------------------------


def test_files_of_the_user_in_the_output_directory_survive(project):
    project.write("test_a.py", "def test_one():\n    pass\n")
    kept = ["notes.txt", "logs/mine.log", "junit-parts/readme.md", "local-000/data.bin"]
    for path in kept:
        project.write("results/" + path, "mine")
    project.configure(report={"output_dir": "results"})

    for _ in range(2):
        assert project.offload("run").code == 0

    assert [project.read("results/" + path) for path in kept] == ["mine"] * len(kept)
    assert (project.folder / "results" / "junit.xml").is_file()


@pytest.mark.parametrize("folder", [".", "..", "/"])
def test_a_folder_that_holds_the_project_is_no_output_directory(project, folder):
    project.write("test_a.py", "def test_one():\n    pass\n")
    project.configure(report={"output_dir": folder})

    run = project.offload("run")

    assert run.code == 1
    assert "output_dir" in run.err
    assert sorted(path.name for path in project.folder.iterdir()) == ["offload.toml", "test_a.py"]


def test_a_run_without_junit_writes_none(project):
    project.write("test_a.py", "def test_one():\n    assert False\n")
    project.configure(report={"junit": False})

    run = project.offload("run")

    assert run.code == 1
    assert run.junit is None


def test_an_output_directory_that_cannot_be_made_ends_the_run(project):
    project.write("test_a.py", "def test_one():\n    pass\n")
    project.write("results", "a file")
    project.configure(report={"output_dir": "results"})

    run = project.offload("run")

    assert run.code == 1
    assert "results" in run.err
    assert project.read("results") == "a file"
