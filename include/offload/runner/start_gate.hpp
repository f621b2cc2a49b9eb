// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/ids.hpp>
#include <offload/core/time.hpp>
#include <offload/runner/queue.hpp>

#include <algorithm>
#include <cstddef>
#include <stop_token>
#include <thread>
#include <utility>

namespace offload {

/// How many this machine has; at least one.
[[nodiscard]] inline std::size_t processors() {
  return std::max(1u, std::thread::hardware_concurrency());
}

/// Lets so many workers start up at a time. When forty of them start at once on two processors, all
/// are ready after the time of forty; one after the other, half of them are ready after the time of
/// twenty, and when there is little to do the rest need not start at all.
///
/// A start-up may wait for something else than a processor. So nobody waits longer than
/// `longest_turn` for each of the slots before its own.
class start_gate {
 public:
  static constexpr seconds longest_turn{0.2};

  explicit start_gate(std::size_t width) {
    for (std::size_t i = 0; i < width; ++i) { free_.push({}); }
  }

  /// Somebody's turn to start; given back when it ends, with this object at the latest.
  class turn {
   public:
    turn() = default;
    turn(turn&& from) noexcept : of_{std::exchange(from.of_, nullptr)} {}
    turn& operator=(turn&& from) noexcept {
      std::swap(of_, from.of_);
      return *this;
    }
    ~turn() { end(); }

    /// Whether it was somebody's turn, or the time to wait was over.
    [[nodiscard]] bool is_held() const { return of_ != nullptr; }
    void end() {
      if (of_ != nullptr) { std::exchange(of_, nullptr)->free_.push({}); }
    }

   private:
    friend start_gate;
    explicit turn(start_gate* of) : of_{of} {}
    start_gate* of_ = nullptr;
  };

  [[nodiscard]] turn wait_for_turn(slot_id slot, std::stop_token const& stop) {
    auto const at_last = steady_clock::now() + to_clock(longest_turn * slot.value);
    return turn{free_.pop(at_last, stop) ? this : nullptr};
  }

 private:
  struct permit {};
  blocking_queue<permit> free_;
};

}  // namespace offload
