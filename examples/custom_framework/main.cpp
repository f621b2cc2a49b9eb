// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/offload.hpp>

/// Shell scripts as tests: each `check_*.sh` of a folder is one, and passes when it exits with 0.
/// A group's filters are shell patterns that stand in for `check_*.sh`.
struct script_framework {
  static constexpr std::string_view name = "scripts";

  std::string folder;

  [[nodiscard]] offload::result<std::vector<offload::discovery_job>> discovery(
      std::span<offload::group const> groups, offload::run_context const& context) const {
    std::vector<offload::discovery_job> jobs;
    for (std::size_t i = 0; i < groups.size(); ++i) {
      auto const pattern = groups[i].filters.empty() ? "check_*.sh" : groups[i].filters;
      jobs.push_back({.run = {.argv = {context.shell, "-c", "ls -- " + pattern},  //
                              .working_dir = folder},
                      .groups = {i}});
    }
    return jobs;
  }
  [[nodiscard]] auto discovery_reader(offload::discovery_job const& job) const {
    return offload::line_listing_reader{job, "ls"};
  }

  [[nodiscard]] offload::result<offload::command> run(offload::batch const& batch,
                                                      offload::run_context const& context) const {
    return offload::command{.argv = {context.shell, batch.tests.front().value},
                            .working_dir = folder};
  }
  [[nodiscard]] auto reader(offload::batch const& batch) const {
    return offload::exit_status_reader{batch};
  }
  [[nodiscard]] offload::framework_properties properties() const {
    return {.largest_batch = 1};  // an exit status is about one test
  }
};
static_assert(offload::Framework<script_framework>);

int main(int argc, char** argv) {
  if (argc != 2) {
    fmt::print(stderr, "usage: run_scripts FOLDER\n");
    return 1;
  }
  offload::stop_signals const signals;  // Ctrl-C ends the run, and the scripts with it
  offload::runner scripts{offload::local_provider{}, script_framework{argv[1]},
                          offload::summary_reporter{}};
  auto const outcome = scripts.run(
      {.groups = {{.name = "all", .retry_count = 1}}, .max_parallel = 4}, signals.token());
  if (!outcome) { fmt::print(stderr, "Error: {}\n", offload::to_string(outcome.error())); }
  return outcome ? offload::exit_code(outcome->summary()) : 1;
}
