// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/report/progress.hpp>

#include <offload/core/inline.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <utility>

namespace offload {
namespace progress_detail {

using namespace std::chrono_literals;

inline constexpr std::size_t longest_name = 400;
inline constexpr auto redraw_every = 95ms;  // a little less than the ticks, which are not exact
inline constexpr auto line_every = 500ms;
inline constexpr auto line_at_least_every = 60s;  // some CI systems end what is silent for minutes
inline constexpr seconds patience_at_the_end{1};

inline std::string name_of(std::string_view id) { return truncated(visible(id), longest_name); }

/// All lines of a text for the user, visible; those after the first below it.
inline std::string with_lines_visible(std::string_view text, std::size_t indent) {
  std::string shown;
  while (!text.empty()) {
    auto const end = std::min(text.find('\n'), text.size());
    if (!shown.empty()) { shown += '\n' + std::string(indent, ' '); }
    shown += visible(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return shown;
}

inline bool is_own_preparation_line(std::string_view line) {
  return line.starts_with("[cache] ") || line.starts_with("[prepare] ");
}

}  // namespace progress_detail

OFFLOAD_INLINE std::string shown_preparation(std::string_view line) {
  auto shown = visible(line);
  return progress_detail::is_own_preparation_line(line) ? shown : "[prepare]   " + shown;
}

OFFLOAD_INLINE progress_mode progress_mode_for(progress_place const& place, verbosity wanted) {
  if (place.in_ci || wanted == verbosity::verbose) { return progress_mode::lines; }
  if (!place.on_terminal) { return progress_mode::quiet; }
  bool const can_move = !place.term.empty() && place.term != "dumb";
  return can_move ? progress_mode::live : progress_mode::lines;
}

OFFLOAD_INLINE progress_reporter::progress_reporter(std::FILE* to, progress_mode mode,
                                                    verbosity wanted)
    : to_{to}, mode_{mode}, verbosity_{wanted}, style_{style_for(to)}, out_{to} {}

OFFLOAD_INLINE void progress_reporter::on(discovery_began const& event, time_point now) {
  state_.on(event, now);
  draw(now);
}

OFFLOAD_INLINE void progress_reporter::on(preparation_said const& event, time_point) {
  bool const by_command = !progress_detail::is_own_preparation_line(event.line);
  if (by_command && !std::exchange(said_preparing_, true)) {
    say("[prepare] Preparing environment...");
  }
  say(shown_preparation(event.line));
}

OFFLOAD_INLINE void progress_reporter::on(preparation_ended const& event, time_point) {
  if (!said_preparing_) { return; }
  say(fmt::format("[prepare] finished: image preparation [took {:.1f}s]", event.took.count()));
}

OFFLOAD_INLINE void progress_reporter::on(discovery_ended const& event, time_point) {
  say(fmt::format("Discovering tests... found {} tests across {} groups", event.records,
                  event.groups));
}

OFFLOAD_INLINE void progress_reporter::on(run_began const& event, time_point now) {
  state_.on(event, now);
  if (mode_ == progress_mode::lines && event.slots > 0) {
    say(fmt::format("Creating {} sandboxes...", event.slots));
    say_state_of_sandboxes();
  }
  say_progress(now);
}

OFFLOAD_INLINE void progress_reporter::on(sandbox_came_up const& event, time_point now) {
  state_.on(event, now);
  say_state_of_sandboxes();
}

OFFLOAD_INLINE void progress_reporter::on(sandbox_failed const& event, time_point now) {
  state_.on(event, now);
  auto text = to_string(event.why);
  // What is wrong with one sandbox is often wrong with hundreds.
  if (sandbox_errors_.insert(text).second) { on(notice{severity::warning, text}, now); }
  say_state_of_sandboxes();
}

OFFLOAD_INLINE void progress_reporter::on(sandbox_went_down const& event, time_point now) {
  state_.on(event, now);
}

OFFLOAD_INLINE void progress_reporter::on(batch_began const& event, time_point now) {
  state_.on(event, now);
}

OFFLOAD_INLINE void progress_reporter::on(attempt_began const& event, time_point now) {
  state_.on(event, now);
  if (verbosity_ == verbosity::verbose && mode_ != progress_mode::live) {
    say(fmt::format("Running: {}", progress_detail::name_of(event.id.value)));
  }
}

OFFLOAD_INLINE void progress_reporter::on(attempt_ended const& event, time_point now) {
  state_.on(event, now);
}

OFFLOAD_INLINE void progress_reporter::on(test_decided const& event, time_point now) {
  state_.on(event, now);
  if (event.record.ended == verdict::failed) { say_verdict("FAILED", colour::red, event.record); }
  if (event.record.ended == verdict::flaky) { say_verdict("FLAKY", colour::yellow, event.record); }
  say_progress(now);
}

OFFLOAD_INLINE void progress_reporter::on(batch_ended const& event, time_point now) {
  state_.on(event, now);
}

OFFLOAD_INLINE void progress_reporter::on(notice const& event, time_point) {
  if (event.how == severity::warning) {
    put(fmt::format("{} {}", painted("WARN", colour::yellow, style_),
                    progress_detail::with_lines_visible(event.text, 5)));
  } else if (verbosity_ == verbosity::verbose) {
    say(fmt::format("INFO {}", progress_detail::with_lines_visible(event.text, 5)));
  }
}

OFFLOAD_INLINE void progress_reporter::on(tick const&, time_point now) {
  say_progress(now);
  if (now - drawn_ >= progress_detail::redraw_every) { draw(now); }
}

OFFLOAD_INLINE void progress_reporter::on(run_ended const&, time_point now) {
  say_progress(now);
  if (said_terminating_) { say("Sandboxes terminated."); }
  close();
}

OFFLOAD_INLINE void progress_reporter::close() {
  leave_to_others();
  if (!block_.empty() || !unsaid_.empty()) {
    out_.add(block_.redraw(unsaid_, {}));
    unsaid_.clear();
  }
  if (!out_.has_written_all()) { out_.write(progress_detail::patience_at_the_end); }
  if (std::exchange(is_shown_, false)) { clear_when_stopped(nullptr); }
}

/// Without a terminal that is ours, there is no block either.
OFFLOAD_INLINE void progress_reporter::leave_to_others() {
  if (!is_in_foreground(to_)) { block_.forget(); }
}

OFFLOAD_INLINE void progress_reporter::say(std::string_view line) {
  if (mode_ != progress_mode::silent) { put(line); }
}

OFFLOAD_INLINE void progress_reporter::put(std::string_view line) {
  if (mode_ == progress_mode::live) {
    unsaid_ += line;
    unsaid_ += '\n';
  } else {
    out_.add(line);
    out_.add("\n");
    out_.write();
  }
}

OFFLOAD_INLINE void progress_reporter::say_verdict(std::string_view word, colour how,
                                                   test_record const& record) {
  auto line =
      fmt::format("{} {} ({})", painted(word, how, style_),
                  progress_detail::name_of(record.test.id.value), short_duration(record.longest));
  if (auto const reason = gist(record.reason); !reason.empty()) { line += ": " + reason; }
  say(line);
}

OFFLOAD_INLINE void progress_reporter::say_state_of_sandboxes() {
  if (mode_ != progress_mode::lines || said_created_ || state_.slots == 0) { return; }
  auto const up = std::min(state_.slots, state_.slots_up.size());
  if (up + state_.never_up < state_.slots) { return; }
  said_created_ = true;
  say(up == state_.slots ? "Sandboxes created."
                         : fmt::format("{} of {} sandboxes created.", up, state_.slots));
}

OFFLOAD_INLINE void progress_reporter::say_progress(time_point now) {
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
                        short_duration(now - longest->second.since));
  }
  say(line);
  said_ = next;
  auto const up = state_.slots_up.size();
  if (is_over && up > state_.went_down) {
    said_terminating_ = true;
    say(fmt::format("Terminating {} sandboxes...", up - state_.went_down));
  }
}

OFFLOAD_INLINE void progress_reporter::draw(time_point now) {
  if (mode_ != progress_mode::live) { return; }
  drawn_ = now;
  if (!std::exchange(is_shown_, true)) { clear_when_stopped(to_); }
  if (out_.has_written_all()) {
    leave_to_others();
    std::vector<std::string> block;
    if (is_in_foreground(to_)) { block = render_block(state_, terminal_size(to_), now, style_); }
    out_.add(block_.redraw(unsaid_, block));
    unsaid_.clear();
  }
  out_.write();
}

}  // namespace offload
