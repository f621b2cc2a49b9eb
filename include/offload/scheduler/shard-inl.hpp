// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/scheduler/shard.hpp>

#include <offload/core/inline.hpp>
#include <offload/core/union_find.hpp>

#include <algorithm>
#include <charconv>
#include <map>
#include <numeric>
#include <string>
#include <unordered_map>
#include <utility>

namespace offload {
namespace shard_detail {

/// Joins those that ask something of each other.
inline void join_constrained(union_find& together, std::span<test_case const> tests) {
  std::unordered_map<std::string_view, std::size_t> by_id;
  for (std::size_t i = 0; i < tests.size(); ++i) { by_id.emplace(tests[i].id.value, i); }
  std::map<std::string_view, std::size_t> lock_holder;
  std::map<std::string_view, std::size_t> first_of_unit;
  for (std::size_t i = 0; i < tests.size(); ++i) {
    if (auto const& unit = tests[i].unit.name; !unit.empty()) {
      together.join(i, first_of_unit.try_emplace(unit, i).first->second);
    }
    if (!tests[i].constraints) { continue; }
    for (auto const& lock : tests[i].constraints->locks) {
      together.join(i, lock_holder.try_emplace(lock, i).first->second);
    }
    for (auto const* ids : {&tests[i].constraints->after, &tests[i].constraints->needs}) {
      for (auto const& id : *ids) {
        if (auto const found = by_id.find(id.value); found != by_id.end()) {
          together.join(i, found->second);
        }
      }
    }
  }
}

/// Whole microseconds: their sums do not depend on the order of adding.
using microseconds = long long;

inline std::vector<microseconds> times_of(std::span<test_case const> tests) {
  constexpr microseconds second = 1'000'000;
  microseconds sum = 0;
  microseconds known = 0;
  for (auto const& test : tests) {
    if (!test.expected) { continue; }
    sum += static_cast<microseconds>(test.expected->count() * 1e6);
    ++known;
  }
  auto const unknown = known > 0 ? sum / known : second;
  std::vector<microseconds> times;
  times.reserve(tests.size());
  for (auto const& test : tests) {
    auto const time =
        test.expected ? static_cast<microseconds>(test.expected->count() * 1e6) : unknown;
    times.push_back(std::max<microseconds>(1, time));
  }
  return times;
}

inline void join_files(union_find& together, std::span<test_case const> tests,
                       std::vector<microseconds> const& times, microseconds longest) {
  std::map<std::string_view, std::pair<std::size_t, microseconds>> files;
  for (std::size_t i = 0; i < tests.size(); ++i) {
    if (tests[i].place.file.empty()) { continue; }
    files.try_emplace(tests[i].place.file, i, 0).first->second.second += times[i];
  }
  for (std::size_t i = 0; i < tests.size(); ++i) {
    auto const file = files.find(tests[i].place.file);
    if (file == files.end() || file->second.second > longest) { continue; }
    together.join(i, file->second.first);
  }
}

struct piece {
  microseconds time = 0;
  std::string_view first{};  ///< of the ids: decides between pieces that take as long
  std::vector<std::size_t> tests{};
};

inline std::vector<piece> pieces_of(std::span<test_case const> tests,
                                    std::vector<microseconds> const& times, std::size_t shards,
                                    shard_tuning const& tuning) {
  auto const total = std::accumulate(times.begin(), times.end(), microseconds{0});
  auto const a_shard = static_cast<double>(total) / static_cast<double>(shards);
  union_find together{tests.size()};
  join_files(together, tests, times, static_cast<microseconds>(tuning.largest_file * a_shard));
  join_constrained(together, tests);
  std::unordered_map<std::size_t, std::size_t> place;
  std::vector<piece> pieces;
  for (std::size_t i = 0; i < tests.size(); ++i) {
    auto const [at, is_new] = place.try_emplace(together.leader(i), pieces.size());
    if (is_new) { pieces.emplace_back().first = tests[i].id.value; }
    auto& mine = pieces[at->second];
    mine.time += times[i];
    mine.first = std::min<std::string_view>(mine.first, tests[i].id.value);
    mine.tests.push_back(i);
  }
  std::ranges::sort(pieces, [](piece const& a, piece const& b) {
    return a.time != b.time ? a.time > b.time : a.first < b.first;
  });
  return pieces;
}

}  // namespace shard_detail

OFFLOAD_INLINE result<shard> parse_shard(std::string_view text) {
  shard which;
  auto const* const end = text.data() + text.size();
  auto const number = std::from_chars(text.data(), end, which.number);
  bool good = number.ec == std::errc{} && number.ptr != end && *number.ptr == '/';
  if (good) {
    auto const count = std::from_chars(number.ptr + 1, end, which.count);
    good = count.ec == std::errc{} && count.ptr == end;
  }
  if (!good || which.number < 1 || which.number > which.count) {
    return fail(errc::invalid_usage,
                "--shard is I/N, such as 2/5 for the second of five parts, not `{}`", text);
  }
  return which;
}

OFFLOAD_INLINE std::vector<test_index> tests_of_shard(std::span<test_case const> tests, shard which,
                                                      shard_tuning const& tuning) {
  auto const pieces =
      shard_detail::pieces_of(tests, shard_detail::times_of(tests), which.count, tuning);
  std::vector<shard_detail::microseconds> load(which.count);
  std::vector<test_index> mine;
  for (auto const& each : pieces) {
    auto const lightest = std::ranges::min_element(load);
    *lightest += each.time;
    if (lightest != load.begin() + static_cast<std::ptrdiff_t>(which.number - 1)) { continue; }
    for (auto const i : each.tests) { mine.push_back({static_cast<std::uint32_t>(i)}); }
  }
  std::ranges::sort(mine);
  return mine;
}

}  // namespace offload
