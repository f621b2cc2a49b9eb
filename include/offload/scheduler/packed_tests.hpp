// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/scheduler/batch_costs.hpp>
#include <offload/scheduler/concept.hpp>
#include <offload/scheduler/packed_tests_tuning.hpp>

#include <compare>
#include <cstddef>
#include <deque>
#include <map>
#include <set>
#include <span>
#include <string_view>
#include <vector>

namespace offload {

/// The tests of a run in which each batch costs time, or each file that is loaded in a batch.
///
/// A slot gets the tests that fill it until all slots would end together, if each ran one more
/// batch. If batches cost little, it gets a part of that. With the cost c, the rest R of a slot, a
/// drift d of slots and a variance v of each second of tests, batches of length L lose about
/// c R / L + d L + sqrt(2 ln(slots) v L). The best L is that of fixed size chunking (Kruskal and
/// Weiss 1985), worked out again for each batch. The costs and durations are refined while the run
/// goes on.
///
/// With known durations, a batch is packed with the longest file or test, then with the longest
/// that still fits, and so on (best fit decreasing). Without, it has tests of files that are far
/// from each other in the order of discovery, a few of each unless loading a file costs much: tests
/// that are near each other are alike, and may all be long.
class packed_tests {
 public:
  struct item {
    test_index test;
    std::string_view file{};  ///< used by `open` only
    seconds expected{};       ///< zero: not known
    std::size_t id_bytes{};
  };

  packed_tests() = default;
  explicit packed_tests(packed_tests_tuning const& tuning) : tuning_{tuning} {}

  void open(std::span<item const> tests, schedule_limits const& limits);
  /// The tests of the next batch of a slot; empty when there are none.
  [[nodiscard]] std::vector<test_index> take(slot_id slot);
  /// A slot got tests, of `files` files, which are expected to take `expected`.
  void handed_out(slot_id slot, std::span<test_index const> tests, std::size_t files,
                  seconds expected);
  void on(schedule_event const& event);

 private:
  /// Tests of one file in their order, or one long test.
  struct piece {
    std::deque<item> tests{};
    seconds expected{};    ///< of them, before `scale_`
    std::size_t turn{};    ///< of pieces that are equal otherwise, the highest first
    std::size_t visits{};  ///< how often tests of it were taken
  };
  /// The place of a piece; the last one is next.
  struct key {
    seconds by{};
    std::size_t turn{};
    std::size_t piece{};
    auto operator<=>(key const&) const = default;
  };
  struct running_batch {
    test_index first{};
    seconds since{};
    seconds expected{};  ///< before `scale_`
    double files{};
  };
  /// Work that is divided so that all slots end together.
  struct division {
    double slots{};  ///< that take part
    seconds each{};  ///< for one that is free now
  };
  struct batch;

  [[nodiscard]] bool holds(test_index test) const;
  void make_pieces(std::span<item const> tests);
  [[nodiscard]] key key_of(std::size_t which) const;
  [[nodiscard]] seconds end_of(std::vector<running_batch> const& batches) const;
  [[nodiscard]] seconds horizon() const;
  [[nodiscard]] division divide(slot_id slot, seconds work) const;
  [[nodiscard]] double loads(seconds most) const;
  [[nodiscard]] seconds fill(slot_id slot) const;
  [[nodiscard]] double variance() const;
  [[nodiscard]] seconds best_length(seconds rest) const;
  [[nodiscard]] seconds target(slot_id slot) const;
  [[nodiscard]] std::size_t tests_of_a_part() const;
  [[nodiscard]] std::size_t next_piece(batch const& into, seconds rest) const;
  bool take_some(std::size_t which, seconds most, batch& into);

  packed_tests_tuning tuning_;
  schedule_limits limits_;
  batch_costs costs_;
  bool known_ = false;             ///< whether any duration is
  std::vector<seconds> expected_;  ///< by test_index, before `scale_`; zero: not one of these
  std::vector<piece> pieces_;
  std::set<key> order_;  ///< pieces with tests
  std::size_t waiting_ = 0;
  std::size_t found_ = 0;  ///< all tests
  seconds left_{};         ///< expected of what is waiting, before `scale_`
  double scale_ = 1;       ///< how many times longer than expected tests take
  // Of tests that have finished, and at first of a guess:
  double finished_{};  ///< how many
  seconds took_{};
  seconds foreseen_{};  ///< what was expected of them
  double squares_{};    ///< of what they took
  seconds now_{};
  std::map<slot_id, std::vector<running_batch>> running_;
};

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/scheduler/packed_tests-inl.hpp>
#endif
