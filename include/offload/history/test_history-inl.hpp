// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

// A merge must give the same result for every direction, order and number of merges. So the samples
// of a merge are those of a set: the union, cut down to the newest by an order in which no two
// samples are equal. Numbers of attempts cannot be had from samples alone, as most attempts are
// forgotten in time. They are the sums of what each side has added to the base, less what both have
// added: the samples that both have and the base has not.

#include <offload/history/test_history.hpp>

#include <offload/core/inline.hpp>

#include <algorithm>
#include <iterator>
#include <tuple>

namespace offload {
namespace test_history_detail {

using samples = std::vector<history_sample>;

inline samples sorted(samples all) {
  std::ranges::sort(all, is_older);
  return all;
}

/// As of multisets: a sample that one side has twice is there twice.
inline samples union_of(samples const& a, samples const& b) {
  samples all;
  std::ranges::set_union(sorted(a), sorted(b), std::back_inserter(all), is_older);
  return all;
}

inline samples intersection_of(samples const& a, samples const& b) {
  samples both;
  std::ranges::set_intersection(sorted(a), sorted(b), std::back_inserter(both), is_older);
  return both;
}

inline std::size_t count_missing(samples const& from, samples const& in) {
  samples missing;
  std::ranges::set_difference(sorted(from), sorted(in), std::back_inserter(missing), is_older);
  return missing.size();
}

/// Removes the oldest samples above the limit. The others keep their order.
inline void keep_newest(samples& all, std::size_t count) {
  while (all.size() > count) { all.erase(std::ranges::min_element(all, is_older)); }
}

inline samples merged_samples(samples const& ours, samples const& theirs) {
  auto all = union_of(ours, theirs);
  keep_newest(all, std::max({merge_capacity, ours.size(), theirs.size()}));
  return all;
}

/// The counters and the remaining samples.
struct counted {
  std::uint64_t count;
  samples const& known;
};

/// The minimum number of attempts: the larger of the two counts may not include some of the
/// samples.
inline std::uint64_t least_count(counted const& ours, counted const& theirs) {
  return std::max(ours.count + count_missing(theirs.known, ours.known),
                  theirs.count + count_missing(ours.known, theirs.known));
}

inline std::uint64_t merged_count(counted const& base, counted const& ours, counted const& theirs) {
  auto const grown = [&](counted const& side) {
    return side.count - std::min(side.count, base.count);
  };
  auto const both = count_missing(intersection_of(ours.known, theirs.known), base.known);
  auto const added = grown(ours) + grown(theirs);
  // Never less than either side has counted, even if one of them was cut down meanwhile.
  return std::max(
      {base.count + added - std::min<std::uint64_t>(added, both), ours.count, theirs.count});
}

inline counted passes_of(test_history const& one) {
  return {one.attempts - std::min(one.attempts, one.failures), one.passed};
}

inline counted failures_of(test_history const& one) { return {one.failures, one.failed}; }

/// The last run is that of the side with the newer sample.
inline std::string const& later_run(test_history const& ours, test_history const& theirs) {
  auto const key = [](test_history const& one) {
    auto const* newest = one.newest();
    return std::tuple{newest == nullptr ? 0 : newest->at_ms, one.last_run};
  };
  return key(ours) < key(theirs) ? theirs.last_run : ours.last_run;
}

inline test_history merged_with_counts(test_history const& ours, test_history const& theirs,
                                       std::uint64_t passes, std::uint64_t failures) {
  return {.attempts = passes + failures,
          .failures = failures,
          .last_run = later_run(ours, theirs),
          .passed = merged_samples(ours.passed, theirs.passed),
          .failed = merged_samples(ours.failed, theirs.failed)};
}

}  // namespace test_history_detail

OFFLOAD_INLINE bool is_older(history_sample const& a, history_sample const& b) {
  return std::tie(a.at_ms, a.run, a.duration) < std::tie(b.at_ms, b.run, b.duration);
}

OFFLOAD_INLINE bool test_history::knows_run(std::string const& mark) const {
  auto const is_of_run = [&](history_sample const& one) { return one.run == mark; };
  return std::ranges::any_of(passed, is_of_run) || std::ranges::any_of(failed, is_of_run);
}

OFFLOAD_INLINE history_sample const* test_history::newest() const {
  history_sample const* found = nullptr;
  for (auto const* all : {&passed, &failed}) {
    for (auto const& one : *all) {
      if (found == nullptr || is_older(*found, one)) { found = &one; }
    }
  }
  return found;
}

OFFLOAD_INLINE void add_attempt(test_history& to, history_outcome how, history_sample sample,
                                std::size_t capacity) {
  ++to.attempts;
  if (how == history_outcome::failed) { ++to.failures; }
  to.last_run = sample.run;
  auto& all = how == history_outcome::failed ? to.failed : to.passed;
  // Room is made first: a clock that was put back does not make the new one the oldest.
  test_history_detail::keep_newest(all, std::max<std::size_t>(1, capacity) - 1);
  all.push_back(std::move(sample));
}

OFFLOAD_INLINE test_history merged(test_history const& ours, test_history const& theirs) {
  if (ours == theirs) { return ours; }
  return test_history_detail::merged_with_counts(
      ours, theirs,
      test_history_detail::least_count(test_history_detail::passes_of(ours),
                                       test_history_detail::passes_of(theirs)),
      test_history_detail::least_count(test_history_detail::failures_of(ours),
                                       test_history_detail::failures_of(theirs)));
}

OFFLOAD_INLINE test_history merged(test_history const& base, test_history const& ours,
                                   test_history const& theirs) {
  if (ours == theirs || theirs == base) { return ours; }
  if (ours == base) { return theirs; }
  return test_history_detail::merged_with_counts(
      ours, theirs,
      test_history_detail::merged_count(test_history_detail::passes_of(base),
                                        test_history_detail::passes_of(ours),
                                        test_history_detail::passes_of(theirs)),
      test_history_detail::merged_count(test_history_detail::failures_of(base),
                                        test_history_detail::failures_of(ours),
                                        test_history_detail::failures_of(theirs)));
}

}  // namespace offload
