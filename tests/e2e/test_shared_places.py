# SPDX-License-Identifier: MIT
"""Options that name one place for all tests: each worker has one of its own, as with pytest-xdist."""

import pytest


def write_tests(project, count=48):
    project.write("test_tmp.py", f"""
        import logging
        import pytest

        @pytest.mark.parametrize("n", range({count}))
        def test_writes(tmp_path, n):
            logging.getLogger("it").warning("test %d", n)
            (tmp_path / "file").write_text(str(n))
            assert (tmp_path / "file").read_text() == str(n)
    """)


def test_a_folder_for_temporary_files(project):
    write_tests(project)
    project.write("pytest.ini", "[pytest]\naddopts = --basetemp=build/tmp\n")
    project.configure(max_parallel=4)

    run = project.offload("run")

    assert run.code == 0, run
    assert len(run.verdicts) == 48
    assert list((project.folder / "build" / "tmp").glob("offload-*"))


@pytest.mark.parametrize("settings", ["log_file = log/all.log", "addopts = --log-file=log/all.log"])
def test_a_log_file(project, settings):
    write_tests(project)
    project.write("pytest.ini", f"[pytest]\n{settings}\n")
    project.configure(max_parallel=4)

    run = project.offload("run")

    assert run.code == 0, run
    assert not (project.folder / "log" / "all.log").exists()
    logs = "".join(file.read_text() for file in (project.folder / "log").glob("all-offload-*.log"))
    assert all(f"test {n}\n" in logs for n in range(48))
