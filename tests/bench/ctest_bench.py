# SPDX-License-Identifier: MIT
"""Offload's own unit tests, run by offload and by ctest, with the same number at a time."""

from measure import offload_twice, report_against, run, take_turns

# What is left starts quickly, one process a test: the case in which an orchestrator can lose most.
LONG_ONES = "^(CompileFail|Consumer|EndToEnd|Examples|Modal|PytestPlugin|Structure)[.]"
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

    runs = take_turns(
        1 if bench.quick else max(3, bench.repetitions // 2),
        {
            **offload_twice(bench, project, count),
            f"ctest -j {slots}": lambda: run(
                ["ctest", "--test-dir", build, "-j", slots, "-E", LONG_ONES]
            ),
        },
    )
    bench.title(f"ctest: {count} unit tests of Offload, {slots} at a time")
    report_against(bench, "ctest", runs, f"ctest -j {slots}", 1.1)
