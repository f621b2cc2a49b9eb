// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/scheduler/pull.hpp>

#include <offload/core/inline.hpp>
#include <offload/scheduler/unknown_tests.hpp>

#include <algorithm>
#include <deque>
#include <map>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace offload {

class pull_scheduler::parts {
 public:
  explicit parts(pull_tuning const& tuning) : tuning_{tuning} {}

  void open(std::span<work_item const> items, schedule_limits const& limits);
  [[nodiscard]] std::vector<test_index> next(slot_id slot);
  void again(test_index test, slot_id last, batching together);
  [[nodiscard]] std::size_t waiting() const { return waiting_; }
  void on(schedule_event const& event);

 private:
  struct item {
    test_index test;
    seconds expected{};
    std::size_t id_bytes{};
  };
  /// Short tests of one file, in their order in it.
  struct file_queue {
    std::deque<item> tests;
    seconds expected{};
    bool begun = false;
  };
  struct retry {
    item what;
    slot_id last;
    batching together{};
  };
  class batch_builder;

  [[nodiscard]] bool is_likely_failure(work_item const& w) const;
  [[nodiscard]] double shares_per_slot(bool durations_known) const;
  void take_likely_failures(std::span<work_item const> items);
  void open_files(std::vector<std::pair<std::string_view, item>> const& light, bool by_length);
  [[nodiscard]] bool take_retries(slot_id slot, batch_builder& batch, bool even_here);
  void take_from_files(slot_id slot, batch_builder& batch);
  void take_from_unknown(batch_builder& batch);
  /// Whether the whole file went into the batch.
  bool take_from_file(std::size_t file, slot_id slot, batch_builder& batch);
  /// The time that a batch may take.
  [[nodiscard]] seconds share() const;

  pull_tuning tuning_;
  schedule_limits limits_;
  double shares_ = 1;         ///< a batch is 1/shares_ of what is left,
  seconds least_share_{};     ///< or this
  std::vector<item> items_;   ///< by test_index
  std::deque<item> singles_;  ///< likely failures, alone ones in order, then long ones
  std::vector<file_queue> files_;
  std::size_t first_file_ = 0;  ///< the files before it are used up
  std::map<slot_id, std::size_t> file_of_slot_;
  unknown_tests unknown_;  ///< holds tests where nothing is in files
  std::deque<retry> retries_;
  std::size_t waiting_ = 0;
  seconds left_{};                  ///< expected of what is waiting, beside `unknown_`
  seconds longest_whole_file_{-1};  ///< expected of a file that no batch splits
};

