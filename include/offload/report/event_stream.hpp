// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/run_event.hpp>
#include <offload/process/line_output.hpp>
#include <offload/report/concept.hpp>
#include <offload/report/run_header.hpp>

#include <optional>
#include <string_view>

namespace offload {

class json_line;

enum class event_detail {
  all,     ///< everything but `tick`
  record,  ///< what the results of a run need: no output of batches, no starts of attempts
};

/// Writes what happens as JSON lines while it happens, a few times a second: docs/events.md says
/// what is in them. With `event_detail::all` there is what it takes to make all other reports
/// again (report/event_reader.hpp).
class event_stream {
 public:
  event_stream(line_output to, run_header const& header, event_detail detail = event_detail::all);

  void on(run_event const& event);

  [[nodiscard]] std::optional<error> const& failure() const { return to_.failure(); }
  /// Begins to write, where `to` was held back.
  void release() { to_.release(); }
  /// Writes everything now, and waits for a slow reader.
  void flush() { to_.write_all(); }

 private:
  void hear(earlier_runs_read const& event, time_point now);
  void hear(result_kept const& event, time_point now);
  void hear(discovery_began const& event, time_point now);
  void hear(preparation_began const& event, time_point now);
  void hear(preparation_said const& event, time_point now);
  void hear(preparation_ended const& event, time_point now);
  void hear(discovery_ended const& event, time_point now);
  void hear(run_began const& event, time_point now);
  void hear(case_added const& event, time_point now);
  void hear(sandbox_creation_began const& event, time_point now);
  void hear(sandbox_came_up const& event, time_point now);
  void hear(sandbox_failed const& event, time_point now);
  void hear(sandbox_went_down const& event, time_point now);
  void hear(sandbox_gone const& event, time_point now);
  void hear(batch_began const& event, time_point now);
  void hear(batch_output const& event, time_point now);
  void hear(attempt_began const& event, time_point now);
  void hear(attempt_ended const& event, time_point now);
  void hear(test_decided const& event, time_point now);
  void hear(batch_ended const& event, time_point now);
  void hear(notice const& event, time_point now);
  void hear(tick const&, time_point) { to_.write(); }
  void hear(run_ended const& event, time_point now);
  void hear(run_failed const& event, time_point now);
  void hear(clean_up_ended const& event, time_point now);

  [[nodiscard]] seconds since_start(time_point when) const { return when - clock_.began; }
  template <class Fill>
  void say(std::string_view event, time_point now, Fill fill);

  line_output to_;
  run_clock clock_;
  event_detail detail_;
};

static_assert(Reporter<event_stream>);

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/report/event_stream-inl.hpp>
#endif
