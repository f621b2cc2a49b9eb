// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/framework/nextest.hpp>

#include <offload/core/cut_text.hpp>
#include <offload/core/inline.hpp>
#include <offload/core/json.hpp>
#include <offload/core/line_splitter.hpp>
#include <offload/framework/nextest_names.hpp>
#include <offload/framework/output_tail.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <optional>
#include <ranges>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

namespace offload {
namespace nextest_reader_detail {

/// A line of events. Nextest writes a test's name unchanged, without JSON's escapes.
struct event_line {
  json event;
  std::string raw_name;
};

inline event_line event_in(std::string_view line) {
  constexpr std::string_view before_name = R"(,"name":")";
  auto const begin = line.find(before_name);
  if (!line.starts_with(R"({"type":"test")") || begin == line.npos) {
    return {parse_json(line), {}};
  }
  auto const name = begin + before_name.size();
  auto const end = std::min(line.find(R"(","exec_time":)", name), line.rfind(R"("})"));
  if (end == line.npos || end < name) { return {parse_json(line), {}}; }
  auto without_name = std::string{line.substr(0, name)} + std::string{line.substr(end)};
  return {parse_json(without_name), std::string{line.substr(name, end - name)}};
}

/// How `cargo nextest run` ends when it has run tests, whatever became of them.
inline constexpr int no_tests_to_run = 4;
inline constexpr int some_tests_failed = 100;
inline constexpr int invalid_filterset = 94;
inline constexpr int setup_script_failed = 105;
/// From here on the status is that of a shell or wrapper which saw a signal.
inline constexpr int died_of_a_signal = 128;

inline std::string_view first_line(std::string_view text) {
  return text.substr(0, text.find('\n'));
}

/// The line of `text` that begins with `words`.
inline std::optional<std::string_view> line_with(std::string_view text, std::string_view words) {
  for (auto at = text.find(words); at != text.npos; at = text.find(words, at + 1)) {
    if (at == 0 || text[at - 1] == '\n') { return first_line(text.substr(at)); }
  }
  return std::nullopt;
}

/// The message of a panic: below the line with its location, or in quotes before Rust 1.73.
inline std::optional<std::string_view> panic_message(std::string_view text) {
  constexpr std::string_view panicked = " panicked at ";
  auto const at = text.find(panicked);
  if (at == text.npos) { return std::nullopt; }
  text.remove_prefix(at + panicked.size());
  auto const line = first_line(text);
  if (line.starts_with('\'')) { return line.substr(1, line.rfind("', ") - 1); }
  auto const message = first_line(text.substr(std::min(line.size() + 1, text.size())));
  return message.empty() ? std::nullopt : std::optional{message};
}

/// Whether the panic is only that of the test harness before Rust 1.66, where a test that returns
/// an error panics after it has written the error.
inline bool is_about_a_returned_error(std::string_view text) {
  return text.find("the test returned a termination value with a non-zero status code") !=
         text.npos;
}

/// One line that says why a test failed, as far as its output tells.
inline std::string message_of(std::string_view text) {
  for (auto const* words :
       {"note: panic did not contain expected string", "note: test did not panic as expected"}) {
    if (auto const line = line_with(text, words)) { return std::string{line->substr(6)}; }
  }
  auto const panic = panic_message(text);
  auto const error = line_with(text, "Error: ");
  if (error && (!panic || is_about_a_returned_error(text))) { return std::string{*error}; }
  return std::string{panic ? *panic : text::last_line_of(text)};
}

inline bool names_a_signal(std::string_view status) {
  return status.starts_with("SIG") || status.starts_with("ABORT");
}

/// Whether a test has ended so; others are on their way (`SLOW`, `TERMINATING`) or passed.
inline bool is_failure(std::string_view status) {
  return names_a_signal(status) || status.starts_with("FAIL");
}

inline std::string message_of_status(std::string const& status) {
  if (names_a_signal(status)) { return fmt::format("its process ended with {}", status); }
  return "its process ended with a failure and wrote nothing";
}

/// `name` without the number of the attempt, if there is one.
inline std::string_view without_attempt(std::string_view name) {
  auto const hash = name.find_last_of('#');
  bool const numbered = hash != name.npos && hash + 1 < name.size() &&
                        name.find_first_not_of("0123456789", hash + 1) == name.npos;
  return numbered ? name.substr(0, hash) : name;
}

/// A line like `SIGABRT [   0.004s] ( 6/34) alpha deaths::aborts`.
struct status_line {
  std::string_view status;
  std::string_view test;
};

inline std::optional<status_line> status_line_of(std::string_view line) {
  auto const begin = line.find_first_not_of(' ');
  auto const open = line.find(" [");
  auto const close = line.find("] ");
  if (begin == line.npos || open == line.npos || close == line.npos || begin > open ||
      open > close) {
    return std::nullopt;
  }
  status_line found{line.substr(begin, open - begin), line.substr(close + 2)};
  if (found.test.starts_with('(')) {
    auto const end = found.test.find(") ");
    if (end != found.test.npos) { found.test.remove_prefix(end + 2); }
  }
  // `TRY 2 FAIL`
  if (found.status.starts_with("TRY ")) {
    found.status.remove_prefix(found.status.find_last_of(' ') + 1);
  }
  return found;
}

}  // namespace nextest_reader_detail

