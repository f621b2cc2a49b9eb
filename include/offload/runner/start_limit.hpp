// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/time.hpp>
#include <offload/runner/settings.hpp>

#include <algorithm>
#include <atomic>

namespace offload {

/// How long a command may take until it is ready to run tests, and a listing until it ends. A
/// start-up is not part of a test: its limit does not depend on how long a batch may run.
///
/// Unless `run_settings::start_timeout` sets it, it is as long as a batch may take, at least a
/// minute, and several times the longest start-up that is known: of earlier runs, and of this one.
/// A start-up takes several times as long where many begin at once.
///
/// May be used by several threads at a time.
class start_limit {
 public:
  static constexpr seconds least{60};
  static constexpr double times_the_longest = 5;

  /// `settings` has to outlive it.
  explicit start_limit(run_settings const& settings)
      : settings_{settings}, longest_{settings.longest_start} {}

  /// A command has become ready, or a listing has ended, after that time.
  void learn(seconds took) {
    auto known = longest_.load();
    while (known < took && !longest_.compare_exchange_weak(known, took)) {}
  }

  /// How long a worker may take to end when it has no work left, for example to tear down what its
  /// tests share, and to save its coverage.
  [[nodiscard]] seconds farewell() const { return settings_.start_timeout.value_or(least); }

  [[nodiscard]] seconds value() const {
    if (settings_.start_timeout) { return *settings_.start_timeout; }
    return std::max({least, settings_.batch_timeout, times_the_longest * longest_.load()});
  }

 private:
  run_settings const& settings_;
  std::atomic<seconds> longest_;
};

}  // namespace offload
