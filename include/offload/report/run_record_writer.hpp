// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/error.hpp>
#include <offload/core/run_event.hpp>
#include <offload/report/concept.hpp>
#include <offload/report/event_stream.hpp>
#include <offload/report/run_header.hpp>

#include <filesystem>
#include <optional>

namespace offload {

/// Writes the record of a run, from which `offload logs` and later runs read its results
/// (report/run_record_reader.hpp): a stream of events with `event_detail::record`. Texts of tests
/// are in readable form, as in the JUnit report, and what good attempts have written is cut alike.
///
/// The record grows at `unfinished_path` from the first sandbox on: while an image is made of the
/// project's files, none of them may change. When the run has ended it replaces the record of the
/// previous run, which is kept at `previous_path`. A run without a summary leaves that record
/// alone.
class run_record_writer {
 public:
  /// If a file has its name that is not a record, or if it cannot be written, there is no record:
  /// `failure` says why.
  run_record_writer(std::filesystem::path const& output_dir, run_header header);

  void on(run_event const& event);

  /// The first error of a write.
  [[nodiscard]] std::optional<error> const& failure() const { return failure_; }

 private:
  void publish();
  void give_up(error why);

  std::filesystem::path path_;
  std::optional<event_stream> to_;
  std::optional<error> failure_;
};

static_assert(Reporter<run_record_writer>);

}  // namespace offload
