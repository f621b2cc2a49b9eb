// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/ids.hpp>
#include <offload/history/history_key.hpp>
#include <offload/history/test_history.hpp>

#include <compare>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace offload {

/// The key of a test under the configuration file `config_path`. Bytes of the id that are not UTF-8
/// become U+FFFD, since JSON cannot represent them.
[[nodiscard]] history_key history_key_of(std::string_view config_path, test_id const& test);

/// A line of a history file that cannot be read.
struct damaged_line {
  std::size_t number{};  ///< counted from 1; 0: not from a file
  std::string text{};
  std::string why{};  ///< a fragment: "it ends in the middle of ..."
};

/// The contents of a history file: one JSON object per line, sorted by key.
///
///   {"k":["offload.toml","a::b"],"v":{"n":2,"f":1,"last_run":"0RMw",
///    "ok":[["0RMw",1777757349864,9.096]],"fail":[["0RMw",1777757349864,1.5]]}}
///
/// (on one line) `n` is the number of attempts, `f` the number of failures among them. A sample
/// consists of the run's mark, its time in milliseconds since 1970 and the duration in seconds.
/// Unchanged lines are written exactly as they were read. Damaged lines are kept separately, and
/// the other lines are still used. Two lines with the same key are merged.
class history {
 public:
  [[nodiscard]] static history parse(std::string_view text);
  /// All lines in order, except the damaged ones.
  [[nodiscard]] std::string text() const;

  [[nodiscard]] bool empty() const { return entries_.empty(); }
  [[nodiscard]] std::size_t size() const { return entries_.size(); }
  /// Null if the history does not have the key.
  [[nodiscard]] test_history const* find(history_key const& key) const;
  /// For writing; added if it does not exist.
  [[nodiscard]] test_history& edit(history_key const& key);
  void put(history_key const& key, test_history value) { edit(key) = std::move(value); }

  /// Calls `see(key, test_history)` in the order of the keys.
  template <class See>
  void each(See&& see) const {
    for (auto const& [key, one] : entries_) { see(key, one.value); }
  }

  [[nodiscard]] std::vector<damaged_line> const& damaged() const { return damaged_; }
  void add_damaged(damaged_line line) { damaged_.push_back(std::move(line)); }

 private:
  struct entry {
    test_history value{};
    std::string line{};  ///< as it was read; empty if it has been changed since
  };

  void add_line(std::size_t number, std::string_view line);

  std::map<history_key, entry> entries_;
  std::vector<damaged_line> damaged_;
};

/// All lines, the damaged ones last, so that nothing is lost.
[[nodiscard]] std::string text_with_damaged(history const& all);

/// Merges two histories. `base` is their common ancestor, or empty. An entry that one side removed
/// and the other did not change stays removed. The merge is commutative and idempotent. It is
/// associative if no outcome of a test has more than `merge_capacity` samples.
[[nodiscard]] history merged(history const& base, history const& ours, history const& theirs);

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/history/history-inl.hpp>
#endif
