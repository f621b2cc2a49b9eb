# SPDX-License-Identifier: MIT
# needs: vitest
"""How vitest's tests are found and filtered, and what is said when they cannot be."""

import json

import pytest

from vitest_installs import NEWEST, VERSIONS, configure, install, plain_vitest


def write_tests(project):
    project.write("test/sum.test.js", """
        import { describe, expect, it } from 'vitest';

        describe('sum', () => {
          it('adds', () => expect(1 + 1).toBe(2));
          it('adds > more', () => expect(2 + 2).toBe(4));
          it.skip('adds nothing', () => {});
        });
        it('is slow', () => {});
    """)
    project.write("test/word.test.js", """
        import { it } from 'vitest';

        it('adds', () => {});
        it.todo('is to do');
    """)


def listed(project, *arguments):
    run = project.offload("collect", "--format", "json", *arguments)
    assert run.code == 0, run
    groups = {}
    for test in json.loads(run.out):
        groups.setdefault(test["group"], []).append(test["id"])
    return groups


@pytest.mark.parametrize("version", VERSIONS)
def test_groups_are_what_vitest_would_select(project, version):
    write_tests(project)
    install(project, version)
    configure(project, groups={
        "all": {},
        "named": {"filters": "-t '^sum adds'"},
        "file": {"filters": "word"},
        "both": {"filters": "test/sum --testNamePattern slow"},
        "none": {"filters": "-t 'no such test'"},
        "no_file": {"filters": "no/such/file"},
    })

    groups = listed(project)

    sums = [f"test/sum.test.js > sum > {name}" for name in ("adds", "adds > more", "adds nothing")]
    words = ["test/word.test.js > adds", "test/word.test.js > is to do"]
    slow = "test/sum.test.js > is slow"
    assert {name: sorted(tests) for name, tests in groups.items()} == {
        "all": sorted([*sums, slow, *words]), "named": sorted(sums), "file": words, "both": [slow],
    }


@pytest.mark.parametrize("version", VERSIONS)
def test_a_group_with_other_arguments_is_listed_on_its_own(project, version):
    write_tests(project)
    project.write("hidden/sum.test.js", "throw new Error('excluded by the configuration');\n")
    project.write("vitest.config.js", "export default { test: { exclude: ['hidden/**', "
                                      "'**/node_modules/**'] } };\n")
    install(project, version)
    configure(project, groups={"some": {"filters": "--exclude '**/sum.test.js'"},
                               "slow": {"filters": "-t slow"}})

    run = project.offload("run")

    assert run.verdicts == {"test/word.test.js > adds": "passed",
                            "test/word.test.js > is to do": "skipped",
                            "test/sum.test.js > is slow": "passed"}


def test_discovery_args_count_where_tests_are_listed(project):
    write_tests(project)
    install(project)
    configure(project, {"discovery_args": "--exclude '**/word.test.js'"})

    assert {id.split(" > ")[0] for id in listed(project)["all"]} == {"test/sum.test.js"}


PROJECTS = {
    "vitest2": ("vitest.workspace.js", "export default [{}, {}];"),
    "vitest4": ("vitest.config.js", "export default {{ test: {{ projects: [{}, {}] }} }};"),
}


@pytest.mark.parametrize("version", VERSIONS)
def test_a_file_of_two_projects_has_the_tests_of_both(project, version):
    install(project, version)
    name, text = PROJECTS[version]
    project.write(name, text.format(
        "{ test: { name: 'one', include: ['test/*.test.js'], env: { WHO: 'one' } } }",
        "{ test: { name: 'two', include: ['test/both.test.js'], env: { WHO: 'two' } } }"))
    project.write("test/both.test.js", """
        import { expect, it } from 'vitest';

        it('is the first', () => expect(process.env.WHO).toBe('one'));
    """)
    project.write("test/only.test.js", "import { it } from 'vitest';\nit('is alone', () => {});\n")
    configure(project, groups={"all": {}, "two": {"filters": "--project two"},
                               "starred": {"filters": "--project 'o*'"}})

    groups = listed(project)
    run = project.offload("run")

    one, two = (f"|{name}| test/both.test.js > is the first" for name in ("one", "two"))
    alone = "test/only.test.js > is alone"
    assert {name: sorted(tests) for name, tests in groups.items()} == {
        "all": sorted([alone, one, two]), "two": [two], "starred": sorted([alone, one])}
    assert run.verdicts == {one: "passed", two: "failed", alone: "passed"}

    configure(project, {"run_args": "--project two -t first"}, groups={"all": {}})
    assert project.offload("run").verdicts == {two: "failed"}


def test_a_project_without_vitest_is_told_to_install_it(project):
    write_tests(project)
    configure(project)

    run = project.offload("run")

    assert run.code == 1
    assert "vitest is not installed in" in run.err
    assert "npm ci" in run.err


