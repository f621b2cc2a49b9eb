# SPDX-License-Identifier: MIT
"""A vitest project of many small files: what Offload costs on top of vitest itself."""

from pathlib import Path

from measure import WrongRun, environment, offload_twice, report_against, run, take_turns

HERE = Path(__file__).resolve().parent
INSTALLATION = HERE.parent / "node" / "vitest4" / "node_modules"
WORKERS = 2

CONFIG = f"""\
[offload]
max_parallel = {WORKERS}
test_timeout_secs = 600
sandbox_repo_root = "."

[provider]
type = "local"

[framework]
type = "vitest"
command = "npx vitest"

[groups.all]
retry_count = 0
"""


def write_project(folder, files, tests_per_file):
    (folder / "src").mkdir(parents=True)
    (folder / "test").mkdir()
    (folder / "package.json").write_text('{"private": true, "type": "module"}\n')
    (folder / "offload.toml").write_text(CONFIG)
    (folder / "node_modules").symlink_to(INSTALLATION)
    (folder / "src" / "sum.js").write_text("export const sum = (a, b) => a + b;\n")
    for number in range(files):
        tests = "".join(
            f"  it('adds {i}', () => expect(sum({number}, {i})).toBe({number + i}));\n"
            for i in range(tests_per_file)
        )
        (folder / "test" / f"part_{number:02}.test.js").write_text(
            "import { describe, expect, it } from 'vitest';\n"
            "import { sum } from '../src/sum.js';\n\n"
            f"describe('part {number}', () => {{\n{tests}}});\n"
        )
    return folder


def vitest(bench):
    if not INSTALLATION.is_dir():
        raise WrongRun(f"{INSTALLATION} is missing: run ./dev bench")
    files, per_file = (20, 10) if bench.quick else (60, 10)
    tests = files * per_file
    project = write_project(bench.folder / "vitest", files, per_file)
    env = environment()

    def with_vitest():
        done = run(["node_modules/.bin/vitest", "run", f"--maxWorkers={WORKERS}"], project, env)
        if f"{tests} passed" not in done.output.replace("\x1b[1m", "").replace("\x1b[32m", ""):
            raise WrongRun(f"vitest did not run all tests:\n{done.output[-500:]}")
        return done

    with_vitest()  # warms the caches
    runs = take_turns(
        min(3, bench.repetitions),
        {"vitest run": with_vitest, **offload_twice(bench, project, tests, env)},
    )
    bench.title(f"vitest: {tests} small tests in {files} isolated files; {WORKERS} at a time")
    report_against(bench, "vitest", runs, "vitest run", 1.1)
