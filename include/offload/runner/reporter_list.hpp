// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/report/concept.hpp>

#include <chrono>
#include <tuple>

namespace offload {

/// All reporters of a run, told together.
template <Reporter... R>
class reporter_list {
 public:
  explicit reporter_list(std::tuple<R...>& reporters) : reporters_{reporters} {}

  void tell_all(run_event::kind const& what) { tell_all({steady_clock::now(), what}); }

  /// Says that time passes, not more often than they want to know. Returns whether it was said.
  bool tick_now() {
    auto const now = steady_clock::now();
    if (now - last_tick_ < tick_length) { return false; }
    last_tick_ = now;
    tell_all(tick{});
    return true;
  }

  static constexpr steady_clock::duration tick_length = std::chrono::milliseconds{100};

 private:
  void tell_all(run_event const& event) {
    std::apply([&](auto&... each) { (each.on(event), ...); }, reporters_);
  }

  std::tuple<R...>& reporters_;
  time_point last_tick_{};
};

}  // namespace offload
