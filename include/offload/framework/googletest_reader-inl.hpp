// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/framework/googletest_reader.hpp>

#include <offload/core/inline.hpp>
#include <offload/core/line_splitter.hpp>
#include <offload/framework/placeholders.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <unordered_set>
#include <utility>

namespace offload {
namespace googletest_reader_detail {

inline constexpr std::string_view begins = "[ RUN      ] ";

struct end_mark {
  std::string_view words;
  outcome ended;
};
inline constexpr std::array end_marks{end_mark{"[       OK ] ", outcome::passed},
                                      end_mark{"[  FAILED  ] ", outcome::failed},
                                      end_mark{"[  SKIPPED ] ", outcome::skipped}};

/// Takes a line, without its line feed, from the front.
inline std::string_view take_line(std::string_view& text) {
  auto const line = text.substr(0, text.find('\n'));
  text.remove_prefix(std::min(text.size(), line.size() + 1));
  return line;
}

template <class Number>
Number number_in(std::string_view text) {
  Number value{};
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

/// "(12 ms)" at the end of a line.
inline seconds duration_in(std::string_view line) {
  auto const open = line.rfind('(');
  return open == line.npos ? seconds{} : seconds{number_in<unsigned>(line.substr(open + 1)) / 1e3};
}

struct failed_check {
  std::string words{};
  source_place place{};
  bool is_failure = false;
};

/// "Expected equality of these values: a, Which is: 5, 4", which GoogleTest writes on four lines.
inline std::string words_of_check(std::string_view text) {
  std::string words{take_line(text)};
  // Of FAIL() and GTEST_SKIP(), the user's own words are behind it.
  if (words == "Failed" || words == "Skipped") {
    if (auto const own = take_line(text); !own.empty()) { return std::string{own}; }
    return words;
  }
  for (bool first = true; words.find(':') != words.npos && text.starts_with(' '); first = false) {
    auto const line = take_line(text);
    words += first ? " " : ", ";
    words += line.substr(std::min(line.find_first_not_of(' '), line.size()));
  }
  return words;
}

/// The first check that failed or skipped the test: "a_test.cpp:16: Failure", and the words below.
inline failed_check first_check(std::string_view text) {
  while (!text.empty()) {
    auto line = take_line(text);
    auto const end =
        line.ends_with(": Failure") || line.ends_with(": Skipped") ? line.rfind(": ") : line.npos;
    if (end == line.npos) { continue; }
    failed_check found{.words = words_of_check(text), .is_failure = line.ends_with(": Failure")};
    line = line.substr(0, end);
    if (auto const colon = line.rfind(':'); colon != line.npos) {
      found.place = {std::string{line.substr(0, colon)},
                     number_in<unsigned>(line.substr(colon + 1))};
    }
    return found;
  }
  return {};
}

}  // namespace googletest_reader_detail

class googletest_reader::parts {
 public:
  explicit parts(batch tests, std::string id_format);

  void feed(stream from, std::string_view bytes, framework_event_sink const& emit);
  void interrupted(framework_event_sink const& emit);
  void finish(exit_status status, framework_event_sink const& emit);

 private:
  void read_line(std::string_view line, framework_event_sink const& emit);
  void report_outside(framework_event_sink const& emit);
  void begin(std::string_view test, framework_event_sink const& emit);
  void end(outcome ended, std::string_view rest, framework_event_sink const& emit);
  [[nodiscard]] std::string id_of(std::string_view test) const;