/// Collects tests until a batch is full.
class pull_scheduler::parts::batch_builder {
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

OFFLOAD_INLINE bool pull_scheduler::parts::is_likely_failure(work_item const& w) const {
  return w.failure_rate.value_or(0) > tuning_.likely_to_fail;
}

OFFLOAD_INLINE double pull_scheduler::parts::shares_per_slot(bool durations_known) const {
  if (limits_.start_up > seconds{}) {
    return durations_known ? tuning_.shares_of_slow_starts : tuning_.shares_of_unknown_slow_starts;
  }
  if (limits_.cost == batch_cost::process) { return tuning_.shares_of_processes; }
  return durations_known ? tuning_.shares_of_requests : tuning_.shares_of_unknown_requests;
}

OFFLOAD_INLINE void pull_scheduler::parts::open(std::span<work_item const> items,
                                                schedule_limits const& limits) {
  *this = parts{tuning_};
  limits_ = limits;
  // A single slot takes as long in any order: that of discovery is what the tests are used to.
  bool const durations_known =
      limits.slots > 1 &&
      std::ranges::any_of(items, [](work_item const& w) { return w.expected.has_value(); });

  auto const unknown_duration = limits.start_up > seconds{}
                                    ? tuning_.unknown_in_starts * limits.start_up
                                    : tuning_.unknown_duration;
  auto const shortest =
      std::max(tuning_.shortest_test, tuning_.shortest_in_starts * limits.start_up);
  std::size_t highest = 0;
  for (auto const& w : items) { highest = std::max<std::size_t>(highest, w.test.value + 1); }
  items_.resize(highest);
  for (auto const& w : items) {
    auto const expected = std::max(w.expected.value_or(unknown_duration), shortest);
    item const known{w.test, expected, w.id_bytes};
    items_[w.test.value] = known;
    left_ += known.expected;
  }
  waiting_ = items.size();

  auto const slot_work = left_ / static_cast<double>(limits.slots);
  shares_ = shares_per_slot(durations_known) * static_cast<double>(limits.slots);
  least_share_ =
      std::max(tuning_.shortest_batch, std::min(tuning_.starts_worth_a_batch * limits.start_up,
                                                tuning_.largest_small_batch * slot_work));
  auto const worth_a_split = tuning_.loads_worth_a_split * limits.file_cost;
  auto const light_test = std::min(tuning_.longest_light_test, slot_work * tuning_.long_fraction);
  auto const longest_light = durations_known ? std::max(light_test, worth_a_split) : seconds::max();
  bool const files_cost = limits.file_cost > seconds{};
  if (files_cost) { longest_whole_file_ = durations_known ? worth_a_split : seconds::max(); }
  bool const learns = !durations_known && !files_cost && limits.cost == batch_cost::request;
  std::vector<unknown_tests::found_test> unknown;
  std::vector<item> long_ones;
  take_likely_failures(items);
  std::vector<std::pair<std::string_view, item>> light;
  for (auto const& w : items) {
    auto const& known = items_[w.test.value];
    if (is_likely_failure(w)) { continue; }
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
  unknown_ = unknown_tests{tuning_.unknown};
  unknown_.open(unknown, limits.slots);
}

/// Which order finds a failure soonest: the best chance for a second of work first.
OFFLOAD_INLINE void pull_scheduler::parts::take_likely_failures(std::span<work_item const> items) {
  std::vector<std::pair<double, item>> likely;
  for (auto const& w : items) {
    if (!is_likely_failure(w)) { continue; }
    auto const& known = items_[w.test.value];
    likely.emplace_back(*w.failure_rate / known.expected.count(), known);
  }
  std::ranges::stable_sort(likely, std::greater{}, &std::pair<double, item>::first);
  for (auto const& [chance, test] : likely) { singles_.push_back(test); }
}

OFFLOAD_INLINE void pull_scheduler::parts::open_files(
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

OFFLOAD_INLINE seconds pull_scheduler::parts::share() const {
  return std::max(least_share_, (left_ + unknown_.left()) / shares_);
}

OFFLOAD_INLINE std::vector<test_index> pull_scheduler::parts::next(slot_id slot) {
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

OFFLOAD_INLINE void pull_scheduler::parts::take_from_unknown(batch_builder& batch) {
  if (unknown_.count() == 0) { return; }
  auto const from = unknown_.choose();
  bool const one_is_enough = unknown_.is_new(from);
  while (!unknown_.is_empty(from)) {
    auto next = items_[unknown_.first(from).value];
    next.expected = std::max(unknown_.expected(from), tuning_.shortest_test);
    if (!batch.takes(next)) { break; }
    batch.add(next);
    unknown_.take_first(from);
    if (one_is_enough) { break; }
  }
}

OFFLOAD_INLINE bool pull_scheduler::parts::take_retries(slot_id slot, batch_builder& batch,
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

OFFLOAD_INLINE void pull_scheduler::parts::take_from_files(slot_id slot, batch_builder& batch) {
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

OFFLOAD_INLINE bool pull_scheduler::parts::take_from_file(std::size_t file, slot_id slot,
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

OFFLOAD_INLINE void pull_scheduler::parts::on(schedule_event const& event) {
  unknown_.at(event.at);
  match(
      event, [&](schedule_event::started const& one) { unknown_.started(one.test, one.slot); },
      [&](schedule_event::finished const& one) {
        unknown_.finished(one.test, one.slot, one.took);
      });
}

OFFLOAD_INLINE void pull_scheduler::parts::again(test_index test, slot_id last, batching together) {
  auto const& known = items_[test.value];
  retries_.push_back({known, last, together});
  left_ += known.expected;
  ++waiting_;
}

OFFLOAD_INLINE pull_scheduler::pull_scheduler() : pull_scheduler{pull_tuning{}} {}
OFFLOAD_INLINE pull_scheduler::pull_scheduler(pull_tuning const& tuning)
    : parts_{std::in_place, tuning} {}

OFFLOAD_INLINE void pull_scheduler::open(std::span<work_item const> items,
                                         schedule_limits const& limits) {
  parts_->open(items, limits);
}
OFFLOAD_INLINE std::vector<test_index> pull_scheduler::next(slot_id slot) {
  return parts_->next(slot);
}
OFFLOAD_INLINE void pull_scheduler::again(test_index test, slot_id last, batching together) {
  parts_->again(test, last, together);
}
OFFLOAD_INLINE std::size_t pull_scheduler::waiting() const { return parts_->waiting(); }
OFFLOAD_INLINE void pull_scheduler::on(schedule_event const& event) { parts_->on(event); }

}  // namespace offload
