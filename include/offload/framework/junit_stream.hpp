// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/framework/concept.hpp>
#include <offload/framework/json_seq.hpp>
#include <offload/framework/junit_matcher.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace offload {

/// What becomes of a result file when it has been sent.
enum class after_sending { remove, keep };

/// A shell script that runs tests and writes a JUnit report.
struct reporting_script {
  std::string script{};
  std::string result_file{};  ///< where it writes the report
  after_sending then = after_sending::remove;
};

/// Ready-made for `run`: a command that runs the script in a shell of its own, and afterwards sends
/// the report over its standard output, for a `junit_stream_reader` to read. It ends with the
/// script's exit status. A report of an earlier run is removed first.
///
/// The file stands between two JSON text sequence records, behind whatever the script has written.
[[nodiscard]] command sending_report(reporting_script const& what, batch const& tests,
                                     run_context const& context);

/// Ready-made for `reader`: reads what a command of `sending_report` writes. Reports the tests of
/// the batch that the report holds, and warns of all that does not fit.
///
/// When the script is interrupted, tests count that the report says have passed or were skipped. A
/// failure may come of the interruption, so those tests run again.
class junit_stream_reader {
 public:
  /// `id_format` says how the ids were made of {name} and {classname}; see `junit_matcher`.
  explicit junit_stream_reader(batch tests, std::string id_format = "{name}");

  void feed(stream from, std::string_view bytes, framework_event_sink const& emit);
  void interrupted(framework_event_sink const& emit);
  void finish(exit_status status, framework_event_sink const& emit);

 private:
  enum class transfer { awaited, under_way, complete, no_file };

  void read_record(std::string_view text, framework_event_sink const& emit);
  void read_text(std::string_view text, framework_event_sink const& emit);
  void read_report(framework_event_sink const& emit);
  void warn_of_report(exit_status status, framework_event_sink const& emit) const;

  batch tests_;
  std::string id_format_;
  json_seq_splitter records_;
  transfer transfer_ = transfer::awaited;
  std::string path_;  ///< of the result file
  std::string file_;  ///< its contents
  bool interrupted_ = false;
  bool any_bad_ = false;
  std::size_t reported_ = 0;  ///< tests of the batch
};
static_assert(EventReader<junit_stream_reader>);

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/framework/junit_stream-inl.hpp>
#endif
