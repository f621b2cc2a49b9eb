// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <fmt/core.h>

#include <cmath>

#include "judge.hpp"
#include "run/file_limit.hpp"

namespace offload::cli {
namespace {

constexpr seconds much_drift{0.5};
constexpr seconds much_ahead{5};
constexpr std::uint64_t mebibyte = 1024 * 1024;
constexpr std::uint64_t hardly_any_space = 100 * mebibyte;
constexpr std::uint64_t little_space = 1024 * mebibyte;
/// A Python that has imported a project of some size.
constexpr std::uint64_t small_worker = 64 * mebibyte;
constexpr double crowded = 4;  ///< sandboxes a processor

/// The worker, a test's own process or two, and our thread for the sandbox.
constexpr std::uint64_t processes_needed(unsigned sandboxes) { return 16 + 4ULL * sandboxes; }

std::string size(std::uint64_t bytes) {
  if (bytes < 1024 * mebibyte) { return fmt::format("{} MiB", bytes / mebibyte); }
  return fmt::format("{:.1f} GiB", static_cast<double>(bytes) / (1024.0 * mebibyte));
}

finding judge_open_files(machine_facts const& facts) {
  auto const needed = files_needed(facts.provider, facts.max_parallel);
  if (facts.open_files_hard >= needed) {
    return fine("limits.open_files",
                fmt::format("{} open files are allowed; {} sandboxes need about {}",
                            facts.open_files_hard, facts.max_parallel, needed));
  }
  auto const possible = sandboxes_with(facts.provider, facts.open_files_hard);
  return doubtful(
      "limits.open_files",
      fmt::format("only {} open files are allowed; {} sandboxes need about {}, so a run "
                  "has {} at a time",
                  facts.open_files_hard, facts.max_parallel, needed, possible),
      fmt::format("raise the hard limit to {} (`ulimit -H -n`, LimitNOFILE of a service, "
                  "--ulimit of a container), or lower max_parallel (-p {})",
                  needed, possible));
}

void judge_tests_here(machine_facts const& facts, findings& found) {
  if (facts.max_parallel > crowded * facts.processors) {
    found.push_back(doubtful(
        "limits.processors",
        fmt::format("{} sandboxes share {:g} processors", facts.max_parallel, facts.processors),
        "`offload plan` says how many help; tests that mostly wait can use more"));
  } else {
    found.push_back(fine("limits.processors", fmt::format("{} sandboxes on {:g} processors",
                                                          facts.max_parallel, facts.processors)));
  }
  if (!facts.memory_left) { return; }
  if (*facts.memory_left / facts.max_parallel < small_worker) {
    found.push_back(doubtful("limits.memory",
                             fmt::format("{} of memory are free for {} sandboxes",
                                         size(*facts.memory_left), facts.max_parallel),
                             "lower max_parallel, or tests may be killed for their memory"));
  } else {
    found.push_back(
        fine("limits.memory", fmt::format("{} of memory are free for {} sandboxes",
                                          size(*facts.memory_left), facts.max_parallel)));
  }
}

finding judge_space(space_facts const& space) {
  auto const what =
      fmt::format("{} free for {} ({})", size(space.free_bytes), space.what, space.path);
  auto const fix = fmt::format("make room on the disk of {}", space.path);
  if (space.free_bytes < hardly_any_space) { return broken("limits.disk", what, fix); }
  if (space.free_bytes < little_space) { return doubtful("limits.disk", what, fix); }
  return fine("limits.disk", what);
}

}  // namespace

findings judge(clock_facts const& facts) {
  findings found;
  if (facts.before_this_program) {
    found.push_back(broken("clock.date", "the clock is earlier than the build date of this program",
                           "set the clock; TLS refuses certificates that are not valid yet"));
  }
  if (std::abs(facts.drift.count()) > much_drift.count()) {
    found.push_back(
        doubtful("clock.steady", fmt::format("the clock jumped by {:+.1f} s", facts.drift.count()),
                 "find out what sets it (several time services?): times in the reports are wrong"));
  }
  if (facts.files_are_timed && std::abs(facts.ahead_of_files.count()) > much_ahead.count()) {
    found.push_back(
        doubtful("clock.files",
                 fmt::format("a new file is {:.0f} s {} this machine's clock",
                             std::abs(facts.ahead_of_files.count()),
                             facts.ahead_of_files.count() > 0 ? "behind" : "ahead of"),
                 "synchronise both clocks (NTP): build tools may mistake old files for new ones"));
  }
  if (found.empty()) { found.push_back(fine("clock", "the clock is steady")); }
  return found;
}

findings judge(machine_facts const& facts) {
  findings found{judge_open_files(facts)};
  if (facts.processes_left) {
    auto const needed = processes_needed(facts.max_parallel);
    auto const what = fmt::format("{} more processes are allowed; {} sandboxes need about {}",
                                  *facts.processes_left, facts.max_parallel, needed);
    found.push_back(*facts.processes_left >= needed
                        ? fine("limits.processes", what)
                        : broken("limits.processes", what,
                                 "raise the limit (`ulimit -u`, pids.max of the container), or "
                                 "lower max_parallel"));
  }
  if (facts.runs_tests_here) { judge_tests_here(facts, found); }
  for (auto const& space : facts.spaces) {
    if (space.known) { found.push_back(judge_space(space)); }
  }
  return found;
}

findings judge(output_facts const& facts) {
  if (facts.problem.empty()) {
    return {fine("output", fmt::format("results can be written to {}", facts.path))};
  }
  return {broken("output",
                 fmt::format("results cannot be written to {}: {}", facts.path, facts.problem),
                 "correct [report] output_dir, or the folder's permissions")};
}

findings judge(leftover_facts const& facts) {
  findings found;
  if (facts.sandboxes > 0) {
    found.push_back(doubtful("leftovers",
                             fmt::format("crashed runs left {} sandboxes", facts.sandboxes),
                             "`offload cleanup` destroys them; so does the next run"));
  }
  if (facts.being_made > 0) {
    found.push_back(doubtful(
        "leftovers",
        fmt::format("{} sandboxes of crashed runs are still being created", facts.being_made),
        "`offload cleanup` waits for them and destroys them"));
  }
  if (found.empty()) { found.push_back(fine("leftovers", "no sandboxes left by crashed runs")); }
  return found;
}

}  // namespace offload::cli
