// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/framework/plugin_reader.hpp>

#include <offload/framework/output_tail.hpp>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include <optional>
#include <utility>

namespace offload {
namespace {

using json = nlohmann::json;

std::string text_of(json const& event, char const* key) {
  if (!event.is_object()) { return {}; }
  auto const found = event.find(key);
  return found != event.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

unsigned number_of(json const& event, char const* key) {
  if (!event.is_object()) { return 0; }
  auto const found = event.find(key);
  return found != event.end() && found->is_number_integer() && *found >= 0 ? found->get<unsigned>()
                                                                           : 0u;
}

/// The entries of a list; none when it is no list.
json list_of(json const& event, char const* key) {
  if (!event.is_object()) { return json::array(); }
  auto const found = event.find(key);
  return found != event.end() && found->is_array() ? *found : json::array();
}

bool flag_of(json const& event, char const* key, bool otherwise) {
  auto const found = event.find(key);
  return found != event.end() && found->is_boolean() ? found->get<bool>() : otherwise;
}

source_place place_of(json const& event) {
  return {text_of(event, "file"), number_of(event, "line")};
}

test_listed listed_test(json const& test, std::vector<std::size_t> const& groups,
                        std::string_view after_file) {
  test_listed listed{.id = {text_of(test, "id")}, .place = place_of(test)};
  for (auto const& asked : list_of(test, "groups")) {
    auto const position = asked.is_number_unsigned() ? asked.get<std::size_t>() : groups.size();
    if (position < groups.size()) { listed.groups.push_back(groups[position]); }
  }
  if (flag_of(test, "alone", false)) { listed.together = batching::alone; }
  if (after_file.empty()) { return listed; }
  // An inherited test is written elsewhere than in the file to which it belongs.
  auto const file = listed.id.value.substr(0, listed.id.value.find(after_file));
  if (listed.place.file != file) { listed.place = {file, 0}; }
  return listed;
}

std::optional<outcome> outcome_named(std::string_view name) {
  if (name == "passed") { return outcome::passed; }
  if (name == "failed") { return outcome::failed; }
  if (name == "errored") { return outcome::errored; }
  if (name == "skipped") { return outcome::skipped; }
  return std::nullopt;
}

std::optional<test_report> report_of(json const& event) {
  auto const ended = outcome_named(text_of(event, "outcome"));
  if (!ended) { return std::nullopt; }
  auto const duration = event.find("seconds");
  test_report report{.id = {text_of(event, "id")},
                     .ended = *ended,
                     .message = text_of(event, "message"),
                     .text = text_of(event, "text"),
                     .out = text_of(event, "stdout"),
                     .err = text_of(event, "stderr"),
                     .place = place_of(event)};
  if (duration != event.end() && duration->is_number()) {
    report.duration = seconds{duration->get<double>()};
  }
  if (auto const log = text_of(event, "log"); !log.empty()) {
    report.err += (report.err.empty() ? "" : "\n") + log;
  }
  return report;
}

}  // namespace

void plugin_reader::feed(stream from, std::string_view bytes, framework_event_sink const& emit) {
  auto const on_text = [&](std::string_view text) {
    keep_tail(from == stream::out ? output_ : errors_, text);
    emit(output_text{from, std::string{text}});
  };
  if (from == stream::err) { return on_text(bytes); }
  records_.feed(
      bytes, [&](std::string_view record) { read_record(record, emit); }, on_text);
}

void plugin_reader::read_record(std::string_view text, framework_event_sink const& emit) {
  auto const event = json::parse(text, nullptr, false);
  if (!event.is_object()) { return emit(output_text{stream::out, std::string{text}}); }
  auto const kind = text_of(event, "event");
  if (kind == "started") {
    emit(test_started{{text_of(event, "id")}});
  } else if (kind == "finished") {
    if (auto report = report_of(event)) { emit(test_finished{std::move(*report)}); }
  } else if (kind == "next") {
    emit(next_wanted{});
  } else if (kind == "done") {
    emit(batch_done{});
  } else if (kind == "collecting") {
    emit(file_loading{text_of(event, "file")});
  } else if (kind == "unknown") {
    emit(test_unknown{{text_of(event, "id")}, text_of(event, "text")});
  } else if (kind == "warning") {
    emit(framework_warning{text_of(event, "text")});
  } else if (kind == "stop") {
    emit(runner_stopping{text_of(event, "text")});
  } else if (kind == "hello") {
    if (auto const limit = number_of(event, "maxfail"); limit > 0) { emit(failure_limit{limit}); }
  } else if (kind == "listed") {
    for (auto const& test : list_of(event, "tests")) {
      emit(listed_test(test, groups_, dialect_.after_file));
    }
  } else if (kind == "discovered") {
    listed_ = true;
    emit(listing_done{flag_of(event, "shareable", true)});
  } else if (kind == "failed") {
    listed_ = true;
    emit(
        listing_failed{{errc::discovery, fmt::format("{} could not list its tests: {}",
                                                     dialect_.framework, text_of(event, "text"))}});
  }
}

void plugin_reader::finish(exit_status status, framework_event_sink const& emit) {
  records_.finish([&](std::string_view text) { keep_tail(output_, text); });
  if (groups_.empty() || listed_) { return; }
  auto const detail = discovery_detail(errors_, output_);
  emit(listing_failed{
      {errc::discovery,
       fmt::format("{} failed ({}): {}", dialect_.listing, to_string(status), detail),
       dialect_.hint(detail)},
      status.signal != 0});
}

std::string plugin_run_request(batch const& tests) {
  json ids = json::array();
  for (auto const& id : tests.tests) { ids.push_back(id.value); }
  json const request{{"do", "run"}, {"batch", tests.id.value}, {"tests", std::move(ids)}};
  return request.dump(-1, ' ', true, json::error_handler_t::replace) + "\n";
}

std::string plugin_idle_request() { return "{\"do\":\"idle\"}\n"; }

}  // namespace offload
