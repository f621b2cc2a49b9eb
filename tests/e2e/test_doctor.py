# SPDX-License-Identifier: MIT
# needs: cargo vitest
"""`offload doctor` in set-ups that are really broken, each in one way."""

import json
import os
import resource
import subprocess
import sys
import time

import pytest
from cli_helpers import shell_tests, write_config
from conftest import eventually

ONE_TEST = "def test_one():\n    pass\n"


def examined(project, *arguments, env=None, through=None):
    """What it found, as {check: [finding, ...]}, after checking what holds for all findings."""
    started = project.start(*arguments, "doctor", "--format", "json", env=env, through=through)
    done = started.wait()
    told = json.loads(done.out)
    assert told["schema"] == 1
    assert told["ok"] == all(each["level"] != "problem" for each in told["findings"])
    assert done.code == (0 if told["ok"] else 1)
    found = {}
    for each in told["findings"]:
        assert set(each) == {"check", "level", "what", "fix"}
        assert each["level"] == "ok" or each["fix"], each
        found.setdefault(each["check"], []).append(each)
    return found


def only(found, check, level):
    [one] = found[check]
    assert one["level"] == level, one
    return one


def git(folder, *arguments):
    env = dict(os.environ, GIT_CONFIG_GLOBAL="/dev/null", GIT_CONFIG_SYSTEM="/dev/null")
    who = ["-c", "user.name=T", "-c", "user.email=t@example.org", "-c", "protocol.file.allow=always"]
    subprocess.run(["git", *who, *map(str, arguments)], cwd=folder, env=env, check=True,
                   capture_output=True)


def committed(project):
    git(project.folder, "init", "-q", "-b", "main")
    git(project.folder, "add", "-A")
    git(project.folder, "commit", "-q", "-m", "all")


def tree(folder):
    return {str(path): path.lstat().st_mtime_ns for path in [folder, *folder.rglob("*")]}


@pytest.fixture
def suite(project):
    """A pytest project in git that nothing is wrong with."""
    project.write("test_one.py", ONE_TEST)
    project.write(".gitignore", "/test-results/\n")
    project.configure(report={"output_dir": "test-results"})
    committed(project)
    return project


# --- Nothing is wrong ---------------------------------------------------------------------------


def test_nothing_is_wrong_with_a_sound_project(suite):
    found = examined(suite)

    for check in ("config", "framework.pytest", "output", "git", "limits.open_files", "leftovers"):
        only(found, check, "ok")
    assert pytest.__version__ in found["framework.pytest"][0]["what"]


def test_it_changes_nothing(suite):
    before = tree(suite.folder)

    suite.offload("doctor")

    assert tree(suite.folder) == before
    assert not list(suite.temp.iterdir())


def test_people_get_a_line_a_finding_and_one_for_the_fix(suite):
    suite.configure(framework={"command": "no-such-python -m pytest"}, report={})

    shown = suite.offload("doctor")

    assert shown.code == 1
    assert "problem framework.pytest" in shown.out
    assert "\n" + " " * 30 + "fix: install pytest" in shown.out
    assert shown.out.endswith("1 problem, 0 warnings.\n")
    assert shown.err == ""


def test_without_a_configuration_general_things_are_looked_at(project):
    found = examined(project)

    assert "offload init" in only(found, "config", "warning")["fix"]
    only(found, "limits.open_files", "ok")
    assert not any(check.startswith("framework") for check in found)


def test_a_format_that_does_not_exist_is_a_usage_error(project):
    failed = project.offload("doctor", "--format", "xml")

    assert failed.code == 1
    assert "`xml` is neither text nor json" in failed.err


# --- The configuration ----------------------------------------------------------------------------


def test_a_configuration_that_was_named_has_to_be_there(project):
    only(examined(project, "-c", "other.toml"), "config", "problem")


def test_errors_and_warnings_of_the_configuration_are_findings(suite):
    suite.configure(max_paralel=3)
    assert [one["level"] for one in examined(suite)["config"]] == ["ok", "warning"]

    suite.write("offload.toml", "[offload\n")
    assert "offload.toml:1" in only(examined(suite), "config", "problem")["what"]


# --- Frameworks -----------------------------------------------------------------------------------


def test_a_virtual_environment_without_pytest_is_found_out(suite):
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", suite.folder / ".venv"],
                   check=True)

    wrong = only(examined(suite), "framework.pytest", "problem")

    assert "No module named pytest" in wrong["what"]


def test_a_pytest_that_hangs_is_given_up(suite):
    suite.script("hangs", "#!/bin/sh\nexec sleep 1000\n")
    suite.configure(framework={"command": "./hangs"})
    began = time.monotonic()

    slow = only(examined(suite), "framework.pytest", "warning")

    assert "did not answer in time" in slow["what"]
    assert time.monotonic() - began < 40
    assert not suite.leftovers()


