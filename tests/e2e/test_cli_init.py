# SPDX-License-Identifier: MIT
# needs: cargo vitest
"""`offload init` in projects that are new to Offload."""

import pytest

import ctest_helpers
import vitest_installs
from conftest import Run

GREEN = "def test_one():\n    pass\n"


def add_crate(project):
    project.write("Cargo.toml", "[package]\nname = 'sums'\nversion = '0.1.0'\nedition = '2021'\n")
    project.write("src/lib.rs", """\
        #[test]
        fn adds() { assert_eq!(1 + 1, 2); }
        #[test]
        fn subtracts() { assert_eq!(2 - 1, 1); }
    """)
    return {"sums adds": "passed", "sums subtracts": "passed"}


def add_vitest(project):
    project.write("package.json",
                  '{"private": true, "type": "module", "devDependencies": {"vitest": "*"}}\n')
    project.write("src/sums.test.js", """\
        import { expect, it } from 'vitest';
        it('adds', () => expect(1 + 1).toBe(2));
        it.skip('subtracts', () => {});
    """)
    vitest_installs.install(project)
    return {"src/sums.test.js > adds": "passed", "src/sums.test.js > subtracts": "skipped"}


def add_cmake(project):
    project.write("CMakeLists.txt", ctest_helpers.HEAD + """\
add_test(NAME adds COMMAND sh -c "[ $((1 + 1)) = 2 ]")
add_test(NAME subtracts COMMAND sh -c "[ $((2 - 1)) = 1 ]")
""")
    ctest_helpers.cmake(project)
    return {"adds": "passed", "subtracts": "passed"}


PROJECTS = {"nextest": add_crate, "vitest": add_vitest, "ctest": add_cmake}


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
    ({"setup.cfg": "[tool:pytest]\n"}, "pytest", "setup.cfg"),
    ({"go.mod": "module a.test/b\n"}, "default", "Recognised go: found go.mod"),
    ({"jest.config.js": ""}, "default", "Recognised jest: found jest.config.js"),
    ({"Makefile": "test:\n\ttrue\n"}, "default", "target test"),
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


@pytest.mark.parametrize("framework", PROJECTS)
def test_a_project_of_another_framework_runs_at_once(project, framework):
    verdicts = PROJECTS[framework](project)
    made = init(project)
    assert f"Wrote offload.toml ({framework} tests on local sandboxes)" in made.out

    run = project.offload("run")

    assert run.code == 0, run
    assert run.verdicts == verdicts
    assert not project.leftovers()


@pytest.mark.parametrize("files, command", [
    ({"uv.lock": ""}, "uv run pytest"),
    ({"poetry.lock": ""}, "poetry run pytest"),
])
def test_pytest_starts_as_the_project_starts_it(project, files, command):
    for path, text in dict(files, **{"tests/test_a.py": GREEN}).items():
        project.write(path, text)

    init(project)

    assert f'command = "{command}"' in project.read("offload.toml")


@pytest.mark.parametrize("lock, command", [
    ("package-lock.json", "npx"), ("pnpm-lock.yaml", "pnpm exec"), ("yarn.lock", "yarn"),
    ("bun.lock", "bunx"),
])
@pytest.mark.parametrize("program", ["vitest", "jest"])
def test_node_programs_start_by_the_projects_package_manager(project, program, lock, command):
    project.write("package.json", '{"devDependencies": {"%s": "1"}}' % program)
    project.write(lock, "")

    init(project)

    assert f"{command} {program}" in project.read("offload.toml")


def test_ctest_is_asked_where_the_project_is_built(project):
    project.write("CMakeLists.txt", "include(CTest)\n")
    project.write("CMakePresets.json", """\
        {"version": 6, "configurePresets": [
          {"name": "hidden", "hidden": true, "binaryDir": "no"},
          {"name": "dev", "binaryDir": "${sourceDir}/out/${presetName}"}]}
    """)

    init(project)

    assert 'build_dir = "out/dev"' in project.read("offload.toml")


