// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/framework/ctest.hpp>

#include <offload/core/inline.hpp>
#include <offload/core/keep_tail.hpp>
#include <offload/core/trimmed.hpp>
#include <offload/framework/output_tail.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

// The lines that are read for each test (https://cmake.org/cmake/help/latest/manual/ctest.1.html,
// -V):
//
//       Start 12: name
//   12: Test command: /usr/bin/sh "-c" "..."         may go on in lines without a number
//   12: Test timeout computed to be: 1500             the last line before the test runs
//   12: a line that the test has written
//    3/40 Test #12: name ......................***Failed  Required regular expression not found.
//   Regex=[...]  0.01 sec                             where a reason goes on in the next lines
//
// A test that ctest does not run has no "Test timeout" line.

namespace offload {
namespace ctest_reader_detail {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Takes the digits off the front.
inline std::string_view take_number(std::string_view& text) {
  auto const end = std::find_if_not(text.begin(), text.end(), is_digit);
  auto const digits = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  text.remove_prefix(digits.size());
  return digits;
}

inline void skip(std::string_view& text, char what) {
  text.remove_prefix(std::min(text.find_first_not_of(what), text.size()));
}

inline bool take(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) { return false; }
  text.remove_prefix(prefix.size());
  return true;
}

struct result_line {
  std::size_t of_tests = 0;  ///< how many tests this ctest runs
  std::string_view status;
};

/// The result of this test, if the line is one.
inline std::optional<result_line> read_result(std::string_view line, std::string_view number,
                                              std::string_view name) {
  result_line found;
  skip(line, ' ');
  if (auto const position = take_number(line); !position.empty()) {
    if (!take(line, "/")) { return std::nullopt; }
    auto const total = take_number(line);
    std::from_chars(total.data(), total.data() + total.size(), found.of_tests);
    skip(line, ' ');
  }
  if (!take(line, "Test ")) { return std::nullopt; }
  skip(line, ' ');
  bool const is_this =
      take(line, "#") && take(line, number) && take(line, ": ") && take(line, name);
  if (!is_this || !take(line, " ")) { return std::nullopt; }
  skip(line, '.');
  found.status = line;
  return found;
}

/// Takes "   0.01 sec" off the end.
inline std::optional<seconds> take_duration(std::string_view& status) {
  constexpr std::string_view unit = " sec";
  if (!status.ends_with(unit)) { return std::nullopt; }
  auto text = status.substr(0, status.size() - unit.size());
  auto const space = text.rfind(' ');
  if (space == text.npos) { return std::nullopt; }
  double value = 0;
  auto const [end, failed] =
      std::from_chars(text.data() + space + 1, text.data() + text.size(), value);
  if (failed != std::errc{} || end != text.data() + text.size()) { return std::nullopt; }
  status = text.substr(0, space);
  return seconds{value};
}

struct ending {
  outcome how;
  std::string message;
};

/// `status` is what ctest writes between the dots and the duration.
inline ending ending_of(std::string_view status, seconds took, std::string_view complaint) {
  auto const stars = status.find("***");
  if (stars == status.npos) {
    if (text::trimmed(status).starts_with("Passed")) { return {outcome::passed, {}}; }
    return {outcome::failed, std::string{text::trimmed(status)}};
  }
  auto const before = text::trimmed(status.substr(0, stars));
  auto after = text::trimmed(status.substr(stars + 3));
  if (after.starts_with("Skipped")) { return {outcome::skipped, "skipped by the test itself"}; }
  if (after.starts_with("Not Run (Disabled)")) { return {outcome::skipped, "DISABLED"}; }
  if (after.starts_with("Not Run")) {
    return {outcome::errored,
            complaint.empty() ? "ctest could not run it" : std::string{complaint}};
  }
  if (after.starts_with("Timeout")) {
    return {outcome::timed_out,
            fmt::format("timed out after {:g} s (ctest's limit)", took.count())};
  }
  if (after.starts_with("Exception")) {
    return {outcome::errored, std::string{before.empty() ? after : before}};
  }
  if (take(after, "Failed") && !text::trimmed(after).empty()) {
    return {outcome::failed, std::string{text::trimmed(after)}};
  }
  return {outcome::failed, "Failed"};
}

inline int badness(outcome o) { return is_bad(o) ? 2 : o == outcome::passed ? 1 : 0; }

/// Tests of one name are one test, which is as bad as the worst of them.
inline test_report together(std::vector<test_report> parts) {
  auto worst = std::ranges::max_element(parts, {}, [](auto const& r) { return badness(r.ended); });
  auto all = *worst;
  all.duration = {};
  for (auto const& part : parts) { all.duration += part.duration; }
  return all;
}

}  // namespace ctest_reader_detail

class ctest_reader::parts {
 public:
  explicit parts(batch const& tests);

  void feed(stream from, std::string_view bytes, framework_event_sink const& emit);
  void finish(exit_status status, framework_event_sink const& emit);

 private:
  /// The test that ctest is running.
  struct running_test {
    std::string number;
    test_id id;
    bool is_announced = false;  ///< ctest has printed the test's command
    std::string output{};
    std::string complaint{};  ///< the last message of ctest before the test ran
  };

  void take_line(std::string_view line, framework_event_sink const& emit);
  void take_line_of_test(std::string_view line, framework_event_sink const& emit);
  void start(std::string_view number, std::string_view name, framework_event_sink const& emit);
  void end(std::string_view status, std::size_t of_tests, framework_event_sink const& emit);