def test_uv_does_not_make_an_environment_for_it(suite):
    suite.write("pyproject.toml", '[project]\nname = "p"\nversion = "1"\n')
    suite.configure(framework={"command": "uv run pytest"})

    assert "uv sync" in only(examined(suite), "framework.pytest", "warning")["fix"]
    assert not (suite.folder / ".venv").exists()


def test_vitest_that_is_not_installed_is_not_downloaded(project):
    project.write("package.json", '{"name": "p", "private": true}')
    project.configure(framework={"type": "vitest", "command": "npx vitest"})

    found = examined(project)

    only(found, "framework.node", "ok")
    only(found, "framework.vitest", "problem")
    assert not (project.folder / "node_modules").exists()


def test_nextest_needs_cargo(project):
    project.configure(framework={"type": "nextest", "command": "cargo nextest"})
    found = examined(project)
    only(found, "framework.cargo", "ok")
    assert "nextest" in only(found, "framework.nextest", "ok")["what"]

    without = examined(project, env={"PATH": "/nowhere"})
    only(without, "framework.cargo", "problem")
    assert "cargo install" in only(without, "framework.nextest", "problem")["fix"]


def test_ctest_needs_a_build_folder_with_tests(project):
    project.configure(framework={"type": "ctest", "command": "ctest", "build_dir": "out"})
    assert "does not exist" in only(examined(project), "framework.build_dir", "problem")["what"]

    project.write("CMakeLists.txt", "cmake_minimum_required(VERSION 3.20)\nproject(p NONE)\n")
    configure = ["cmake", "-S", project.folder, "-B", project.folder / "out"]
    subprocess.run(configure, check=True, capture_output=True)
    assert "no tests" in only(examined(project), "framework.build_dir", "problem")["what"]

    project.write("CMakeLists.txt", "cmake_minimum_required(VERSION 3.20)\nproject(p NONE)\n"
                                    "enable_testing()\nadd_subdirectory(below)\n")
    project.write("below/CMakeLists.txt", "add_test(NAME t COMMAND true)\n")
    subprocess.run(configure, check=True, capture_output=True)
    only(examined(project), "framework.build_dir", "ok")


def test_commands_of_the_default_framework_need_their_programs(project):
    shell_tests(project, "a")
    assert [one["level"] for one in examined(project)["framework.program"]] == ["ok", "ok"]

    write_config(project, discover="FORMAT=1 no-such-lister {filters} | sort", run="./gone {tests}")
    levels = {one["what"].split("`")[1]: one["level"]
              for one in examined(project)["framework.program"]}
    assert levels == {"no-such-lister": "problem", "sort": "ok", "./gone": "problem"}


# --- Providers ------------------------------------------------------------------------------------


def test_a_local_provider_needs_its_shell_and_folder(suite):
    suite.configure(provider={"shell": "/bin/nosuchshell", "working_dir": "nowhere"})

    found = examined(suite)

    only(found, "provider.shell", "problem")
    only(found, "provider.working_dir", "problem")


def test_commands_that_make_sandboxes_need_their_programs(project):
    shell_tests(project, "a", provider={
        "type": "default", "create_command": "no-such-cloud create",
        "exec_command": "uv run @unknown_script.py {command}", "destroy_command": "true"})

    found = examined(project)

    problems = [one for one in found["provider.program"] if one["level"] == "problem"]
    assert ["no-such-cloud" in one["what"] for one in problems] == [True]
    assert "unknown_script.py" in only(found, "provider.script", "problem")["what"]


def test_modal_needs_a_token_which_is_not_shown(project):
    project.write("test_one.py", ONE_TEST)
    project.configure(provider={"type": "modal", "dockerfile": "Dockerfile"})
    home = {"HOME": str(project.folder), "MODAL_TOKEN_ID": None, "MODAL_TOKEN_SECRET": None,
            "MODAL_CONFIG_PATH": None}

    found = examined(project, env=home)
    only(found, "provider.dockerfile", "problem")
    only(found, "provider.modal", "ok")
    assert "token new" in only(found, "provider.token", "problem")["fix"]

    project.write(".modal.toml", '[default]\ntoken_id = "ak-1"\ntoken_secret = "as-very-secret"\n')
    only(examined(project, env=home), "provider.token", "ok")
    assert "very-secret" not in project.offload("doctor", env=home).out

    (project.folder / ".modal.toml").unlink()
    given = dict(home, MODAL_TOKEN_ID="ak-1", MODAL_TOKEN_SECRET="as-2")
    only(examined(project, env=given), "provider.token", "ok")


