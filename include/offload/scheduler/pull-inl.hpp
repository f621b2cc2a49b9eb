// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/scheduler/pull.hpp>

#include <offload/core/inline.hpp>

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace offload {
namespace pull_detail {

using namespace std::chrono_literals;

/// What a test is expected to take of which nothing is known.
inline constexpr seconds unknown_duration = 1s;
/// No test is taken for shorter, so that a batch stays finite when durations are rounded to zero.
inline constexpr seconds shortest_test = 0.2ms;
/// A batch that is expected to be over sooner costs more to hand out than it helps to balance.
inline constexpr seconds shortest_batch = 20ms;
/// Tests above this are worth being scheduled one by one.
inline constexpr seconds longest_light_test = 0.5s;
/// A batch takes at most the fraction 1/(shares * slots) of what is left. Small batches balance
/// better, and cost more.
constexpr double shares_of(batch_cost cost) { return cost == batch_cost::request ? 6.0 : 2.5; }
/// The same of requests whose tests may be anything: the more a batch's time may scatter, the
/// smaller it is (factoring: Hummel, Schonberg and Flynn 1992).
inline constexpr double shares_of_unknown_requests = 12.0;
/// The same where a batch's command takes long to start, by whether durations are known.
inline constexpr double shares_of_slow_starts = 1.5;
inline constexpr double shares_of_unknown_slow_starts = 2.0;
/// A batch should take this many times as long as its command takes to start,
inline constexpr double worth_a_start = 10.0;
/// but no more than this fraction of a slot's whole work, so that there is some for every slot.
inline constexpr double largest_small_batch = 1.0 / 4;
/// What a test of which nothing is known then counts for, in such starts.
inline constexpr double unknown_in_starts = 1.5;
/// And any test at least: what takes a process of its own is no quicker, whatever is known of it.
inline constexpr double shortest_in_starts = 0.1;

inline double shares_of(schedule_limits const& limits, bool durations_known) {
  if (limits.start_up == seconds{}) {
    bool const may_be_anything = limits.cost == batch_cost::request && !durations_known;
    return may_be_anything ? shares_of_unknown_requests : shares_of(limits.cost);
  }
  return durations_known ? shares_of_slow_starts : shares_of_unknown_slow_starts;
}

inline seconds unknown_of(schedule_limits const& limits) {
  return limits.start_up > seconds{} ? unknown_in_starts * limits.start_up : unknown_duration;
}
/// A test that takes more than this fraction of a slot's whole work is long, however short it is.
inline constexpr double long_fraction = 1.0 / 20;
/// What is longer than loading its file so many times is worth a batch of its own.
inline constexpr double loads_worth_a_split = 4;
/// Tests that fail more often than this come first, where the first failure ends the run.
inline constexpr double likely_to_fail = 0.05;

inline bool is_likely_failure(work_item const& item) {
  return item.failure_rate.value_or(0) > likely_to_fail;
}

}  // namespace pull_detail

/// Collects tests until a batch is full.
class pull_scheduler::batch_builder {
 public:
  batch_builder(schedule_limits const& limits, seconds target) : limits_{limits}, target_{target} {}

  [[nodiscard]] bool takes(item const& next) const {
    return tests_.empty() || (has_room_for(next) && has_time_for(next.expected));
  }
  [[nodiscard]] bool has_room_for(item const& next) const {
    return tests_.empty() || (tests_.size() < limits_.tests_per_batch &&
                              id_bytes_ + next.id_bytes <= limits_.id_bytes_per_batch);
  }
  [[nodiscard]] bool has_time_for(seconds more) const {
    return tests_.empty() || expected_ + more <= target_;
  }

  void add_load(seconds cost) { expected_ += cost; }
  void add(item const& next) {
    tests_.push_back(next.test);
    expected_ += next.expected;
    id_bytes_ += next.id_bytes;
  }

  [[nodiscard]] bool empty() const { return tests_.empty(); }
  [[nodiscard]] seconds expected() const { return expected_; }
  [[nodiscard]] std::vector<test_index> take() && { return std::move(tests_); }

 private:
  schedule_limits const& limits_;
  seconds target_;
  std::vector<test_index> tests_;
  seconds expected_{};
  std::size_t id_bytes_{};
};

OFFLOAD_INLINE void pull_scheduler::open(std::span<work_item const> items,
                                         schedule_limits const& limits) {
  *this = {};
  limits_ = limits;
  bool const durations_known =
      std::ranges::any_of(items, [](work_item const& w) { return w.expected.has_value(); });

  auto const shortest =
      std::max(pull_detail::shortest_test, pull_detail::shortest_in_starts * limits.start_up);
  std::size_t highest = 0;
  for (auto const& w : items) { highest = std::max<std::size_t>(highest, w.test.value + 1); }
  items_.resize(highest);
  for (auto const& w : items) {
    item const known{w.test,
                     std::max(w.expected.value_or(pull_detail::unknown_of(limits)), shortest),
                     w.id_bytes};
    items_[w.test.value] = known;
    left_ += known.expected;
  }
  waiting_ = items.size();

  auto const slot_work = left_ / static_cast<double>(limits.slots);
  shares_ = pull_detail::shares_of(limits, durations_known) * static_cast<double>(limits.slots);
  least_share_ =
      std::max(pull_detail::shortest_batch, std::min(pull_detail::worth_a_start * limits.start_up,
                                                     pull_detail::largest_small_batch * slot_work));
  auto const longest_light = durations_known
                                 ? std::max(std::min(pull_detail::longest_light_test,
                                                     slot_work * pull_detail::long_fraction),
                                            pull_detail::loads_worth_a_split * limits.file_cost)
                                 : seconds::max();
  bool const files_cost = limits.file_cost > seconds{};
  if (files_cost) {
    longest_whole_file_ =
        durations_known ? pull_detail::loads_worth_a_split * limits.file_cost : seconds::max();
  }
  bool const learns = !durations_known && !files_cost && limits.cost == batch_cost::request;
  std::vector<unknown_tests::found_test> unknown;
  std::vector<item> long_ones;
  take_likely_failures(items);
  std::vector<std::pair<std::string_view, item>> light;
  for (auto const& w : items) {
    auto const& known = items_[w.test.value];
    if (pull_detail::is_likely_failure(w)) { continue; }
    if (w.together == batching::alone) {
      singles_.push_back(known);
    } else if (learns) {
      unknown.push_back({w.test, w.file});
      left_ -= known.expected;
    } else if (known.expected > longest_light) {
      long_ones.push_back(known);
    } else {
      // Of tests that may be long, whole files would be too much to begin with.
      bool const by_file = durations_known || files_cost;
      light.emplace_back(by_file ? w.file : std::string_view{}, known);
    }
  }
  std::ranges::stable_sort(long_ones, std::greater{}, &item::expected);
  singles_.insert(singles_.end(), long_ones.begin(), long_ones.end());
  open_files(light, durations_known);
  unknown_.open(unknown, limits.slots);
}

/// Which order finds a failure soonest: the best chance for a second of work first.
OFFLOAD_INLINE void pull_scheduler::take_likely_failures(std::span<work_item const> items) {
  std::vector<std::pair<double, item>> likely;
  for (auto const& w : items) {
    if (!pull_detail::is_likely_failure(w)) { continue; }
    auto const& known = items_[w.test.value];
    likely.emplace_back(*w.failure_rate / known.expected.count(), known);
  }
  std::ranges::stable_sort(likely, std::greater{}, &std::pair<double, item>::first);
  for (auto const& [chance, test] : likely) { singles_.push_back(test); }
}

OFFLOAD_INLINE void pull_scheduler::open_files(
    std::vector<std::pair<std::string_view, item>> const& light, bool by_length) {
  std::unordered_map<std::string_view, std::size_t> place;
  for (auto const& [file, test] : light) {
    auto const [at, is_new] = place.try_emplace(file, files_.size());
    if (is_new) { files_.emplace_back(); }
    auto& queue = files_[at->second];
    queue.tests.push_back(test);
    queue.expected += test.expected;
  }
  left_ += limits_.file_cost * static_cast<double>(files_.size());
  if (by_length) { std::ranges::stable_sort(files_, std::greater{}, &file_queue::expected); }
}

OFFLOAD_INLINE seconds pull_scheduler::share() const {
  return std::max(least_share_, (left_ + unknown_.left()) / shares_);
}

OFFLOAD_INLINE std::vector<test_index> pull_scheduler::next(slot_id slot) {
  batch_builder batch{limits_, share()};
  if (!take_retries(slot, batch, false)) {
    if (!singles_.empty()) {
      batch.add(singles_.front());
      singles_.pop_front();
    } else {
      take_from_files(slot, batch);
    }
  }
  left_ -= batch.expected();
  if (batch.empty()) { take_from_unknown(batch); }
  // Better here again than nowhere.
  if (batch.empty() && take_retries(slot, batch, true)) { left_ -= batch.expected(); }
  auto tests = std::move(batch).take();
  waiting_ -= tests.size();
  return tests;
}

OFFLOAD_INLINE void pull_scheduler::take_from_unknown(batch_builder& batch) {
  if (unknown_.count() == 0) { return; }
  auto const from = unknown_.choose();
  bool const one_is_enough = unknown_.is_new(from);
  while (!unknown_.is_empty(from)) {
    auto next = items_[unknown_.first(from).value];
    next.expected = std::max(unknown_.expected(from), pull_detail::shortest_test);
    if (!batch.takes(next)) { break; }
    batch.add(next);
    unknown_.take_first(from);
    if (one_is_enough) { break; }
  }
}

OFFLOAD_INLINE bool pull_scheduler::take_retries(slot_id slot, batch_builder& batch,
                                                 bool even_here) {
  // Tests that lost their sandbox come back many at once: they are shared out evenly.
  auto most = (retries_.size() + limits_.slots - 1) / limits_.slots;
  for (auto it = retries_.begin(); it != retries_.end() && most > 0;) {
    bool const wanted = even_here || it->last != slot;
    bool const on_its_own = it->together == batching::alone;
    if (!wanted || !batch.takes(it->what) || (on_its_own && !batch.empty())) {
      ++it;
      continue;
    }
    batch.add(it->what);
    it = retries_.erase(it);
    --most;
    if (on_its_own) { break; }
  }
  return !batch.empty();
}

OFFLOAD_INLINE void pull_scheduler::take_from_files(slot_id slot, batch_builder& batch) {
  if (auto const begun = file_of_slot_.find(slot); begun != file_of_slot_.end()) {
    take_from_file(begun->second, slot, batch);
  }
  while (first_file_ < files_.size() && files_[first_file_].tests.empty()) { ++first_file_; }
  for (bool const begun : {false, true}) {
    for (std::size_t file = first_file_; file < files_.size(); ++file) {
      if (files_[file].tests.empty() || files_[file].begun != begun) { continue; }
      if (!take_from_file(file, slot, batch)) { return; }
    }
  }
}

OFFLOAD_INLINE bool pull_scheduler::take_from_file(std::size_t file, slot_id slot,
                                                   batch_builder& batch) {
  auto& queue = files_[file];
  if (queue.tests.empty()) { return true; }
  bool const whole = queue.expected <= longest_whole_file_;
  auto const first = whole ? queue.expected : queue.tests.front().expected;
  if (!batch.has_time_for(limits_.file_cost + first)) { return false; }
  bool loaded = false;
  while (!queue.tests.empty()) {
    auto const& next = queue.tests.front();
    if (!(whole ? batch.has_room_for(next) : batch.takes(next))) { break; }
    batch.add(next);
    if (!std::exchange(loaded, true)) { batch.add_load(limits_.file_cost); }
    queue.expected -= next.expected;
    queue.tests.pop_front();
    queue.begun = true;
    file_of_slot_[slot] = file;
  }
  return queue.tests.empty();
}

OFFLOAD_INLINE void pull_scheduler::again(test_index test, slot_id last, batching together) {
  auto const& known = items_[test.value];
  retries_.push_back({known, last, together});
  left_ += known.expected;
  ++waiting_;
}

}  // namespace offload