  std::set<std::string, std::less<>> unseen_;
  bool is_alone_;  ///< the batch has one id, which may be the name of several tests
  std::string open_line_;
  std::optional<running_test> running_;
  std::string open_result_;  ///< a result that continues on the next line
  std::size_t open_result_of_ = 0;
  std::vector<test_report> parts_;  ///< of tests that share this id
  std::string tail_;                ///< the end of the output
  bool is_complete_ = false;
};

OFFLOAD_INLINE ctest_reader::parts::parts(batch const& tests) : is_alone_{tests.tests.size() == 1} {
  for (auto const& id : tests.tests) { unseen_.insert(id.value); }
}

OFFLOAD_INLINE void ctest_reader::parts::feed(stream from, std::string_view bytes,
                                              framework_event_sink const& emit) {
  emit(output_text{from, std::string{bytes}});
  text::keep_tail(tail_, bytes);
  if (from == stream::err) { return; }
  for (auto end = bytes.find('\n'); end != bytes.npos; end = bytes.find('\n')) {
    open_line_ += bytes.substr(0, end);
    take_line(std::exchange(open_line_, {}), emit);
    bytes.remove_prefix(end + 1);
  }
  open_line_ += bytes;
}

OFFLOAD_INLINE void ctest_reader::parts::take_line(std::string_view line,
                                                   framework_event_sink const& emit) {
  if (!open_result_.empty()) {
    open_result_ += '\n';
    open_result_ += line;
    if (line.ends_with(" sec")) { end(std::exchange(open_result_, {}), open_result_of_, emit); }
    return;
  }
  if (running_) { return take_line_of_test(line, emit); }
  if (line.starts_with("Total Test time (real)") || line == "No tests were found!!!") {
    is_complete_ = true;
  }
  ctest_reader_detail::skip(line, ' ');
  if (!ctest_reader_detail::take(line, "Start ")) { return; }
  ctest_reader_detail::skip(line, ' ');
  auto const number = ctest_reader_detail::take_number(line);
  if (!number.empty() && ctest_reader_detail::take(line, ": ")) { start(number, line, emit); }
}

OFFLOAD_INLINE void ctest_reader::parts::take_line_of_test(std::string_view line,
                                                           framework_event_sink const& emit) {
  auto& test = *running_;
  if (auto rest = line;
      ctest_reader_detail::take(rest, test.number) && ctest_reader_detail::take(rest, ": ")) {
    if (test.is_announced) {
      text::keep_tail(test.output, rest);
      test.output += '\n';
    } else {
      test.is_announced = rest.starts_with("Test timeout computed to be: ");
    }
    return;
  }
  auto const found = ctest_reader_detail::read_result(line, test.number, test.id.value);
  // A test's command may hold any lines, but nothing has run before all of it is written.
  bool const counts = found && (test.is_announced || found->status.starts_with("***Not Run"));
  if (!counts) {
    if (!text::trimmed(line).empty()) { test.complaint = text::trimmed(line); }
  } else if (line.ends_with(" sec")) {
    end(found->status, found->of_tests, emit);
  } else {
    open_result_ = found->status;
    open_result_of_ = found->of_tests;
  }
}

OFFLOAD_INLINE void ctest_reader::parts::start(std::string_view number, std::string_view name,
                                               framework_event_sink const& emit) {
  running_ = running_test{.number = std::string{number}, .id = {std::string{name}}};
  if (unseen_.erase(running_->id.value) > 0) { emit(test_started{running_->id}); }
}

OFFLOAD_INLINE void ctest_reader::parts::end(std::string_view status, std::size_t of_tests,
                                             framework_event_sink const& emit) {
  auto const test = std::move(*std::exchange(running_, std::nullopt));
  auto const duration = ctest_reader_detail::take_duration(status).value_or(seconds{});
  auto const [how, message] = ctest_reader_detail::ending_of(status, duration, test.complaint);
  test_report report{.id = test.id, .ended = how, .duration = duration, .message = message};
  (is_bad(how) ? report.text : report.out) = test.output;
  if (!is_alone_) { return emit(test_finished{std::move(report)}); }
  parts_.push_back(std::move(report));
  if (parts_.size() >= of_tests) {
    emit(test_finished{ctest_reader_detail::together(std::exchange(parts_, {}))});
  }
}

OFFLOAD_INLINE void ctest_reader::parts::finish(exit_status status,
                                                framework_event_sink const& emit) {
  take_line(std::exchange(open_line_, {}), emit);
  if (running_ || status.signal != 0) { return; }
  if (!is_complete_) {
    return emit(framework_warning{fmt::format("ctest ended before it had run its tests ({}): {}",
                                              to_string(status), discovery_detail({}, tail_))});
  }
  for (auto const& id : std::exchange(unseen_, {})) {
    emit(test_unknown{
        {id},
        "ctest in the sandbox has no test of this name; build the same tests in the sandbox"});
  }
}

OFFLOAD_INLINE ctest_reader::ctest_reader(batch const& tests) : parts_{std::in_place, tests} {}

OFFLOAD_INLINE void ctest_reader::feed(stream from, std::string_view bytes,
                                       framework_event_sink const& emit) {
  parts_->feed(from, bytes, emit);
}
OFFLOAD_INLINE void ctest_reader::finish(exit_status status, framework_event_sink const& emit) {
  parts_->finish(status, emit);
}

}  // namespace offload
