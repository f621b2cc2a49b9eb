// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/framework/plugin_reader.hpp>

#include <offload/core/crc32.hpp>
#include <offload/core/cut_text.hpp>
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
  listed.in_file = test["of"].number<std::size_t>().value_or(0);
  listed.listing_error = test["problem"].text();
  listed.unit = {test["unit"].text(), test["dependent"].flag().value_or(false)};
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
                     .place = place_of(event),
                     .in_file = event["of"].number<std::size_t>().value_or(0)};
  if (auto const& log = event["log"].text(); !log.empty()) {
    report.err += (report.err.empty() ? "" : "\n") + log;
  }
  return report;
}

/// The part of a record that its checksum is about, which is the last member; none if they differ.
inline std::optional<std::string_view> body_of(std::string_view record) {
  constexpr std::string_view begin = R"(,"crc":")";
  constexpr std::string_view end = R"("})";
  constexpr std::size_t digits = 8;
  if (record.ends_with('\r')) { record.remove_suffix(1); }  // of a terminal
  auto const size = begin.size() + digits + end.size();
  if (record.size() < size) { return std::nullopt; }
  auto const body = record.substr(0, record.size() - size);
  auto const seal = fmt::format("{}{:08x}{}", begin, crc32(body), end);
  return record.ends_with(seal) ? std::optional{body} : std::nullopt;
}

}  // namespace plugin_reader_detail

OFFLOAD_INLINE void plugin_reader::feed(stream from, std::string_view bytes,
                                        framework_event_sink const& emit) {
  if (from == stream::err) { return pass_on(from, bytes, emit); }
  records_.feed(
      bytes, [&](std::string_view record) { read_record(record, emit); },
      [&](std::string_view text) { pass_on(from, text, emit); });
}

OFFLOAD_INLINE void plugin_reader::pass_on(stream from, std::string_view text,
                                           framework_event_sink const& emit) {
  text::keep_tail(from == stream::out ? output_ : errors_, text);
  emit(output_text{from, std::string{text}});
}

OFFLOAD_INLINE void plugin_reader::read_record(std::string_view text,
                                               framework_event_sink const& emit) {
  auto const body = plugin_reader_detail::body_of(text);
  auto const event = body ? parse_json(text) : json{};
  auto const number = event["n"].number<std::size_t>();
  if (!number && (!has_begun_ || said_bye_)) {  // a wrapper may write what it likes
    return pass_on(stream::out, text, emit);
  }
  has_begun_ = true;
  if (!number) {
    ++next_;
    return complain("a record cannot be read", text, emit);
  }
  if (*number != next_) {
    complain(fmt::format("record {} came where {} was expected", *number, next_), text, emit);
  }
  next_ = *number + 1;
  if (!tell(event, emit)) { complain("a record is not as it should be", text, emit); }
}

OFFLOAD_INLINE void plugin_reader::complain(std::string why, std::string_view record,
                                            framework_event_sink const& emit) {
  constexpr std::size_t shown = 1000;
  emit(outside_failure{fmt::format("the messages of Offload's plugin for {}", dialect_.framework),
                       text::two_ends(record, shown), std::move(why)});
}

OFFLOAD_INLINE bool plugin_reader::tell(json const& event, framework_event_sink const& emit) {
  auto const& kind = event["event"].text();
  auto const& id = event["id"].text();
  if (kind == "started") {
    is_in_test_ = true;
    emit(test_started{{id}});
    return !id.empty();
  }
  if (kind == "finished") {
    auto report = plugin_reader_detail::report_of(event);
    if (!report) { return false; }
    is_in_test_ = false;
    emit(test_finished{std::move(*report)});
    return !id.empty();
  }
  if (kind == "unknown") {
    emit(test_unknown{{id}, event["text"].text()});
    return !id.empty();
  }
  if (kind == "next") {
    emit(next_wanted{});
  } else if (kind == "done") {
    emit(batch_done{});
  } else if (kind == "collecting") {
    emit(file_loading{event["file"].text()});
  } else if (kind == "collected") {
    emit(file_loading{});
  } else if (kind == "warning") {
    emit(framework_warning{event["text"].text()});
  } else if (kind == "outside") {
    emit(outside_failure{event["what"].text(), event["text"].text(), event["message"].text()});
  } else if (kind == "stop") {
    emit(runner_stopping{event["text"].text()});
  } else if (kind == "hello") {
    emit(worker_ready{});
    if (auto const limit = event["maxfail"].number<unsigned>().value_or(0); limit > 0) {
      emit(failure_limit{limit});
    }
  } else if (kind == "listed") {
    for (auto const& test : event["tests"].items()) {
      ++listed_;
      emit(plugin_reader_detail::listed_test(test, groups_, dialect_.after_file));
    }
  } else if (kind == "discovered" || kind == "failed") {
    end_listing(event, emit);
  } else if (kind == "forks") {
    next_ = 0;  // as after a listing
    emit(worker_forks{event["why"].text()});
  } else if (kind == "bye") {
    said_bye_ = true;
  } else {
    return false;
  }
  return true;
}

/// After a listing, the plugin counts its records anew: another reader reads on.
OFFLOAD_INLINE void plugin_reader::end_listing(json const& event,
                                               framework_event_sink const& emit) {
  has_listed_ = true;
  next_ = 0;
  auto const could_not = [&](std::string_view why) {
    emit(listing_failed{{errc::discovery,
                         fmt::format("{} could not list its tests: {}", dialect_.framework, why)}});
  };
  if (event["event"].text() == "failed") { return could_not(event["text"].text()); }
  auto const count = event["count"].number<std::size_t>();
  if (count != std::exchange(listed_, 0)) {
    return could_not(fmt::format("it announced {} tests, and others came", count.value_or(0)));
  }
  emit(listing_done{event["shareable"].flag().value_or(true)});
}

OFFLOAD_INLINE void plugin_reader::finish(exit_status status, framework_event_sink const& emit) {
  records_.finish([&](std::string_view text) {
    text::keep_tail(output_, text);
    if (status.ok()) { complain("a record is cut off", text, emit); }
  });
  if (groups_.empty() || has_listed_) {
    // A process that ends in a test is the test's failure.
    if (status.ok() && !said_bye_ && !is_in_test_ && next_ > 0) {
      emit(outside_failure{fmt::format("the end of {}", dialect_.framework),
                           {},
                           "its process ended before its session did"});
    }
    return;
  }
  auto const detail = discovery_detail(errors_, output_);
  emit(listing_failed{
      {errc::discovery,
       fmt::format("{} failed ({}): {}", dialect_.listing, to_string(status), detail),
       dialect_.hint(detail)},
      status.signal != 0});
}

OFFLOAD_INLINE std::string plugin_run_request(batch const& tests, json::object more) {
  auto ids = tests.tests | ranges::views::transform(&test_id::value) | ranges::to<json::list>();
  json::object request{{"do", "run"}, {"batch", tests.id.value}, {"tests", std::move(ids)}};
  request.insert(request.end(), more.begin(), more.end());
  return to_json(std::move(request), {.ascii_only = true}) + "\n";
}

OFFLOAD_INLINE std::string plugin_idle_request() { return "{\"do\":\"idle\"}\n"; }

}  // namespace offload
