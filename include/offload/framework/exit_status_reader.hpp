// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/time.hpp>
#include <offload/framework/concept.hpp>

#include <functional>
#include <string>
#include <string_view>

namespace offload {

/// Ready-made for `reader`, for commands that run one test. The test passes if the exit status is
/// 0, fails if it is another one, and is errored if a signal ended the command. The command's
/// output is the text of a failure.
///
/// The duration of the test is the lifetime of the reader, so create it when the command starts.
/// Frameworks with this reader have a `largest_batch` of 1. If a batch has more tests, all get the
/// same outcome.
class exit_status_reader {
 public:
  using clock = std::function<time_point()>;

  explicit exit_status_reader(batch tests, clock now = steady_clock::now);

  void feed(stream from, std::string_view bytes, framework_event_sink const& emit);
  void finish(exit_status status, framework_event_sink const& emit);

  /// The maximum size of a failure's text in bytes. The end of the output is kept.
  static constexpr std::size_t kept_output = std::size_t{64} * 1024;

 private:
  batch tests_;
  clock now_;
  time_point began_;
  std::string output_;
};
static_assert(EventReader<exit_status_reader>);

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/framework/exit_status_reader-inl.hpp>
#endif
