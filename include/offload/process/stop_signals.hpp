// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <functional>
#include <stop_token>
#include <thread>

namespace offload {

/// Turns Ctrl-C and its kin (SIGINT, SIGTERM, SIGHUP) into a stop request.
///
/// Made by a program's first thread before it starts others, so that all of them leave these
/// signals to it. The second signal is taken for impatience: `at_once` is called, and the process
/// ends by that signal.
class stop_signals {
 public:
  explicit stop_signals(std::function<void()> at_once = {});
  stop_signals(stop_signals const&) = delete;
  stop_signals& operator=(stop_signals const&) = delete;
  ~stop_signals();

  [[nodiscard]] std::stop_token token() const { return stop_.get_token(); }
  /// The number of the signal that came; 0 when none has.
  [[nodiscard]] int received() const { return received_; }

 private:
  void watch(std::stop_token const& done);

  std::function<void()> at_once_;
  std::stop_source stop_;
  int received_ = 0;  ///< written before the stop request, read after it
  std::jthread watcher_;
};

}  // namespace offload
