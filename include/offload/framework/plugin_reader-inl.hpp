// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/framework/plugin_reader.hpp>

#include <offload/core/inline.hpp>
#include <offload/core/json.hpp>
#include <offload/framework/output_tail.hpp>

#include <fmt/core.h>
#include <range/v3/range/conversion.hpp>
#include <range/v3/view/transform.hpp>

#include <optional>
#include <utility>

namespace offload {
namespace plugin_reader_detail {

inline source_place place_of(json const& event) {
  return {event["file"].text(), event["line"].number<unsigned>().value_or(0)};
}

inline test_listed listed_test(json const& test, std::vector<std::size_t> const& groups,
                               std::string_view after_file) {
  test_listed listed{.id = {test["id"].text()}, .place = place_of(test)};
  for (auto const& asked : test["groups"].items()) {
    auto const position = asked.number<std::size_t>().value_or(groups.size());
    if (position < groups.size()) { listed.groups.push_back(groups[position]); }
  }
  if (test["alone"].flag().value_or(false)) { listed.together = batching::alone; }
  if (after_file.empty()) { return listed; }
  // An inherited test is written elsewhere than in the file to which it belongs.
  auto const file = listed.id.value.substr(0, listed.id.value.find(after_file));
  if (listed.place.file != file) { listed.place = {file, 0}; }
  return listed;
}

inline std::optional<outcome> outcome_named(std::string_view name) {
  if (name == "passed") { return outcome::passed; }
  if (name == "failed") { return outcome::failed; }
  if (name == "errored") { return outcome::errored; }
  if (name == "skipped") { return outcome::skipped; }
  return std::nullopt;
}

inline std::optional<test_report> report_of(json const& event) {
  auto const ended = outcome_named(event["outcome"].text());
  if (!ended) { return std::nullopt; }
  test_report report{.id = {event["id"].text()},
                     .ended = *ended,
                     .duration = seconds{event["seconds"].number<double>().value_or(0)},
                     .message = event["message"].text(),
                     .text = event["text"].text(),
                     .out = event["stdout"].text(),
                     .err = event["stderr"].text(),
                     .place = place_of(event)};
  if (auto const& log = event["log"].text(); !log.empty()) {
    report.err += (report.err.empty() ? "" : "\n") + log;
  }
  return report;
}

}  // namespace plugin_reader_detail

OFFLOAD_INLINE void plugin_reader::feed(stream from, std::string_view bytes,
                                        framework_event_sink const& emit) {
  auto const on_text = [&](std::string_view text) {
    keep_tail(from == stream::out ? output_ : errors_, text);
    emit(output_text{from, std::string{text}});
  };
  if (from == stream::err) { return on_text(bytes); }
  records_.feed(
      bytes, [&](std::string_view record) { read_record(record, emit); }, on_text);
}

OFFLOAD_INLINE void plugin_reader::read_record(std::string_view text,
                                               framework_event_sink const& emit) {
  auto const event = parse_json(text);
  if (!event.is_object()) { return emit(output_text{stream::out, std::string{text}}); }
  auto const& kind = event["event"].text();
  if (kind == "started") {
    emit(test_started{{event["id"].text()}});
  } else if (kind == "finished") {
    if (auto report = plugin_reader_detail::report_of(event)) {
      emit(test_finished{std::move(*report)});
    }
  } else if (kind == "next") {
    emit(next_wanted{});
  } else if (kind == "done") {
    emit(batch_done{});
  } else if (kind == "collecting") {
    emit(file_loading{event["file"].text()});
  } else if (kind == "unknown") {
    emit(test_unknown{{event["id"].text()}, event["text"].text()});
  } else if (kind == "warning") {
    emit(framework_warning{event["text"].text()});
  } else if (kind == "stop") {
    emit(runner_stopping{event["text"].text()});
  } else if (kind == "hello") {
    if (auto const limit = event["maxfail"].number<unsigned>().value_or(0); limit > 0) {
      emit(failure_limit{limit});
    }
  } else if (kind == "listed") {
    for (auto const& test : event["tests"].items()) {
      emit(plugin_reader_detail::listed_test(test, groups_, dialect_.after_file));
    }
  } else if (kind == "discovered") {
    listed_ = true;
    emit(listing_done{event["shareable"].flag().value_or(true)});
  } else if (kind == "failed") {
    listed_ = true;
    emit(listing_failed{{errc::discovery, fmt::format("{} could not list its tests: {}",
                                                      dialect_.framework, event["text"].text())}});
  }
}

OFFLOAD_INLINE void plugin_reader::finish(exit_status status, framework_event_sink const& emit) {
  records_.finish([&](std::string_view text) { keep_tail(output_, text); });
  if (groups_.empty() || listed_) { return; }
  auto const detail = discovery_detail(errors_, output_);
  emit(listing_failed{
      {errc::discovery,
       fmt::format("{} failed ({}): {}", dialect_.listing, to_string(status), detail),
       dialect_.hint(detail)},
      status.signal != 0});
}

OFFLOAD_INLINE std::string plugin_run_request(batch const& tests) {
  auto ids = tests.tests | ranges::views::transform(&test_id::value) | ranges::to<json::list>();
  json::object request{{"do", "run"}, {"batch", tests.id.value}, {"tests", std::move(ids)}};
  return to_json(std::move(request), {.ascii_only = true}) + "\n";
}

OFFLOAD_INLINE std::string plugin_idle_request() { return "{\"do\":\"idle\"}\n"; }

}  // namespace offload