class nextest_reader::parts {
 public:
  explicit parts(batch const& tests);

  void feed(stream from, std::string_view bytes, framework_event_sink const& emit);
  void finish(exit_status status, framework_event_sink const& emit);

 private:
  struct progress {
    std::size_t round{};
    bool has_result = false;
  };

  void read_line(std::string_view line, framework_event_sink const& emit);
  void read_event(std::string_view name, std::string_view event, test_report report,
                  framework_event_sink const& emit);
  void read_status(std::string_view line, framework_event_sink const& emit);
  void finish_test(test_report report, framework_event_sink const& emit);
  void explain(test_report report, framework_event_sink const& emit);
  void close_rest(exit_status status, framework_event_sink const& emit);
  [[nodiscard]] std::optional<test_id> find(std::string_view name) const;

  std::unordered_map<std::string, progress> tests_;
  std::size_t round_ = 0;
  /// The kinds of target seen so far, by "package::binary".
  std::unordered_map<std::string, std::vector<std::string>> kinds_;
  std::unordered_map<std::string, std::string> statuses_;  ///< nextest's status, by test
  std::vector<test_report> held_;  ///< failures without a message, until their status is known
  std::optional<std::string> running_;
  line_splitter out_;
  line_splitter err_;
  std::string errors_;      ///< the end of standard error
  bool cancelled_ = false;  ///< nextest stopped before the last test
};

OFFLOAD_INLINE nextest_reader::parts::parts(batch const& tests) {
  std::size_t round = 0;
  for (auto const& part : nextest::rounds(tests.tests)) {
    for (auto const& id : part) { tests_.emplace(id.value, progress{round}); }
    ++round;
  }
}

OFFLOAD_INLINE void nextest_reader::parts::feed(stream from, std::string_view bytes,
                                                framework_event_sink const& emit) {
  if (from == stream::out) {
    return out_.feed(bytes, [&](std::string_view line) { read_line(line, emit); });
  }
  text::keep_tail(errors_, bytes);
  emit(output_text{from, std::string{bytes}});
  err_.feed(bytes, [&](std::string_view line) { read_status(line, emit); });
}

