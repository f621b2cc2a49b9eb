// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/ids.hpp>
#include <offload/core/time.hpp>
#include <offload/runner/unit_queue.hpp>

#include <cstddef>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace offload {

/// Holds a scheduler to its contract, so that a mistake in it makes no run hang or green. Used by
/// the dispatcher's thread.
class scheduler_watch {
 public:
  /// `warn` is called once for each kind of mistake.
  scheduler_watch(unit_queue& units, std::function<void(std::string const&)> warn);

  /// The tests that the scheduler hands out for a slot, all below `known`: at most `most`, where a
  /// unit counts as one.
  [[nodiscard]] std::vector<test_index> next(slot_id to, std::size_t known, std::size_t most);

  /// Whether nothing has been handed out for `longest`. `idle` says that all slots wait and some
  /// tests have no verdict; it is to be told a few times a second.
  [[nodiscard]] bool has_stalled(bool idle, time_point now, seconds longest);

 private:
  void complain(std::string const& text);

  unit_queue& units_;
  std::function<void(std::string const&)> warn_;
  std::set<std::string> complaints_;
  std::optional<time_point> idle_since_;
};

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/runner/scheduler_watch-inl.hpp>
#endif
