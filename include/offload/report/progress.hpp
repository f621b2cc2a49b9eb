// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/run_event.hpp>
#include <offload/core/time.hpp>
#include <offload/report/concept.hpp>
#include <offload/report/terminal.hpp>

#include <compare>
#include <cstddef>
#include <cstdio>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

/// The progress of a run, for a person or a CI log. All of it goes to standard error.
namespace offload {

enum class progress_mode {
  live,    ///< a few lines at the bottom of a terminal, redrawn in place
  lines,   ///< a log: what has been reached, now and then
  quiet,   ///< what was found, failures and warnings
  silent,  ///< warnings
};

enum class verbosity { normal, verbose };

/// A line of a preparation as it is shown: those of commands with `[prepare]` in front.
[[nodiscard]] std::string shown_preparation(std::string_view line);

/// Where progress would be shown.
struct progress_place {
  bool on_terminal = false;
  bool in_ci = false;
  std::string_view term{};  ///< the value of TERM
};

/// A live display for a terminal that can move its cursor, unless the user wants to read what
/// happens or the output is kept as a log.
[[nodiscard]] progress_mode progress_mode_for(progress_place const& place, verbosity wanted);

/// The state of a run in progress. Pure: time comes from outside.
struct progress_state {
  enum class phase { discovering, running, over };

  /// One execution. When a test is hedged it runs in two batches.
  struct execution {
    test_index test{};
    batch_id batch{};
    auto operator<=>(execution const&) const = default;
  };
  struct running_test {
    std::string id{};
    time_point since{};
  };

  phase now_in = phase::discovering;
  time_point began{};        ///< the first event
  time_point tests_began{};  ///< `run_began`
  std::size_t total{}, passed{}, failed{}, flaky{}, skipped{}, not_run{};
  std::optional<seconds> expected{};  ///< of all tests
  seconds expected_of_finished{};
  std::map<execution, running_test> running{};
  std::set<batch_id> open_batches{};
  std::size_t slots{};
  std::set<slot_id> slots_up{};  ///< that have, or had, their sandbox
  std::size_t never_up{}, went_down{};

  void on(run_event const& event);

  /// Tests with a result.
  [[nodiscard]] std::size_t finished() const { return passed + failed + flaky + skipped; }
  [[nodiscard]] std::size_t awaiting() const;
  /// Of the tests, rounded down.
  [[nodiscard]] unsigned percent() const;
  /// A guess, once there is enough to base it on.
  [[nodiscard]] std::optional<seconds> time_left(time_point now) const;

 private:
  void begin(run_began const& run, time_point now);
  void count(test_record const& record);
  void close(batch_id batch);
};

/// How far the run is, as a line of a log.
[[nodiscard]] std::string progress_line(progress_state const& state);

/// The live display: fewer lines than `extent` has rows, each of fewer columns.
[[nodiscard]] std::vector<std::string> render_block(progress_state const& state,
                                                    terminal_extent extent, time_point now,
                                                    text_style style);

/// Lines at the bottom of a terminal that are redrawn in place. Returns the text to write to the
/// terminal, and writes nothing itself.
///
/// The cursor rests at the beginning of the first of them. It stays there when the terminal changes
/// its size, whether it folds lines then or not, and whether this program knows of it yet or not.
class live_block {
 public:
  /// The text that puts `above` (whole lines, or nothing) where the block was, and `lines` below
  /// it.
  [[nodiscard]] std::string redraw(std::string_view above, std::vector<std::string> const& lines);
  /// Leaves the drawn lines on the terminal for good: the cursor is elsewhere now.
  void forget() { is_drawn_ = false; }
  [[nodiscard]] bool empty() const { return !is_drawn_; }

 private:
  bool is_drawn_ = false;
};

/// Shows progress. It must come before the reporters that print to the same terminal.
class progress_reporter {
 public:
  /// `to` has to outlive the reporter.
  progress_reporter(std::FILE* to, progress_mode mode, verbosity wanted = verbosity::normal);
  progress_reporter(progress_reporter&&) = default;
  progress_reporter& operator=(progress_reporter&&) = delete;
  ~progress_reporter() { close(); }

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

static_assert(Reporter<progress_reporter>);

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/report/progress-inl.hpp>
#include <offload/report/progress_block-inl.hpp>
#include <offload/report/progress_state-inl.hpp>
#endif
