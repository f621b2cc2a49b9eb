// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/error.hpp>
#include <offload/core/hidden.hpp>
#include <offload/core/run_event.hpp>
#include <offload/report/concept.hpp>

#include <filesystem>
#include <optional>

namespace offload {

/// Writes what batches say to `{output_dir}/logs/batch-<n>.stdout.<outcome>` and `.stderr.`, where
/// the outcome is `running` until the batch has ended: success, failure, error or cancelled.
///
/// The log of standard output also has a line for each attempt that ended, and below it, when it
/// was bad, what the framework says of it and what it has captured.
///
/// Bytes are gathered and written about once a second; no file stays open.
class log_files {
 public:
  explicit log_files(std::filesystem::path const& output_dir);

  void on(run_event const& event);

  /// The first thing that could not be written. It does not keep the other logs from being written.
  [[nodiscard]] std::optional<error> const& failure() const;

 private:
  class parts;
  hidden<parts> parts_;
};

static_assert(Reporter<log_files>);

}  // namespace offload
