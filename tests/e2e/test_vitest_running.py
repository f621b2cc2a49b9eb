# SPDX-License-Identifier: MIT
# needs: vitest
"""What a vitest worker keeps, what the user's own settings do, and how a run ends early."""

import pytest

from vitest_installs import VERSIONS, configure, install


def write_files(project, count=6, tests=3):
    for number in range(count):
        body = "".join(f"it('number {n}', () => note({number}));\n" for n in range(tests))
        project.write(f"test/part_{number}.test.js", "\n".join([
            "import { appendFileSync } from 'node:fs';",
            "import { it } from 'vitest';",
            "const note = (file) => appendFileSync('ran', `${file}\\n`);",
            "appendFileSync(process.env.OFFLOAD_SANDBOX_ID ? 'loaded' : 'listed', 'x\\n');",
            body,
        ]))


@pytest.mark.parametrize("version", VERSIONS)
def test_a_file_is_loaded_once_by_one_sandbox(project, version):
    install(project, version)
    write_files(project)
    configure(project, {"run_args": "--retry 0"})  # so that no worker lists

    run = project.offload("run")

    assert run.code == 0, run
    assert len(project.lines("ran")) == 18
    assert len(project.lines("loaded")) == 6


@pytest.mark.parametrize("version", VERSIONS)
def test_workers_share_the_listing_of_many_files(project, version):
    install(project, version)
    write_files(project, count=25, tests=2)
    project.write("vitest.config.js", "export default { test: { isolate: false } };\n")
    configure(project)

    run = project.offload("run")

    assert run.code == 0, run
    assert len(project.lines("ran")) == len(run.verdicts) == 50
    assert len(project.lines("loaded")) == 25 + 25  # to list them, and to run them


@pytest.mark.parametrize("version", VERSIONS)
def test_a_worker_sets_up_the_project_once(project, version):
    project.copy("nasty_vitest")
    install(project, version)
    configure(project, max_parallel=1, groups={"all": {"filters": "names", "retry_count": 1}})

    run = project.offload("run", env={"NASTY_NOTES": str(project.temp / "notes")})

    assert run.code == 1
    notes = (project.temp / "notes").read_text().split()
    assert notes.count("set") == notes.count("torn") == 1


@pytest.mark.parametrize("lifetime, processes", [("run", 1), ("batch", 2), ("test", 4)])
def test_worker_lifetime_says_how_long_a_process_serves(project, lifetime, processes):
    install(project)
    write_files(project, count=2, tests=2)
    project.write("vitest.config.js", """
        export default { test: { globalSetup: ['./global.js'] } };
    """)
    project.write("global.js", """
        import { appendFileSync } from 'node:fs';

        export function setup() {
          appendFileSync('set_up', `${process.pid}\\n`);
        }
    """)
    configure(project, {"worker_lifetime": lifetime}, max_parallel=1,
              groups={"all": {"schedule_individual": lifetime == "test"}})

    run = project.offload("run")

    assert run.code == 0, run
    listing = 0 if lifetime == "run" else 1
    assert len(set(project.lines("set_up"))) in (processes, processes + listing)


@pytest.mark.parametrize("version", VERSIONS)
def test_bail_ends_the_whole_run(project, version):
    install(project, version)
    write_files(project, count=20, tests=1)
    project.write("test/a_failure.test.js", """
        import { it } from 'vitest';

        it('fails', () => {
          throw new Error('at once');
        });
    """)
    project.write("vitest.config.js", "export default { test: { bail: 1 } };\n")
    configure(project, max_parallel=1)

    run = project.offload("run")

    assert run.verdicts["test/a_failure.test.js > fails"] == "failed"
    assert "not run" in run.verdicts.values()
    assert "the project's own limit" in run.out + run.err
    assert run.code == 1


def test_run_args_count_where_tests_run(project):
    install(project)
    project.write("test/a.test.js", """
        import { it } from 'vitest';

        it('takes its time', () => new Promise((resolve) => setTimeout(resolve, 300)));
    """)
    configure(project, {"run_args": "--testTimeout 50"})

    run = project.offload("run")

    assert "timed out in 50ms" in run.reason("test/a.test.js > takes its time")


