// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/run_event.hpp>
#include <offload/report/concept.hpp>
#include <offload/report/output_layout.hpp>

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>

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
  explicit log_files(std::filesystem::path const& output_dir)
      : folder_{output_dir / output_layout::logs} {}

  void on(run_event const& event);

  /// The first thing that could not be written. It does not keep the other logs from being written.
  [[nodiscard]] std::optional<error> const& failure() const { return failure_; }

 private:
  struct stream_log {
    std::string unwritten;
    bool at_line_start = true;

    void add(std::string_view bytes);
    void start_line();
  };
  struct batch_logs {
    stream_log out;
    stream_log err;
  };

  batch_logs& logs_of(batch_id id);
  [[nodiscard]] std::filesystem::path path_of(batch_id id, stream from,
                                              std::string_view ending) const;
  void add(batch_id id, stream from, std::string_view bytes);
  void add(attempt const& ended);
  void close(batch_ended const& batch);
  void close_all();
  void flush_all(time_point now);
  void flush_if_long(batch_id id, stream from, stream_log& what);
  void flush(batch_id id, stream from, stream_log& what);
  void flush(batch_id id, batch_logs& logs);
  void close(batch_id id, batch_logs& logs, batch_end how);
  void note(error what);

  std::filesystem::path folder_;
  std::map<batch_id, batch_logs> open_;
  time_point flushed_{};
  std::optional<error> failure_;
};

static_assert(Reporter<log_files>);

}  // namespace offload
