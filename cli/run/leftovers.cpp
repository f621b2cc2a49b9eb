// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "run/leftovers.hpp"

#include <offload/process/pause.hpp>
#include <offload/process/temp_folder.hpp>
#include <offload/provider/sandbox_journal.hpp>

#include <fmt/core.h>

#include <cstdio>
#include <utility>

#include "command_line/commands.hpp"
#include "command_line/print.hpp"
#include "command_line/warn.hpp"

namespace offload::cli {
namespace {

constexpr seconds longest_cleanup{60};

/// Waits for the sandboxes that are still being made for runs that were killed. They cannot be
/// destroyed before they exist.
void wait_for_orphaned_creations(std::filesystem::path const& journal) {
  auto const until = steady_clock::now() + to_clock(longest_cleanup);
  bool told = false;
  while (auto const count = orphaned_creations(journal)) {
    if (!std::exchange(told, true)) {
      print_to(stderr, "Waiting for {} that an earlier run was making.\n",
               count == 1 ? "1 sandbox" : fmt::format("{} sandboxes", count));
    }
    if (steady_clock::now() >= until) { return; }
    pause(seconds{0.1});
  }
}

}  // namespace

void destroy_leftovers(std::filesystem::path const& journal) {
  wait_for_orphaned_creations(journal);
  auto const left = leftover_sandboxes(journal);
  if (left.empty()) { return; }
  auto const done = destroy(left, longest_cleanup);
  if (!done.destroyed.empty()) {
    print_to(stderr, "Destroyed {} sandboxes that an earlier run had left behind.\n",
             done.destroyed.size());
  }
  for (auto const& each : done.still_there) { warn("cannot destroy sandbox " + each); }
}

void warn_of_sandboxes_left(std::filesystem::path const& run) {
  for (auto const& id : listed_sandboxes(run)) {
    warn(
        fmt::format("sandbox {} could not be destroyed; the next run tries again, and so does "
                    "`offload cleanup`",
                    id));
  }
}

int cleanup() {
  end_processes_of_dead_runners();
  remove_abandoned_temp_folders();
  wait_for_orphaned_creations(sandbox_journal_folder());
  auto const done = destroy(leftover_sandboxes(sandbox_journal_folder()), longest_cleanup);
  for (auto const& id : done.destroyed) { print("Destroyed sandbox {}.\n", id); }
  for (auto const& each : done.still_there) {
    (void)fail_with({errc::sandbox, "cannot destroy sandbox " + each, {}});
  }
  if (done.destroyed.empty() && done.still_there.empty()) { print("Nothing is left over.\n"); }
  return done.still_there.empty() ? 0 : 1;
}

void leave_at_once(creations those) {
  end_processes_of_runner(this_runner(), those);
  remove_own_temp_folders();
}

}  // namespace offload::cli
