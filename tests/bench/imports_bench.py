# SPDX-License-Identifier: MIT
"""Tests behind imports that take long: in one process, in workers of xdist, and in forks."""

from pathlib import Path

import projects
from measure import WrongRun, check_junit, environment, median, run, take_turns

PYTHON = Path(__file__).resolve().parents[2] / "build" / "venv" / "imports" / "bin" / "python"
KINDS = {
    "offload": "",
    "offload, a process for each worker": 'worker_start = "spawn"',
    "offload, a fork for each test": 'worker_lifetime = "test"',
}


def compare(bench, what, project, tests, workers, targets):
    """`targets`: the most that offload may take, as a part of a peer's {"wall" or "cpu"}."""
    env = environment()
    pytest = [PYTHON, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    configuration = (project / "offload.toml").read_text()

    def with_pytest(*arguments):
        done = run([*pytest, *arguments], project, env)
        if f"{tests} passed" not in done.output:
            raise WrongRun(f"pytest {arguments} did not run all tests:\n{done.output[-500:]}")
        return done

    def with_offload(key):
        (project / "offload.toml").write_text(
            configuration.replace("[framework]", f"[framework]\n{key}"))
        done = run([bench.offload, "run"], project, env)
        check_junit(project, tests)
        return done

    with_pytest()  # compiles the test files
    xdist = f"pytest -n {workers}"
    runs = take_turns(bench.repetitions, {
        **{name: lambda key=key: with_offload(key) for name, key in KINDS.items()},
        xdist: lambda: with_pytest("-n", str(workers)),
        "pytest": with_pytest,
    })
    took = {"wall": {}, "cpu": {}}
    for name, results in runs.items():
        for figure, values in took.items():
            values[name] = median(getattr(one, figure) for one in results)
        bench.report("imports", f"{what}: {name}", took["wall"][name], "s")
        bench.report("imports", "  processor time", took["cpu"][name], "s")
    for (figure, peer), most in targets.items():
        peer = xdist if peer == "xdist" else peer
        ratio = took[figure]["offload"] / took[figure][peer]
        bench.report("imports", f"{what}: {figure} time, offload / {peer}", ratio, "", most)


def imports(bench):
    if not PYTHON.exists():
        raise WrongRun(f"{PYTHON} is missing: ./dev bench makes it")
    bench.title("imports: 200 tests of 10 ms behind pandas, SQLAlchemy, Django and pydantic, with 8 "
                "workers; 2,000 light tests with 2")
    compare(bench, "heavy imports", projects.imports(bench.folder / "imports", 200, 8, PYTHON),
            200, 8, {("wall", "xdist"): 0.25, ("cpu", "pytest"): 1.3})
    compare(bench, "light tests", projects.light(bench.folder / "imports-light", python=PYTHON),
            2000, 2, {("wall", "xdist"): 0.45, ("wall", "pytest"): 1})
