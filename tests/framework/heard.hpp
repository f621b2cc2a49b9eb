// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/framework/concept.hpp>

#include <fmt/core.h>

#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace offload::testing {

/// What a reader has said.
class heard {
 public:
  [[nodiscard]] framework_event_sink sink() {
    return [this](framework_event said) { events_.push_back(std::move(said)); };
  }

  [[nodiscard]] std::vector<framework_event> const& events() const { return events_; }

  template <class Event>
  [[nodiscard]] std::vector<Event> all() const {
    std::vector<Event> found;
    for (auto const& event : events_) {
      if (auto const* one = std::get_if<Event>(&event)) { found.push_back(*one); }
    }
    return found;
  }

  [[nodiscard]] std::vector<std::string> warnings() const {
    std::vector<std::string> texts;
    for (auto const& one : all<framework_warning>()) { texts.push_back(one.text); }
    return texts;
  }

  /// The names of what has failed outside of tests.
  [[nodiscard]] std::vector<std::string> outside() const {
    std::vector<std::string> names;
    for (auto const& one : all<outside_failure>()) { names.push_back(one.what); }
    return names;
  }

  [[nodiscard]] std::vector<test_report> reports() const {
    std::vector<test_report> found;
    for (auto const& one : all<test_finished>()) { found.push_back(one.report); }
    return found;
  }

  /// "id outcome" of each test that ended, in order.
  [[nodiscard]] std::vector<std::string> outcomes() const {
    std::vector<std::string> found;
    for (auto const& one : reports()) {
      found.push_back(fmt::format("{} {}", one.id.value, to_string(one.ended)));
    }
    return found;
  }

  [[nodiscard]] std::vector<std::string> listed() const {
    std::vector<std::string> ids;
    for (auto const& one : all<test_listed>()) { ids.push_back(one.id.value); }
    return ids;
  }

  /// The output that belongs to no test, put together.
  [[nodiscard]] std::string output(stream from = stream::out) const {
    std::string text;
    for (auto const& one : all<output_text>()) {
      if (one.from == from) { text += one.text; }
    }
    return text;
  }

 private:
  std::vector<framework_event> events_;
};

/// What `reader` says of a command that writes `out` and then ends.
template <EventReader R>
[[nodiscard]] heard hear(R reader, std::string_view out, exit_status status = {},
                         std::string_view err = "") {
  heard all;
  auto const sink = all.sink();
  if (!err.empty()) { reader.feed(stream::err, err, sink); }
  reader.feed(stream::out, out, sink);
  reader.finish(status, sink);
  return all;
}

/// The same, with the output cut in two at `cut`.
template <EventReader R>
[[nodiscard]] heard hear_cut(R reader, std::string_view out, std::size_t cut,
                             exit_status status = {}) {
  heard all;
  auto const sink = all.sink();
  reader.feed(stream::out, out.substr(0, cut), sink);
  reader.feed(stream::out, out.substr(cut), sink);
  reader.finish(status, sink);
  return all;
}

/// The same, byte by byte.
template <EventReader R>
[[nodiscard]] heard hear_bytes(R reader, std::string_view out, exit_status status = {}) {
  heard all;
  auto const sink = all.sink();
  for (std::size_t at = 0; at < out.size(); ++at) {
    reader.feed(stream::out, out.substr(at, 1), sink);
  }
  reader.finish(status, sink);
  return all;
}

[[nodiscard]] inline batch batch_of(std::vector<std::string> const& ids) {
  batch tests{{7}, {}};
  for (auto const& id : ids) { tests.tests.push_back({id}); }
  return tests;
}

/// A reader of the output of a batch of these tests.
template <EventReader R>
[[nodiscard]] R reader_of(std::vector<std::string> const& ids) {
  return R{batch_of(ids)};
}

/// What frameworks are told about the place of a run, where a test does not care.
inline run_context const here{.support_dir = "/support", .result_file = "/tmp/r.xml"};

}  // namespace offload::testing
