// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <stop_token>

namespace offload {

/// Turns SIGINT (Ctrl-C), SIGTERM and SIGHUP into a stop request, except those that the parent
/// process has ignored, as nohup does with SIGHUP.
///
/// The first thread of a program creates it before it starts other threads, so that all of them
/// block these signals. On the second request, `at_once` is called and the process ends by that
/// signal. A signal that follows within `same_request` belongs to the same request: some senders,
/// such as GNU timeout, signal a process and then its group.
class stop_signals {
 public:
  static constexpr std::chrono::milliseconds same_request{300};

  explicit stop_signals(std::function<void()> at_once = {});
  stop_signals(stop_signals const&) = delete;
  stop_signals& operator=(stop_signals const&) = delete;
  ~stop_signals();

  [[nodiscard]] std::stop_token token() const { return stop_.get_token(); }
  /// The number of the received signal; 0 if there was none.
  [[nodiscard]] int received() const { return received_; }

 private:
  struct watcher;
  void watch(std::stop_token const& done);

  std::function<void()> at_once_;
  std::stop_source stop_;
  int received_ = 0;  ///< written before the stop request, read after it
  std::unique_ptr<watcher> watcher_;
};

}  // namespace offload
