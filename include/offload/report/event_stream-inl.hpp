// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/report/event_stream.hpp>

#include <offload/core/inline.hpp>
#include <offload/core/json_line.hpp>
#include <offload/core/run_record.hpp>
#include <offload/report/iso_time.hpp>

#include <array>
#include <string>
#include <utility>
#include <variant>

namespace offload {
namespace event_stream_detail {

inline void nothing(json_line const&) {}

inline void add_place(json_line& line, source_place const& place) {
  line.some_text("file", place.file);
  if (place.line > 0) { line.number("line", place.line); }
}

inline void add_error(json_line& line, error const& e) {
  line.text("code", to_string(e.code)).text("message", e.message).some_text("hint", e.hint);
  if (e.while_doing.empty()) { return; }
  line.list("while_doing", [&](auto next) {
    for (auto const& frame : e.while_doing) { append_json(next(), frame); }
  });
}

inline void append_attempt(std::string& to, recorded_attempt const& attempt) {
  json_line line{to};
  line.text("outcome", to_string(attempt.ended));
  if (attempt.took) { line.time("duration", *attempt.took); }
  if (attempt.batch) { line.number("batch", attempt.batch->value); }
  line.some_text("message", attempt.message)
      .some_text("text", attempt.text)
      .some_text("out", attempt.out)
      .some_text("err", attempt.err)
      .end();
}

inline void add_counts(json_line& line, run_summary const& summary) {
  constexpr std::array all{verdict::passed, verdict::failed, verdict::flaky, verdict::skipped,
                           verdict::not_run};
  std::array<std::uint64_t, all.size()> counts{};
  for (auto const& record : summary.tests) { ++counts[static_cast<std::size_t>(record.ended)]; }
  line.object("verdicts", [&](json_line& inner) {
    for (auto const v : all) { inner.number(to_string(v), counts[static_cast<std::size_t>(v)]); }
  });
}

}  // namespace event_stream_detail

OFFLOAD_INLINE event_stream::event_stream(line_output to, run_header const& header,
                                          event_detail detail)
    : to_{std::move(to)}, clock_{header.clock}, detail_{detail} {
  say("run_header", clock_.began, [&](json_line& line) {
    line.number("schema", run_header::schema)
        .text("offload", header.version)
        .text("started", iso_time(header.clock.started))
        .text("config", header.config)
        .text("framework", header.framework)
        .text("provider", header.provider)
        .number("max_parallel", header.max_parallel)
        .text("output_dir", header.output_dir)
        .some_text("junit_file", header.junit_file)
        .some_text("selection", header.selection)
        .some_text("selection_mark", header.selection_mark)
        .some_text("report_before", header.report_before);
  });
  to_.write();
}

template <class Fill>
void event_stream::say(std::string_view event, time_point now, Fill fill) {
  if (to_.failure()) { return; }
  json_line line{to_.next()};
  line.text("event", event).time("t", since_start(now));
  fill(line);
  line.end();
  to_.next() += '\n';
  if (to_.is_full()) { to_.write(); }
}

OFFLOAD_INLINE void event_stream::on(run_event const& event) {
  std::visit([&](auto const& what) { hear(what, event.at); }, event.what);
}

OFFLOAD_INLINE void event_stream::hear(earlier_runs_read const& event, time_point now) {
  say("earlier_runs_read", now, [&](json_line& line) { line.time("took", event.took); });
}

OFFLOAD_INLINE void event_stream::hear(result_kept const& event, time_point now) {
  say("result_kept", now, [&](json_line& line) {
    auto const& test = event.test;
    line.text("id", test.id.value)
        .text("verdict", to_string(test.ended))
        .some_text("reason", test.reason);
    event_stream_detail::add_place(line, test.place);
    if (test.longest) { line.time("longest", *test.longest); }
    line.list("attempts", [&](auto next) {
      for (auto const& attempt : test.attempts) {
        event_stream_detail::append_attempt(next(), attempt);
      }
    });
  });
}

OFFLOAD_INLINE void event_stream::hear(discovery_began const& event, time_point now) {
  say("discovery_began", now, [&](json_line& line) { line.number("groups", event.groups); });
}

OFFLOAD_INLINE void event_stream::hear(preparation_began const&, time_point now) {
  say("preparation_began", now, event_stream_detail::nothing);
}

OFFLOAD_INLINE void event_stream::hear(preparation_said const& event, time_point now) {
  if (detail_ == event_detail::record) { return; }
  say("preparation_said", now, [&](json_line& line) { line.text("line", event.line); });
}

OFFLOAD_INLINE void event_stream::hear(preparation_ended const& event, time_point now) {
  say("preparation_ended", now, [&](json_line& line) { line.time("took", event.took); });
}

OFFLOAD_INLINE void event_stream::hear(discovery_ended const& event, time_point now) {
  say("discovery_ended", now, [&](json_line& line) {
    line.number("tests", event.records).number("groups", event.groups).time("took", event.took);
  });
}

OFFLOAD_INLINE void event_stream::hear(run_began const& event, time_point now) {
  std::size_t index = 0;
  for (auto const& test : event.tests) {
    say("test", now, [&](json_line& line) {
      line.number("test", index++).text("id", test.id.value);
      event_stream_detail::add_place(line, test.place);
      line.list("groups", [&](auto next) {
        for (auto const& group : test.groups) { append_json(next(), group); }
      });
      if (test.retries > 0) { line.number("retries", test.retries); }
      if (test.together == batching::alone) { line.text("batching", "alone"); }
      if (test.expected) { line.time("expected", *test.expected); }
    });
  }
  say("run_began", now, [&](json_line& line) {
    line.number("tests", event.tests.size()).number("slots", event.slots);
    if (event.expected) { line.time("expected", *event.expected); }
  });
}

OFFLOAD_INLINE void event_stream::hear(case_added const& event, time_point now) {
  say("case_added", now, [&](json_line& line) {
    line.number("test", event.test.value).text("id", event.what.id.value).text("kind", "outside");
  });
}

OFFLOAD_INLINE void event_stream::hear(sandbox_creation_began const& event, time_point now) {
  say("sandbox_creation_began", now,
      [&](json_line& line) { line.number("slot", event.slot.value); });
}

OFFLOAD_INLINE void event_stream::hear(sandbox_came_up const& event, time_point now) {
  say("sandbox_came_up", now, [&](json_line& line) {
    line.text("sandbox", event.id.value).number("slot", event.slot.value).time("took", event.took);
  });
}

OFFLOAD_INLINE void event_stream::hear(sandbox_failed const& event, time_point now) {
  say("sandbox_failed", now, [&](json_line& line) {
    line.number("slot", event.slot.value);
    event_stream_detail::add_error(line, event.why);
  });
}

OFFLOAD_INLINE void event_stream::hear(sandbox_went_down const& event, time_point now) {
  say("sandbox_went_down", now, [&](json_line& line) { line.text("sandbox", event.id.value); });
}

OFFLOAD_INLINE void event_stream::hear(sandbox_gone const& event, time_point now) {
  say("sandbox_gone", now,
      [&](json_line& line) { line.text("sandbox", event.id.value).time("took", event.took); });
  to_.write();  // after the run has ended time does not pass for reporters
}

OFFLOAD_INLINE void event_stream::hear(batch_began const& event, time_point now) {
  say("batch_began", now, [&](json_line& line) {
    line.number("batch", event.id.value)
        .text("sandbox", event.sandbox.value)
        .number("tests", event.tests);
  });
}

OFFLOAD_INLINE void event_stream::hear(batch_output const& event, time_point now) {
  if (detail_ == event_detail::record) { return; }
  say("batch_output", now, [&](json_line& line) {
    line.number("batch", event.id.value)
        .text("stream", event.from == stream::out ? "out" : "err")
        .text("text", event.bytes);
  });
}

OFFLOAD_INLINE void event_stream::hear(attempt_began const& event, time_point now) {
  if (detail_ == event_detail::record) { return; }
  say("attempt_began", now, [&](json_line& line) {
    line.number("test", event.test.value)
        .text("id", event.id.value)
        .number("batch", event.batch.value)
        .text("sandbox", event.sandbox.value);
  });
}

OFFLOAD_INLINE void event_stream::hear(attempt_ended const& event, time_point now) {
  say("attempt_ended", now, [&](json_line& line) {
    auto const& [report, test, kind, number, batch, sandbox, started, ended] = event.what;
    line.number("test", test.value);
    if (detail_ == event_detail::all) { line.text("id", report.id.value); }
    line.number("attempt", number)
        .text("outcome", to_string(report.ended))
        .time("duration", report.duration)
        .time("began", since_start(started))
        .time("ended", since_start(ended))
        .number("batch", batch.value)
        .text("sandbox", sandbox.value)
        .some_text("message", report.message)
        .some_text("text", report.text)
        .some_text("out", report.out)
        .some_text("err", report.err);
    event_stream_detail::add_place(line, report.place);
  });
}

OFFLOAD_INLINE void event_stream::hear(test_decided const& event, time_point now) {
  say("test_decided", now, [&](json_line& line) {
    auto const& record = event.record;
    line.number("test", event.test.value);
    if (detail_ == event_detail::all) { line.text("id", record.test.id.value); }
    line.text("verdict", to_string(record.ended))
        .number("attempts", record.attempts)
        .time("longest", record.longest)
        .some_text("reason", record.reason);
  });
}

OFFLOAD_INLINE void event_stream::hear(batch_ended const& event, time_point now) {
  say("batch_ended", now, [&](json_line& line) {
    line.number("batch", event.id.value)
        .text("sandbox", event.sandbox.value)
        .text("outcome", to_string(event.how))
        .time("ended", since_start(event.at == time_point{} ? now : event.at))
        .some_text("why", event.why);
  });
}

OFFLOAD_INLINE void event_stream::hear(notice const& event, time_point now) {
  say("notice", now, [&](json_line& line) {
    line.text("severity", event.how == severity::info ? "info" : "warning")
        .text("text", event.text);
  });
}

OFFLOAD_INLINE void event_stream::hear(run_ended const& event, time_point now) {
  auto const& all = event.summary;
  say("run_ended", now, [&](json_line& line) {
    line.text("how", to_string(all.ended)).some_text("why", all.why_stopped);
    event_stream_detail::add_counts(line, all);
    line.time("discovery", all.discovery)
        .time("first_test", all.first_test)
        .time("duration", all.duration);
    if (all.cost) {
      line.object("cost", [&](json_line& cost) {
        cost.real("dollars", all.cost->dollars).real("cpu_seconds", all.cost->cpu_seconds);
      });
    }
    line.list("sandboxes", [&](auto next) {
      for (auto const& use : all.sandboxes) {
        json_line one{next()};
        one.text("sandbox", use.id.value).time("alive", use.alive).time("busy", use.busy).end();
      }
    });
  });
  to_.write();
}

OFFLOAD_INLINE void event_stream::hear(run_failed const& event, time_point now) {
  say("run_failed", now, [&](json_line& line) { event_stream_detail::add_error(line, event.why); });
}

OFFLOAD_INLINE void event_stream::hear(clean_up_ended const&, time_point now) {
  say("clean_up_ended", now, event_stream_detail::nothing);
  to_.write_all();
}

}  // namespace offload
