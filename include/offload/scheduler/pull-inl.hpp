// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/scheduler/pull.hpp>

#include <offload/core/inline.hpp>
#include <offload/scheduler/packed_tests.hpp>
#include <offload/scheduler/unknown_tests.hpp>

#include <algorithm>
#include <deque>
#include <map>
#include <optional>
#include <set>
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
    std::string_view file{};
    bool is_known = false;  ///< `expected` is from earlier runs
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
  void take_likely_failures(std::span<work_item const> items);
  void open_files(std::vector<std::pair<std::string_view, item>> const& light);
  [[nodiscard]] bool take_retries(slot_id slot, batch_builder& batch, bool even_here);
  void take_from_files(slot_id slot, batch_builder& batch);
  void take_from_unknown(batch_builder& batch);
  /// Whether the whole file went into the batch.
  bool take_from_file(std::size_t file, slot_id slot, batch_builder& batch);
  /// The time that a batch may take.
  [[nodiscard]] seconds share() const;
  void watch_costs(schedule_event const& event);
  /// Requests turn out to cost time, so batches are to be worth it from now on.
  void pack();

  pull_tuning tuning_;
  schedule_limits limits_;
  double shares_ = 1;         ///< a batch is 1/shares_ of what is left
  std::vector<item> items_;   ///< by test_index
  std::deque<item> singles_;  ///< likely failures, alone ones in order, then long ones
  std::vector<file_queue> files_;
  std::size_t first_file_ = 0;  ///< the files before it are used up
  std::map<slot_id, std::size_t> file_of_slot_;
  unknown_tests unknown_;               ///< holds tests where nothing is in files
  std::optional<packed_tests> packed_;  ///< where batches or files cost time
  batch_costs costs_;                   ///< of requests, after the first one of a slot
  std::set<slot_id> has_begun_;
  std::deque<retry> retries_;
  seconds now_{};
  std::size_t waiting_ = 0;
  seconds left_{};  ///< expected of what is waiting, beside `unknown_` and `packed_`
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

OFFLOAD_INLINE void pull_scheduler::parts::open(std::span<work_item const> items,
                                                schedule_limits const& limits) {
  *this = parts{tuning_};
  limits_ = limits;
  // A single slot takes as long in any order: that of discovery is what the tests are used to.
  bool const durations_known =
      limits.slots > 1 &&
      std::ranges::any_of(items, [](work_item const& w) { return w.expected.has_value(); });
  for (auto const& w : items) {
    items_.resize(std::max<std::size_t>(items_.size(), w.test.value + 1));
    auto const expected = w.expected.value_or(tuning_.unknown_duration);
    items_[w.test.value] = {.test = w.test,
                            .expected = std::max(expected, tuning_.shortest_test),
                            .id_bytes = w.id_bytes,
                            .file = w.file,
                            .is_known = w.expected.has_value()};
    left_ += items_[w.test.value].expected;
  }
  waiting_ = items.size();

  auto const slot_work = left_ / static_cast<double>(limits.slots);
  auto const shares =
      durations_known ? tuning_.shares_of_requests : tuning_.shares_of_unknown_requests;
  shares_ = shares * static_cast<double>(limits.slots);
  auto const longest_light =
      std::min(tuning_.longest_light_test, slot_work * tuning_.long_fraction);
  bool const has_costs = limits.cost == batch_cost::process || limits.file_cost > seconds{};
  take_likely_failures(items);
  std::vector<packed_tests::item> packed;
  std::vector<unknown_tests::found_test> unknown;
  std::vector<item> long_ones;
  std::vector<std::pair<std::string_view, item>> light;
  for (auto const& w : items) {
    auto const& known = items_[w.test.value];
    if (is_likely_failure(w)) { continue; }
    if (w.together == batching::alone) {
      singles_.push_back(known);
    } else if (has_costs) {
      packed.push_back({w.test, w.file, w.expected.value_or(seconds{}), w.id_bytes});
      left_ -= known.expected;
    } else if (!durations_known) {
      unknown.push_back({w.test, w.file});
      left_ -= known.expected;
    } else if (known.expected > longest_light) {
      long_ones.push_back(known);
    } else {
      light.emplace_back(w.file, known);
    }
  }
  std::ranges::stable_sort(long_ones, std::greater{}, &item::expected);
  singles_.insert(singles_.end(), long_ones.begin(), long_ones.end());
  open_files(light);
  unknown_ = unknown_tests{tuning_.unknown};
  unknown_.open(unknown, limits.slots);
  if (has_costs) { packed_.emplace(tuning_.packed).open(packed, limits); }
  costs_ = batch_costs{tuning_.packed.costs};
  costs_.open(limits);
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
    std::vector<std::pair<std::string_view, item>> const& light) {
  std::unordered_map<std::string_view, std::size_t> place;
  for (auto const& [file, test] : light) {
    auto const [at, is_new] = place.try_emplace(file, files_.size());
    if (is_new) { files_.emplace_back(); }
    auto& queue = files_[at->second];
    queue.tests.push_back(test);
    queue.expected += test.expected;
  }
  std::ranges::stable_sort(files_, std::greater{}, &file_queue::expected);
}