  std::string id_format_;
  std::unordered_set<std::string> wanted_;
  line_splitter lines_;
  std::optional<std::string> running_;  ///< the program's name for it
  std::string text_;                    ///< its output, or that since the last test
  bool heard_any_ = false;
  bool interrupted_ = false;
};

OFFLOAD_INLINE googletest_reader::parts::parts(batch tests, std::string id_format)
    : id_format_{std::move(id_format)} {
  for (auto& id : tests.tests) { wanted_.insert(std::move(id.value)); }
}

OFFLOAD_INLINE void googletest_reader::parts::feed(stream from, std::string_view bytes,
                                                   framework_event_sink const& emit) {
  emit(output_text{from, std::string{bytes}});
  if (interrupted_) { return; }
  if (from == stream::err) {
    if (running_) { text_ += bytes; }
    return;
  }
  lines_.feed(bytes, [&](std::string_view line) { read_line(line, emit); });
}

OFFLOAD_INLINE void googletest_reader::parts::read_line(std::string_view line,
                                                        framework_event_sink const& emit) {
  if (line.ends_with('\r')) { line.remove_suffix(1); }
  if (line.starts_with(googletest_reader_detail::begins)) {
    return begin(line.substr(googletest_reader_detail::begins.size()), emit);
  }
  if (!running_ && line.starts_with('[')) { return report_outside(emit); }
  if (!running_) {
    text_.append(line) += '\n';
    return;
  }
  for (auto const& mark : googletest_reader_detail::end_marks) {
    // A test's own output need not end with a line feed.
    auto const at = line.find(std::string{mark.words} + *running_);
    if (at == line.npos) { continue; }
    auto const rest = line.substr(at + mark.words.size() + running_->size());
    if (!rest.starts_with(" (") && !rest.starts_with(", where ")) { continue; }
    text_ += line.substr(0, at);
    return end(mark.ended, rest, emit);
  }
  text_ += line;
  text_ += '\n';
}

/// A check that fails in the set-up or tear-down of a suite or of the program.
OFFLOAD_INLINE void googletest_reader::parts::report_outside(framework_event_sink const& emit) {
  auto text = std::exchange(text_, {});
  auto const check = googletest_reader_detail::first_check(text);
  if (check.is_failure && !interrupted_) {
    emit(outside_failure{"a check of GoogleTest", std::move(text), check.words});
  }
}

OFFLOAD_INLINE void googletest_reader::parts::begin(std::string_view test,
                                                    framework_event_sink const& emit) {
  if (!running_) { report_outside(emit); }
  heard_any_ = true;
  running_ = std::string{test};
  text_.clear();
  if (auto id = id_of(test); wanted_.contains(id)) { emit(test_started{{std::move(id)}}); }
}

OFFLOAD_INLINE void googletest_reader::parts::end(outcome ended, std::string_view rest,
                                                  framework_event_sink const& emit) {
  auto const id = id_of(*std::exchange(running_, std::nullopt));
  auto text = std::exchange(text_, {});
  if (!wanted_.contains(id)) { return; }
  test_report report{
      .id = {id}, .ended = ended, .duration = googletest_reader_detail::duration_in(rest)};
  if (ended == outcome::passed) {
    report.out = std::move(text);
  } else {
    auto check = googletest_reader_detail::first_check(text);
    report.message = std::move(check.words);
    report.place = std::move(check.place);
    (ended == outcome::failed ? report.text : report.out) = std::move(text);
  }
  emit(test_finished{std::move(report)});
}

OFFLOAD_INLINE std::string googletest_reader::parts::id_of(std::string_view test) const {
  auto const dot = std::min(test.rfind('.'), test.size());
  return filled_in(id_format_, {{"{classname}", test.substr(0, dot)},
                                {"{name}", test.substr(std::min(dot + 1, test.size()))}});
}

// From here on, tests may fail because they are told to end.
OFFLOAD_INLINE void googletest_reader::parts::interrupted(framework_event_sink const&) {
  interrupted_ = true;
}

OFFLOAD_INLINE void googletest_reader::parts::finish(exit_status status,
                                                     framework_event_sink const& emit) {
  lines_.finish([&](std::string_view line) { read_line(line, emit); });
  if (!running_) { report_outside(emit); }
  if (heard_any_) { return; }
  emit(framework_warning{
      fmt::format("the command ran no test of GoogleTest ({})", to_string(status))});
}

OFFLOAD_INLINE googletest_reader::googletest_reader(batch tests, std::string id_format)
    : parts_{std::in_place, std::move(tests), std::move(id_format)} {}

OFFLOAD_INLINE void googletest_reader::feed(stream from, std::string_view bytes,
                                            framework_event_sink const& emit) {
  parts_->feed(from, bytes, emit);
}
OFFLOAD_INLINE void googletest_reader::interrupted(framework_event_sink const& emit) {
  parts_->interrupted(emit);
}
OFFLOAD_INLINE void googletest_reader::finish(exit_status status,
                                              framework_event_sink const& emit) {
  parts_->finish(status, emit);
}

}  // namespace offload
