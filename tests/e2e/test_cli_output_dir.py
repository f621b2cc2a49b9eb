# SPDX-License-Identifier: MIT
"""What a run leaves in its output folder, and what it leaves alone."""

import os
import time

import pytest
from cli_helpers import list_tests, ran, shell_tests, write_config
from conftest import eventually


def files_in(folder):
    """All files below a folder, as relative paths."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def sandboxes(folder):
    return {path.stem for path in (folder / "junit-parts").iterdir()}


def test_the_layout_is_that_of_the_contract(project):
    shell_tests(project, "a", "fail", offload={"max_parallel": 1})

    assert project.offload("run").code == 1

    out = project.folder / "test-results"
    (sandbox,) = sandboxes(out)
    assert files_in(out) == [
        ".offload-output", f"junit-parts/{sandbox}.xml", "junit.xml",
        "logs/batch-0.stderr.success", "logs/batch-0.stdout.success",
        "logs/batch-1.stderr.failure", "logs/batch-1.stdout.failure",
        "run.jsonl"]
    assert "fail is broken" in project.read("test-results/logs/batch-1.stderr.failure")
    assert "this is a" in project.read("test-results/logs/batch-0.stdout.success")
    part = project.read(f"test-results/junit-parts/{sandbox}.xml")
    assert 'name="a"' in part and 'name="fail"' in part


def test_names_are_those_of_the_configuration(project):
    shell_tests(project, "a", report={"output_dir": "out/deep", "junit_file": "my report.xml"})

    assert project.offload("run").code == 0

    assert 'name="a"' in project.read("out/deep/my report.xml")
    assert not (project.folder / "test-results").exists()


def test_a_second_run_removes_only_what_the_first_has_made(project):
    shell_tests(project, "a", "b", report={"download_globs": ["kept/*"]},
                run="mkdir -p kept; touch kept/{tests}; true")
    out = project.folder / "test-results"
    project.write("test-results/mine.txt", "mine")
    project.write("test-results/logs/server.log", "mine")
    project.write("test-results/sub/notes.md", "mine")
    assert project.offload("run").code == 0
    first = sandboxes(out)
    assert any((out / name).is_dir() for name in first)
    list_tests(project, "c")

    assert project.offload("run").code == 0

    assert not sandboxes(out) & first
    assert not any((out / name).exists() for name in first)
    assert sorted(os.listdir(out / "logs")) == [
        "batch-0.stderr.success", "batch-0.stdout.success", "server.log"]
    for name in ("mine.txt", "logs/server.log", "sub/notes.md"):
        assert project.read("test-results/" + name) == "mine"


def test_without_junit_there_are_logs_only(project):
    shell_tests(project, "a", report={"junit": False})

    assert project.offload("run").code == 0

    names = files_in(project.folder / "test-results")
    assert [name for name in names if name.endswith(".xml")] == []
    assert "logs/batch-0.stdout.success" in names


def test_two_runs_in_one_folder_are_one_too_many(project):
    shell_tests(project, "a", run="touch up; while [ ! -e go ]; do sleep 0.05; done # {tests}")
    first = project.start("run")
    eventually((project.folder / "up").exists)

    second = project.offload("run")

    assert (second.code, second.out) == (1, "")
    assert "another run of Offload is writing to test-results" in second.err
    assert "output_dir" in second.err
    project.write("go", "")
    assert first.wait().code == 0
    assert project.offload("run").code == 0


@pytest.mark.parametrize("make", ["file", "dangling link"])
def test_a_file_in_its_place_is_an_error(project, make):
    shell_tests(project, "a")
    place = project.folder / "test-results"
    if make == "file":
        place.write_text("precious")
    else:
        place.symlink_to("nowhere/at/all")

    failed = project.offload("run")

    assert (failed.code, failed.out) == (1, "")
    assert "test-results" in failed.err
    assert make != "file" or place.read_text() == "precious"


# Root without the capabilities that let it write anywhere; anybody else has none of them.
BOUND_BY_PERMISSIONS = [] if os.geteuid() != 0 else [
    "setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all"]


def test_a_folder_that_cannot_be_written_to_is_an_error(project):
    shell_tests(project, "a")
    (project.folder / "test-results").mkdir(mode=0o555)

    failed = project.start("run", through=BOUND_BY_PERMISSIONS).wait()

    assert failed.code == 1
    assert "test-results" in failed.err and "ermission" in failed.err


def test_a_folder_that_cannot_be_made_is_an_error(project):
    shell_tests(project, "a", report={"output_dir": "/proc/offload/results"})

    failed = project.offload("run")

    assert (failed.code, failed.out) == (1, "")
    assert "/proc/offload/results" in failed.err


@pytest.mark.parametrize("folder", [".", "..", "sub/.."])
def test_the_project_itself_is_no_output_folder(project, folder):
    shell_tests(project, "a", report={"output_dir": folder})
    project.write("precious", "mine")

    failed = project.offload("run")

    assert failed.code == 1
    assert "output_dir" in failed.err
    assert project.read("precious") == "mine"


def test_a_run_without_results_shows_no_older_ones(project):
    shell_tests(project, "a")
    assert project.offload("run").code == 0
    before = project.read("test-results/junit.xml")
    write_config(project, discover="exit 1 # {filters}")

    assert project.offload("run").code == 1

    assert not (project.folder / "test-results" / "junit.xml").exists()
    assert project.read("test-results/junit.previous.xml") == before


def test_a_report_that_cannot_be_replaced_fails_the_run(project):
    shell_tests(project, "a")
    project.write("test-results/junit.xml/mine", "")

    failed = project.offload("run")

    assert failed.code == 1
    assert "Error: " in failed.err and "junit.xml" in failed.err
    assert ran(project) == ["a"]


@pytest.mark.parametrize("report", [
    "garbage", "", '<testcase name="a" time="nan"/>', '<testcase name="a" time="-5"/>',
    '<testcase name="a" time="1e999"/>', '<testcase name="a" time=""/>', "<testsuite" * 10_000])
def test_any_earlier_report_will_do(project, report):
    shell_tests(project, "a", "b")
    project.write("test-results/junit.xml", report)

    run = project.offload("run")

    assert run.code == 0
    assert run.verdicts == {"a": "passed", "b": "passed"}


# --- Artifacts ----------------------------------------------------------------------------------


def artifacts(project):
    """The files below `{output_dir}/{sandbox}/{batch}`, by the number of the batch."""
    out = project.folder / "test-results"
    found = {}
    for sandbox in sandboxes(out):
        for path in (out / sandbox).rglob("*"):
            if path.is_file():
                batch, _, name = str(path.relative_to(out / sandbox)).partition("/")
                found.setdefault(int(batch), []).append(name)
    return {batch: sorted(names) for batch, names in found.items()}


def leaving(project, *ids, globs, serial=True, **report):
    """Tests that each leave shots/<id>.png, shots/deep/<id>.png and an empty <id>.tmp."""
    shell_tests(project, *ids, run="""\
        mkdir -p shots/deep
        echo $(basename {tests}) | tee shots/{tests}.png >shots/deep/{tests}.png
        touch {tests}.tmp
        sleep 0.05  # until the clock of the file system has moved on
        case {tests} in fail*) exit 1 ;; esac""",
                offload={"max_parallel": 1 if serial else 4},
                report=dict({"download_globs": globs}, **report))


def test_artifacts_are_those_of_their_batch(project):
    leaving(project, "a", "b", globs=["shots/**/*.png"])
    old = project.write("shots/old.png", "")
    os.utime(old, (time.time() - 100, time.time() - 100))

    assert project.offload("run").code == 0

    assert artifacts(project) == {0: ["shots/a.png", "shots/deep/a.png"],
                                  1: ["shots/b.png", "shots/deep/b.png"]}


@pytest.mark.parametrize("globs, names", [
    (["*.tmp"], ["a.tmp"]),
    (["./*.tmp"], ["a.tmp"]),
    (["*.png"], ["shots/a.png", "shots/deep/a.png"]),
    (["shots/**"], ["shots/a.png", "shots/deep/a.png"]),
    (["shots/deep/*", "[ab].tmp"], ["a.tmp", "shots/deep/a.png"]),
    (["nothing/**", "it's"], []),
])
def test_globs_are_those_of_find(project, globs, names):
    leaving(project, "a", globs=globs)

    assert project.offload("run").code == 0

    assert artifacts(project) == ({0: names} if names else {})


def test_artifacts_may_be_those_of_failures_only(project):
    leaving(project, "a", "fail", globs=["*.tmp"], download_globs_failure_only=True)

    assert project.offload("run").code == 1

    assert artifacts(project) == {1: ["fail.tmp"]}


def test_artifacts_never_hold_the_output_folder(project):
    leaving(project, "a", "b", "c", globs=["**"])

    assert project.offload("run").code == 0

    assert [name for names in artifacts(project).values() for name in names
            if name.startswith("test-results")] == []


def test_artifacts_come_from_the_working_dir(project):
    (project.folder / "sub").mkdir()
    list_tests(project, "a")
    write_config(project, discover="cat ../tests.txt # {filters}", run="touch here.log # {tests}",
                 offload={"working_dir": "sub"}, report={"download_globs": ["*.log"]})

    assert project.offload("run").code == 0

    assert artifacts(project) == {0: ["here.log"]}


def test_what_a_warm_worker_leaves_at_its_end_is_kept(project):
    project.write("conftest.py", """\
        def pytest_sessionfinish():
            open(".coverage.test", "w").close()
    """)
    project.write("test_a.py", "def test_a():\n    pass\n")
    project.configure(max_parallel=1, report={"download_globs": [".coverage*"]})

    assert project.offload("run").code == 0

    assert artifacts(project) == {0: [".coverage.test"]}
