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

/// Writes what happens as JSON lines while it happens, a few times a second: docs/events.md says
/// what is in them. Everything but `tick` is there, with what it takes to make all other reports
/// again (report/event_reader.hpp).
class event_stream {
 public:
  event_stream(line_output to, run_header const& header);

  void on(earlier_runs_read const& event, time_point now);
  void on(discovery_began const& event, time_point now);
  void on(preparation_began const& event, time_point now);
  void on(preparation_said const& event, time_point now);
  void on(preparation_ended const& event, time_point now);
  void on(discovery_ended const& event, time_point now);
  void on(run_began const& event, time_point now);
  void on(sandbox_creation_began const& event, time_point now);
  void on(sandbox_came_up const& event, time_point now);
  void on(sandbox_failed const& event, time_point now);
  void on(sandbox_went_down const& event, time_point now);
  void on(sandbox_gone const& event, time_point now);
  void on(batch_began const& event, time_point now);
  void on(batch_output const& event, time_point now);
  void on(attempt_began const& event, time_point now);
  void on(attempt_ended const& event, time_point now);
  void on(test_decided const& event, time_point now);
  void on(batch_ended const& event, time_point now);
  void on(notice const& event, time_point now);
  void on(tick const&, time_point) { to_.write(); }
  void on(run_ended const& event, time_point now);
  void on(run_failed const& event, time_point now);
  void on(clean_up_ended const& event, time_point now);

  [[nodiscard]] std::optional<error> const& failure() const { return to_.failure(); }

 private:
  [[nodiscard]] seconds since_start(time_point when) const { return when - clock_.began; }
  template <class Fill>
  void say(std::string_view event, time_point now, Fill fill);

  line_output to_;
  run_clock clock_;
};

static_assert(Reporter<event_stream>);

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/report/event_stream-inl.hpp>
#endif