def test_a_broken_configuration_is_shown(project):
    write_tests(project)
    install(project)
    project.write("vitest.config.js", "throw new Error('bad weather');\n")
    configure(project)

    run = project.offload("run")

    assert run.code == 1
    assert "bad weather" in run.err
    assert "exit status 1" in run.err
    assert "while listing tests with `npx vitest`" in run.err


def test_arguments_that_vitest_cannot_take_are_an_error(project):
    write_tests(project)
    install(project)
    configure(project, groups={"all": {"filters": "--pool=nonsense"}})

    run = project.offload("run")

    assert run.code == 1
    assert "nonsense" in run.err


def test_a_command_without_vitest_is_an_error(project):
    configure(project, {"command": "npm test"})

    run = project.offload("run")

    assert run.code == 1
    assert "does not name vitest" in run.err
    assert "npx vitest" in run.err


@pytest.mark.parametrize("command", [
    "npx vitest", "npm exec -- vitest", "pnpm exec vitest", "node_modules/.bin/vitest",
    "node --no-warnings node_modules/vitest/vitest.mjs run", "env ASKED=1 npx vitest --retry 1",
])
def test_the_command_may_start_vitest_in_any_usual_way(project, command):
    write_tests(project)
    install(project)
    configure(project, {"command": command}, groups={"all": {"filters": "word"}})

    run = project.offload("run")

    assert run.code == 0, run
    assert run.verdicts["test/word.test.js > adds"] == "passed"


def test_a_file_that_only_suffers_from_another_is_listed_all_the_same(project):
    """Listing loads all files in one process; the file is loaded once more on its own."""
    install(project)
    project.write("test/a.test.js", """
        import { it } from 'vitest';

        globalThis.wasHere = true;
        it('is the first', () => {});
    """)
    project.write("test/b.test.js", """
        import { it } from 'vitest';

        if (globalThis.wasHere) {
          throw new Error('another file was here');
        }
        it('is the second', () => {});
    """)
    project.write("vitest.config.js",
                  "export default { test: { sequence: { shuffle: false } } };\n")
    configure(project)

    run = project.offload("run")

    assert run.verdicts == {"test/a.test.js > is the first": "passed",
                            "test/b.test.js > is the second": "passed"}


def test_a_test_that_does_not_exist_where_it_runs_is_told(project):
    install(project)
    project.write("test/a.test.js", """
        import { it } from 'vitest';

        it('is everywhere', () => {});
        if (!process.env.OFFLOAD_SANDBOX_ID) {
          it('is here only', () => {});
        }
    """)
    configure(project, {"run_args": "--retry 0"})  # so that no worker lists

    run = project.offload("run")

    assert run.verdicts == {"test/a.test.js > is everywhere": "passed",
                            "test/a.test.js > is here only": "not run"}
    assert "discovered here, unknown in sandbox" in run.reason("test/a.test.js > is here only")
    assert run.code == 1


def test_nothing_to_run_is_no_crash(project):
    install(project)
    configure(project)

    run = project.offload("run")

    assert "no tests were discovered" in run.err


def test_type_tests_are_left_out_with_a_word(project):
    write_tests(project)
    install(project)
    project.write("test/types.test-d.ts", "import { it } from 'vitest';\nit('is typed', () => {});\n")
    project.write("vitest.config.js", "export default { test: { typecheck: { enabled: true } } };\n")
    configure(project)

    run = project.offload("run")

    assert run.code == 0, run
    assert "1 type tests are left out" in run.err
    assert len(run.verdicts) == 6


def test_ids_are_those_that_vitest_lists(project):
    write_tests(project)
    install(project, NEWEST)
    configure(project)

    assert sorted(listed(project)["all"]) == sorted(plain_vitest(project)[0])


@pytest.mark.parametrize("version", VERSIONS)
def test_tests_that_a_module_registers_are_those_of_each_file(project, version):
    """A module is loaded once in a process, and listing loads many files in one."""
    install(project, version)
    project.write("src/contract.js", """
        import { expect, test } from 'vitest';
        test('keeps the contract', () => expect(globalThis.shop.open).toBe(true));
    """)
    project.write("src/shared.js", "import './contract.js';\n")
    for number, is_open in enumerate(("true", "false", "true", "true")):
        project.write(f"src/shop{number}.js", f"globalThis.shop = {{ open: {is_open} }};\n")
        project.write(f"test/shop{number}.test.js", f"""
            import {{ test }} from 'vitest';
            import '../src/shop{number}.js';
            import '../src/shared.js';
            test('own', () => {{}});
        """)
    configure(project)

    run = project.offload("run")

    assert run.verdicts == plain_vitest(project)[0]
    assert len(run.verdicts) == 8
    assert run.verdicts["test/shop1.test.js > keeps the contract"] == "failed"


def test_a_file_that_never_gets_loaded_is_named(project):
    write_tests(project)
    project.write("test/stuck.test.js", "for (;;) {}\n")
    install(project)
    configure(project, start_timeout_secs=6)

    run = project.offload("run")

    assert run.code == 1
    assert "did not end within 6 s" in run.err
    assert "while loading test/stuck.test.js" in run.err
