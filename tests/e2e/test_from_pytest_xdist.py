# SPDX-License-Identifier: MIT
"""What docs/from-pytest-xdist.md says of pytest-xdist and of Offload: the same project, both ways."""

import json
import subprocess
import sys

import pytest

LOOKS = """
    import json, os, time
    import pytest, xdist

    NAMES = ("PYTEST_XDIST_WORKER", "PYTEST_XDIST_WORKER_COUNT", "PYTEST_XDIST_TESTRUNUID",
             "OFFLOAD_SANDBOX_ID", "RUN_UID")

    @pytest.fixture(scope="session")
    def looked(request, worker_id, testrun_uid, tmp_path_factory):
        seen = {name: os.environ.get(name) for name in NAMES}
        seen.update(worker_id=worker_id, testrun_uid=testrun_uid, pid=os.getpid(),
                    is_worker=xdist.is_xdist_worker(request),
                    base=str(tmp_path_factory.getbasetemp()))
        with open("seen.jsonl", "a") as file:
            file.write(json.dumps(seen) + "\\n")

    @pytest.mark.parametrize("i", range(8))
    def test_i(i, looked, tmp_path):
        time.sleep(0.2)
        with open("ran.txt", "a") as file:
            print(os.getpid(), file=file)
"""


@pytest.fixture
def both(project):
    project.env["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = None
    project.write("test_looks.py", LOOKS)
    project.configure(max_parallel=2)
    return project


def under_xdist(project, *options, code=0):
    env = {name: value for name, value in project.env.items() if value is not None}
    done = subprocess.run([sys.executable, "-m", "pytest", "-q", "-n", "2", *options],
                          cwd=project.folder, env=env, capture_output=True, text=True, timeout=90)
    assert done.returncode == code, done.stdout
    return done


def seen(project):
    found = [json.loads(line) for line in project.lines("seen.jsonl")]
    (project.folder / "seen.jsonl").unlink()
    return found


def test_what_tests_and_fixtures_see(both):
    under_xdist(both)
    a, b = seen(both)
    assert {a["worker_id"], b["worker_id"]} == {"gw0", "gw1"}
    assert a["testrun_uid"] == b["testrun_uid"] == a["PYTEST_XDIST_TESTRUNUID"]
    assert a["PYTEST_XDIST_WORKER"] and a["PYTEST_XDIST_WORKER_COUNT"] == "2"
    assert a["is_worker"] and a["base"].endswith(("popen-gw0", "popen-gw1"))
    assert a["OFFLOAD_SANDBOX_ID"] is None

    assert both.offload("run", "--env", "RUN_UID=17").code == 0
    a, b = seen(both)  # session fixtures: once in each sandbox
    assert a["worker_id"] == b["worker_id"] == "master"
    assert a["testrun_uid"] != b["testrun_uid"]
    assert a["OFFLOAD_SANDBOX_ID"] != b["OFFLOAD_SANDBOX_ID"]
    assert not a["is_worker"] and a["base"] != b["base"]
    assert [a[name] for name in a if name.startswith("PYTEST_XDIST")] == [None] * 3
    assert a["RUN_UID"] == b["RUN_UID"] == "17"


@pytest.mark.parametrize("dist", ["loadfile", "loadscope"])
def test_what_keeps_tests_together_does_so_in_both(both, dist):
    under_xdist(both, "--dist", dist)
    assert len(set(both.lines("ran.txt"))) == 1
    (both.folder / "ran.txt").unlink()

    both.write("pytest.ini", f"[pytest]\naddopts = -n 2 --dist {dist}\n")
    assert both.offload("run").code == 0
    assert len(set(both.lines("ran.txt"))) == 1
    assert len(both.lines("ran.txt")) == 8


@pytest.mark.parametrize("options", [
    "-n auto", "-n logical --dist worksteal", "-n 3 --maxschedchunk 1", "-p no:xdist",
    "-n 2 --max-worker-restart=1 --junitxml=mine.xml", "--dist each --tx 2*popen",
])
def test_options_in_addopts_do_no_harm(both, options):
    both.write("pytest.ini", f"[pytest]\naddopts = {options}\n")
    if options == "-p no:xdist":
        both.write("test_looks.py", "import pytest\n@pytest.mark.parametrize('i', range(8))\n"
                                    "def test_i(i):\n    pass\n")

    done = both.offload("run")

    assert done.code == 0, done
    assert set(done.verdicts.values()) == {"passed"} and len(done.verdicts) == 8
    assert not (both.folder / "mine.xml").exists()


def test_the_limit_of_failures_ends_both(both):
    both.write("test_looks.py", "import pytest, time\n@pytest.mark.parametrize('i', range(40))\n"
                                "def test_i(i):\n    time.sleep(0.05)\n    assert False\n")
    under_xdist(both, "--maxfail=2", code=2)

    both.write("pytest.ini", "[pytest]\naddopts = -n 2 --maxfail=2\n")
    done = both.offload("run")
    failed = [test for test, verdict in done.verdicts.items() if verdict == "failed"]
    assert done.code == 1 and 2 <= len(failed) < 10


def test_a_crash_costs_one_test_in_both(both):
    both.write("test_looks.py", "import os, pytest\n@pytest.mark.parametrize('i', range(8))\n"
                                "def test_i(i):\n    if i == 3:\n        os._exit(3)\n")
    assert "1 failed, 7 passed" in under_xdist(both, code=1).stdout

    done = both.offload("run")
    assert [test for test, verdict in done.verdicts.items() if verdict == "failed"] == [
        "test_looks.py::test_i[3]"]
    assert len(done.verdicts) == 8


def test_hooks_of_xdist_are_not_called(both):
    both.write("conftest.py", "def pytest_xdist_setupnodes(config, specs):\n"
                              "    open('hook.txt', 'w').close()\n")
    under_xdist(both)
    (both.folder / "hook.txt").unlink()

    assert both.offload("run").code == 0
    assert not (both.folder / "hook.txt").exists()
