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
/// depend on each other, those that have ended well run before them again, and their results do not
/// count.
///
/// Without units everything passes through. Used by the dispatcher's thread.
class unit_queue {
 public:
  /// `ended_well` tells whether a test has a good verdict.
  unit_queue(run_host& host, std::function<bool(test_index)> ended_well);

  /// Finds the units of these tests. A unit of more tests than the framework's largest batch does
  /// not stay together. Returns how many items there are: units, and tests of none.
  std::size_t form(std::span<test_case const> tests);
  /// Opens the scheduler with those items. `items` are one for each test.
  void open(std::vector<work_item> items, schedule_limits limits);

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
  struct member {
    test_index test;
    bool is_due = true;  ///< it is to run the next time
    bool decided = false;
  };
  struct retry {
    slot_id last;
    batching together{};
  };
  struct unit {
    std::vector<member> members{};  ///< in their order
    std::vector<std::string> locks{};
    bool dependent = false;
    bool is_queued = true;  ///< the scheduler has it
    bool is_out = false;    ///< a slot has it
    bool began = false;     ///< one of its tests has, since it was handed out
    std::size_t left{};     ///< tests of it that count and have not ended since then
    std::size_t undecided{};
    seconds took{};
    std::optional<retry> next{};  ///< once the slot is through with it
  };
  /// The place of a test in a unit.
  struct place {
    unit* whole;
    std::size_t number;
  };
  struct given_batch {
    slot_id slot;
    std::vector<test_index> items;  ///< as the scheduler handed them out
    std::vector<unit*> units;
    std::vector<test_index> tests;
  };

  [[nodiscard]] work_item item_of(unit& whole, std::vector<work_item> const& items) const;
  [[nodiscard]] static test_index first_of(unit const& whole) { return whole.members.front().test; }
  [[nodiscard]] std::optional<place> find(test_index test);
  void hand_out(unit& whole, given_batch& to);
  void put_back(unit& whole);
  void ended(schedule_event::ended const& batch);

  run_host& host_;
  std::function<bool(test_index)> ended_well_;
  std::vector<unit> units_;
  std::map<test_index, place> places_;
  std::vector<given_batch> given_;  ///< with units, and not over
  seconds now_{};
};

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/runner/unit_queue-inl.hpp>
#endif
