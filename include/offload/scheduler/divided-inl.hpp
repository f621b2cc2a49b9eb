// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/scheduler/divided.hpp>

#include <offload/core/inline.hpp>

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <queue>
#include <utility>

namespace offload {

class divided_tests::state {
 public:
  void open(std::vector<std::vector<test_index>> parts, std::span<work_item const> items,
            schedule_limits const& limits);
  [[nodiscard]] std::vector<test_index> next(slot_id slot);
  void again(test_index test, slot_id last, batching together);
  [[nodiscard]] std::size_t waiting() const { return waiting_; }

 private:
  struct part {
    std::deque<test_index> tests;
    bool begun = false;
  };
  struct rule {
    std::size_t id_bytes{};
    batching together = batching::shared;
  };
  struct queued_retry {
    test_index test;
    slot_id last;
  };

  [[nodiscard]] part* part_for(slot_id slot);
  [[nodiscard]] std::vector<test_index> retry(slot_id slot);

  schedule_limits limits_;
  std::vector<rule> rules_;  ///< by test_index
  std::vector<part> parts_;
  std::map<slot_id, std::size_t> part_of_;
  std::deque<queued_retry> retries_;
  std::size_t waiting_ = 0;
};
namespace divided_detail {

using parts_of_run = std::vector<std::vector<test_index>>;

/// The assumed duration of a test without a known duration: the average of the others.
inline seconds average_of_known(std::span<work_item const> items) {
  seconds sum{};
  std::size_t count = 0;
  for (auto const& item : items) {
    if (!item.expected) { continue; }
    sum += *item.expected;
    ++count;
  }
  return count > 0 ? sum / static_cast<double>(count) : seconds{1};
}

}  // namespace divided_detail

OFFLOAD_INLINE divided_detail::parts_of_run lpt_division::operator()(
    std::span<work_item const> items, std::size_t parts) const {
  auto const unknown = divided_detail::average_of_known(items);
  std::vector<std::pair<seconds, test_index>> longest_first;
  longest_first.reserve(items.size());
  for (auto const& item : items) {
    longest_first.emplace_back(item.expected.value_or(unknown), item.test);
  }
  std::ranges::stable_sort(longest_first, std::greater{}, &std::pair<seconds, test_index>::first);

  divided_detail::parts_of_run divided(std::max<std::size_t>(1, parts));
  using load = std::pair<seconds, std::size_t>;
  std::priority_queue<load, std::vector<load>, std::greater<>> lightest;
  for (std::size_t i = 0; i < divided.size(); ++i) { lightest.emplace(seconds{}, i); }
  for (auto const& [takes, test] : longest_first) {
    auto const [sum, part] = lightest.top();
    lightest.pop();
    divided[part].push_back(test);
    lightest.emplace(sum + takes, part);
  }
  return divided;
}

OFFLOAD_INLINE divided_detail::parts_of_run round_robin_division::operator()(
    std::span<work_item const> items, std::size_t parts) const {
  divided_detail::parts_of_run divided(std::max<std::size_t>(1, parts));
  std::size_t turn = 0;
  for (auto const& item : items) { divided[turn++ % divided.size()].push_back(item.test); }
  return divided;
}

OFFLOAD_INLINE void divided_tests::state::open(divided_detail::parts_of_run parts,
                                               std::span<work_item const> items,
                                               schedule_limits const& limits) {
  *this = {};
  limits_ = limits;
  for (auto& tests : parts) { parts_.push_back({{tests.begin(), tests.end()}}); }
  for (auto const& item : items) {
    if (rules_.size() <= item.test.value) { rules_.resize(item.test.value + 1); }
    rules_[item.test.value] = {item.id_bytes, item.together};
  }
  waiting_ = items.size();
}

OFFLOAD_INLINE divided_tests::state::part* divided_tests::state::part_for(slot_id slot) {
  auto const mine = part_of_.find(slot);
  if (mine != part_of_.end() && !parts_[mine->second].tests.empty()) {
    return &parts_[mine->second];
  }
  auto const wanted = slot.value % parts_.size();
  auto const fits = [](part const& p) { return !p.begun && !p.tests.empty(); };
  auto found = parts_.begin() + static_cast<std::ptrdiff_t>(wanted);
  if (!fits(*found)) { found = std::ranges::find_if(parts_, fits); }
  if (found == parts_.end()) {
    // Its slot may have gone for good.
    found = std::ranges::max_element(parts_, {}, [](part const& p) { return p.tests.size(); });
    if (found->tests.empty()) { return nullptr; }
  }
  found->begun = true;
  part_of_[slot] = static_cast<std::size_t>(found - parts_.begin());
  return &*found;
}

OFFLOAD_INLINE std::vector<test_index> divided_tests::state::retry(slot_id slot) {
  if (retries_.empty()) { return {}; }
  auto found =
      std::ranges::find_if(retries_, [&](queued_retry const& c) { return c.last != slot; });
  if (found == retries_.end()) { found = retries_.begin(); }
  auto const test = found->test;
  retries_.erase(found);
  --waiting_;
  return {test};
}

OFFLOAD_INLINE std::vector<test_index> divided_tests::state::next(slot_id slot) {
  bool const only_retries = waiting_ == retries_.size();
  auto* const from = only_retries ? nullptr : part_for(slot);
  if (from == nullptr) { return retry(slot); }
  std::vector<test_index> batch;
  std::size_t id_bytes = 0;
  while (!from->tests.empty() && batch.size() < limits_.tests_per_batch) {
    auto const test = from->tests.front();
    auto const& asked = rules_[test.value];
    bool const alone = asked.together == batching::alone;
    if (!batch.empty() && (alone || id_bytes + asked.id_bytes > limits_.id_bytes_per_batch)) {
      break;
    }
    batch.push_back(test);
    id_bytes += asked.id_bytes;
    from->tests.pop_front();
    if (alone) { break; }
  }
  waiting_ -= batch.size();
  return batch;
}

OFFLOAD_INLINE void divided_tests::state::again(test_index test, slot_id last, batching) {
  retries_.push_back({test, last});
  ++waiting_;
}

OFFLOAD_INLINE divided_tests::divided_tests() : state_{std::in_place} {}

OFFLOAD_INLINE void divided_tests::open(divided_detail::parts_of_run parts,
                                        std::span<work_item const> items,
                                        schedule_limits const& limits) {
  state_->open(std::move(parts), items, limits);
}
OFFLOAD_INLINE std::vector<test_index> divided_tests::next(slot_id slot) {
  return state_->next(slot);
}
OFFLOAD_INLINE void divided_tests::again(test_index test, slot_id last, batching together) {
  state_->again(test, last, together);
}
OFFLOAD_INLINE std::size_t divided_tests::waiting() const { return state_->waiting(); }

}  // namespace offload
