// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/error.hpp>
#include <offload/core/hidden.hpp>
#include <offload/core/run_clock.hpp>
#include <offload/core/run_event.hpp>
#include <offload/process/line_output.hpp>
#include <offload/report/concept.hpp>

#include <optional>
#include <string>

namespace offload {

/// Writes what a run does with its time as a trace that Perfetto and Chrome open: docs/trace.md
/// says what is in it. Process 0 is Offload itself, process i + 1 the sandbox in slot i.
///
/// Slices of one row nest. A batch that its worker was given ahead begins where the batch before it
/// has ended; tests that run side by side in one sandbox have rows of their own; tests whose start
/// nobody has said lie one behind the other. In memory is what has not ended yet.
class trace_reporter {
 public:
  trace_reporter(line_output to, run_clock clock);

  void on(run_event const& event);

  /// Where it is written to.
  [[nodiscard]] std::string const& file() const;
  [[nodiscard]] std::optional<error> const& failure() const;

 private:
  class parts;
  hidden<parts> parts_;
};

static_assert(Reporter<trace_reporter>);

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/report/trace_reporter-inl.hpp>
#endif