# --- Git --------------------------------------------------------------------------------------------

IMAGES = {"type": "default", "prepare_command": "true", "create_command": "echo box",
          "exec_command": "{command}", "destroy_command": "true"}


def test_a_shallow_clone_is_told_where_images_come_from_commits(suite):
    suite.configure(provider=IMAGES, checkpoint={"build_inputs": ["Dockerfile", "test_*.py"]})
    git(suite.folder, "commit", "-q", "-a", "-m", "more")
    clone = suite.folder / "clone"
    git(suite.folder, "clone", "-q", "--depth=1", f"file://{suite.folder}", clone)

    told = json.loads(suite.offload("doctor", "--format", "json", folder=clone).out)["findings"]

    by_check = {}
    for one in told:
        by_check.setdefault(one["check"], []).append(one)
    assert "--unshallow" in only(by_check, "git.shallow", "warning")["fix"]
    only(by_check, "git.remote", "ok")
    assert {one["level"] for one in by_check["git.build_inputs"]} == {"ok", "problem"}


def test_a_remote_that_cannot_be_reached_is_a_warning(suite):
    suite.configure(provider=IMAGES)
    assert "no remote" in only(examined(suite), "git.remote", "warning")["what"]

    git(suite.folder, "remote", "add", "origin", suite.temp / "nothing-here")
    assert "nothing-here" in only(examined(suite), "git.remote", "warning")["what"]


def test_results_and_history_want_their_lines_in_gits_files(suite):
    suite.write(".gitignore", "")
    suite.configure(history={}, report={"output_dir": "results"})
    found = examined(suite)
    assert "/results/" in only(found, "git.ignore", "warning")["fix"]
    assert "setup-merge-driver" in only(found, "git.merge_driver", "warning")["fix"]

    assert suite.offload("history", "setup-merge-driver").code == 0
    suite.write(".gitignore", "/results/\n")
    found = examined(suite)
    assert "git.ignore" not in found
    only(found, "git.merge_driver", "ok")


# --- The machine --------------------------------------------------------------------------------------


def test_too_few_open_files_mean_fewer_sandboxes(suite):
    """A run says the same. A soft limit is raised as far as a run needs it."""
    suite.configure(max_parallel=50)
    few = suite.script("few-files", '#!/bin/sh\nulimit -n 100; exec "$@"\n')
    soft = suite.script("soft-limit", '#!/bin/sh\nulimit -S -n 100; exec "$@"\n')

    wrong = only(examined(suite, through=[str(few)]), "limits.open_files", "warning")

    assert "only 100 open files are allowed" in wrong["what"]
    assert "a run has 4 at a time" in wrong["what"]
    assert f"raise the hard limit to {64 + 8 * 50}" in wrong["fix"]
    only(examined(suite, through=[str(soft)]), "limits.open_files", "ok")
    assert "4 of 50 sandboxes at a time" in suite.start("run", through=[str(few)]).wait().err


def test_what_it_asks_for_is_enough(suite):
    """With as many open files as it names, all sandboxes run; with a third of it, fewer."""
    suite.write("test_one.py", "import pytest, time\n@pytest.mark.parametrize('i', range(48))\n"
                               "def test_i(i):\n    time.sleep(0.3)\n")
    suite.configure(max_parallel=24)
    needed = 64 + 8 * 24
    limited = suite.script("limited", '#!/bin/sh\nulimit -n $FILES; exec "$@"\n')

    enough = suite.start("run", env={"FILES": str(needed)}, through=[str(limited)]).wait()
    few = suite.start("run", env={"FILES": str(needed // 3)}, through=[str(limited)]).wait()

    assert (enough.code, few.code) == (0, 0), few
    assert "open files" not in enough.err
    assert "2 of 24 sandboxes at a time" in few.err
    assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] > needed


def test_an_output_folder_below_a_file_is_a_problem(suite):
    suite.write("results", "a file")
    suite.configure(report={"output_dir": "results/here"})

    assert "is not a folder" in only(examined(suite), "output", "problem")["what"]


def test_sandboxes_of_a_dead_run_are_told_and_gone_after_a_cleanup(project):
    shell_tests(project, "a", run="touch started; exec sleep 1000 # {tests}", provider={
        "type": "default", "create_command": "echo box", "exec_command": "sh -c {command}",
        "destroy_command": "true"})
    run = project.start("run")
    eventually(lambda: (project.folder / "started").exists())
    run.process.kill()
    run.process.wait()

    told = only(examined(project), "leftovers", "warning")
    assert "left 1 sandbox" in told["what"]

    assert project.offload("cleanup").code == 0
    only(examined(project), "leftovers", "ok")
