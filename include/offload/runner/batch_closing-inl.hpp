// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/runner/batch_closing.hpp>

#include <offload/core/cut_text.hpp>
#include <offload/core/inline.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <csignal>

namespace offload {
namespace batch_closing_detail {

/// The last line with a word for a failure, or else the last line.
inline std::string_view telling_line(std::string_view text) {
  static constexpr std::array bad{"error",  "fail",  "exception", "fatal",     "panic",     "abort",
                                  "cannot", "could", "not found", "denied",    "refused",   "leak",
                                  "below",  "above", "exceed",    "timed out", "unexpected"};
  auto const last = text::last_line_of(text);
  while (!text.empty()) {
    auto const line = text::last_line_of(text);
    std::string lower{line};
    std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return std::tolower(c); });
    auto const is_in = [&](std::string_view word) { return lower.find(word) != lower.npos; };
    if (std::ranges::any_of(bad, is_in)) { return line; }
    if (line.empty()) { break; }
    text = text.substr(0, static_cast<std::size_t>(line.data() - text.data()));
  }
  return last;
}

}  // namespace batch_closing_detail

OFFLOAD_INLINE bool was_killed(batch_closing const& how) {
  return how.status.signal == SIGKILL || how.status.signal == SIGTERM;
}

OFFLOAD_INLINE std::string_view why_unreported(batch_closing const& how) {
  switch (how.cause) {
    case batch_cause::complete: return "the runner reported no result for it";
    case batch_cause::exited:
      return how.status.ok() ? "the runner reported no result for it"
                             : "the runner ended before it";
    case batch_cause::timed_out: return "its batch timed out before it";
    case batch_cause::stopped: return "the run was stopped";
    case batch_cause::cancelled: return "it was cancelled";
    case batch_cause::lost: return "its sandbox was lost";
    case batch_cause::untouched: return "its worker ended in other tests";
  }
  return "";
}

OFFLOAD_INLINE test_report blame(batch_closing const& how, seconds limit,
                                 last_activity const& busy) {
  bool const late = how.cause == batch_cause::timed_out;
  auto const* const where = busy.in_test   ? "while running this test"
                            : busy.in_file ? "while loading its file"
                                           : "in a batch of this test alone";
  test_report report{.ended = late ? outcome::timed_out : outcome::errored};
  report.duration = busy.in_test.value_or(seconds{});
  report.message =
      late ? fmt::format("timed out after {:g} s (test_timeout_secs) {}", limit.count(), where)
           : fmt::format("the runner ended with {} {}", to_string(how.status), where);
  if (auto const words = text::last_line_of(how.last_words); !busy.in_test && !words.empty()) {
    report.message.append(": ").append(words);
  }
  report.text = report.message;
  report.err = how.last_words;
  return report;
}

OFFLOAD_INLINE std::optional<outside_failure> other_tests_in_file(test_case const& listed,
                                                                  test_report const& report) {
  if (listed.in_file == 0 || report.in_file <= listed.in_file) { return {}; }
  return outside_failure{
      fmt::format("the tests of {}", listed.place.file),
      {},
      fmt::format("there are {} where they run, and {} where they were listed: other files, or the "
                  "place, change what it registers",
                  report.in_file, listed.in_file)};
}

OFFLOAD_INLINE std::string reason_of(test_report const& report) {
  if (!report.message.empty()) { return text::first_line_of(report.message); }
  if (!report.text.empty()) { return text::first_line_of(report.text); }
  return std::string{to_string(report.ended)};
}

OFFLOAD_INLINE void fail_with_listing(test_report& report, std::string_view listing_error) {
  report.ended = outcome::errored;
  report.message = fmt::format("could not be loaded when the tests were listed: {}",
                               text::last_line_of(listing_error));
  report.text = listing_error;
}

OFFLOAD_INLINE outside_failure contradiction_of(batch_closing const& how) {
  auto const said = batch_closing_detail::telling_line(how.last_words);
  return {fmt::format("the test command ended with {}", to_string(how.status)), how.last_words,
          said.empty() ? "no test explains it, and it says nothing"
                       : fmt::format("no test explains it; it says: {}", said)};
}

OFFLOAD_INLINE error error_of(batch_closing const& how) {
  switch (how.cause) {
    case batch_cause::timed_out: return {errc::sandbox, "it did not end in time", {}};
    case batch_cause::stopped:
    case batch_cause::cancelled: return {errc::process, "it was stopped", {}};
    case batch_cause::lost: return {errc::sandbox, how.last_words, {}};
    case batch_cause::complete:
    case batch_cause::exited:
    case batch_cause::untouched: break;
  }
  return {errc::process, fmt::format("it ended with {}", to_string(how.status)), how.last_words};
}

}  // namespace offload
