# SPDX-License-Identifier: MIT
# needs: vitest
"""Tests that kill or hang the process that runs them, and processes that others kill."""

import pytest

from conftest import eventually, kill
from vitest_installs import VERSIONS, configure, install

SLOW_START = 8  # a time limit within which vitest starts on a busy machine

ENDS = """
    import { it } from 'vitest';

    it('passes before', () => {});
    it('dies', () => {
      %s;
    });
    it('passes after', () => {});
"""


def write_innocent(project, files=3):
    for number in range(files):
        project.write(f"test/innocent_{number}.test.js", """
            import { it } from 'vitest';

            it('one', () => {});
            it('two', () => {});
        """)


def check_that_only(run, guilty, reason):
    failed = {test for test, verdict in run.verdicts.items() if verdict == "failed"}
    assert failed == set(guilty)
    for test in guilty:
        assert reason in run.reason(test), test
    assert set(run.verdicts.values()) == {"passed", "failed"}
    assert run.code == 1


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("isolate", ["true", "false"])
def test_a_test_that_dies_is_named_and_the_others_run(project, version, isolate):
    install(project, version)
    write_innocent(project)
    project.write("vitest.config.js", f"""
        const isolate = {isolate};
        export default {{ test: {{ isolate, pool: 'forks' }} }};
    """)
    project.write("test/aborts.test.js", ENDS % "process.abort()")
    project.write("test/killed.test.js", ENDS % "process.kill(process.pid, 'SIGKILL')")
    configure(project)

    run = project.offload("run")

    check_that_only(run, ["test/aborts.test.js > dies", "test/killed.test.js > dies"],
                    "worker process ended while running this test")
    assert len(run.verdicts) == 12
    assert not project.leftovers()


@pytest.mark.parametrize("version", VERSIONS)
def test_a_test_that_never_yields_is_named(project, version):
    install(project, version)
    write_innocent(project)
    project.write("test/hangs.test.js", ENDS % "for (;;) {}")
    configure(project, test_timeout_secs=SLOW_START)

    run = project.offload("run")

    check_that_only(run, ["test/hangs.test.js > dies"], "timed out after 8 s")
    assert not project.leftovers()


@pytest.mark.parametrize("version", VERSIONS)
def test_a_file_that_dies_where_it_is_loaded_is_named(project, version):
    install(project, version)
    write_innocent(project)
    project.write("test/loads.test.js", """
        import { it } from 'vitest';

        if (process.env.OFFLOAD_SANDBOX_ID) {
          process.abort();
        }
        it('one', () => {});
        it('two', () => {});
    """)
    configure(project, {"run_args": "--retry 0"})  # so that no worker lists

    run = project.offload("run")

    check_that_only(run, ["test/loads.test.js > one", "test/loads.test.js > two"],
                    "while loading its file")


def test_a_file_that_dies_where_it_is_listed_is_an_entry_of_its_own(project):
    install(project)
    write_innocent(project)
    project.write("test/loads.test.js", """
        import { it } from 'vitest';

        process.abort();
        it('is never seen', () => {});
    """)
    configure(project)

    run = project.offload("run")

    check_that_only(run, ["test/loads.test.js"], "worker process ended")
    assert len(run.verdicts) == 7


def test_a_dead_test_is_tried_again(project):
    install(project)
    project.write("test/flaky.test.js", """
        import { existsSync, writeFileSync } from 'node:fs';
        import { it } from 'vitest';

        it('dies once', () => {
          if (!existsSync('been_here')) {
            writeFileSync('been_here', '');
            process.abort();
          }
        });
    """)
    configure(project, groups={"all": {"retry_count": 1}})

    run = project.offload("run")

    assert run.results == {"test/flaky.test.js > dies once": ["errored", "passed"]}
    assert run.code == 2


@pytest.mark.parametrize("version", VERSIONS)
def test_only_what_was_going_on_when_the_workers_were_killed_fails(project, version):
    """In each of two: one test, or a file that was being loaded."""
    install(project, version)
    for number in range(6):
        project.write(f"test/part_{number}.test.js", """
            import { appendFileSync } from 'node:fs';
            import { it } from 'vitest';

            for (let number = 0; number < 10; ++number) {
              it(`number ${number}`, async () => {
                appendFileSync('ran', '\\n');
                await new Promise((resolve) => setTimeout(resolve, 20));
              });
            }
        """)
    configure(project)
    run = project.start("run")
    eventually(lambda: len(project.lines("ran")) >= 15 or not run.is_running)
    victims = project.workers()

    for pid in victims:
        kill(pid)
    run = run.wait()

    # One that is killed after its last test, and before it has ended, is a failure of its own.
    verdicts = {test: verdict for test, verdict in run.verdicts.items()
                if test != "outside of tests: the test command ended with signal 9 (SIGKILL)"}
    failed = [test for test, verdict in verdicts.items() if verdict == "failed"]
    assert len(verdicts) == 60
    running = [test for test in failed if "while running this test" in run.reason(test)]
    loading = {test.split(" > ")[0] for test in failed if test not in running}
    assert len(running) + len(loading) + len(run.verdicts) - len(verdicts) in (1, 2)
    assert all("signal 9" in run.reason(test) for test in failed)
    assert list(run.verdicts.values()).count("passed") == 60 - len(failed)
    assert not project.leftovers()
