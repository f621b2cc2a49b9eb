// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/report/progress.hpp>

#include <offload/core/inline.hpp>
#include <offload/report/progress_block.hpp>
#include <offload/report/progress_state.hpp>
#include <offload/report/terminal.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace offload {
namespace progress_detail {

using namespace std::chrono_literals;

inline constexpr std::size_t longest_name = 400;
inline constexpr auto redraw_every = 95ms;  // a little less than the ticks, which are not exact
inline constexpr auto line_every = 500ms;
inline constexpr auto line_at_least_every = 60s;  // some CI systems end what is silent for minutes
inline constexpr seconds patience_at_the_end{1};

inline std::string name_of(std::string_view id) {
  return terminal::truncated(terminal::visible(id), longest_name);
}

/// All lines of a text for the user, visible; those after the first below it.
inline std::string with_lines_visible(std::string_view text, std::size_t indent) {
  std::string shown;
  while (!text.empty()) {
    auto const end = std::min(text.find('\n'), text.size());
    if (!shown.empty()) { shown += '\n' + std::string(indent, ' '); }
    shown += terminal::visible(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return shown;
}

inline bool is_own_preparation_line(std::string_view line) {
  return line.starts_with("[cache] ") || line.starts_with("[prepare] ");
}

}  // namespace progress_detail

OFFLOAD_INLINE std::string shown_preparation(std::string_view line) {
  auto shown = terminal::visible(line);
  return progress_detail::is_own_preparation_line(line) ? shown : "[prepare]   " + shown;
}

OFFLOAD_INLINE progress_mode progress_mode_for(progress_place const& place, verbosity wanted) {
  if (place.in_ci || wanted == verbosity::verbose) { return progress_mode::lines; }
  if (!place.on_terminal) { return progress_mode::quiet; }
  bool const can_move = !place.term.empty() && place.term != "dumb";
  return can_move ? progress_mode::live : progress_mode::lines;
}

class progress_reporter::parts {
 public:
  parts(std::FILE* to, progress_mode mode, verbosity wanted);
  parts(parts const&) = delete;
  parts& operator=(parts const&) = delete;
  ~parts() { close(); }

  void on(run_event const& event);

 private:
  void say_preparation(std::string_view line);
  void say_beginning(run_began const& run);
  void say_once(error const& why);
  void say_verdict(test_record const& record);
  void say_notice(severity how, std::string_view text);
  void close();
  void say(std::string_view line);
  void put(std::string_view line);
  void say_state_of_sandboxes();
  void say_progress(time_point now);
  void draw(time_point now);
  void leave_to_others();

  std::FILE* to_;
  progress_mode mode_;
  verbosity verbosity_;
  text_style style_;
  patient_output out_;
  progress_state state_{};
  live_block block_{};
  std::string unsaid_{};  ///< lines that will stand above the block
  time_point drawn_{};
  struct said_line {
    time_point when{};
    unsigned percent{};
    std::size_t failed{};
    std::size_t awaiting{};
  };
  std::optional<said_line> said_{};  ///< the last line of progress
  bool is_shown_ = false;            ///< the live display, on this terminal
  bool said_created_ = false;
  bool said_preparing_ = false;
  bool said_terminating_ = false;
  std::set<std::string> sandbox_errors_{};  ///< said already
};

OFFLOAD_INLINE progress_reporter::parts::parts(std::FILE* to, progress_mode mode, verbosity wanted)
    : to_{to}, mode_{mode}, verbosity_{wanted}, style_{terminal::style_for(to)}, out_{to} {}

OFFLOAD_INLINE void progress_reporter::parts::on(run_event const& event) {
  state_.on(event);
  match(
      event, [&](discovery_began const&) { draw(event.at); },
      [&](preparation_said const& said) { say_preparation(said.line); },
      [&](preparation_ended const& ended) {
        if (!said_preparing_) { return; }
        say(fmt::format("[prepare] finished: image preparation [took {:.1f}s]",
                        ended.took.count()));
      },
      [&](discovery_ended const& found) {
        say(fmt::format("Discovering tests... found {} tests across {} groups", found.records,
                        found.groups));
      },
      [&](run_began const& run) {
        say_beginning(run);
        say_progress(event.at);
      },
      [&](sandbox_came_up const&) { say_state_of_sandboxes(); },
      [&](sandbox_failed const& failed) {
        say_once(failed.why);
        say_state_of_sandboxes();
      },
      [&](attempt_began const& one) {
        if (verbosity_ != verbosity::verbose || mode_ == progress_mode::live) { return; }
        say(fmt::format("Running: {}", progress_detail::name_of(one.id.value)));
      },
      [&](test_decided const& decided) {
        say_verdict(decided.record);
        say_progress(event.at);
      },
      [&](notice const& notice) { say_notice(notice.how, notice.text); },
      [&](tick const&) {
        say_progress(event.at);
        if (event.at - drawn_ >= progress_detail::redraw_every) { draw(event.at); }
      },
      [&](run_ended const&) {
        say_progress(event.at);
        if (said_terminating_) { say("Sandboxes terminated."); }
        close();
      },
      [&](run_failed const&) { close(); });
}

OFFLOAD_INLINE void progress_reporter::parts::say_preparation(std::string_view line) {
  bool const by_command = !progress_detail::is_own_preparation_line(line);
  if (by_command && !std::exchange(said_preparing_, true)) {
    say("[prepare] Preparing environment...");
  }
  say(shown_preparation(line));
}

OFFLOAD_INLINE void progress_reporter::parts::say_beginning(run_began const& run) {
  if (mode_ != progress_mode::lines || run.slots == 0) { return; }
  say(fmt::format("Creating {} sandboxes...", run.slots));
  say_state_of_sandboxes();
}

/// One error often occurs in hundreds of sandboxes.
OFFLOAD_INLINE void progress_reporter::parts::say_once(error const& why) {
  auto text = to_string(why);
  if (sandbox_errors_.insert(text).second) { say_notice(severity::warning, text); }
}

OFFLOAD_INLINE void progress_reporter::parts::say_notice(severity how, std::string_view text) {
  auto const shown = progress_detail::with_lines_visible(text, 5);
  if (how == severity::warning) {
    put(fmt::format("{} {}", terminal::painted("WARN", colour::yellow, style_), shown));
  } else if (verbosity_ != verbosity::normal) {
    say(fmt::format("INFO {}", shown));
  }
}

OFFLOAD_INLINE void progress_reporter::parts::close() {
  leave_to_others();
  if (!block_.empty() || !unsaid_.empty()) {
    out_.add(block_.redraw(unsaid_, {}));
    unsaid_.clear();
  }
  if (!out_.has_written_all()) { out_.write(progress_detail::patience_at_the_end); }
  if (std::exchange(is_shown_, false)) { terminal::clear_when_stopped(nullptr); }
}

/// Without a terminal that is ours, there is no block either.
OFFLOAD_INLINE void progress_reporter::parts::leave_to_others() {
  if (!terminal::is_in_foreground(to_)) { block_.forget(); }
}

OFFLOAD_INLINE void progress_reporter::parts::say(std::string_view line) {
  if (mode_ != progress_mode::silent) { put(line); }
}

OFFLOAD_INLINE void progress_reporter::parts::put(std::string_view line) {
  if (mode_ == progress_mode::live) {
    unsaid_ += line;
    unsaid_ += '\n';
  } else {
    out_.add(line);
    out_.add("\n");
    out_.write();
  }
}

OFFLOAD_INLINE void progress_reporter::parts::say_verdict(test_record const& record) {
  bool const failed = record.ended == verdict::failed;
  if (!failed && record.ended != verdict::flaky) { return; }
  auto const word = failed ? terminal::painted("FAILED", colour::red, style_)
                           : terminal::painted("FLAKY", colour::yellow, style_);
  auto line = fmt::format("{} {} ({})", word, progress_detail::name_of(record.test.id.value),
                          terminal::short_duration(record.longest));
  if (auto const reason = terminal::gist(record.reason); !reason.empty()) { line += ": " + reason; }
  say(line);
}

OFFLOAD_INLINE void progress_reporter::parts::say_state_of_sandboxes() {
  if (mode_ != progress_mode::lines || said_created_ || state_.slots == 0) { return; }
  auto const up = std::min(state_.slots, state_.slots_up.size());
  if (up + state_.never_up < state_.slots) { return; }
  said_created_ = true;
  say(up == state_.slots ? "Sandboxes created."
                         : fmt::format("{} of {} sandboxes created.", up, state_.slots));
}

OFFLOAD_INLINE void progress_reporter::parts::say_progress(time_point now) {
  if (mode_ != progress_mode::lines || state_.total == 0) { return; }
  said_line const next{now, state_.percent(), state_.failed, state_.awaiting()};
  bool const is_over = said_ && next.awaiting == 0 && said_->awaiting > 0;
  bool const has_news = said_ && (next.percent > said_->percent || next.failed > said_->failed);
  bool const was_silent =
      said_ && next.awaiting > 0 && now - said_->when >= progress_detail::line_at_least_every;
  if (said_ && !is_over && !was_silent &&
      !(has_news && now - said_->when >= progress_detail::line_every)) {
    return;
  }
  auto line = progress_line(state_);
  if (was_silent && !state_.running.empty()) {
    auto const longest = std::ranges::min_element(
        state_.running, {}, [](auto const& each) { return each.second.since; });
    line += fmt::format(" | longest running: {} ({})", progress_detail::name_of(longest->second.id),
                        terminal::short_duration(now - longest->second.since));
  }
  say(line);
  said_ = next;
  auto const up = state_.slots_up.size();
  if (is_over && up > state_.went_down) {
    said_terminating_ = true;
    say(fmt::format("Terminating {} sandboxes...", up - state_.went_down));
  }
}

OFFLOAD_INLINE void progress_reporter::parts::draw(time_point now) {
  if (mode_ != progress_mode::live) { return; }
  drawn_ = now;
  if (!std::exchange(is_shown_, true)) { terminal::clear_when_stopped(to_); }
  if (out_.has_written_all()) {
    leave_to_others();
    std::vector<std::string> block;
    if (terminal::is_in_foreground(to_)) {
      block = render_block(state_, terminal::size(to_), now, style_);
    }
    out_.add(block_.redraw(unsaid_, block));
    unsaid_.clear();
  }
  out_.write();
}

OFFLOAD_INLINE progress_reporter::progress_reporter(std::FILE* to, progress_mode mode,
                                                    verbosity wanted)
    : parts_{std::in_place, to, mode, wanted} {}

OFFLOAD_INLINE void progress_reporter::on(run_event const& event) { parts_->on(event); }

}  // namespace offload
