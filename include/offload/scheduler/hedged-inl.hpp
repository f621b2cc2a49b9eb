// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

// When is a speculative copy of a test worth it? Let X be what the test takes where it runs, of
// which t has passed, and C what it takes in the idle slot. A copy saves max(0, X - t - C) and
// costs min(X - t, C). X is log-normal, and a mixture of two cases: the slot is as it seems, or it
// is a straggler. The mean rest of X beyond some time has a closed form, that of a call option's
// price.
//
// When the test has a duration from earlier runs, C is that. When the test has no known duration, X
// depends mostly on the test itself: C is X, divided by the slowness of its slot. So a copy helps
// only if the slot is a straggler.
#include <offload/scheduler/hedged.hpp>

#include <offload/core/inline.hpp>
#include <offload/scheduler/estimates.hpp>

#include <algorithm>
#include <cmath>
#include <deque>
#include <map>
#include <numbers>

namespace offload {

class straggler_tracker::parts {
 public:
  explicit parts(hedged_tuning const& tuning) : tuning_{tuning} {}

  void open(std::span<work_item const> items, schedule_limits const& limits);
  void handed_out(std::span<test_index const> tests, slot_id slot);
  void on(schedule_event const& event);

  [[nodiscard]] std::vector<test_index> copies_for(slot_id slot);
  [[nodiscard]] duration_estimates const& estimates() const { return estimates_; }

 private:
  void started(test_index test, slot_id slot);
  void finished(test_index test, slot_id slot, seconds took);
  void ended(std::span<test_index const> tests, slot_id slot);

  struct given_batch {
    std::vector<test_index> tests;
    std::vector<test_index> waiting;  ///< have not ended; the one that runs is among them
  };
  struct slot_state {
    std::deque<given_batch> batches;  ///< the first one runs
    std::optional<test_index> running;
    seconds since{};
  };

  [[nodiscard]] seconds left_of_test(slot_state const& s, slot_id slot) const;
  [[nodiscard]] seconds left(slot_state const& s, slot_id slot) const;
  [[nodiscard]] std::vector<test_index> worth_copying(slot_state const& s, slot_id late,
                                                      slot_id idle) const;
  [[nodiscard]] std::vector<test_index> rest_worth_copying(slot_state const& s, slot_id late,
                                                           slot_id idle) const;
  [[nodiscard]] bool is_worth_copying(slot_state const& s, slot_id late, slot_id idle) const;
  [[nodiscard]] seconds start_of_copy() const;
  [[nodiscard]] bool may_copy(test_index test) const;

  hedged_tuning tuning_;
  schedule_limits limits_;
  duration_estimates estimates_;
  std::map<slot_id, slot_state> slots_;  ///< those that have work
  std::vector<unsigned> places_;         ///< by test_index: how many slots have it
  std::vector<bool> decided_;
  std::vector<bool> no_copies_;  ///< of these tests
  seconds now_{};
  seconds nothing_until_{-1};  ///< at this time no copy was worth it
};
namespace hedged_detail {

/// The chance that a test has run for its present time. A test with a smaller chance is beyond all
/// experience, and the chance is too small to divide by.
inline constexpr double negligible_chance = 1e-9;

inline double normal_cdf(double z) { return std::erfc(-z / std::numbers::sqrt2) / 2; }

/// A log-normal duration.
struct lognormal_duration {
  double mean;
  double scatter;

  /// How likely it takes longer than `t`,
  [[nodiscard]] double longer_than(double t) const {
    return t <= 0 ? 1 : normal_cdf(-(std::log(t / mean) / scatter + scatter / 2));
  }
  /// and by how much, on average over all cases.
  [[nodiscard]] double beyond(double t) const {
    if (t <= 0) { return mean - t; }
    auto const z = std::log(t / mean) / scatter;
    return mean * normal_cdf(scatter / 2 - z) - t * normal_cdf(-z - scatter / 2);
  }
};

/// The duration of a test that has run for a while and may be in a slow place.
class rest_of_test {
 public:
  rest_of_test(duration_estimates const& estimates, test_index test, slot_id slot, seconds passed)
      : speed_{estimates.speed_of(slot)},
        usual_{estimates.expected(test).count() * speed_.usual, estimates.scatter(test)},
        late_{estimates.expected(test).count() * speed_.straggling, estimates.scatter(test)},
        passed_{std::max(0.0, passed.count())},
        possible_{chance_of_usual() * usual_.longer_than(passed_) +
                  speed_.straggler * late_.longer_than(passed_)} {}

