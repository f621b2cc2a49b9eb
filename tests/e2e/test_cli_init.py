# SPDX-License-Identifier: MIT
"""`offload init` in projects that are new to Offload."""

import pytest

GREEN = "def test_one():\n    pass\n"


def init(project, *arguments):
    made = project.offload("init", *arguments)
    assert made.code == 0, made.err
    valid = project.offload("validate")
    assert (valid.code, valid.err) == (0, "")
    return made


@pytest.mark.parametrize("files, framework, reason", [
    ({"pytest.ini": "[pytest]\n"}, "pytest", "pytest.ini"),
    ({"tests/test_a.py": GREEN}, "pytest", "test_a.py"),
    ({"Cargo.toml": "[package]\nname = 'a'\n"}, "nextest", "Cargo.toml"),
    ({"vitest.config.ts": "export default {}\n"}, "vitest", "vitest.config.ts"),
    ({"package.json": '{"devDependencies": {"vitest": "1"}}'}, "vitest", "package.json"),
    ({"CMakeLists.txt": "enable_testing()\n"}, "ctest", "CMakeLists.txt"),
    ({}, "pytest", "no test framework"),
])
def test_the_framework_is_the_one_that_the_files_show(project, files, framework, reason):
    for path, text in files.items():
        project.write(path, text)

    made = init(project)

    assert reason in made.out
    assert f'type = "{framework}"' in project.read("offload.toml")
    assert "Next: offload run" in made.out


def test_a_pytest_project_runs_at_once(project):
    project.write("tests/test_a.py", GREEN)
    init(project)

    run = project.offload("run")

    assert run.code == 0, run
    assert run.verdicts == {"tests/test_a.py::test_one": "passed"}


def test_any_project_runs_by_its_own_command(project):
    project.write("Makefile", "test:\n\ttouch tested\n")
    init(project, "--framework", "default")

    run = project.offload("run")

    assert run.code == 0, run
    assert run.verdicts == {"all_tests": "passed"}
    assert (project.folder / "tested").exists()


@pytest.mark.parametrize("provider", ["local", "default", "modal"])
@pytest.mark.parametrize("framework", ["pytest", "nextest", "vitest", "ctest", "default", "cargo"])
def test_every_choice_is_a_valid_file(project, provider, framework):
    init(project, "-p", provider, "-f", framework)


@pytest.mark.parametrize("arguments, words", [
    (["--provider", "loca"], ["provider `loca`", "local, default, modal", "Did you mean `local`?"]),
    (["--framework", "pytst"], ["framework `pytst`", "vitest", "Did you mean `pytest`?"]),
    (["--framework", "junit"], ["framework `junit`", "expected one of"]),
])
def test_an_unknown_choice_writes_nothing(project, arguments, words):
    failed = project.offload("init", *arguments)

    assert (failed.code, failed.out) == (1, "")
    assert [word for word in words if word not in failed.err] == []
    assert list(project.folder.iterdir()) == []


def test_a_file_that_is_there_stays(project):
    project.write("offload.toml", "# mine\n")

    failed = project.offload("init")

    assert (failed.code, failed.out) == (1, "")
    assert "already exists" in failed.err
    assert project.read("offload.toml") == "# mine\n"


def test_a_link_that_leads_nowhere_stays(project):
    (project.folder / "offload.toml").symlink_to("elsewhere.toml")

    failed = project.offload("init")

    assert failed.code == 1
    assert not (project.folder / "elsewhere.toml").exists()
