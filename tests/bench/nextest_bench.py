# SPDX-License-Identifier: MIT
"""Offload and `cargo nextest run -j 2` on a workspace of 500 small tests that is built already."""

from measure import WrongRun, environment, offload_twice, report_against, run, take_turns

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

    def with_nextest():
        done = run(["cargo", "nextest", "run", "-j", "2"], project, env)
        if f"{tests} passed" not in done.output:
            raise WrongRun(f"nextest did not run all tests:\n{done.output[-500:]}")
        return done

    with_nextest()  # builds
    runs = take_turns(
        bench.repetitions,
        {**offload_twice(bench, project, tests, env), "cargo nextest run -j 2": with_nextest},
    )
    bench.title(f"nextest: {tests} small tests of 4 packages, built already; 2 at a time")
    report_against(bench, "nextest", runs, "cargo nextest run -j 2", 1.1)