@pytest.mark.parametrize("version", VERSIONS)
def test_coverage_is_not_measured_unless_it_is_asked_for(project, version):
    """The coverage package is not even installed: to measure would fail."""
    install(project, version)
    write_files(project, count=1)
    project.write("vitest.config.js", "export default { test: { coverage: { enabled: true } } };\n")
    configure(project)

    assert project.offload("run").code == 0


@pytest.mark.parametrize("pool", ["threads", "forks", "vmThreads"])
@pytest.mark.parametrize("version", VERSIONS)
def test_the_users_pool_counts(project, version, pool):
    install(project, version)
    project.write("vitest.config.js", f"export default {{ test: {{ pool: '{pool}' }} }};\n")
    project.write("test/a.test.js", """
        import { isMainThread } from 'node:worker_threads';
        import { expect, it } from 'vitest';

        it('is in a thread', () => expect(isMainThread).toBe(false));
    """)
    # Under load Node.js 20 dies of signal 11 now and then in the contexts of vitest 2's vmThreads.
    configure(project, groups={"all": {"retry_count": 3 if pool == "vmThreads" else 0}})

    run = project.offload("run")

    wanted = {"threads": {"passed"}, "forks": {"failed"}, "vmThreads": {"passed", "flaky"}}[pool]
    assert set(run.verdicts) == {"test/a.test.js > is in a thread"}
    assert set(run.verdicts.values()) <= wanted, run


@pytest.mark.parametrize("version", VERSIONS)
def test_new_snapshots_are_written_unless_in_ci(project, version):
    install(project, version)
    project.write("test/a.test.js", """
        import { expect, it } from 'vitest';

        it('one', () => expect(1).toMatchSnapshot());
        it('two', () => expect(2).toMatchSnapshot());
    """)
    configure(project)
    snapshots = project.folder / "test" / "__snapshots__" / "a.test.js.snap"

    in_ci = project.offload("run", env={"CI": "1"})
    written_in_ci = snapshots.exists()
    at_home = project.offload("run")
    again = project.offload("run", env={"CI": "1"})

    assert (in_ci.code, written_in_ci) == (1, False)
    assert (at_home.code, again.code) == (0, 0)
    assert "`one 1`" in snapshots.read_text() and "`two 1`" in snapshots.read_text()


@pytest.mark.parametrize("version", VERSIONS)
def test_a_part_of_a_file_makes_no_snapshot_obsolete(project, version):
    project.copy("nasty_vitest")
    install(project, version)
    configure(project, groups={"some": {"filters": "-t 'has a right snapshot'"}})
    before = project.read("test/__snapshots__/snapshots.test.js.snap")

    run = project.offload("run")

    assert run.verdicts["test/snapshots.test.js > has a right snapshot"] == "passed"
    assert project.read("test/__snapshots__/snapshots.test.js.snap") == before


STEPS = """
    import {{ describe, expect, it }} from 'vitest';

    const state = [];
    const step = async (n) => {{
      await new Promise((done) => setTimeout(done, 400));
      expect(state.length).toBe(n);
      state.push(n);
    }};
    {suite}('steps', () => {{
      for (let n = 0; n < 6; ++n) it(`step ${{n}}`, () => step(n));
    }});
"""


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("suite, key", [("describe.sequential", {}),
                                        ("describe", {"keep_together": "file"})])
def test_tests_that_rely_on_their_order_stay_together(project, version, suite, key):
    """Also when the durations of a run before show that the file could be divided."""
    install(project, version)
    for name in ("one", "two"):
        project.write(f"test/{name}.test.js", STEPS.format(suite=suite))
    configure(project, key, max_parallel=4)

    runs = [project.offload("run"), project.offload("run")]

    assert [run.code for run in runs] == [0, 0], runs[-1]
    assert len(runs[-1].verdicts) == 12
