# SPDX-License-Identifier: MIT
"""Artifacts of sandboxes that are elsewhere: copies of the project, made by a script."""

import hashlib
import os
import signal
import time

import pytest
from conftest import eventually
from test_shell_sandboxes import Pool

OLD_TIME = 1_000_000_000


@pytest.fixture
def pool(project):
    return Pool(project)


def artifacts(project):
    """The contents of all artifacts, by batch and path."""
    out = project.folder / "test-results"
    found = {}
    for box in out.glob("box *"):
        for file in box.rglob("*"):
            if file.is_file() or file.is_symlink():
                batch, _, path = str(file.relative_to(box)).partition("/")
                assert not file.is_symlink()
                found.setdefault(int(batch), {})[path] = file.read_bytes()
    return found


@pytest.fixture(params=["warm worker", "a command a batch"])
def manner(request, pool):
    """How batches run in the sandboxes."""
    if request.param == "a command a batch":
        pool.trouble("no-input")
    return request.param


def test_each_batch_has_the_files_that_it_wrote(project, pool, manner):
    project.write("shots/old.png", "old")
    project.write("test_a.py", """
        import pathlib
        import pytest

        @pytest.mark.parametrize("number", range(4))
        def test_leaves(number):
            folder = pathlib.Path("shots/deep")
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"{number}.png").write_text(f"picture {number}")
            (folder / f"{number}.txt").write_text("no picture")
            pathlib.Path("shots/same.png").write_text(f"by {number}")
    """)
    pool.configure(max_parallel=1, groups={"all": {"schedule_individual": True}},
                   report={"download_globs": ["shots/**/*.png"]})

    run = project.offload("run")

    assert run.code == 0, run
    assert "WARN" not in run.err
    found = list(artifacts(project).values())
    assert sorted(tuple(sorted(files.items())) for files in found) == [
        (("shots/deep/%d.png" % n, b"picture %d" % n), ("shots/same.png", b"by %d" % n))
        for n in range(4)]


def test_globs_that_match_nothing_leave_nothing(project, pool, manner):
    project.write("test_a.py", "def test_a():\n    open('a.txt', 'w').close()\n")
    pool.configure(max_parallel=1, report={"download_globs": ["*.png", "nowhere/**"]})

    run = project.offload("run")

    assert run.code == 0, run
    assert "WARN" not in run.err
    assert artifacts(project) == {}


def test_without_globs_nothing_is_asked_of_a_sandbox(project, pool):
    project.write("test_a.py", "def test_a():\n    pass\n")
    pool.configure(max_parallel=1)

    assert project.offload("run").code == 0

    assert "offload_artifacts" not in pool.log


@pytest.mark.parametrize("globs, names", [
    (["*"], [".hid", "a/b/c.x", "a/c.x", "c.x"]),
    (["**/c.x"], ["a/b/c.x", "a/c.x", "c.x"]),
    (["a/**/c.x"], ["a/b/c.x", "a/c.x"]),
    (["a/*"], ["a/b/c.x", "a/c.x"]),
    (["./c.x", ".h??"], [".hid", "c.x"]),
    (["[!a]*"], [".hid", "c.x"]),
    (["a/[b]/c.x", "it's"], ["a/b/c.x"]),
])
def test_globs_mean_what_they_mean_here(project, pool, globs, names):
    project.write("test_a.py", """
        import os

        def test_a():
            os.makedirs("a/b")
            for name in (".hid", "c.x", "a/c.x", "a/b/c.x"):
                open(name, "w").close()
            os.symlink("c.x", "c.link")
            os.symlink("a", "a.link")
    """)
    pool.configure(max_parallel=1, report={"download_globs": globs},
                   provider={"env": {"PYTHONDONTWRITEBYTECODE": "1"}},
                   framework={"command": "python -m pytest -p no:cacheprovider"})

    run = project.offload("run")

    assert run.code == 0, run
    assert sorted(artifacts(project)[0]) == names


HOSTILE = ["-dash", " two  spaces ", "it's \"quoted\"", "line\nbreak", "tab\tand\rreturn",
           "ünï-文字", "\udcff\udcfe", "a*?[b]", "$HOME`id`", "\\back\\slash", "..dots..", "n .x",
           "offload-end", "!", "x" * 200]


