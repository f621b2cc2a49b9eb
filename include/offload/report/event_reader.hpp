// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/error.hpp>
#include <offload/core/run_event.hpp>
#include <offload/core/run_outcome.hpp>
#include <offload/core/time.hpp>
#include <offload/report/concept.hpp>
#include <offload/report/run_header.hpp>

#include <functional>
#include <iosfwd>
#include <optional>
#include <string>

namespace offload {

/// Receives the events of a run.
using run_event_sink = std::function<void(run_event const&)>;

/// A sink that passes the events to a reporter. The reporter must outlive the sink.
template <Reporter R>
[[nodiscard]] run_event_sink telling(R& reporter) {
  return [&reporter](run_event const& event) { reporter.on(event); };
}

/// The outcome of a run as its event stream reports it.
struct replayed_run {
  run_outcome outcome{};
  std::optional<error> failed{};  ///< there is no account of the run, for this reason
  /// The defect of the stream, and its line. Everything before that line counts.
  std::optional<std::string> damage{};
};

/// Reads the header of an event stream, which is its first line. Fails when there is none, or when
/// it has a later schema.
[[nodiscard]] result<run_header> read_run_header(std::istream& from);

enum class replay_detail {
  all,
  verdicts,  ///< ends of attempts are passed over unread, which takes a fraction of the time
};

/// Reads the rest of the stream, and reports its events again. When the stream ends before its run
/// did, tests without a verdict get one: tests with a bad attempt have failed, the others were not
/// run. Unknown events and members are ignored.
[[nodiscard]] replayed_run replay(std::istream& from, run_header const& header,
                                  run_event_sink const& say,
                                  replay_detail detail = replay_detail::all);

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/report/event_reader-inl.hpp>
#endif
