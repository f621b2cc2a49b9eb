// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/framework/tap_reader.hpp>

#include <offload/core/inline.hpp>
#include <offload/core/line_splitter.hpp>
#include <offload/core/trimmed.hpp>
#include <offload/framework/placeholders.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <optional>
#include <unordered_set>
#include <utility>

namespace offload {
namespace tap_reader_detail {

inline constexpr std::size_t most_warnings = 10;

inline constexpr std::string_view blank = " \t\r";

inline bool begins_without_case(std::string_view text, std::string_view word) {
  if (text.size() < word.size()) { return false; }
  for (std::size_t i = 0; i < word.size(); ++i) {
    if (std::tolower(static_cast<unsigned char>(text[i])) != word[i]) { return false; }
  }
  return true;
}

/// The rest of a line behind `word`, when the line is that word or goes on with white space.
inline std::optional<std::string_view> behind(std::string_view line, std::string_view word) {
  if (!line.starts_with(word)) { return std::nullopt; }
  auto const rest = line.substr(word.size());
  bool const ends = rest.empty() || rest.front() == ' ' || rest.front() == '\t';
  return ends ? std::optional{rest} : std::nullopt;
}

inline bool is_of_tap(std::string_view line) {
  return behind(line, "ok") || behind(line, "not ok") || behind(line, "TAP version") ||
         behind(line, "# Subtest:") || line.starts_with("1..");
}

/// Reads "17" or "17 " at the beginning, and takes it away.
inline std::string_view take_number(std::string_view& text) {
  auto const end = std::min(text.find_first_not_of("0123456789"), text.size());
  bool const whole = end == text.size() || text[end] == ' ' || text[end] == '\t';
  auto const number = whole ? text.substr(0, end) : std::string_view{};
  text.remove_prefix(number.size());
  return number;
}

enum class directive { none, skip, todo };

struct described {
  std::string name{};
  directive what = directive::none;
  std::string reason{};
};

/// Where the directive of a test point begins, if there is one: at a `#` behind white space that no
/// backslash makes ordinary, followed by one of the two words.
inline std::size_t find_directive(std::string_view text) {
  for (auto at = text.find('#'); at != text.npos; at = text.find('#', at + 1)) {
    auto const word = text::trimmed(text.substr(at + 1), blank);
    bool const stands_apart = at == 0 || text[at - 1] == ' ' || text[at - 1] == '\t';
    if (stands_apart && (begins_without_case(word, "skip") || begins_without_case(word, "todo"))) {
      return at;
    }
  }
  return text.npos;
}

/// A description as its writer meant it: `\#` and `\\` are one character.
inline std::string unescaped(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    bool const escapes =
        text[i] == '\\' && i + 1 < text.size() && (text[i + 1] == '#' || text[i + 1] == '\\');
    plain += text[escapes ? ++i : i];
  }
  return plain;
}

inline described parts_of(std::string_view text) {
  auto const at = find_directive(text);
  described point{.name = unescaped(text::trimmed(text.substr(0, at), blank))};
  if (at == text.npos) { return point; }
  auto word = text::trimmed(text.substr(at + 1), blank);
  point.what = begins_without_case(word, "skip") ? directive::skip : directive::todo;
  auto const end = word.find_first_of(" \t");
  point.reason =
      end == word.npos ? std::string{} : std::string{text::trimmed(word.substr(end), blank)};
  return point;
}

inline std::string_view unquoted(std::string_view text) {
  bool const quoted = text.size() >= 2 && text.front() == text.back() &&
                      (text.front() == '\'' || text.front() == '"');
  return quoted ? text.substr(1, text.size() - 2) : text;
}

inline void add_line(std::string& to, std::string_view line) {
  to += line;
  to += '\n';
}

}  // namespace tap_reader_detail

class tap_reader::parts {
 public:
  explicit parts(batch tests, std::string id_format, clock now);

  void feed(stream from, std::string_view bytes, framework_event_sink const& emit);
  void interrupted(framework_event_sink const& emit);
  void finish(exit_status status, framework_event_sink const& emit);

 private:
  void read_line(std::string_view line, framework_event_sink const& emit);
  void read_point(std::string_view rest, outcome said, framework_event_sink const& emit);
  void read_detail(std::string_view line);
  void read_plan(std::string_view line, framework_event_sink const& emit);
  void report_held(framework_event_sink const& emit);
  [[nodiscard]] std::string id_of(std::string_view name) const;
  /// The fault of the plan; empty: there is none.
  [[nodiscard]] std::string plan_problem() const;

