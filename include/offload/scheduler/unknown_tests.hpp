// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/ids.hpp>
#include <offload/core/time.hpp>
#include <offload/scheduler/unknown_tests_tuning.hpp>

#include <cstddef>
#include <map>
#include <set>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace offload {

/// Tests without a duration from earlier runs, and an estimate of where the long ones among them
/// are.
///
/// Tests that are found next to each other are alike: they are of one file, or of one folder. So
/// the list is cut into stretches, and what has run of a stretch and its neighbours tells what the
/// rest of it takes. First one test of each stretch runs. Then every second batch comes from where
/// tests seem to be the longest, as they should not be left for the end; the others go through all
/// stretches in turn, because a long test may be where nothing announces it (exploitation and
/// exploration, as with a bandit of many arms).
class unknown_tests {
 public:
  struct found_test {
    test_index test;
    std::string_view file;  ///< used by `open` only
  };
  unknown_tests() = default;
  explicit unknown_tests(unknown_tests_tuning const& tuning) : tuning_{tuning} {}

  /// `tests` are in the order of discovery.
  void open(std::span<found_test const> tests, std::size_t slots);

  void at(seconds now) { now_ = now; }
  void started(test_index test, slot_id slot);
  void finished(test_index test, slot_id slot, seconds took);

  /// The stretch that the next batch is taken from. There has to be a test left.
  [[nodiscard]] std::size_t choose();
  /// Whether no test of it has been taken yet: then one is enough, to see what it takes.
  [[nodiscard]] bool is_new(std::size_t which) const;
  [[nodiscard]] bool is_empty(std::size_t which) const;
  /// Its next test.
  [[nodiscard]] test_index first(std::size_t which) const;
  void take_first(std::size_t which);
  /// The estimated duration of a test of the stretch.
  [[nodiscard]] seconds expected(std::size_t which) const { return stretches_[which].expected; }

  /// How many tests are left, and their estimated total duration.
  [[nodiscard]] std::size_t count() const { return count_; }
  [[nodiscard]] seconds left() const { return left_; }

 private:
  struct average {
    double weight{};
    double sum{};
    void add(double by_weight, double took);
  };
  struct stretch {
    std::size_t begin{}, next{}, end{};  ///< places in `tests_`
    average seen{};                      ///< of what has run there, and of what still runs
    seconds expected{};
  };
  struct running_test {
    std::size_t stretch{};
    seconds since{};
    double noted{};  ///< what it counts for in `seen`; 0: nothing yet
  };

  /// The average duration of a test of this run, in seconds.
  [[nodiscard]] double usual() const;
  [[nodiscard]] bool holds(test_index test) const;
  void order_visits();
  /// Adds a duration to the averages of a stretch and of the run. A negative weight removes it.
  void note(std::size_t where, double weight, double took);
  void estimate(std::size_t which);
  void note_late_ones();
  [[nodiscard]] std::size_t next_in_turn();

  /// The first and the last stretch that this one tells something about.
  [[nodiscard]] std::pair<std::size_t, std::size_t> neighbours_of(std::size_t which) const;

  unknown_tests_tuning tuning_;
  std::vector<test_index> tests_;
  std::vector<stretch> stretches_;
  std::vector<std::size_t> stretch_of_;  ///< by test_index
  std::vector<std::size_t> visits_;      ///< stretches with tests, far ones after each other
  std::size_t visited_ = 0;
  std::size_t new_ones_ = 0;  ///< stretches that no test was taken from
  bool by_length_ = false;    ///< the last batch was taken where tests are the longest
  std::set<std::pair<seconds, std::size_t>> by_expected_;  ///< stretches with tests
  std::map<slot_id, running_test> running_;
  average all_;
  std::size_t count_ = 0;
  seconds left_{};
  seconds now_{};
  seconds looked_{-1};  ///< when running tests were looked after
};

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/scheduler/unknown_tests-inl.hpp>
#endif
