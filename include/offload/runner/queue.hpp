// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/execution.hpp>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <stop_token>
#include <utility>

namespace offload {

/// Carries values from any thread to one that waits for them. The only place where threads meet.
template <class T>
class blocking_queue {
 public:
  void push(T value) {
    {
      std::lock_guard const lock{mutex_};
      values_.push_back(std::move(value));
    }
    arrived_.notify_one();
  }

  /// The next value; nothing when the deadline passes or `stop` is requested first.
  [[nodiscard]] std::optional<T> pop(deadline until, std::stop_token stop = {}) {
    std::optional<T> value;
    std::unique_lock lock{mutex_};
    auto const is_there = [this] { return !values_.empty(); };
    if (until) {
      arrived_.wait_until(lock, stop, *until, is_there);
    } else {
      arrived_.wait(lock, stop, is_there);
    }
    if (!values_.empty() && !stop.stop_requested()) {
      value.emplace(std::move(values_.front()));
      values_.pop_front();
    }
    return value;
  }

 private:
  std::mutex mutex_;
  std::condition_variable_any arrived_;
  std::deque<T> values_;
};

}  // namespace offload
