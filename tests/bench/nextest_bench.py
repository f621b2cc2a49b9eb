# SPDX-License-Identifier: MIT
"""Offload and `cargo nextest run -j 2` on a workspace of 500 small tests that is built already."""

import shutil

from measure import WrongRun, environment, median, run, take_turns

CONFIG = """\
[offload]
max_parallel = 2
sandbox_repo_root = "."

[provider]
type = "local"

[framework]
type = "nextest"

[groups.all]
"""


def workspace(folder, crates=4, tests_per_crate=125):
    folder.mkdir(parents=True)
    (folder / "offload.toml").write_text(CONFIG)
    names = [f"part{number}" for number in range(crates)]
    members = ", ".join(f'"{name}"' for name in names)
    (folder / "Cargo.toml").write_text(f'[workspace]\nresolver = "2"\nmembers = [{members}]\n')
    for name in names:
        (folder / name / "src").mkdir(parents=True)
        (folder / name / "Cargo.toml").write_text(
            f'[package]\nname = "{name}"\nversion = "0.1.0"\nedition = "2021"\n')
        tests = "\n".join(
            f"    #[test]\n    fn number_{i}() {{\n        assert_eq!((0..={i}u64).sum::<u64>(), "
            f"{i * (i + 1) // 2});\n    }}" for i in range(tests_per_crate))
        (folder / name / "src/lib.rs").write_text(
            f"#[cfg(test)]\nmod tests {{\n{tests}\n}}\n")
    return crates * tests_per_crate


def nextest(bench):
    project = bench.folder / "nextest"
    tests = workspace(project)
    env = environment()

    def with_offload(first):
        if first:
            shutil.rmtree(project / "test-results", ignore_errors=True)
        done = run([bench.offload, "run"], project, env)
        head = (project / "test-results" / "junit.xml").read_text()[:1000]
        if f'tests="{tests}"' not in head or 'failures="0"' not in head:
            raise WrongRun(f"the report lacks {tests} passed tests: {head[:200]}")
        return done

    def with_nextest():
        done = run(["cargo", "nextest", "run", "-j", "2"], project, env)
        if f"{tests} passed" not in done.output:
            raise WrongRun(f"nextest did not run all tests:\n{done.output[-500:]}")
        return done

    with_nextest()  # builds
    runs = take_turns(
        bench.repetitions,
        {
            "offload, first run": lambda: with_offload(True),
            "offload, durations known": lambda: with_offload(False),
            "cargo nextest run -j 2": with_nextest,
        },
    )
    bench.title(f"nextest: {tests} small tests of 4 packages, built already; 2 at a time")
    wall = {name: median(r.wall for r in results) for name, results in runs.items()}
    for name, results in runs.items():
        bench.report("nextest", name, wall[name], "s")
        bench.report("nextest", f"  {name}: processor time", median(r.cpu for r in results), "s")
    for name in ("offload, first run", "offload, durations known"):
        bench.report("nextest", f"{name} / cargo nextest run -j 2",
                     wall[name] / wall["cargo nextest run -j 2"], "", 1.1)
