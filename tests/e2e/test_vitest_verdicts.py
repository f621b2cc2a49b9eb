# SPDX-License-Identifier: MIT
# needs: vitest
"""A project with every outcome and every odd name: Offload says of each test what vitest says."""

import pytest

from conftest import Project
from trace_checker import Trace
from vitest_installs import VERSIONS, configure, install, plain_vitest

# Vitest fails the run for these, but not the test: a hook failed around it.
BEFORE_ALL = {
    "test/outcomes.test.js > a beforeAll that fails > cannot run",
    "test/outcomes.test.js > a beforeAll that fails > deeper > cannot run either",
}
UNHANDLED = "outside of tests: unhandled error in test/unhandled.test.js"
# An afterAll fails in each batch that has one of these, behind the last one of it.
AFTER_ALL = [
    "test/after_all.test.js > an afterAll that fails > is innocent",
    "test/after_all.test.js > an afterAll that fails > is the last",
]
# By the time that an afterAll fails, vitest 2 may have told of the test after it.
OUTSIDE = "test/after_all.test.js > is outside"
LATE_SUITE = "outside of tests: the suite an afterAll that fails of test/after_all.test.js"


def check_blame(verdicts, batches):
    """Takes out of `verdicts` the tests that are blamed for what vitest blames on the run."""
    assert {verdicts.pop(test) for test in BEFORE_ALL} == {"failed"}
    assert verdicts.pop(UNHANDLED) == "failed"
    blamed = [test for test in [*AFTER_ALL, OUTSIDE, LATE_SUITE]
              if verdicts.pop(test, "passed") == "failed"]
    if batches[AFTER_ALL[0]] == batches[AFTER_ALL[1]]:
        assert len(blamed) == 1 and blamed != AFTER_ALL[:1]
    else:
        assert blamed


def batches_of(project):
    """The batch of each test."""
    trace = Trace(project.read("test-results/trace.json"))
    return {event["name"]: event["args"]["batch"] for _, _, event in trace.slices()
            if "batch" in event.get("args", {})}


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("lifetime, sandboxes", [("run", 3), ("batch", 1)])
def test_every_verdict_is_that_of_plain_vitest(project, version, lifetime, sandboxes):
    project.copy("nasty_vitest")
    install(project, version)
    configure(project, {"worker_lifetime": lifetime}, max_parallel=sandboxes)
    expected, code = plain_vitest(project, env={"CI": "1"})

    run = project.offload("run", "--trace", env={"CI": "1"})

    verdicts = run.verdicts
    check_blame(verdicts, batches_of(project))
    for test in [*BEFORE_ALL, *AFTER_ALL, OUTSIDE]:
        expected.pop(test)
    assert verdicts == expected
    assert (run.code, code) == (1, 1)
    assert all(len(attempts) == 1 for attempts in run.results.values())
    assert not project.leftovers()


def test_a_hook_that_fails_fails_each_batch_of_its_suite(project):
    project.copy("nasty_vitest")
    install(project)
    configure(project, {"worker_lifetime": "test"}, max_parallel=2,
              groups={"all": {"filters": "test/after_all.test.js"}})

    run = project.offload("run")

    assert run.code == 1, run
    assert run.results == {
        AFTER_ALL[0]: ["errored"], AFTER_ALL[1]: ["errored"], OUTSIDE: ["passed"]}


@pytest.fixture(scope="module", params=VERSIONS)
def nasty_run(request, tmp_path_factory):
    project = Project(tmp_path_factory.mktemp(request.param))
    project.copy("nasty_vitest")
    install(project, request.param)
    configure(project)
    yield project.offload("run", env={"CI": "1"})
    project.close()


