# SPDX-License-Identifier: MIT
# needs: cargo vitest
"""The ids of a history are those of the tests, whatever framework runs or reports them."""

import json
import subprocess

import ctest_helpers
import vitest_installs

ALWAYS = '[history]\nrecord_history = "always"\n'


def with_history(project):
    file = project.folder / "offload.toml"
    file.write_text(file.read_text() + ALWAYS)


def counted(project):
    """Attempts and failures by test."""
    lines = map(json.loads, project.lines("offload-history.jsonl"))
    return {line["k"][1]: (line["v"]["n"], line["v"]["f"])
            for line in lines if line["k"][0] == "offload.toml"}


def recorded_and_imported(project, report):
    """What a run records, and the same after a report of the framework's own was added."""
    with_history(project)
    project.offload("run", env={"CI": "1"})
    recorded = counted(project)
    done = project.offload("history", "import", report)
    assert (done.code, "match no test" in done.err) == (0, False), done
    return recorded, counted(project)


def test_vitest(project):
    vitest_installs.install(project)
    for name in ("a", "b"):
        project.write(f"test/{name}.test.js", """
            import { describe, expect, test } from 'vitest';
            describe('a suite', () => {
              test('good', () => {});
              test('bad', () => expect(1).toBe(2));
              test.skip('left', () => {});
            });
        """)
    vitest_installs.configure(project)
    subprocess.run(["node_modules/.bin/vitest", "run", "--reporter=junit", "--outputFile=r.xml"],
                   cwd=project.folder, env=project.env, capture_output=True)

    recorded, imported = recorded_and_imported(project, "r.xml")

    assert recorded == {f"test/{name}.test.js > a suite > {test}": (1, test == "bad")
                        for name in ("a", "b") for test in ("good", "bad")}
    assert imported == {test: (2 * n, 2 * f) for test, (n, f) in recorded.items()}


def test_ctest(project):
    ctest_helpers.shell_tests(project, {"a good": "exit 0", "bad.one": "exit 1"})
    ctest_helpers.ctest(project, "--output-junit", str(project.folder / "r.xml"))

    recorded, imported = recorded_and_imported(project, "r.xml")

    assert recorded == {"a good": (1, 0), "bad.one": (1, 1)}
    assert imported == {"a good": (2, 0), "bad.one": (2, 2)}


def test_what_failed_in_ctest_runs_again_with_its_fixtures(project):
    ran = "echo {0} >>ran.txt; {1}".format
    in_folder = 'cd "' + str(project.folder) + '"; '
    ctest_helpers.shell_tests(project, {
        "set-up": (in_folder + ran("set-up", "exit 0"), "FIXTURES_SETUP F"),
        "good": (in_folder + ran("good", "exit 0"), "FIXTURES_REQUIRED F"),
        "bad": (in_folder + ran("bad", "exit 1"), "FIXTURES_REQUIRED F"),
        "clean-up": (in_folder + ran("clean-up", "exit 0"), "FIXTURES_CLEANUP F"),
        "other": in_folder + ran("other", "exit 0"),
    })
    project.offload("run")
    before = project.lines("ran.txt")
    assert len(before) == 5

    run = project.offload("run", "--failed")

    assert project.lines("ran.txt")[5:] == ["set-up", "bad", "clean-up"]
    assert run.verdicts == {"set-up": "passed", "good": "passed", "bad": "failed",
                            "clean-up": "passed", "other": "passed"}