OFFLOAD_INLINE seconds pull_scheduler::parts::share() const {
  return std::max(tuning_.shortest_batch, (left_ + unknown_.left()) / shares_);
}

OFFLOAD_INLINE std::vector<test_index> pull_scheduler::parts::next(slot_id slot) {
  batch_builder batch{limits_, share()};
  if (!take_retries(slot, batch, false)) {
    if (!singles_.empty()) {
      batch.add(singles_.front());
      singles_.pop_front();
    } else if (packed_) {
      if (auto tests = packed_->take(slot); !tests.empty()) {
        waiting_ -= tests.size();
        return tests;
      }
    } else {
      take_from_files(slot, batch);
    }
  }
  left_ -= batch.expected();
  if (batch.empty()) { take_from_unknown(batch); }
  // Better here again than nowhere.
  if (batch.empty() && take_retries(slot, batch, true)) { left_ -= batch.expected(); }
  auto const expected = batch.expected();
  auto tests = std::move(batch).take();
  waiting_ -= tests.size();
  if (packed_) {
    packed_->handed_out(slot, tests, tests.size(), expected);
  } else if (!has_begun_.insert(slot).second) {
    costs_.handed_out(slot, tests, 1, now_);
  }
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
  while (!queue.tests.empty() && batch.takes(queue.tests.front())) {
    auto const& next = queue.tests.front();
    batch.add(next);
    queue.expected -= next.expected;
    queue.tests.pop_front();
    queue.begun = true;
    file_of_slot_[slot] = file;
  }
  return queue.tests.empty();
}

OFFLOAD_INLINE void pull_scheduler::parts::watch_costs(schedule_event const& event) {
  now_ = event.at;
  if (packed_) { return packed_->on(event); }
  match(
      event,
      [&](schedule_event::finished const& one) { costs_.finished(one.slot, one.took, now_); },
      [&](schedule_event::ended const& one) {
        costs_.ended(one.slot, one.tests, now_);
        if (costs_.are_measured() && costs_.of_batch() > tuning_.costly_request) { pack(); }
      });
}

OFFLOAD_INLINE void pull_scheduler::parts::pack() {
  std::vector<packed_tests::item> rest;
  auto const add = [&](item const& one) {
    rest.push_back({one.test, one.file, one.is_known ? one.expected : seconds{}, one.id_bytes});
  };
  auto tuning = tuning_.packed;
  if (unknown_.count() > 0) {
    tuning.unknown_duration = unknown_.left() / static_cast<double>(unknown_.count());
  }
  while (unknown_.count() > 0) {
    auto const from = unknown_.choose();
    add(items_[unknown_.first(from).value]);
    unknown_.take_first(from);
  }
  for (auto& file : std::exchange(files_, {})) {
    for (auto const& one : file.tests) {
      add(one);
      left_ -= one.expected;
    }
  }
  first_file_ = 0;
  file_of_slot_.clear();
  std::ranges::sort(rest, {}, &packed_tests::item::test);
  auto limits = limits_;
  limits.cost = batch_cost::process;
  limits.start_up = costs_.of_batch();
  packed_.emplace(tuning).open(rest, limits);
}

OFFLOAD_INLINE void pull_scheduler::parts::on(schedule_event const& event) {
  unknown_.at(event.at);
  watch_costs(event);
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
