// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/history/import.hpp>

#include <offload/core/fnv1a.hpp>
#include <offload/core/inline.hpp>
#include <offload/core/json.hpp>

#include <optional>
#include <set>
#include <string>
#include <utility>

namespace offload {
namespace import_detail {

inline std::optional<junit_case> case_of(json const& id, json const& duration) {
  auto const took = duration.number<double>();
  if (!id.is_text() || !took || !(*took >= 0)) { return {}; }
  junit_case one;
  one.name = id.text();
  one.time = seconds{*took};
  return one;
}

inline result<junit_document> read_durations(std::string_view text) {
  auto const all = parse_json(text);
  if (all.is_null()) { return fail(errc::io, "it is not valid JSON"); }
  junit_document read;
  auto const add = [&](json const& id, json const& duration) {
    auto one = case_of(id, duration);
    if (one) { read.cases.push_back(std::move(*one)); }
    return one.has_value();
  };
  bool whole = all.is_object() || all.is_list();
  for (auto const& [id, duration] : all.members()) { whole = add(id, duration) && whole; }
  for (auto const& pair : all.items()) {
    whole = pair.items().size() == 2 && add(pair.at(0), pair.at(1)) && whole;
  }
  if (!whole) {
    return fail(errc::io, "it does not map test ids to seconds, as a file of pytest-split does");
  }
  return read;
}

}  // namespace import_detail

OFFLOAD_INLINE result<junit_document> read_timings(std::string_view text) {
  auto const first = text.find_first_not_of(" \t\r\n\xef\xbb\xbf");
  if (first == text.npos) { return fail(errc::io, "it is empty"); }
  if (text[first] == '{' || text[first] == '[') {
    return import_detail::read_durations(text.substr(first));
  }
  auto read = text[first] == '<' ? read_junit(text) : junit_document{};
  if (read.cases.empty()) {
    return fail(errc::io,
                "it is neither a JUnit report with tests nor the .test_durations of pytest-split");
  }
  return read;
}

OFFLOAD_INLINE history_run imported_run(std::string_view contents, std::int64_t at_ms) {
  constexpr std::string_view letters =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  auto hash = fnv1a(contents);
  history_run run{.at_ms = at_ms};
  for (int i = 0; i < 4; ++i, hash /= letters.size()) {
    run.mark += letters[hash % letters.size()];
  }
  return run;
}

OFFLOAD_INLINE std::size_t add_imported(history& to, std::string_view config_path,
                                        std::span<junit_case const> cases, history_run const& run,
                                        std::size_t capacity) {
  // Attempts of one report are of one run: what was known before any of them decides.
  std::set<history_key> known;
  to.each([&](history_key const& key, test_history const& value) {
    if (value.knows_run(run.mark)) { known.insert(key); }
  });
  std::size_t added = 0;
  for (auto const& one : cases) {
    bool const bad = is_bad(one.ended);
    if (one.kind == case_kind::outside || one.name.empty() || !one.time) { continue; }
    if (!bad && one.ended != outcome::passed) { continue; }
    auto const key = history_key_of(config_path, {one.name});
    if (known.contains(key)) { continue; }
    add_attempt(to.edit(key), bad ? history_outcome::failed : history_outcome::passed,
                run.sample(*one.time), capacity);
    ++added;
  }
  return added;
}

}  // namespace offload