def test_each_failure_says_what_went_wrong(nasty_run):
    reasons = {
        "test/outcomes.test.js > fails with a difference": ["-     3,", "+     2,"],
        "test/outcomes.test.js > throws a text": ["just a text"],
        "test/outcomes.test.js > throws nothing at all": ["undefined"],
        "test/outcomes.test.js > rejects": ["TypeError: rejected", "outcomes.test.js:15"],
        "test/outcomes.test.js > has a cause": ["outer", "caused by: Error: inner"],
        "test/outcomes.test.js > times out": ["timed out in 50ms"],
        "test/outcomes.test.js > expects softly": ["expected 1 to be 2", "expected 3 to be 4"],
        "test/outcomes.test.js > a beforeAll that fails > cannot run": ["beforeAll failed"],
        "test/outcomes.test.js > an afterEach that fails > fails after it": ["afterEach failed"],
        "test/snapshots.test.js > has a wrong snapshot": ["-   \"a\": 3", "+   \"a\": 2"],
        "test/same_a.test.js > is there twice": ["the second"],
        "test/broken_import.test.js": ["no_such_file.js"],
        "test/broken_load.test.js": ["thrown while loading"],
        "test/empty.test.js": ["No test suite found"],
        "test/exits.test.js > exits": ["process.exit unexpectedly called"],
        UNHANDLED: ["nobody caught this", "leaves a promise behind"],
    }

    for test, texts in reasons.items():
        for text in texts:
            assert text in nasty_run.reason(test), test
    assert "afterAll failed" in "".join(
        nasty_run.reason(test) for test in [*AFTER_ALL, OUTSIDE, LATE_SUITE]
        if nasty_run.results.get(test, ["passed"]) != ["passed"])


def test_tests_that_cannot_be_told_apart_are_named(nasty_run):
    assert "`test/same_a.test.js > is there twice` (test/same_a.test.js, lines 4, 5)" in (
        nasty_run.err)
    assert "unhandled error in test/unhandled.test.js" in nasty_run.err


def test_output_belongs_to_its_test(nasty_run):
    (passing,) = nasty_run.attempts("test/output.test.js > writes and passes")
    (failing,) = nasty_run.attempts("test/output.test.js > writes and fails")

    assert passing.findtext("system-out").strip() == "to the console"
    assert passing.findtext("system-err").strip() == "to its errors"
    assert failing.findtext("system-out").strip() == "before the end"
    assert "not asked for" not in nasty_run.err


def test_a_place_has_file_and_line(nasty_run):
    (case,) = nasty_run.attempts("test/outcomes.test.js > fails with a difference")

    assert (case.get("file"), case.get("line")) == ("test/outcomes.test.js", "6")


def test_half_a_character_loses_no_result(project):
    install(project)
    project.write("test/half.test.js", r"""
        import { it } from 'vitest';

        it('says half', () => { throw new Error('half \uD83D a character'); });
        it('is cut', () => { throw new Error('x'.repeat(992) + '\u{1F600}'.repeat(9)); });
    """)
    configure(project)

    run = project.offload("run")

    assert run.code == 1, run
    assert run.results == {"test/half.test.js > says half": ["failed"],
                           "test/half.test.js > is cut": ["failed"]}
    assert r"half \ud83d a character" in run.reason("test/half.test.js > says half")


@pytest.mark.parametrize("version", VERSIONS)
def test_tests_in_an_environment_of_browsers_run(project, version):
    """Their modules are transformed for a browser, as with jsdom and happy-dom."""
    install(project, version)
    project.write("environment.js", """
        export default {
          name: 'browserlike', transformMode: 'web', viteEnvironment: 'client',
          setup(global) { global.document = { title: 'page' }; return { teardown() {} }; },
        };
    """)
    project.write("dom.test.js", """
        import { expect, test } from 'vitest';
        test('dom', () => { expect(document.title).toBe('page'); });
    """)
    project.write("vitest.config.js",
                  "export default { test: { environment: './environment.js' } };\n")
    configure(project)

    run = project.offload("run")

    assert (run.code, run.verdicts) == (0, {"dom.test.js > dom": "passed"}), run