OFFLOAD_INLINE void nextest_reader::parts::read_line(std::string_view line,
                                                     framework_event_sink const& emit) {
  if (line == nextest::next_round) {
    ++round_;
    kinds_.clear();
    return;
  }
  // Output of a setup script without an end of line is before an event on the same line.
  auto const begin = std::min(line.find(R"({"type":")"), line.size());
  auto const [event, name] = nextest_reader_detail::event_in(line.substr(begin));
  auto const& type = event["type"].text();
  if (type != "suite" && type != "test") {
    return emit(output_text{stream::out, std::string{line} + "\n"});
  }
  if (begin > 0) { emit(output_text{stream::out, std::string{line.substr(0, begin)} + "\n"}); }
  if (type == "suite") {
    auto const& about = event["nextest"];
    auto& kinds = kinds_[about["crate"].text() + "::" + about["test_binary"].text()];
    auto const& kind = about["kind"].text();
    if (std::ranges::find(kinds, kind) == kinds.end()) { kinds.push_back(kind); }
    return;
  }
  test_report report{.message = event["reason"].text(), .text = event["stdout"].text()};
  report.duration = seconds{event["exec_time"].number<double>().value_or(0)};
  read_event(name, event["event"].text(), std::move(report), emit);
}

OFFLOAD_INLINE std::optional<test_id> nextest_reader::parts::find(std::string_view name) const {
  auto const dollar = name.find('$');
  if (dollar == name.npos) { return std::nullopt; }
  auto const binary = name.substr(0, dollar);
  auto const colons = binary.find("::");
  auto const found = kinds_.find(std::string{binary});
  if (colons == binary.npos || found == kinds_.end()) { return std::nullopt; }
  auto const test = name.substr(dollar + 1);
  for (auto const spelling : {test, nextest_reader_detail::without_attempt(test)}) {
    for (auto const& kind : std::views::reverse(found->second)) {
      for (auto const& binary_id :
           nextest::binary_ids(binary.substr(0, colons), kind, binary.substr(colons + 2))) {
        test_id id{fmt::format("{} {}", binary_id, spelling)};
        auto const at = tests_.find(id.value);
        if (at != tests_.end() && at->second.round == round_ && !at->second.has_result) {
          return id;
        }
      }
    }
  }
  return std::nullopt;
}

OFFLOAD_INLINE void nextest_reader::parts::read_event(std::string_view name, std::string_view event,
                                                      test_report report,
                                                      framework_event_sink const& emit) {
  auto id = find(name);
  if (!id) { return; }
  if (event == "started") {
    running_ = id->value;
    return emit(test_started{std::move(*id)});
  }
  report.id = std::move(*id);
  if (event == "ok") {
    if (!name.ends_with(nextest::name_of(report.id.value).test)) {
      emit(
          framework_warning{fmt::format("`{}` passed in attempt {} of nextest's own retries",
                                        report.id.value, name.substr(name.find_last_of('#') + 1))});
    }
    return finish_test(std::move(report), emit);
  }
  if (event == "ignored") {
    report.ended = outcome::skipped;
    report.message = "ignored by nextest";
    return finish_test(std::move(report), emit);
  }
  if (event != "failed") { return; }
  report.ended = report.message == "time limit exceeded" ? outcome::timed_out : outcome::failed;
  if (report.message.empty()) { report.message = nextest_reader_detail::message_of(report.text); }
  if (!report.message.empty()) { return finish_test(std::move(report), emit); }
  // Nextest says it on the other stream, which may be read later.
  if (statuses_.contains(report.id.value)) { return explain(std::move(report), emit); }
  tests_[report.id.value].has_result = true;
  if (running_ == report.id.value) { running_.reset(); }
  held_.push_back(std::move(report));
}

OFFLOAD_INLINE void nextest_reader::parts::explain(test_report report,
                                                   framework_event_sink const& emit) {
  report.message = nextest_reader_detail::message_of_status(statuses_[report.id.value]);
  finish_test(std::move(report), emit);
}

OFFLOAD_INLINE void nextest_reader::parts::finish_test(test_report report,
                                                       framework_event_sink const& emit) {
  tests_[report.id.value].has_result = true;
  if (running_ == report.id.value) { running_.reset(); }
  emit(test_finished{std::move(report)});
}

OFFLOAD_INLINE void nextest_reader::parts::read_status(std::string_view line,
                                                       framework_event_sink const& emit) {
  auto const text = line.substr(std::min(line.find_first_not_of(' '), line.size()));
  if (text.starts_with("Cancelling due to ") || text.starts_with("Canceling due to ")) {
    cancelled_ = true;
  }
  auto const said = nextest_reader_detail::status_line_of(line);
  if (!said || !tests_.contains(std::string{said->test})) { return; }
  if (nextest_reader_detail::is_failure(said->status)) {
    statuses_[std::string{said->test}] = said->status;
  }
  if (said->status.starts_with("LEAK")) {
    emit(framework_warning{
        fmt::format("`{}` left a process running that keeps its output open", said->test)});
  }
  auto const held = std::ranges::find_if(
      held_, [&](test_report const& one) { return one.id.value == said->test; });
  if (held == held_.end() || !nextest_reader_detail::is_failure(said->status)) { return; }
  auto report = std::move(*held);
  held_.erase(held);
  explain(std::move(report), emit);
}

OFFLOAD_INLINE void nextest_reader::parts::finish(exit_status status,
                                                  framework_event_sink const& emit) {
  out_.finish([&](std::string_view line) { read_line(line, emit); });
  err_.finish([&](std::string_view line) { read_status(line, emit); });
  for (auto& report : std::exchange(held_, {})) { explain(std::move(report), emit); }
  close_rest(status, emit);
}

OFFLOAD_INLINE void nextest_reader::parts::close_rest(exit_status status,
                                                      framework_event_sink const& emit) {
  bool const was_stopped =
      status.signal != 0 || status.code >= nextest_reader_detail::died_of_a_signal;
  // Of a run that was cut short, the others have had no chance yet.
  if (was_stopped || (cancelled_ && status.code != nextest_reader_detail::setup_script_failed)) {
    return;
  }
  std::set<std::string_view> rest;
  std::set<std::string_view> binaries;
  for (auto const& [id, reached] : tests_) {
    if (reached.has_result || running_ == id) { continue; }
    rest.insert(id);
    binaries.insert(nextest::name_of(id).binary_id);
  }
  bool const all_said = status.ok() || status.code == nextest_reader_detail::some_tests_failed ||
                        status.code == nextest_reader_detail::no_tests_to_run;
  bool const no_binary = status.code == nextest_reader_detail::invalid_filterset &&
                         errors_.find("no binary IDs matched") != errors_.npos;
  // Some other binary may be there: its tests will be in a batch without this one.
  if (no_binary && binaries.size() > 1) { return; }
  for (auto const id : rest) {
    if (all_said || no_binary) {
      emit(test_unknown{{std::string{id}}, "nextest finds no such test in the sandbox"});
      continue;
    }
    auto const why =
        nextest_reader_detail::line_with(errors_, "error: ").value_or(text::last_line_of(errors_));
    emit(test_finished{
        {.id = {std::string{id}},
         .ended = outcome::errored,
         .message = fmt::format("cargo nextest run failed ({}): {}", to_string(status), why),
         .text = discovery_detail(errors_, {})}});
  }
}

OFFLOAD_INLINE nextest_reader::nextest_reader(batch const& tests) : parts_{std::in_place, tests} {}

OFFLOAD_INLINE void nextest_reader::feed(stream from, std::string_view bytes,
                                         framework_event_sink const& emit) {
  parts_->feed(from, bytes, emit);
}
OFFLOAD_INLINE void nextest_reader::finish(exit_status status, framework_event_sink const& emit) {
  parts_->finish(status, emit);
}

}  // namespace offload
