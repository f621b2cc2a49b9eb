// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/error.hpp>
#include <offload/core/run_event.hpp>
#include <offload/core/secret_mask.hpp>
#include <offload/report/concept.hpp>

#include <cstdio>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "github/github_output.hpp"

namespace offload {

struct github_options {
  std::FILE* to = stdout;                      ///< gets the annotations
  std::filesystem::path summary_file{};        ///< gets the page; empty: no page
  std::filesystem::path repository{};          ///< its root
  std::vector<std::filesystem::path> bases{};  ///< what files of tests may be relative to
  std::string sandbox_root{};                  ///< the project's place in a sandbox
  std::string repeat_all{};
  std::string repeat_failed{};
  std::string report{};
  secret_mask secrets{};  ///< for what tests say, too: these texts are for everybody to read
};

/// Finds a test's file in the repository: below one of `bases`, or of a folder above that still is
/// in the repository. `file` may be an absolute path of a sandbox.
[[nodiscard]] std::optional<std::string> path_in_repository(github_options const& options,
                                                            std::string_view file);

/// Tells GitHub Actions of a run when it has ended.
class github_reporter {
 public:
  explicit github_reporter(github_options options) : options_{std::move(options)} {}

  void on(run_event const& event);

  /// Why the page could not be written.
  [[nodiscard]] std::optional<error> const& failure() const { return failure_; }

 private:
  void keep(test_report const& report);
  void keep(notice const& notice);
  void write(run_summary const& all);
  void write_page(github_run const& run);

  github_options options_;
  std::map<std::string, last_bad_attempt> bad_;
  std::vector<std::string> warnings_;
  std::optional<error> failure_;
};

static_assert(Reporter<github_reporter>);

}  // namespace offload
