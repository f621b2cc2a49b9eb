// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/scheduler/concept.hpp>
#include <offload/scheduler/unknown_tests.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <vector>

namespace offload {

/// Hands out work to whoever is free, the longest first, in batches that shrink towards the end.
///
/// Tests that take long are handed out one by one, longest first (LPT: the makespan is at most
/// 4/3 - 1/(3m) of the best for m slots). Short tests stay together by file, so that the file's
/// set-up is paid once, and a batch of them is a share of what is left (guided self-scheduling,
/// Polychronopoulos and Kuck 1987), so that all slots end at about the same time. A slot goes on
/// with the file it has begun.
///
/// Without any duration the order is that of discovery, in shrinking batches, too. Where handing
/// out costs little, the run itself then tells where long tests are: see `unknown_tests`.
///
/// Where loading a file costs something (`schedule_limits::file_cost`), the short tests of a file
/// are not parted, and a test is long only when it takes several times that cost.
///
/// Tests that are likely to fail come first, one by one, when items say how often tests fail.
class pull_scheduler {
 public:
  void open(std::span<work_item const> items, schedule_limits const& limits);
  [[nodiscard]] std::vector<test_index> next(slot_id slot);
  void again(test_index test, slot_id last, batching together);
  [[nodiscard]] std::size_t waiting() const { return waiting_; }
  void at(seconds now) { unknown_.at(now); }
  void started(test_index test, slot_id slot) { unknown_.started(test, slot); }
  void finished(test_index test, slot_id slot, seconds took) {
    unknown_.finished(test, slot, took);
  }

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

  void take_likely_failures(std::span<work_item const> items);
  void open_files(std::vector<std::pair<std::string_view, item>> const& light, bool by_length);
  [[nodiscard]] bool take_retries(slot_id slot, batch_builder& batch, bool even_here);
  void take_from_files(slot_id slot, batch_builder& batch);
  void take_from_unknown(batch_builder& batch);
  /// Whether the whole file went into the batch.
  bool take_from_file(std::size_t file, slot_id slot, batch_builder& batch);
  /// What a batch may take.
  [[nodiscard]] seconds share() const;

  schedule_limits limits_;
  double shares_ = 1;         ///< a batch is such a part of what is left,
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
static_assert(Scheduler<pull_scheduler>);

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/scheduler/pull-inl.hpp>
#endif
