// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/report/progress_block.hpp>

#include <offload/core/inline.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <functional>
#include <numeric>
#include <utility>

namespace offload {
namespace progress_block_detail {

inline constexpr std::size_t narrow = 40;
inline constexpr std::size_t longest_bar = 40;
inline constexpr std::size_t shortest_bar = 10;
inline constexpr std::size_t most_tests = 8;

struct span {
  std::string text;
  colour how = colour::none;
};
using spans = std::vector<span>;

/// The spans one after the other, cut to `columns`.
inline std::string fitted(spans const& all, std::size_t columns, text_style style) {
  auto const width =
      std::transform_reduce(all.begin(), all.end(), std::size_t{0}, std::plus<>{},
                            [](auto const& each) { return terminal::columns_of(each.text); });
  std::string line;
  if (width <= columns) {
    for (auto const& each : all) { line += terminal::painted(each.text, each.how, style); }
    return line;
  }
  for (auto const& each : all) {
    auto const taken = terminal::columns_of(each.text);
    if (taken >= columns) {
      // Something follows, or it is too long itself: either way a part is missing.
      return line +
             terminal::painted(terminal::truncated(each.text + " ", columns), each.how, style);
    }
    line += terminal::painted(each.text, each.how, style);
    columns -= taken;
  }
  return line;
}

inline std::string repeated(std::string_view what, std::size_t times) {
  std::string text;
  for (std::size_t i = 0; i < times; ++i) { text += what; }
  return text;
}

inline std::string spinner_line(progress_state const& state, time_point now) {
  constexpr std::array<std::string_view, 10> frames = {"⠋", "⠙", "⠹", "⠸", "⠼",
                                                       "⠴", "⠦", "⠧", "⠇", "⠏"};
  auto const elapsed = now - state.began;
  auto const frame = static_cast<std::size_t>(elapsed / std::chrono::milliseconds{100});
  return fmt::format("{} Discovering tests... {}", frames[frame % frames.size()],
                     terminal::short_duration(elapsed));
}

/// A guess does not pretend to know fractions.
inline std::string rough_duration(seconds d) {
  auto const whole = std::max(seconds{1}, seconds{std::round(d.count())});
  return whole < seconds{60} ? fmt::format("{:.0f}s", whole.count())
                             : terminal::short_duration(whole);
}

/// The text to the right of the bar: the most informative one that leaves the bar some room.
inline std::string bar_remark(progress_state const& state, std::size_t room, time_point now) {
  auto const counts = fmt::format("  {}/{}", state.finished() + state.not_run, state.total);
  auto const elapsed = fmt::format("{}  {}", counts, terminal::short_duration(now - state.began));
  auto const left = state.time_left(now);
  auto const all =
      left ? fmt::format("{}, about {} left", elapsed, rough_duration(*left)) : elapsed;
  for (auto const& text : {all, elapsed, counts}) {
    if (terminal::columns_of(text) + shortest_bar <= room) { return text; }
  }
  return {};
}

inline spans bar_line(progress_state const& state, std::size_t columns, time_point now) {
  auto const percent = fmt::format("{:>3}% ", state.percent());
  auto const room = columns - std::min(columns, percent.size());
  auto const remark = bar_remark(state, room, now);
  auto const length = std::min(longest_bar, room - terminal::columns_of(remark));
  auto const filled = state.total == 0 ? 0 : length * state.finished() / state.total;
  auto const how = state.failed > 0 ? colour::red : colour::green;
  return {{percent, colour::bold},
          {repeated("━", filled), how},
          {repeated("─", length - filled), colour::dim},
          {remark, colour::none}};
}

inline std::size_t tests_running(progress_state const& state) {
  std::size_t count = 0;
  test_index last{};
  for (auto const& [where, test] : state.running) {
    if (count == 0 || where.test != last) { ++count; }
    last = where.test;
  }
  return count;
}

inline spans counts_line(progress_state const& state) {
  spans line{{"     ", colour::none}};
  auto const add = [&line](std::string text, colour how = colour::none) {
    if (line.size() > 1) { line.push_back({", ", colour::none}); }
    line.push_back({std::move(text), how});
  };
  auto const add_count = [&add](std::size_t n, std::string_view word, colour how = colour::none) {
    if (n > 0) { add(fmt::format("{} {}", n, word), how); }
  };
  auto const running = std::min(tests_running(state), state.awaiting());
  auto const waiting = state.awaiting() - running;
  add(fmt::format("{} passed", state.passed + state.flaky), colour::green);
  add_count(state.failed, "failed", colour::red);
  add_count(state.flaky, "flaky", colour::yellow);
  add_count(state.skipped, "skipped");
  add_count(state.not_run, "not run", colour::yellow);
  add_count(running, "running");
  if (running == 0 && waiting > 0) {
    auto const batches = state.open_batches.size();
    add_count(batches, batches == 1 ? "batch running" : "batches running");
  }
  add_count(waiting, "awaiting");
  auto const up = state.slots_up.size();
  if (state.now_in == progress_state::phase::running && up < state.slots) {
    add(fmt::format("{} of {} sandboxes up", up, state.slots), colour::dim);
  }
  if (state.now_in == progress_state::phase::over && up > state.went_down) {
    add(fmt::format("terminating {} sandboxes", up - state.went_down), colour::dim);
  }
  return line;
}

/// The tests that have been running longest, first the longest.
inline std::vector<progress_state::running_test const*> longest_running(progress_state const& state,
                                                                        std::size_t most) {
  std::vector<progress_state::running_test const*> tests;
  tests.reserve(state.running.size());
  for (auto const& [where, test] : state.running) { tests.push_back(&test); }
  std::ranges::stable_sort(tests, {}, [](auto const* each) { return each->since; });
  tests.resize(std::min(most, tests.size()));
  return tests;
}

}  // namespace progress_block_detail

OFFLOAD_INLINE std::vector<std::string> render_block(progress_state const& state,
                                                     terminal::extent extent, time_point now,
                                                     text_style style) {
  // A line that fills the last column leaves the cursor in a state terminals disagree about.
  auto const columns = std::max<std::size_t>(extent.columns, 2) - 1;
  if (state.now_in == progress_state::phase::discovering) {
    return {terminal::truncated(progress_block_detail::spinner_line(state, now), columns)};
  }
  std::vector<std::string> lines{progress_block_detail::fitted(
      progress_block_detail::bar_line(state, columns, now), columns, style)};
  if (extent.columns < progress_block_detail::narrow || extent.rows < 3) { return lines; }
  lines.push_back(
      progress_block_detail::fitted(progress_block_detail::counts_line(state), columns, style));
  auto const room = extent.rows - std::min<std::size_t>(extent.rows, 4);
  for (auto const* test : progress_block_detail::longest_running(
           state, std::min(progress_block_detail::most_tests, room))) {
    auto const took = fmt::format("{:>9}  ", terminal::short_duration(now - test->since));
    auto name =
        terminal::truncated(terminal::visible(test->id), columns - took.size(), kept_part::end);
    lines.push_back(terminal::painted(took, colour::dim, style) + std::move(name));
  }
  return lines;
}

OFFLOAD_INLINE std::string live_block::redraw(std::string_view above,
                                              std::vector<std::string> const& lines) {
  std::string text;
  if (is_drawn_) { text += above.empty() && !lines.empty() ? "\r" : terminal::clear_from_line; }
  text += above;
  is_drawn_ = !lines.empty();
  if (lines.empty()) { return text; }
  text += "\x1b[?7l";  // what is too long, as the terminal got narrower just now, is cut off
  for (auto const& line : lines) {
    text.append(&line == lines.data() ? "" : "\n").append(line + "\x1b[K");
  }
  text += "\x1b[?7h\x1b[J";
  if (lines.size() > 1) { text += fmt::format("\x1b[{}A", lines.size() - 1); }
  return text + '\r';
}

}  // namespace offload
