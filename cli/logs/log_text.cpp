// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "logs/log_text.hpp"

#include <offload/report/terminal.hpp>

#include <fmt/core.h>

#include <algorithm>

namespace offload {
namespace {

void append_fault(std::string& to, recorded_attempt const& one) {
  std::string_view const text = one.text;
  bool const repeated = text.starts_with(one.message) &&
                        (text.size() == one.message.size() || text[one.message.size()] == '\n');
  if (!repeated) { append_line(to, one.message); }
  append_line(to, text);
}

bool says_the_same(recorded_attempt const& a, recorded_attempt const& b) {
  return a.ended == b.ended && a.message == b.message && a.text == b.text;
}

/// Failures come before errors, each in the order in which they happened.
void append_faults(std::string& to, recorded_test const& entry) {
  auto const& all = entry.attempts;
  for (bool const errors : {false, true}) {
    for (auto one = all.begin(); one != all.end(); ++one) {
      if (!is_bad(one->ended) || (one->ended == outcome::errored) != errors) { continue; }
      bool const is_twin = std::any_of(
          all.begin(), one, [&](auto const& earlier) { return says_the_same(earlier, *one); });
      if (is_twin) { continue; }
      if (all.size() > 1) {
        to += fmt::format("--- attempt {} of {} ---\n", one->number, all.size());
      }
      append_fault(to, *one);
    }
  }
}

void append_paths(std::string& to, std::string_view what, std::vector<std::string> const& paths) {
  for (auto const& path : paths) { to += fmt::format("    {}: {}\n", what, path); }
}

/// A line an attempt, and what it has left below it.
void append_places(std::string& to, recorded_test const& entry, result_files const& files) {
  for (auto const& one : entry.attempts) {
    auto const place = place_of(one);
    if (place.empty()) { continue; }
    to += fmt::format("[attempt {} {} in {}]\n", one.number, word_for(one.ended), place);
    append_paths(to, "log", files.logs_of(one));
    append_paths(to, "artifact", files.artifacts_of(one));
  }
}

}  // namespace

void append_line(std::string& to, std::string_view line) {
  if (line.empty()) { return; }
  to += line;
  if (!line.ends_with('\n')) { to += '\n'; }
}

std::string_view word_for(outcome ended) {
  switch (ended) {
    case outcome::passed: return "passed";
    case outcome::failed: return "failed";
    case outcome::timed_out: return "timed out";
    case outcome::errored: return "errored";
    case outcome::skipped: return "was skipped";
    case outcome::not_run: return "was not run";
  }
  return "ended";
}

std::string place_of(recorded_attempt const& one) {
  if (one.sandbox.empty()) { return {}; }
  auto place = "sandbox " + one.sandbox;
  if (one.batch) { place += fmt::format(", batch {}", one.batch->value); }
  return place;
}

void append_text(std::string& to, recorded_test const& entry, result_files const& files) {
  to += fmt::format("=== {} [{}] ===\n", terminal::visible(entry.id.value),
                    to_string(status_of(entry)));
  bool const is_bad_one = std::ranges::any_of(entry.attempts, is_bad, &recorded_attempt::ended);
  if (!is_bad_one) {
    append_line(to, entry.reason);
  } else {
    append_faults(to, entry);
    for (auto const& one : entry.attempts) {
      if (one.ended != outcome::passed) { continue; }
      to += fmt::format("--- attempt {} of {} passed ---\n", one.number, entry.attempts.size());
    }
    append_places(to, entry, files);
  }
  to += '\n';
}

std::string text_of(recorded_test const& entry, recorded_attempt const& one,
                    result_files const& files) {
  auto text = fmt::format("=== {} [{}] attempt {} of {} {} ===\n",
                          terminal::visible(entry.id.value), to_string(status_of(entry)),
                          one.number, entry.attempts.size(), word_for(one.ended));
  append_fault(text, one);
  if (!one.out.empty()) { append_line(text += "--- standard output ---\n", one.out); }
  if (!one.err.empty()) { append_line(text += "--- standard error ---\n", one.err); }
  if (auto const place = place_of(one); !place.empty()) { text += fmt::format("[{}]\n", place); }
  append_paths(text, "log", files.logs_of(one));
  append_paths(text, "artifact", files.artifacts_of(one));
  return text;
}

std::string duration_lines(test_log const& log, std::size_t most) {
  std::string text;
  auto const shown = std::min(most, log.entries.size());
  for (std::size_t i = 0; i < shown; ++i) {
    auto const& entry = log.entries[i];
    auto const longest = std::ranges::max_element(
        entry.attempts, {}, [](auto const& one) { return one.took.value_or(seconds{}); });
    auto const place = longest == entry.attempts.end() ? "" : place_of(*longest);
    text += fmt::format("{:>9.3f}s  {:<7}  {}{}\n", longest_of(entry).count(),
                        to_string(status_of(entry)), terminal::visible(entry.id.value),
                        place.empty() ? "" : fmt::format("  ({})", place));
  }
  if (shown < log.entries.size()) {
    text += fmt::format("... and {} more\n", log.entries.size() - shown);
  }
  return text;
}

}  // namespace offload
