// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/junit.hpp>
#include <offload/framework/concept.hpp>
#include <offload/framework/json_seq.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace offload {

/// Whether a result file is removed after it has been sent.
enum class after_sending { remove, keep };

/// A shell script that runs tests and writes a JUnit report.
struct reporting_script {
  std::string script{};
  std::string result_file{};  ///< the path of the report
  after_sending then = after_sending::remove;
};

/// Ready-made for `run`: a command that runs the script in a separate shell and then sends the
/// report over standard output to a `junit_stream_reader`. Its exit status is that of the script.
/// It removes the report of an earlier run first.
///
/// The file is sent between two JSON text sequence records, after the output of the script.
[[nodiscard]] command sending_report(reporting_script const& what, batch const& tests,
                                     run_context const& context);

/// Ready-made for `reader`: reads the output of a command of `sending_report`. It reports the
/// number of tests of the batch that are in the report, and warns about results that match no test.
///
/// If the script is interrupted, passed and skipped tests of the report count. A failure may be
/// caused by the interruption, so failed tests run again.
class junit_stream_reader {
 public:
  /// `id_format` is the format of ids in terms of {name} and {classname}; see `junit_matcher`.
  explicit junit_stream_reader(batch tests, std::string id_format = "{name}");

  void feed(stream from, std::string_view bytes, framework_event_sink const& emit);
  void interrupted(framework_event_sink const& emit);
  void finish(exit_status status, framework_event_sink const& emit);

 private:
  enum class transfer { awaited, under_way, complete, no_file };

  void read_record(std::string_view text, framework_event_sink const& emit);
  void read_text(std::string_view text, framework_event_sink const& emit);
  void read_report(framework_event_sink const& emit);
  void tell_damage(junit_document const& report, framework_event_sink const& emit);
  void warn_of_report(exit_status status, framework_event_sink const& emit) const;

  batch tests_;
  std::string id_format_;
  json_seq_splitter records_;
  transfer transfer_ = transfer::awaited;
  std::string path_;  ///< of the result file
  std::string file_;  ///< its contents
  bool interrupted_ = false;
  bool any_bad_ = false;
  std::size_t reported_ = 0;  ///< number of tests of the batch
};
static_assert(EventReader<junit_stream_reader>);

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/framework/junit_stream-inl.hpp>
#endif
