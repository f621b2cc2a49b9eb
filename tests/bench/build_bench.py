# SPDX-License-Identifier: MIT
"""The benchmarks `build` and `clean_build`: what the headers, and a build of it all, cost.

Processor time, as ratios: to a small file in the same round, and to a build of an earlier commit
beside this one.
"""

import os
import shutil
import subprocess
from pathlib import Path

from measure import median, run, take_turns

ROOT = Path(__file__).resolve().parents[2]
COMPILER = os.environ.get("CXX", "g++")

SMALL = """#include <fmt/format.h>
#include <functional>
#include <string>
#include <vector>
"""
FRONT_DOOR = "#include <offload/offload.hpp>\n"
REPORTER = (ROOT / "tests/examples/slow_test_reporter.cpp").read_text()
FOUR_POLICIES = """#include <offload/runner/runner.hpp>
#include <cstdio>
#include "null_policies.hpp"

namespace offload::bench {

struct own_scheduler {
  std::vector<test_index> left{};

  void open(std::span<work_item const> items, schedule_limits const&) {
    for (auto const& item : items) { left.push_back(item.test); }
  }
  [[nodiscard]] std::vector<test_index> next(slot_id) { return std::exchange(left, {}); }
  void again(test_index test, slot_id, batching) { left.push_back(test); }
  [[nodiscard]] std::size_t waiting() const { return left.size(); }
  void on(schedule_event const&) {}
};

struct own_reporter {
  void on(run_event const& event) const {
    if (auto const* ended = std::get_if<attempt_ended>(&event.what)) {
      std::puts(ended->what.report.id.value.c_str());
    }
  }
};

}  // namespace offload::bench

int main() {
  using namespace offload::bench;
  offload::runner mine{null_provider{}, null_framework{3}, own_scheduler{}, own_reporter{}};
  return mine.run({.groups = {{.name = "all"}}}, {}) ? 0 : 1;
}
"""

# Largest ratio to the small file, and most memory in MB.
TARGETS = {
    "offload.hpp": (FRONT_DOOR, 2.5, None),
    "a runner with a reporter of its own": (REPORTER, 5.5, None),
    "a runner of four policies of its own": (FOUR_POLICIES, 7, 450),
}
# What a clean build is compared with, what it may take, and the MB of its largest process.
BEFORE = "f60e380"
CLEAN_TARGETS = {"release": 0.4, "dev": 0.5}
CLEAN_MEMORY = 1500


def build(bench):
    bench.title("build: processor time of one file, as a ratio to a small one (-O0)")
    folder = bench.folder / "build"
    folder.mkdir()

    def compiled(text):
        source = folder / "one.cpp"
        source.write_text(text)
        includes = [f"-I{ROOT}/include", f"-I{Path(__file__).parent}"]
        return run([COMPILER, "-std=c++20", "-O0", *includes, "-c", "-o", folder / "one.o", source])

    sources = {"small": SMALL, **{name: text for name, (text, _, _) in TARGETS.items()}}
    runs = take_turns(bench.repetitions, {
        name: lambda text=text: compiled(text) for name, text in sources.items()})
    small = median(r.cpu for r in runs["small"])
    bench.report("build", "the small file", small, "s")
    for name, (_, most, most_memory) in TARGETS.items():
        bench.report("build", name, median(r.cpu for r in runs[name]) / small, "", most)
        memory = max(r.peak_kib for r in runs[name]) / 1024
        bench.report("build", f"  {name}: memory", memory, "MB", most_memory)


def clean_build(bench):
    """Half an hour: builds each twice, from nothing and without a compiler cache.

    As unity builds, as CI does. The earlier commit does not know that option.
    """
    bench.title(f"clean_build: processor time of a build from nothing, as a ratio to {BEFORE}")
    trees = {"now": "HEAD", "before": BEFORE}
    for name, commit in trees.items():
        archive = subprocess.run(["git", "-C", ROOT, "archive", commit], check=True,
                                 capture_output=True).stdout
        (bench.folder / name).mkdir()
        subprocess.run(["tar", "-x", "-C", bench.folder / name], input=archive, check=True)

    def built(name, preset):
        tree = bench.folder / name
        shutil.rmtree(tree / "build", ignore_errors=True)
        run(["cmake", "--preset", preset, "-DOFFLOAD_UNITY_BUILD=ON"], tree)
        used = run(["cmake", "--build", "--preset", preset], tree)
        shutil.rmtree(tree / "build")
        return used

    for preset, most in CLEAN_TARGETS.items():
        used = {name: built(name, preset) for name in trees}
        now, before = used["now"].cpu, used["before"].cpu
        bench.report("clean_build", f"{preset}: now", now, "s")
        bench.report("clean_build", f"{preset}: now / before", now / before, "", most)
        bench.report("clean_build", f"  {preset}: memory", used["now"].peak_kib / 1024, "MB",
                     CLEAN_MEMORY)