def test_names_may_be_anything(project, pool, manner):
    project.write("names.py", "NAMES = " + ascii(HOSTILE))
    project.write("test_a.py", """
        import os
        from names import NAMES

        def test_a():
            for folder in ("kept", "kept/-r f", "kept/ü\\n"):
                os.makedirs(folder, exist_ok=True)
                for name in NAMES:
                    with open(os.path.join(folder, name), "wb") as file:
                        file.write(os.fsencode(name) * 3)
    """)
    pool.configure(max_parallel=1, report={"download_globs": ["kept/**"]})

    run = project.offload("run")

    assert run.code == 0, run
    names = [os.fsencode(name) for name in HOSTILE]
    kept = {os.fsencode(path): content for path, content in artifacts(project)[0].items()}
    assert kept == {b"kept/" + folder + name: name * 3
                    for folder in (b"", b"-r f/", "ü\n/".encode()) for name in names}


def test_contents_come_byte_for_byte(project, pool):
    project.write("test_a.py", """
        import hashlib, os

        def test_a():
            os.mkdir("out")
            for size in (0, 1, 2, 3, 57, 1000, 3_000_001):
                with open(f"out/{size}", "wb") as file:
                    file.write(hashlib.shake_256(b"seed").digest(size))
    """)
    pool.configure(max_parallel=1, report={"download_globs": ["out/*"]})

    run = project.offload("run")

    assert run.code == 0, run
    assert artifacts(project)[0] == {
        f"out/{size}": hashlib.shake_256(b"seed").digest(size)
        for size in (0, 1, 2, 3, 57, 1000, 3_000_001)}


def test_files_with_an_old_time_were_written_nevertheless(project, pool):
    project.write("test_a.py", f"""
        import os

        def test_a():
            open("a.log", "w").close()
            os.utime("a.log", ({OLD_TIME}, {OLD_TIME}))
    """)
    pool.configure(max_parallel=1, report={"download_globs": ["*.log"]})

    assert project.offload("run").code == 0

    assert artifacts(project) == {0: {"a.log": b""}}


def test_artifacts_may_be_those_of_failures_only(project, pool, manner):
    project.write("test_a.py", """
        import pathlib
        import pytest

        @pytest.mark.parametrize("number", range(5))
        def test_leaves(number):
            pathlib.Path(f"{number}.tmp").write_text("")
            assert number not in (1, 3)
    """)
    pool.configure(max_parallel=1, groups={"all": {"schedule_individual": True}},
                   report={"download_globs": ["*.tmp"], "download_globs_failure_only": True})

    run = project.offload("run")

    assert run.code == 1, run
    found = artifacts(project)
    assert sorted(name for files in found.values() for name in files) == ["1.tmp", "3.tmp"]
    assert len(found) == 2


def test_each_attempt_has_a_folder(project, pool, manner):
    project.write("test_a.py", """
        import pathlib

        def test_a():
            pathlib.Path("shot.png").write_text("by an attempt")
            assert False
    """)
    pool.configure(max_parallel=2, groups={"all": {"retry_count": 2}},
                   speculative_retries=False,
                   report={"download_globs": ["*.png"], "download_globs_failure_only": True})

    run = project.offload("run")

    assert run.code == 1, run
    assert run.results == {"test_a.py::test_a": ["failed"] * 3}
    assert artifacts(project) == {n: {"shot.png": b"by an attempt"} for n in range(3)}


def test_a_test_that_takes_its_process_down_leaves_its_artifacts(project, pool, manner):
    project.write("test_a.py", """
        import os, pathlib

        def test_a():
            pathlib.Path("last.log").write_text("words")
            os._exit(7)
    """)
    pool.configure(max_parallel=1,
                   report={"download_globs": ["*.log"], "download_globs_failure_only": True})

    run = project.offload("run")

    assert run.code == 1, run
    assert artifacts(project)[0] == {"last.log": b"words"}


def test_what_a_worker_leaves_at_its_end_belongs_to_its_last_batch(project, pool):
    project.write("conftest.py", """
        import pathlib

        def pytest_sessionfinish():
            pathlib.Path(".coverage.x").write_text("numbers")
    """)
    project.write("test_a.py", """
        def test_a():
            pass

        def test_b():
            pass
    """)
    pool.configure(max_parallel=1, groups={"all": {"schedule_individual": True}},
                   report={"download_globs": [".coverage*"]})

    run = project.offload("run")

    assert run.code == 0, run
    assert artifacts(project) == {1: {".coverage.x": b"numbers"}}


def test_a_failure_that_ends_the_run_leaves_its_artifacts(project, pool):
    project.write("test_a.py", """
        import pathlib

        def test_a():
            pathlib.Path("shot.png").write_text("evidence")
            assert False
    """)
    pool.configure(max_parallel=1, report={"download_globs": ["*.png"]})

    run = project.offload("run", "--fail-fast")

    assert run.code == 1, run
    assert artifacts(project) == {0: {"shot.png": b"evidence"}}


def break_transfers(pool, how):
    """Has the command that sends files do `how` instead; others are left alone."""
    pool.script.write_text(pool.script.read_text().replace(
        '  exec)\n', '  exec)\n    case $3 in *offload_artifacts.sh*" send "*) ' + how +
        ' ;; esac\n'))


