// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "logs/test_log.hpp"

namespace offload {

/// The files in an output directory that belong to an attempt: the logs of its batch, and the
/// artifacts. A report may be of another machine, or of another run: what is not there is not told.
class result_files {
 public:
  result_files() = default;
  /// Looks at the folder `logs`; artifacts are looked for when they are asked for.
  explicit result_files(std::filesystem::path output_dir);

  /// Paths of the log files of the attempt's batch that are not empty, sorted.
  [[nodiscard]] std::vector<std::string> logs_of(recorded_attempt const& one) const;
  /// Paths of what the attempt's batch has left, sorted. At most 20; the last one is then the
  /// folder's, which ends with a slash.
  [[nodiscard]] std::vector<std::string> artifacts_of(recorded_attempt const& one) const;

 private:
  std::filesystem::path output_dir_;
  std::map<std::uint32_t, std::vector<std::string>> logs_;
};

}  // namespace offload