  /// The time that is left of it on average.
  [[nodiscard]] seconds left() const {
    if (is_beyond_experience()) { return seconds{passed_}; }
    return average(usual_.beyond(passed_), late_.beyond(passed_));
  }

  /// The time that a copy saves on average, if it takes `copy` whatever this one takes.
  [[nodiscard]] seconds saved_by(seconds copy) const {
    auto const t = passed_ + copy.count();
    if (is_beyond_experience()) { return std::max(seconds{}, left() - copy); }
    return average(usual_.beyond(t), late_.beyond(t));
  }

  /// The time that a copy saves on average, if it takes as long as this one except for the place.
  [[nodiscard]] seconds saved_elsewhere(double slowness) const {
    if (is_beyond_experience()) { return {}; }
    auto const in = [&](lognormal_duration const& x, double slower) {
      auto const part = 1 - slowness / slower;
      return part > 0 ? part * x.beyond(passed_ / part) : 0.0;
    };
    return average(in(usual_, speed_.usual), in(late_, speed_.straggling));
  }

 private:
  [[nodiscard]] double chance_of_usual() const { return 1 - speed_.straggler; }
  /// Then it is expected to take as long again.
  [[nodiscard]] bool is_beyond_experience() const { return possible_ < negligible_chance; }
  [[nodiscard]] seconds average(double usual, double late) const {
    return seconds{(chance_of_usual() * usual + speed_.straggler * late) / possible_};
  }