def leaving_a_picture(project, pool, **more):
    project.write("test_a.py", """
        import pathlib

        def test_a():
            pathlib.Path("shot.png").write_text("evidence")
    """)
    pool.configure(max_parallel=1, report={"download_globs": ["*.png"]}, **more)


@pytest.mark.parametrize("how, cause", [
    ("echo no such machine >&2; exit 9", "no such machine"),
    ("printf 'offload-artifacts\\nn ./shot.png\\nZXZp'; exit 0", "lost contact"),
    ("printf 'offload-artifacts\\nn ./shot.png\\nZXZp'; kill -9 $$", "lost contact"),
])
def test_a_transfer_that_dies_costs_a_warning(project, pool, how, cause):
    leaving_a_picture(project, pool)
    break_transfers(pool, how)

    run = project.offload("run")

    assert run.code == 0, run
    assert run.results == {"test_a.py::test_a": ["passed"]}
    assert run.err.count("artifacts of batch 0 could not be fetched") == 1
    assert cause in run.err
    assert artifacts(project) == {}


def test_nothing_is_written_outside_of_the_folder(project, pool):
    leaving_a_picture(project, pool)
    names = ["./../evil.png", "./a/../../../../evil.png",
             ".//evil.png", "./", "./fine.png"]
    lines = "".join(f"n {name}\\nZXZpbA==\\n.\\n" for name in names)
    break_transfers(pool, "sh() { command sh \"$@\" | sed 's|^offload-artifacts$|&\\n" + lines +
                    "|'; }; cd \"$here/boxes/$2\"; sh -c \"$3\"; exit")

    run = project.offload("run")

    assert run.code == 0, run
    assert "WARN" not in run.err
    assert artifacts(project) == {0: {"fine.png": b"evil", "shot.png": b"evidence"}}
    assert list(project.folder.parent.rglob("evil.png")) == []


def test_a_file_that_cannot_come_by_the_stream_is_downloaded(project, pool):
    # Sparse, so that it costs nothing here.
    project.write("test_a.py", """
        def test_a():
            with open("a 'big' file.png", "wb") as file:
                file.truncate(257 << 20)
            open("small.png", "w").close()
    """)
    script = pool.folder / "fetch"
    script.write_text("""#!/bin/sh
        box=$1; shift
        printf '%s\\n' "$@" > "$(dirname "$0")/fetched"
        for pair; do cp --sparse=always "$(dirname "$0")/boxes/$box/${pair%%:*}" "${pair#*:}"; done
    """)
    script.chmod(0o755)
    pool.configure(max_parallel=1, report={"download_globs": ["*.png"]},
                   provider={"download_command": f"'{script}' {{sandbox_id}} {{paths}}"})

    run = project.offload("run")

    assert run.code == 0, run
    assert "WARN" not in run.err
    box, = (project.folder / "test-results").glob("box *")
    assert sorted(file.name for file in (box / "0").iterdir()) == ["a 'big' file.png", "small.png"]
    assert (box / "0" / "a 'big' file.png").stat().st_size == 257 << 20
    assert len((pool.folder / "fetched").read_text().splitlines()) == 1


def test_a_file_that_cannot_come_at_all_is_named(project, pool):
    project.write("test_a.py", """
        def test_a():
            with open("big.png", "wb") as file:
                file.truncate(257 << 20)
    """)
    pool.configure(max_parallel=1, report={"download_globs": ["*.png"]})

    run = project.offload("run")

    assert run.code == 0, run
    assert "artifacts of batch 0: big.png is missing: it is larger than 256 MiB" in run.err
    assert artifacts(project) == {}


def test_ctrl_c_ends_a_transfer(project, pool):
    leaving_a_picture(project, pool)
    break_transfers(pool, "touch \"$here/sending\"; sleep 300")
    started = project.start("run")
    eventually(lambda: (pool.folder / "sending").exists())
    began = time.monotonic()

    started.send(signal.SIGINT)
    run = started.wait()

    assert time.monotonic() - began < 30
    assert run.code == 130
    assert run.results == {"test_a.py::test_a": ["passed"]}
    assert "could not be fetched" not in run.err
    assert project.leftovers() == []


def test_the_next_run_removes_what_this_one_has_fetched(project, pool):
    leaving_a_picture(project, pool)
    assert project.offload("run").code == 0
    assert len(list((project.folder / "test-results").glob("box *"))) == 1

    project.write("test_a.py", "def test_a():\n    pass\n")
    assert project.offload("run").code == 0

    assert list((project.folder / "test-results").glob("box *")) == []
