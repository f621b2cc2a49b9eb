// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/scheduler/packed_tests.hpp>

#include <offload/core/inline.hpp>
#include <offload/scheduler/reversed_bits.hpp>

#include <algorithm>
#include <bit>
#include <cmath>
#include <iterator>
#include <unordered_map>
#include <utility>

namespace offload {

struct packed_tests::batch {
  std::vector<test_index> tests{};
  seconds expected{};  ///< without the load of its first file, which is a part of its cost
  std::size_t id_bytes{};
  std::size_t files{};
};

OFFLOAD_INLINE void packed_tests::open(std::span<item const> tests, schedule_limits const& limits) {
  *this = packed_tests{tuning_};
  limits_ = limits;
  costs_ = batch_costs{tuning_.costs};
  costs_.open(limits);
  found_ = waiting_ = tests.size();

  double count = 0;
  double sum = 0;
  double squares = 0;
  for (auto const& one : tests) {
    expected_.resize(std::max<std::size_t>(expected_.size(), one.test.value + 1));
    if (one.expected == seconds{}) { continue; }
    count += 1;
    sum += one.expected.count();
    squares += one.expected.count() * one.expected.count();
  }
  // In a single slot nothing is gained by another order.
  known_ = count > 0 && limits.slots > 1;
  auto const usual = count > 0 ? seconds{sum / count} : tuning_.unknown_duration;
  for (auto const& one : tests) {
    auto const expected = one.expected == seconds{} ? usual : one.expected;
    left_ += expected_[one.test.value] = std::max(expected, tuning_.shortest_test);
  }
  finished_ = count > 0 ? tuning_.weight_of_known : tuning_.weight_of_guess;
  took_ = foreseen_ = finished_ * usual;
  auto const variation = tuning_.unknown_variation * tuning_.unknown_variation;
  squares_ =
      finished_ * (count > 0 ? squares / count : usual.count() * usual.count() * (1 + variation));
  make_pieces(tests);
}

OFFLOAD_INLINE void packed_tests::make_pieces(std::span<item const> tests) {
  auto const slot_work = left_ / static_cast<double>(limits_.slots);
  auto const longest_light =
      known_ ? std::max(limits_.file_cost, tuning_.long_fraction * slot_work) : seconds::max();
  std::unordered_map<std::string_view, std::size_t> place;
  for (auto one : tests) {
    one.expected = expected_[one.test.value];
    bool const is_apart = one.file.empty() || one.expected > longest_light;
    auto const which =
        is_apart ? pieces_.size() : place.try_emplace(one.file, pieces_.size()).first->second;
    if (which == pieces_.size()) { pieces_.emplace_back(); }
    pieces_[which].tests.push_back(one);
    pieces_[which].expected += one.expected;
  }
  bool const in_order = known_ || limits_.slots == 1;
  auto const bits = static_cast<int>(std::bit_width(pieces_.size()));
  for (std::size_t i = 0; i < pieces_.size(); ++i) {
    pieces_[i].turn = in_order ? pieces_.size() - i : reversed_bits(i, bits);
    order_.insert(key_of(i));
  }
}

OFFLOAD_INLINE packed_tests::key packed_tests::key_of(std::size_t which) const {
  auto const& p = pieces_[which];
  // Without durations, all files in turn; in a single slot, one after the other.
  auto const in_turn = limits_.slots == 1 ? 0.0 : -static_cast<double>(p.visits);
  return {known_ ? p.expected : seconds{in_turn}, p.turn, which};
}

OFFLOAD_INLINE seconds packed_tests::end_of(std::vector<running_batch> const& batches) const {
  seconds end{};
  for (auto const& one : batches) {
    end = std::max(end, one.since) + costs_.of_batch() + scale_ * one.expected +
          costs_.of_file() * one.files;
  }
  return end;
}

/// How long a batch's tests may take if it begins now and is not the last to end.
OFFLOAD_INLINE seconds packed_tests::horizon() const {
  if (!known_) { return {}; }
  seconds last{};
  for (auto const& [slot, batches] : running_) { last = std::max(last, end_of(batches)); }
  return last - now_ - costs_.of_batch() - costs_.of_file();
}

OFFLOAD_INLINE packed_tests::division packed_tests::divide(slot_id slot, seconds work) const {
  // Slots that have nothing to do, are late or are not up yet may begin now.
  std::vector<seconds> later;
  for (auto const& [other, batches] : running_) {
    auto const end = end_of(batches);
    if (other != slot && end > now_) { later.push_back(end - now_); }
  }
  std::ranges::sort(later);
  auto const busy = std::min(later.size(), limits_.slots - 1);
  division even{.slots = static_cast<double>(limits_.slots - busy)};
  auto sum = work;
  even.each = sum / even.slots;
  for (auto const at : later) {
    if (at >= even.each) { break; }
    sum += at;
    even.slots += 1;
    even.each = sum / even.slots;
  }
  return even;
}

/// How often files are loaded if no batch takes longer than `most`.
OFFLOAD_INLINE double packed_tests::loads(seconds most) const {
  auto parts = static_cast<double>(order_.size());
  if (!known_) { return parts; }
  for (auto it = order_.rbegin(); it != order_.rend() && scale_ * it->by > most; ++it) {
    parts += std::ceil(scale_ * it->by / most) - 1;
  }
  return parts;
}

/// The work of this slot if every slot ran one more batch and all ended together.
OFFLOAD_INLINE seconds packed_tests::fill(slot_id slot) const {
  auto const tests = scale_ * left_;
  auto const of_file = costs_.of_file();
  auto low = divide(slot, tests);
  if (of_file == seconds{}) { return std::min(low.each, tests); }
  // Shorter batches divide more files, which then are loaded more often.
  auto const needed = [&](division const& at) {
    auto const more = std::max(0.0, std::ceil(loads(at.each) / at.slots) - 1);  // of each slot
    return divide(slot, tests + of_file * more * at.slots);
  };
  auto high = needed(low);
  for (int i = 0; i < 6 && high.each > tuning_.nearly * low.each; ++i) {
    division const middle{(low.slots + high.slots) / 2, (low.each + high.each) / 2};
    (needed(middle).each <= middle.each ? high : low) = middle;
  }
  return high.each;
}

/// The variance of what tests take against what is expected, for each second of them.
OFFLOAD_INLINE double packed_tests::variance() const {
  auto const usual = took_.count() / finished_;
  auto const squares = squares_ / finished_;
  if (known_) { return tuning_.scatter_of_known * tuning_.scatter_of_known * squares / usual; }
  return std::max(squares - usual * usual, 0.0) / usual;
}

/// The length of batches for a slot that has `rest` to run.
OFFLOAD_INLINE seconds packed_tests::best_length(seconds rest) const {
  auto const cost = costs_.of_batch().count() + costs_.of_file().count();
  auto const slots = std::max(2.0, static_cast<double>(limits_.slots));
  auto const spread = std::sqrt(2 * std::log(slots) * variance());
  auto const loss = [&](double length) {
    return cost * rest.count() / length + tuning_.drift * length + spread * std::sqrt(length);
  };
  // It has one minimum: each step leaves two thirds of the logarithm of the range.
  auto low = tuning_.shortest_test.count();
  auto high = std::max(rest.count(), low);
  for (int i = 0; i < 30; ++i) {
    auto const step = std::cbrt(high / low);
    bool const is_left = loss(low * step) < loss(low * step * step);
    (is_left ? high : low) = is_left ? low * step * step : low * step;
  }
  return seconds{low};
}

OFFLOAD_INLINE seconds packed_tests::target(slot_id slot) const {
  auto const most = fill(slot);
  if (!known_ && !costs_.are_measured()) {
    bool const are_few =
        static_cast<double>(found_) <= tuning_.few_tests * static_cast<double>(limits_.slots);
    return are_few ? most : most / tuning_.shares;
  }
  auto const batches = std::max(1.0, std::round(most / best_length(most)));
  return most / std::min(batches, tuning_.shares);
}

/// The most tests of a file in one go.
OFFLOAD_INLINE std::size_t packed_tests::tests_of_a_part() const {
  if (known_ || limits_.slots == 1) { return waiting_; }
  if (!costs_.are_measured()) {
    return limits_.file_cost > seconds{} ? waiting_ : tuning_.first_part;
  }
  auto const worth = tuning_.loads_worth_a_part * costs_.most_of_file() / (scale_ * seconds{1});
  return static_cast<std::size_t>(std::clamp(worth, 1.0, static_cast<double>(waiting_ + 1)));
}

/// The next piece, or the longest that fits into the rest of a batch.
OFFLOAD_INLINE std::size_t packed_tests::next_piece(batch const& into, seconds rest) const {
  auto found = order_.end();
  if (known_ && into.files > 0) {
    auto const fits = std::max(seconds{}, rest - costs_.of_file()) / scale_;
    found = order_.upper_bound({fits, pieces_.size() + 1, 0});
    if (found == order_.begin()) { ++found; }
  }
  return std::prev(found)->piece;
}

/// Takes the first tests of a piece, for at most so long. Returns whether it took as many as it
/// would in an empty batch.
OFFLOAD_INLINE bool packed_tests::take_some(std::size_t which, seconds most, batch& into) {
  auto& p = pieces_[which];
  // A guess of both would only leave tests over.
  bool const is_guess = !known_ && !costs_.are_measured();
  auto const load = into.files > 0 && !is_guess ? costs_.of_file() : seconds{};
  auto const wanted = std::min(p.tests.size(), tests_of_a_part());
  auto const longest = tuning_.nearly * most - load;
  // Nothing is gained by dividing a file that ends before other batches do.
  auto const whole_by = into.files > 0 ? longest : std::max(longest, horizon());
  bool const stays_whole = !known_ && limits_.file_cost > seconds{};
  bool const is_whole =
      wanted == p.tests.size() && (stays_whole || scale_ * p.expected <= whole_by);
  seconds sum{};
  std::size_t count = 0;
  std::size_t bytes = into.id_bytes;
  while (count < wanted) {
    auto const& next = p.tests[count];
    bool const is_first = count == 0 && into.files == 0;
    bool const is_full = into.tests.size() + count == limits_.tests_per_batch ||
                         bytes + next.id_bytes > limits_.id_bytes_per_batch ||
                         (!is_whole && sum + scale_ * next.expected > longest);
    if (is_full && !is_first) { break; }
    sum += scale_ * next.expected;
    bytes += next.id_bytes;
    ++count;
  }
  bool const is_worth_a_load = count == wanted || sum >= tuning_.loads_worth_a_part * load;
  if (count == 0 || !is_worth_a_load) { return false; }
  order_.erase(key_of(which));
  for (std::size_t i = 0; i < count; ++i) {
    auto const& one = p.tests.front();
    into.tests.push_back(one.test);
    p.expected -= one.expected;
    left_ -= one.expected;
    p.tests.pop_front();
  }
  into.expected += sum + load;
  into.id_bytes = bytes;
  ++into.files;
  ++p.visits;
  waiting_ -= count;
  if (!p.tests.empty()) { order_.insert(key_of(which)); }
  return count == wanted;
}

OFFLOAD_INLINE std::vector<test_index> packed_tests::take(slot_id slot) {
  if (order_.empty()) { return {}; }
  batch next;
  auto const goal = target(slot);
  while (!order_.empty() && next.expected < goal) {
    auto const rest = goal - next.expected;
    if (!take_some(next_piece(next, rest), rest, next)) { break; }
  }
  seconds expected{};
  for (auto const test : next.tests) { expected += expected_[test.value]; }
  handed_out(slot, next.tests, next.files, expected);
  return std::move(next.tests);
}

OFFLOAD_INLINE void packed_tests::handed_out(slot_id slot, std::span<test_index const> tests,
                                             std::size_t files, seconds expected) {
  if (tests.empty()) { return; }
  costs_.handed_out(slot, tests, files, now_);
  running_[slot].push_back({tests.front(), now_, expected, static_cast<double>(files)});
}

OFFLOAD_INLINE bool packed_tests::holds(test_index test) const {
  return test.value < expected_.size() && expected_[test.value] > seconds{};
}

OFFLOAD_INLINE void packed_tests::on(schedule_event const& event) {
  now_ = event.at;
  match(
      event,
      [&](schedule_event::finished const& one) {
        costs_.finished(one.slot, one.took, now_);
        if (!holds(one.test)) { return; }
        took_ += one.took;
        foreseen_ += expected_[one.test.value];
        squares_ += one.took.count() * one.took.count();
        finished_ += 1;
        scale_ = std::max(took_, tuning_.shortest_test) / foreseen_;
      },
      [&](schedule_event::ended const& one) {
        costs_.ended(one.slot, one.tests, now_);
        auto const found = running_.find(one.slot);
        if (found == running_.end() || one.tests.empty()) { return; }
        std::erase_if(found->second, [&](running_batch const& one_of_slot) {
          return one_of_slot.first == one.tests.front();
        });
      });
}

}  // namespace offload
