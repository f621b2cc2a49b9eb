// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/report/summary.hpp>

#include <offload/core/inline.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

namespace offload {
namespace summary_detail {

inline constexpr std::size_t most_failed = 20;
inline constexpr std::size_t most_flaky = 10;
inline constexpr std::size_t most_not_run = 10;
inline constexpr std::size_t most_slow = 5;
inline constexpr std::size_t longest_name = 400;

using records = std::vector<test_record const*>;

/// A line that begins with `::` would be a command to GitHub Actions.
inline std::string no_command(std::string text) {
  return text.starts_with("::") ? "> " + text : text;
}

inline std::string name_of(test_record const& record) {
  return no_command(terminal::truncated(terminal::visible(record.test.id.value), longest_name));
}

class summary_text {
 public:
  summary_text(run_summary const& summary, text_style style, cost_display cost)
      : summary_{summary}, style_{style}, cost_{cost} {
    for (auto const& record : summary.tests) { of(record.ended).push_back(&record); }
  }

  std::string render(summary_extent extent) {
    add_counts();
    if (extent == summary_extent::full) { add_lists(); }
    text_ += '\n';
    add_reason_of_early_end();
    add_verdict();
    return std::move(text_);
  }

 private:
  void add_lists() {
    add_tests("Failed tests:", of(verdict::failed), most_failed, ": offload logs --failures");
    add_tests("Flaky tests:", of(verdict::flaky), most_flaky, "");
    add_not_run();
    add_slowest();
    add_sandboxes();
    add_distance_to_bound();
  }

  [[nodiscard]] records& of(verdict v) { return by_verdict_[static_cast<std::size_t>(v)]; }
  [[nodiscard]] std::size_t count(verdict v) { return of(v).size(); }
  [[nodiscard]] std::size_t with_result() {
    return summary_.tests.size() - count(verdict::not_run);
  }

  void add_line(std::string_view line, colour how = colour::none) {
    text_ += terminal::painted(line, how, style_);
    text_ += '\n';
  }
  void add_title(std::string_view title) {
    text_ += '\n';
    add_line(title, colour::bold);
  }
  void add_count(std::string_view label, std::size_t n, colour how) {
    add_line(fmt::format("  {:<9}{}", label, n), n > 0 ? how : colour::none);
  }

  void add_counts() {
    add_title("Test Results:");
    add_count("Total:", with_result(), colour::none);
    add_count("Passed:", count(verdict::passed) + count(verdict::flaky), colour::green);
    add_count("Failed:", count(verdict::failed), colour::red);
    if (auto const n = count(verdict::not_run)) { add_count("Not Run:", n, colour::yellow); }
    if (auto const n = count(verdict::flaky)) { add_count("Flaky:", n, colour::yellow); }
    if (auto const n = count(verdict::skipped)) { add_count("Skipped:", n, colour::none); }
    add_line(fmt::format("  Duration: {}", precise_duration(summary_.duration)));
    if (cost_ == cost_display::estimate && summary_.cost && summary_.cost->dollars > 0) {
      add_line(fmt::format("  Estimated cost: ${:.4f} ({:.1f} CPU-seconds)", summary_.cost->dollars,
                           summary_.cost->cpu_seconds));
    }
  }

  void add_name(test_record const& record) {
    auto const& place = record.test.place;
    std::string remark;
    if (!place.file.empty() && place.line > 0) {
      remark = fmt::format("{}:{}", terminal::visible(place.file), place.line);
    }
    if (record.attempts > 1) {
      remark += fmt::format("{}{} attempts", remark.empty() ? "" : ", ", record.attempts);
    }
    add_line(remark.empty() ? fmt::format("  {}", name_of(record))
                            : fmt::format("  {}  ({})", name_of(record), remark));
  }

  void add_tests(std::string_view title, records const& tests, std::size_t most,
                 std::string_view where_the_rest_is) {
    if (tests.empty()) { return; }
    add_title(title);
    for (std::size_t i = 0; i < std::min(most, tests.size()); ++i) {
      add_name(*tests[i]);
      if (auto const reason = terminal::gist(tests[i]->reason); !reason.empty()) {
        add_line("      " + no_command(reason), colour::dim);
      }
    }
    if (tests.size() > most) {
      add_line(fmt::format("  ... and {} more{}", tests.size() - most, where_the_rest_is));
    }
  }

  /// Most often there is one reason for all of them, so it is said once.
  void add_not_run() {
    auto const& tests = of(verdict::not_run);
    if (tests.empty()) { return; }
    add_title("Not run:");
    std::map<std::string_view, std::size_t> position;
    std::vector<records> by_reason;
    for (auto const* test : tests) {
      auto const [found, is_new] = position.try_emplace(test->reason, by_reason.size());
      if (is_new) { by_reason.emplace_back(); }
      by_reason[found->second].push_back(test);
    }
    std::size_t shown = 0;
    for (auto const& group : by_reason) {
      if (shown == most_not_run) { break; }
      auto const reason = terminal::gist(group.front()->reason);
      add_line(fmt::format("  {} ({}):", reason.empty() ? "for an unknown reason" : reason,
                           group.size() == 1 ? "1 test" : fmt::format("{} tests", group.size())),
               colour::dim);
      for (std::size_t i = 0; i < group.size() && shown < most_not_run; ++i, ++shown) {
        add_line(fmt::format("    {}", name_of(*group[i])));
      }
    }
    if (tests.size() > shown) { add_line(fmt::format("  ... and {} more", tests.size() - shown)); }
  }

