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

/// Is told what happens in a run.
using run_event_sink = std::function<void(run_event const&)>;

/// A sink that tells it to a reporter, which has to outlive it.
template <Reporter R>
[[nodiscard]] run_event_sink telling(R& reporter) {
  return [&reporter](run_event const& event) { reporter.on(event); };
}

/// What an event stream says of its run.
struct replayed_run {
  run_outcome outcome{};
  std::optional<error> failed{};  ///< there is no account of the run, for this reason
  /// What is wrong with the stream, and in which line; all before it counts.
  std::optional<std::string> damage{};
};

/// Reads the header of an event stream: its first line. Fails when there is none, or when it is of
/// a later schema.
[[nodiscard]] result<run_header> read_run_header(std::istream& from);

/// Reads the rest of the stream, and says all of it again. Where a stream ends before its run did,
/// tests without a verdict get one: those with a bad attempt have failed, the others were not run.
/// Events and members that are not known are passed over.
[[nodiscard]] replayed_run replay(std::istream& from, run_header const& header,
                                  run_event_sink const& say);

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/report/event_reader-inl.hpp>
#endif