  duration_estimates::speed speed_;
  lognormal_duration usual_;
  lognormal_duration late_;
  double passed_;
  double possible_;
};

}  // namespace hedged_detail

OFFLOAD_INLINE void straggler_tracker::parts::open(std::span<work_item const> items,
                                                   schedule_limits const& limits) {
  *this = parts{tuning_};
  limits_ = limits;
  estimates_ = duration_estimates{tuning_.estimates};
  estimates_.open(items);
  std::size_t highest = 0;
  for (auto const& item : items) { highest = std::max<std::size_t>(highest, item.test.value + 1); }
  places_.resize(highest);
  decided_.resize(highest);
  no_copies_.resize(highest);
  for (auto const& item : items) {
    no_copies_[item.test.value] = item.copies == test_copies::forbidden;
  }
}

OFFLOAD_INLINE void straggler_tracker::parts::handed_out(std::span<test_index const> tests,
                                                         slot_id slot) {
  slots_[slot].batches.push_back({{tests.begin(), tests.end()}, {tests.begin(), tests.end()}});
  for (auto const test : tests) { ++places_[test.value]; }
}

OFFLOAD_INLINE void straggler_tracker::parts::on(schedule_event const& event) {
  now_ = event.at;
  match(
      event, [&](schedule_event::started const& one) { started(one.test, one.slot); },
      [&](schedule_event::finished const& one) { finished(one.test, one.slot, one.took); },
      [&](schedule_event::ended const& batch) { ended(batch.tests, batch.slot); },
      [&](schedule_event::decided const& one) { decided_[one.test.value] = true; });
}

OFFLOAD_INLINE void straggler_tracker::parts::started(test_index test, slot_id slot) {
  auto const found = slots_.find(slot);
  if (found == slots_.end()) { return; }
  found->second.running = test;
  found->second.since = now_;
}

OFFLOAD_INLINE void straggler_tracker::parts::finished(test_index test, slot_id slot,
                                                       seconds took) {
  estimates_.finished(test, slot, took);
  auto const found = slots_.find(slot);
  if (found == slots_.end()) { return; }
  found->second.running.reset();
  for (auto& batch : found->second.batches) {
    auto const at = std::ranges::find(batch.waiting, test);
    if (at == batch.waiting.end()) { continue; }
    batch.waiting.erase(at);
    break;
  }
}

OFFLOAD_INLINE void straggler_tracker::parts::ended(std::span<test_index const> tests,
                                                    slot_id slot) {
  auto const found = slots_.find(slot);
  if (found == slots_.end() || tests.empty()) { return; }
  auto& s = found->second;
  auto const at = std::ranges::find_if(
      s.batches, [&](given_batch const& b) { return std::ranges::equal(b.tests, tests); });
  if (at == s.batches.end()) { return; }
  for (auto const test : at->tests) { --places_[test.value]; }
  if (at == s.batches.begin()) { s.running.reset(); }
  s.batches.erase(at);
  if (s.batches.empty()) { slots_.erase(found); }
}

OFFLOAD_INLINE seconds straggler_tracker::parts::start_of_copy() const {
  return limits_.cost == batch_cost::process ? limits_.start_up : seconds{};
}

OFFLOAD_INLINE bool straggler_tracker::parts::may_copy(test_index test) const {
  return !decided_[test.value] && !no_copies_[test.value] &&
         places_[test.value] < tuning_.most_places;
}

OFFLOAD_INLINE seconds straggler_tracker::parts::left_of_test(slot_state const& s,
                                                              slot_id slot) const {
  return hedged_detail::rest_of_test{estimates_, *s.running, slot, now_ - s.since}.left();
}

OFFLOAD_INLINE seconds straggler_tracker::parts::left(slot_state const& s, slot_id slot) const {
  auto sum = left_of_test(s, slot);
  for (auto const& batch : s.batches) {
    for (auto const test : batch.waiting) {
      if (test != *s.running && !decided_[test.value]) { sum += estimates_.expected(test, slot); }
    }
  }
  return sum;
}

OFFLOAD_INLINE bool straggler_tracker::parts::is_worth_copying(slot_state const& s, slot_id late,
                                                               slot_id idle) const {
  auto const test = *s.running;
  if (!may_copy(test)) { return false; }
  hedged_detail::rest_of_test const rest{estimates_, test, late, now_ - s.since};
  auto const copy = estimates_.expected(test, idle);
  auto const saved = estimates_.is_known(test)
                         ? rest.saved_by(copy + start_of_copy())
                         : rest.saved_elsewhere(copy / estimates_.expected(test));
  auto const fair_part =
      estimates_.is_known(test) ? tuning_.fair_part_of_known : tuning_.fair_part_of_unknown;
  return saved > tuning_.least_saving && saved > fair_part * (rest.left() - saved);
}

OFFLOAD_INLINE std::vector<test_index> straggler_tracker::parts::rest_worth_copying(
    slot_state const& s, slot_id late, slot_id idle) const {
  auto const last =
      std::ranges::find_if(s.batches.rbegin(), s.batches.rend(), [&](given_batch const& b) {
        return std::ranges::any_of(b.waiting, [&](test_index t) { return t != *s.running; });
      });
  if (last == s.batches.rend()) { return {}; }
  auto before = left(s, late);
  auto copies_end = start_of_copy();
  std::vector<test_index> copies;
  for (auto test = last->waiting.rbegin(); test != last->waiting.rend(); ++test) {
    if (*test == *s.running || decided_[test->value]) { continue; }
    before -= estimates_.expected(*test, late);
    copies_end += estimates_.expected(*test, idle);
    if (!may_copy(*test) || copies_end + tuning_.least_saving > before) { break; }
    copies.push_back(*test);
  }
  std::ranges::reverse(copies);
  return copies;
}

OFFLOAD_INLINE std::vector<test_index> straggler_tracker::parts::worth_copying(slot_state const& s,
                                                                               slot_id late,
                                                                               slot_id idle) const {
  auto copies = rest_worth_copying(s, late, idle);
  if (copies.empty() && is_worth_copying(s, late, idle)) { copies.push_back(*s.running); }
  return copies;
}

OFFLOAD_INLINE std::vector<test_index> straggler_tracker::parts::copies_for(slot_id idle) {
  if (now_ <= nothing_until_ || slots_.contains(idle)) { return {}; }
  std::vector<std::pair<seconds, slot_id>> by_end;
  for (auto const& [slot, s] : slots_) {
    if (s.running && !decided_[s.running->value]) { by_end.emplace_back(left(s, slot), slot); }
  }
  std::ranges::sort(by_end, std::greater{});
  for (auto const& [end, slot] : by_end) {
    if (end < tuning_.among_the_last * by_end.front().first) { break; }
    auto copies = worth_copying(slots_.at(slot), slot, idle);
    if (!copies.empty()) { return copies; }
  }
  nothing_until_ = now_;
  return {};
}

OFFLOAD_INLINE straggler_tracker::straggler_tracker(hedged_tuning const& tuning)
    : parts_{std::in_place, tuning} {}

OFFLOAD_INLINE void straggler_tracker::open(std::span<work_item const> items,
                                            schedule_limits const& limits) {
  parts_->open(items, limits);
}
OFFLOAD_INLINE void straggler_tracker::handed_out(std::span<test_index const> tests, slot_id slot) {
  parts_->handed_out(tests, slot);
}
OFFLOAD_INLINE void straggler_tracker::on(schedule_event const& event) { parts_->on(event); }
OFFLOAD_INLINE std::vector<test_index> straggler_tracker::copies_for(slot_id slot) {
  return parts_->copies_for(slot);
}
OFFLOAD_INLINE duration_estimates const& straggler_tracker::estimates() const {
  return parts_->estimates();
}

}  // namespace offload