  void add_slowest() {
    if (summary_.duration <= seconds{1} || with_result() <= most_slow) { return; }
    records slowest;
    for (auto const& record : summary_.tests) { slowest.push_back(&record); }
    std::partial_sort(slowest.begin(), slowest.begin() + most_slow, slowest.end(),
                      [](auto const* a, auto const* b) {
                        // They stand in one array: the addresses are their order.
                        return a->longest != b->longest ? a->longest > b->longest : a < b;
                      });
    if (slowest.front()->longest <= seconds{}) { return; }
    add_title("Slowest tests:");
    for (std::size_t i = 0; i < most_slow && slowest[i]->longest > seconds{}; ++i) {
      add_line(fmt::format("  {:>7}  {}", terminal::short_duration(slowest[i]->longest),
                           name_of(*slowest[i])));
    }
  }

  void add_sandboxes() {
    if (summary_.sandboxes.empty()) { return; }
    seconds alive{}, busy{};
    for (auto const& each : summary_.sandboxes) {
      alive += each.alive;
      busy += each.busy;
    }
    auto line = fmt::format("Sandboxes: {}", summary_.sandboxes.size());
    if (alive > seconds{}) {
      line += fmt::format(", {:.0f}% busy", std::clamp(busy / alive, 0.0, 1.0) * 100);
    }
    if (summary_.first_test > seconds{}) {
      line += fmt::format("; first test after {}", terminal::short_duration(summary_.first_test));
    }
    text_ += '\n';
    add_line(line);
  }

  /// Adds how much longer the run took than is necessary with its number of sandboxes, and the
  /// reasons. Retries are assumed to take as long as the longest attempt.
  void add_distance_to_bound() {
    auto const& all = summary_;
    if (all.duration <= seconds{1} || all.sandboxes.empty() || all.ended != run_end::complete) {
      return;
    }
    seconds work{}, longest{}, retries{};
    for (auto const& record : all.tests) {
      work += record.longest;
      longest = std::max(longest, record.longest);
      if (record.attempts > 1) { retries += record.longest * (record.attempts - 1.0); }
    }
    auto const share = work / static_cast<double>(all.sandboxes.size());
    auto const bound = std::max(longest, share);
    if (bound <= seconds{}) { return; }
    auto line = fmt::format(
        "Makespan: {:.2f} times the least possible {} ({})", std::max(1.0, all.duration / bound),
        terminal::short_duration(bound),
        longest > share ? "long pole: the slowest test" : "all sandboxes busy all the time");
    auto left = all.duration - bound;
    std::string_view before = ": ";
    auto const add_part = [&](std::string_view what, seconds takes) {
      auto const part = std::min(left, takes);
      if (part <= all.duration / 100) { return; }
      left -= part;
      line +=
          fmt::format("{}{} {}", std::exchange(before, ", "), what, terminal::short_duration(part));
    };
    add_part("start-up", all.first_test);
    add_part("retries",
             longest > share ? retries : retries / static_cast<double>(all.sandboxes.size()));
    add_part("imbalance", left);
    add_line(line);
  }

  void add_reason_of_early_end() {
    if (summary_.ended == run_end::complete) { return; }
    auto why = terminal::gist(summary_.why_stopped);
    if (why.empty()) {
      why = summary_.ended == run_end::interrupted ? "the run was interrupted" : "stopped early";
    }
    if (why.front() >= 'a' && why.front() <= 'z') {
      why.front() = static_cast<char>(why.front() - 'a' + 'A');
    }
    if (!why.ends_with('.')) { why += '.'; }
    add_line(why, colour::yellow);
  }

  void add_verdict() {
    if (count(verdict::failed) > 0) {
      add_line("Some tests failed.", colour::red);
    } else if (with_result() == 0) {
      add_line("No test results were collected.", colour::yellow);
      add_line("The folder logs in the output directory holds what the batches said.", colour::dim);
    } else if (count(verdict::not_run) > 0) {
      add_line("Some tests were not run.", colour::yellow);
    } else {
      add_line("All tests passed!", colour::green);
    }
  }

  run_summary const& summary_;
  text_style style_;
  cost_display cost_;
  std::array<records, 5> by_verdict_{};
  std::string text_;
};

/// `value` after the decimal point, of `digits` digits, without trailing zeros: ".5", ".012", "".
inline std::string fraction(long long value, int digits) {
  if (value == 0) { return {}; }
  auto text = fmt::format(".{:0{}}", value, digits);
  text.erase(text.find_last_not_of('0') + 1);
  return text;
}

}  // namespace summary_detail

OFFLOAD_INLINE std::string precise_duration(seconds d) {
  struct unit {
    long long nanoseconds;
    int digits;
    std::string_view name;
  };
  constexpr unit units[] = {{1'000'000'000, 9, "s"}, {1'000'000, 6, "ms"}, {1000, 3, "\u00b5s"}};
  auto const total = std::llround(std::max(0.0, d.count()) * 1e9);
  for (auto const& [size, digits, name] : units) {
    if (total >= size) {
      return fmt::format("{}{}{}", total / size, summary_detail::fraction(total % size, digits),
                         name);
    }
  }
  return fmt::format("{}ns", total);
}

OFFLOAD_INLINE std::string render_summary(run_summary const& summary, text_style style,
                                          cost_display cost, summary_extent extent) {
  return summary.tests.empty() ? std::string{}
                               : summary_detail::summary_text{summary, style, cost}.render(extent);
}

OFFLOAD_INLINE void summary_reporter::on(run_event const& event) {
  auto const* ended = std::get_if<run_ended>(&event.what);
  if (ended == nullptr) { return; }
  auto const text = render_summary(ended->summary, style_, cost_, extent_);
  std::fwrite(text.data(), 1, text.size(), to_);
  std::fflush(to_);
}

}  // namespace offload
