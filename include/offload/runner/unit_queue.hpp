// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/batch.hpp>
#include <offload/core/ids.hpp>
#include <offload/core/test_case.hpp>
#include <offload/runner/run_host.hpp>
#include <offload/scheduler/concept.hpp>

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace offload {

/// Stands between a run and its scheduler, so that tests of a unit stay together whatever the
/// scheduler is: it sees each unit as one item, the unit's first test.
///
/// A unit is handed out as a whole, in the order of its tests, and never to two slots at a time.
/// Tests of it that have to run again do so together, once the unit's batch is over. If its tests
/// depend on each other, those that have passed run before them again, and their results do not
/// count.
///
/// Without units everything passes through. Used by the dispatcher's thread.
class unit_queue {
 public:
  /// `has_passed` tells whether a test's verdict is good.
  unit_queue(run_host& host, std::function<bool(test_index)> has_passed);

  /// Opens the scheduler. Units of more tests than the framework's largest batch do not stay
  /// together.
  void open(std::span<test_case const> tests, std::vector<work_item> items,
            schedule_limits const& limits);

  /// The items for a slot: single tests, and units by their first tests.
  [[nodiscard]] std::vector<test_index> next_items(slot_id slot) { return host_.next_tests(slot); }
  void give_back(test_index item, slot_id from) { host_.run_again(item, from, batching::shared); }
  /// The tests of these items, which the slot will run. Fewer where a unit runs elsewhere.
  [[nodiscard]] std::vector<test_index> tests_of(std::vector<test_index> items, slot_id slot);

  void run_again(test_index test, slot_id last, batching together);
  /// How many items are still to be handed out.
  [[nodiscard]] std::size_t waiting() const { return host_.waiting_tests(); }
  void tell(schedule_event const& event);

 private:
  struct retry {
    slot_id last;
    batching together{};
  };
  struct unit {
    std::vector<test_index> tests;
    std::vector<std::string> locks{};
    bool dependent = false;
    bool is_out = false;   ///< a slot has it
    bool began = false;    ///< one of its tests has, since it was handed out
    std::size_t left = 0;  ///< tests that have not ended since then
    std::size_t undecided = 0;
    seconds took{};
    std::vector<test_index> to_run{};  ///< the next time
    std::optional<retry> next{};       ///< once the slot is through with it
  };
  struct given_batch {
    slot_id slot;
    std::vector<test_index> items;
    std::vector<test_index> tests;
  };

  void add_units(std::span<test_case const> tests);
  [[nodiscard]] work_item item_of(unit& whole, std::vector<work_item> const& items) const;
  [[nodiscard]] unit* unit_of(test_index test);
  [[nodiscard]] bool must_run(unit const& whole, test_index test) const;
  void hand_out(unit& whole, std::vector<test_index>& tests);
  void put_back(unit& whole);
  void ended(schedule_event::ended const& batch, seconds at);

  run_host& host_;
  std::function<bool(test_index)> has_passed_;
  std::map<test_index, unit> units_;           ///< by their first tests
  std::map<test_index, test_index> first_of_;  ///< of a test's unit
  std::vector<given_batch> given_;             ///< with units, and not over
};

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/runner/unit_queue-inl.hpp>
#endif