  batch tests_;
  std::string id_format_;
  clock now_;
  time_point since_;                      ///< the end of the previous point
  std::unordered_set<std::string> open_;  ///< not reported yet
  line_splitter lines_;
  std::optional<test_report> held_;  ///< a point whose text is not complete
  std::string before_;               ///< lines that belong to the next point
  bool in_yaml_ = false;
  bool interrupted_ = false;
  bool bailed_out_ = false;
  bool heard_any_ = false;
  std::size_t strangers_ = 0;    ///< points that match no test
  std::size_t points_ = 0;       ///< that do not belong to a subtest
  std::size_t last_number_ = 0;  ///< the highest of a point
  std::optional<std::size_t> planned_{};
};

OFFLOAD_INLINE tap_reader::parts::parts(batch tests, std::string id_format, clock now)
    : tests_{std::move(tests)},
      id_format_{std::move(id_format)},
      now_{std::move(now)},
      since_{now_()} {
  for (auto const& id : tests_.tests) { open_.insert(id.value); }
}

OFFLOAD_INLINE void tap_reader::parts::feed(stream from, std::string_view bytes,
                                            framework_event_sink const& emit) {
  emit(output_text{from, std::string{bytes}});
  if (from == stream::err || interrupted_) { return; }
  lines_.feed(bytes, [&](std::string_view line) { read_line(line, emit); });
}

OFFLOAD_INLINE void tap_reader::parts::read_line(std::string_view line,
                                                 framework_event_sink const& emit) {
  if (line.ends_with('\r')) { line.remove_suffix(1); }
  if (in_yaml_ ||
      (held_ && text::trimmed(line, tap_reader_detail::blank) == "---" && line.starts_with(' '))) {
    in_yaml_ = text::trimmed(line, tap_reader_detail::blank) != "...";
    return read_detail(line);
  }
  heard_any_ = heard_any_ || tap_reader_detail::is_of_tap(line);
  if (auto const rest = tap_reader_detail::behind(line, "ok")) {
    return read_point(*rest, outcome::passed, emit);
  }
  if (auto const rest = tap_reader_detail::behind(line, "not ok")) {
    return read_point(*rest, outcome::failed, emit);
  }
  if (auto const name = tap_reader_detail::behind(line, "# Subtest:")) {
    report_held(emit);
    if (auto const id =
            id_of(tap_reader_detail::unescaped(text::trimmed(*name, tap_reader_detail::blank)));
        open_.contains(id)) {
      emit(test_started{{id}});
    }
  } else if (line.starts_with('#')) {
    if (held_) { read_detail(line); }
  } else if (line.starts_with("1..")) {
    report_held(emit);
    read_plan(line, emit);
  } else if (auto const said = text::trimmed(line, tap_reader_detail::blank);
             said.starts_with("Bail out!")) {  // of a subtest, too
    report_held(emit);
    bailed_out_ = true;
    emit(runner_stopping{std::string{said}});
  } else if (!tap_reader_detail::behind(line, "TAP version") &&
             !tap_reader_detail::behind(line, "pragma")) {
    report_held(emit);
    tap_reader_detail::add_line(before_, line);
  }
}

OFFLOAD_INLINE void tap_reader::parts::read_point(std::string_view rest, outcome said,
                                                  framework_event_sink const& emit) {
  report_held(emit);
  rest = text::trimmed(rest, tap_reader_detail::blank);
  auto const counted = std::to_string(points_ + 1);  // a point may have neither number nor name
  auto number = tap_reader_detail::take_number(rest);
  if (number.empty()) { number = counted; }
  std::size_t given = 0;
  std::from_chars(number.data(), number.data() + number.size(), given);
  last_number_ = std::max(last_number_, given);
  rest = text::trimmed(rest, tap_reader_detail::blank);
  if (rest.starts_with("- ")) { rest.remove_prefix(2); }
  auto const point = tap_reader_detail::parts_of(rest);
  auto const time = now_();
  test_report report{.id = {id_of(point.name.empty() ? number : std::string_view{point.name})},
                     .ended = said,
                     .duration = time - std::exchange(since_, time),
                     .message = point.reason};
  // As for prove: only TODO excuses a failure.
  auto const excused =
      is_bad(said) ? tap_reader_detail::directive::todo : tap_reader_detail::directive::skip;
  if (point.what == excused) { report.ended = outcome::skipped; }
  auto before = std::exchange(before_, {});
  (is_bad(report.ended) ? report.text : report.out) = std::move(before);
  ++points_;
  bool const was_asked_for = open_.erase(report.id.value) > 0;
  if (!was_asked_for && !is_bad(report.ended)) {
    if (++strangers_ <= tap_reader_detail::most_warnings) {
      emit(framework_warning{
          fmt::format("the test point `{}` ({}) matches none of the requested tests",
                      report.id.value, to_string(report.ended))});
    }
    return;
  }
  held_ = std::move(report);
  if (!is_bad(held_->ended)) { report_held(emit); }
}