def test_each_framework_gets_a_file(project):
    project.write("tests/test_a.py", GREEN)
    project.write("package.json", '{"devDependencies": {"vitest": "1"}}')
    project.write("go.mod", "module a.test/b\n\ngo 1.19\n")
    project.write("b_test.go", "package b\n\nimport \"testing\"\n\nfunc TestB(t *testing.T) {}\n")
    project.write("offload-vitest.toml", "# mine\n")

    made = init(project)

    assert made.out.splitlines() == [
        "Recognised pytest: found tests/test_a.py.",
        "Recognised vitest: found vitest in package.json.",
        "Recognised go: found go.mod.",
        "Wrote offload.toml (pytest tests on local sandboxes). Next: offload run",
        "Kept the existing offload-vitest.toml.",
        "Wrote offload-go.toml (the go tests). Next: offload -c offload-go.toml run",
    ]
    assert project.read("offload-vitest.toml") == "# mine\n"
    assert project.offload("run").verdicts == {"tests/test_a.py::test_one": "passed"}
    assert project.offload("-c", "offload-go.toml", "run").code == 0
    assert 'name="a.test/b TestB"' in project.read("test-results-go/junit.xml")
    assert "test_one" in project.read("test-results/junit.xml")


def test_the_files_of_several_frameworks_all_run(project):
    verdicts = [add(project) for add in PROJECTS.values()]
    init(project)

    for name, expected in zip(["", "-vitest", "-ctest"], verdicts):
        valid = project.offload("-c", f"offload{name}.toml", "validate")
        assert (valid.code, valid.err) == (0, "")
        run = project.offload("-c", f"offload{name}.toml", "run")
        assert run.code == 0, run
        written = project.folder / f"test-results{name}" / "junit.xml"
        assert Run(run.code, run.out, run.err, written).verdicts == expected


def test_a_framework_that_is_asked_for_is_the_only_one(project):
    project.write("tests/test_a.py", GREEN)
    project.write("go.mod", "module a.test/b\n")

    made = init(project, "--framework", "pytest")

    assert "Recognised" not in made.out
    assert not (project.folder / "offload-go.toml").exists()


def test_default_means_the_recipe_that_fits(project):
    project.write("tests/test_a.py", GREEN)
    project.write("go.mod", "module a.test/b\n")

    init(project, "--framework", "default")

    assert "go test -json" in project.read("offload.toml")


# --- Recipes ------------------------------------------------------------------------------------


def framework_section(text):
    return text[text.index("[framework]"):text.index("[groups.all]")].split("\n\n")[0]


@pytest.mark.parametrize("recipe", ["go", "jest"])
def test_the_recipe_is_the_documented_one(project, recipe):
    project.copy(f"recipes/{recipe}")
    documented = project.read("offload.toml")
    (project.folder / "offload.toml").unlink()

    init(project)

    assert framework_section(project.read("offload.toml")) == framework_section(documented)


def test_a_go_project_runs_at_once(project):
    project.copy("recipes/go")
    (project.folder / "offload.toml").unlink()
    init(project)

    run = project.offload("run")

    assert run.code == 1
    assert run.verdicts["example.test/shop/cart TestTotal"] == "passed"
    assert run.verdicts["example.test/shop/exits TestExits"] == "failed"
    assert len(run.verdicts) == 24


def test_a_jest_project_runs_at_once_without_a_reporter(project):
    project.copy("recipes/jest")
    (project.folder / "offload.toml").unlink()
    package = project.read("package.json").replace(',\n    "jest-junit": "16.0.0"', "")
    project.write("package.json", package)
    assert "jest-junit" not in package
    init(project)

    run = project.offload("run")

    assert run.code == 1
    assert run.verdicts == {
        "src/cart.test.js": "passed", "src/wrong.test.js": "failed", "src/exits.test.js": "failed",
        "src/broken.test.js": "failed", "src/skipped.test.js": "passed",
        "src/with space/a & b.test.js": "passed"}
    assert "Received: 5" in run.reason("src/wrong.test.js")


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
