# SPDX-License-Identifier: MIT
"""Offload's own unit tests, run by offload and by ctest, with the same number at a time."""

import shutil

from measure import WrongRun, median, run, take_turns

# What is left starts quickly, one process a test: the case in which an orchestrator can lose most.
LONG_ONES = "^(CompileFail|Consumer|EndToEnd|Examples|PytestPlugin|Structure)[.]"
CONFIG = """\
[offload]
max_parallel = {slots}
sandbox_repo_root = "."
[provider]
type = "local"
[framework]
type = "ctest"
build_dir = "{build}"
[groups.unit]
filters = "-E '{but}'"
"""


def ctest(bench):
    build = bench.offload.parents[1] / "dev"
    slots = 2
    if not (build / "CTestTestfile.cmake").exists():
        bench.title(f"ctest: left out, as {build} is not built; ./dev test builds it")
        return
    project = bench.folder / "ctest"
    project.mkdir()
    config = CONFIG.format(slots=slots, build=build, but=LONG_ONES)
    (project / "offload.toml").write_text(config)
    listed = run(["ctest", "--test-dir", build, "-N", "-E", LONG_ONES]).output
    count = int(listed.rsplit("Total Tests:", 1)[1])

    def with_offload(forget):
        if forget:
            shutil.rmtree(project / "test-results", ignore_errors=True)
        done = run([bench.offload, "run"], cwd=project)
        head = (project / "test-results" / "junit.xml").read_text()[:1000]
        if f'tests="{count}"' not in head:
            raise WrongRun(f"not {count} tests: {head}")
        return done.wall

    bench.title(f"ctest: {count} unit tests of Offload, {slots} at a time")
    walls = take_turns(
        1 if bench.quick else max(3, bench.repetitions // 2),
        {
            "offload, first run": lambda: with_offload(True),
            "offload, durations known": lambda: with_offload(False),
            f"ctest -j {slots}": lambda: run(
                ["ctest", "--test-dir", build, "-j", slots, "-E", LONG_ONES]
            ).wall,
        },
    )
    peer = median(walls[f"ctest -j {slots}"])
    for name, all_walls in walls.items():
        bench.report("ctest", name, median(all_walls), "s")
        if name.startswith("offload"):
            bench.report("ctest", f"{name} / ctest -j {slots}", median(all_walls) / peer, "", 1.1)
