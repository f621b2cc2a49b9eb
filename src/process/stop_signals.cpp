// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/process/stop_signals.hpp>
#include <offload/process/thread.hpp>

#include <pthread.h>
#include <signal.h>

#include <cstdlib>
#include <thread>
#include <utility>

namespace offload {
namespace {

/// Wakes the watcher at the end.
constexpr int wake_signal = SIGUSR2;

bool is_ignored(int signal) {
  struct sigaction now {};
  return ::sigaction(signal, nullptr, &now) == 0 && now.sa_handler == SIG_IGN;
}

/// The parent process decides: nohup has SIGHUP ignored, a shell has SIGINT ignored in what runs in
/// the background.
sigset_t watched() {
  sigset_t set;
  ::sigemptyset(&set);
  ::sigaddset(&set, wake_signal);
  for (int const number : {SIGINT, SIGTERM, SIGHUP}) {
    if (!is_ignored(number)) { ::sigaddset(&set, number); }
  }
  return set;
}

[[noreturn]] void die_by(int signal) {
  sigset_t only;
  ::sigemptyset(&only);
  ::sigaddset(&only, signal);
  ::signal(signal, SIG_DFL);
  ::raise(signal);
  ::pthread_sigmask(SIG_UNBLOCK, &only, nullptr);
  std::abort();  // not reached: the signal ends the process
}

}  // namespace

struct stop_signals::watcher {
  std::jthread thread;
};

stop_signals::stop_signals(std::function<void()> at_once) : at_once_{std::move(at_once)} {
  auto const set = watched();
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
  // A reader of our output that goes away (`| head`) is not a reason to stop a run.
  ::signal(SIGPIPE, SIG_IGN);
  auto thread = start_thread([this](std::stop_token const& done) { watch(done); });
  if (thread) {
    watcher_ = std::make_unique<watcher>(std::move(*thread));
  } else {  // then there is no thread for a sandbox either: the signals end the process
    ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
  }
}

stop_signals::~stop_signals() {
  if (watcher_ == nullptr) { return; }
  watcher_->thread.request_stop();
  ::pthread_kill(watcher_->thread.native_handle(), wake_signal);
}

void stop_signals::watch(std::stop_token const& done) {
  auto const set = watched();
  std::chrono::steady_clock::time_point asked_at{};
  for (;;) {
    int number = 0;
    ::sigwait(&set, &number);
    if (done.stop_requested()) { return; }
    if (number == wake_signal) { continue; }
    if (stop_.stop_requested()) {
      if (std::chrono::steady_clock::now() - asked_at < same_request) { continue; }
      if (at_once_) { at_once_(); }
      die_by(number);
    }
    asked_at = std::chrono::steady_clock::now();
    received_ = number;
    stop_.request_stop();
  }
}

}  // namespace offload
