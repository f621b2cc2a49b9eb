// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "leftovers.hpp"

#include <offload/provider/sandbox_journal.hpp>

#include <fmt/core.h>

#include <cstdio>

#include "commands.hpp"
#include "warn.hpp"

namespace offload::cli {
namespace {

constexpr seconds longest_cleanup{60};

}  // namespace

void destroy_leftovers(std::filesystem::path const& journal) {
  auto const left = leftover_sandboxes(journal);
  if (left.empty()) { return; }
  auto const done = destroy(left, longest_cleanup);
  if (!done.destroyed.empty()) {
    fmt::print(stderr, "Destroyed {} sandboxes that an earlier run had left behind.\n",
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
  auto const done = destroy(leftover_sandboxes(sandbox_journal_folder()), longest_cleanup);
  for (auto const& id : done.destroyed) { fmt::print("Destroyed sandbox {}.\n", id); }
  for (auto const& each : done.still_there) {
    (void)fail_with({errc::sandbox, "cannot destroy sandbox " + each, {}});
  }
  if (done.destroyed.empty() && done.still_there.empty()) { fmt::print("Nothing is left over.\n"); }
  return done.still_there.empty() ? 0 : 1;
}

}  // namespace offload::cli