OFFLOAD_INLINE void tap_reader::parts::read_detail(std::string_view line) {
  if (!held_) { return; }
  tap_reader_detail::add_line(held_->text, line);
  auto const text = text::trimmed(line, tap_reader_detail::blank);
  if (line.starts_with('#')) {
    if (held_->message.empty()) {
      held_->message = text::trimmed(text.substr(1), tap_reader_detail::blank);
    }
  } else if (auto const message = tap_reader_detail::behind(text, "message:")) {
    held_->message = tap_reader_detail::unquoted(text::trimmed(*message, tap_reader_detail::blank));
  }
}

OFFLOAD_INLINE void tap_reader::parts::read_plan(std::string_view line,
                                                 framework_event_sink const& emit) {
  auto const at = tap_reader_detail::find_directive(line);
  auto planned =
      text::trimmed(line.substr(3, at == line.npos ? at : at - 3), tap_reader_detail::blank);
  auto const number = tap_reader_detail::take_number(planned);
  std::size_t points = 0;
  std::from_chars(number.data(), number.data() + number.size(), points);
  planned_ = planned_.value_or(0) + points;
  if (!line.starts_with("1..0") || at == line.npos) { return; }
  auto const plan = tap_reader_detail::parts_of(line.substr(at));
  for (auto const& id : tests_.tests) {
    if (open_.erase(id.value) == 0) { continue; }
    emit(test_finished{{.id = id, .ended = outcome::skipped, .message = plan.reason}});
  }
}

OFFLOAD_INLINE void tap_reader::parts::report_held(framework_event_sink const& emit) {
  in_yaml_ = false;
  if (!held_) { return; }
  emit(test_finished{std::move(*held_)});
  held_.reset();
}

OFFLOAD_INLINE std::string tap_reader::parts::id_of(std::string_view name) const {
  return filled_in(id_format_, {{"{name}", name}, {"{classname}", ""}});
}

OFFLOAD_INLINE void tap_reader::parts::interrupted(framework_event_sink const& emit) {
  report_held(emit);
  interrupted_ = true;  // from here on, tests may fail because they are told to end
}

OFFLOAD_INLINE void tap_reader::parts::finish(exit_status status,
                                              framework_event_sink const& emit) {
  lines_.finish([&](std::string_view line) { read_line(line, emit); });
  report_held(emit);
  if (strangers_ > tap_reader_detail::most_warnings) {
    emit(framework_warning{fmt::format("{} more test points match no test",
                                       strangers_ - tap_reader_detail::most_warnings)});
  }
  // A command that crashed in a test leaves tests without a result, which is dealt with.
  bool const died = !status.ok() && !open_.empty();
  if (auto const wrong = plan_problem(); !wrong.empty() && !bailed_out_ && !died) {
    emit(outside_failure{"the plan of TAP", {}, fmt::format("{} ({})", wrong, to_string(status))});
  }
  if (!heard_any_) {
    emit(framework_warning{
        fmt::format("the command wrote no test point of TAP ({})", to_string(status))});
  }
}

OFFLOAD_INLINE std::string tap_reader::parts::plan_problem() const {
  if (points_ == 0 && !planned_) { return {}; }
  if (!planned_) { return "there is none, such as `1..3`: nobody knows whether all points came"; }
  if (*planned_ != points_) {
    return fmt::format("it announces {} test points, and {} came", *planned_, points_);
  }
  if (last_number_ > *planned_) {
    return fmt::format("it announces {} test points, and one has the number {}", *planned_,
                       last_number_);
  }
  return {};
}

OFFLOAD_INLINE tap_reader::tap_reader(batch tests, std::string id_format, clock now)
    : parts_{std::in_place, std::move(tests), std::move(id_format), std::move(now)} {}

OFFLOAD_INLINE void tap_reader::feed(stream from, std::string_view bytes,
                                     framework_event_sink const& emit) {
  parts_->feed(from, bytes, emit);
}
OFFLOAD_INLINE void tap_reader::interrupted(framework_event_sink const& emit) {
  parts_->interrupted(emit);
}
OFFLOAD_INLINE void tap_reader::finish(exit_status status, framework_event_sink const& emit) {
  parts_->finish(status, emit);
}

}  // namespace offload
