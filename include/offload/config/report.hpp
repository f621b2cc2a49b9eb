// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <string>
#include <vector>

namespace offload {

/// `[report]`: which results are written, and where.
struct report_config {
  /// Offload clears this folder before a run. It is never the working directory or a parent of it.
  std::string output_dir = "test-results";
  bool junit = true;
  std::string junit_file = "junit.xml";       ///< in `output_dir`; see report/output_layout.hpp
  std::vector<std::string> download_globs{};  ///< artifacts to fetch from sandboxes
  bool download_globs_failure_only = false;   ///< only from batches with a failed test

  bool operator==(report_config const&) const = default;
};

}  // namespace offload
