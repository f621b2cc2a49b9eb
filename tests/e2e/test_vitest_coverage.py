# SPDX-License-Identifier: MIT
"""Coverage that vitest measures in several processes."""
import json

import pytest
from vitest_installs import VERSIONS, configure, install, plain_vitest

FILES = range(1, 5)
CONFIG = """
    import { defineConfig } from 'vitest/config';

    export default defineConfig({
      test: { coverage: { include: ['src/**'], reporter: ['text'], thresholds: { lines: 95 } } },
    });
"""


def write_shop(project):
    for number in FILES:
        project.write(f"src/f{number}.js",
                      f"export function f(x) {{\n  if (x) {{\n    return {number};\n  }}\n"
                      "  return 0;\n}\n")
        project.write(f"test/f{number}.test.js", f"""
            import {{ expect, test }} from 'vitest';
            import {{ f }} from '../src/f{number}.js';

            test('one', () => expect(f(1)).toBe({number}));
            test('none', () => expect(f(0)).toBe(0));
        """)
    project.write("vitest.config.js", CONFIG)


def statements(project):
    """How often each statement ran, by file, over all parts."""
    counts = {}
    for part in project.folder.glob("coverage/parts/*.json"):
        for path, file in json.loads(part.read_text()).items():
            for statement, count in file["s"].items():
                where = (path.rpartition("/")[2], statement)
                counts[where] = counts.get(where, 0) + count
    return counts


@pytest.mark.parametrize("version", VERSIONS)
def test_processes_do_not_disturb_each_other(project, version):
    install(project, version)
    write_shop(project)
    verdicts, code = plain_vitest(project, "--coverage")
    assert code == 0
    configure(project, max_parallel=3, framework={"run_args": "--coverage",
                                                  "worker_lifetime": "batch"})

    run = project.offload("run")

    assert run.code == 0, run
    assert run.verdicts == verdicts
    counts = statements(project)
    assert {file for file, _ in counts} == {f"f{number}.js" for number in FILES}
    assert all(count > 0 for count in counts.values()), counts
    assert [path.name for path in (project.folder / "coverage").iterdir()] == ["parts"]
    assert run.err.count("the coverage thresholds are not checked") == 1


def test_what_failed_tests_cover_is_kept(project):
    install(project)
    write_shop(project)
    project.write("test/f1.test.js", """
        import { expect, test } from 'vitest';
        import { f } from '../src/f1.js';

        test('one', () => expect(f(1)).toBe(2));
    """)
    configure(project, max_parallel=1, framework={"run_args": "--coverage"})

    run = project.offload("run")

    assert run.code == 1
    assert {file for file, _ in statements(project)} == {f"f{number}.js" for number in FILES}


@pytest.mark.parametrize("version", VERSIONS)
def test_coverage_of_the_configuration_alone_is_off(project, version):
    install(project, version)
    write_shop(project)
    project.write("vitest.config.js", CONFIG.replace("coverage: {", "coverage: { enabled: true,"))
    configure(project)

    run = project.offload("run")

    assert run.code == 0, run
    assert "the coverage thresholds are not checked" in run.err
    assert not (project.folder / "coverage").exists()


@pytest.mark.parametrize("version", VERSIONS)
def test_nothing_is_said_of_coverage_that_nobody_asked_for(project, version):
    install(project, version)
    write_shop(project)
    configure(project)

    run = project.offload("run")

    assert run.code == 0, run
    assert "coverage" not in run.err
