// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/core/time.hpp>
#include <offload/process/stop_signals.hpp>

#include <gtest/gtest.h>

#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <thread>

namespace offload {
namespace {

using namespace std::chrono_literals;

void wait_for_stop(stop_signals const& signals) {
  auto const until = steady_clock::now() + 20s;
  while (!signals.token().stop_requested() && steady_clock::now() < until) {
    std::this_thread::sleep_for(1ms);
  }
}

// Each in a process of its own: these signals are the process's.
TEST(StopSignalsDeathTest, StopTheRunOnce) {
  EXPECT_EXIT(
      {
        stop_signals const signals;
        ::kill(::getpid(), SIGTERM);
        wait_for_stop(signals);
        std::_Exit(signals.received());
      },
      ::testing::ExitedWithCode(SIGTERM), "");
}

/// GNU timeout signals its child, and then the child's whole group.
TEST(StopSignalsDeathTest, TakeARepetitionAtOnceForTheSameRequest) {
  EXPECT_EXIT(
      {
        stop_signals const signals{[] { std::_Exit(99); }};
        ::kill(::getpid(), SIGTERM);
        wait_for_stop(signals);
        ::kill(::getpid(), SIGTERM);
        ::kill(::getpid(), SIGINT);
        std::this_thread::sleep_for(stop_signals::same_request / 2);
        std::_Exit(0);
      },
      ::testing::ExitedWithCode(0), "");
}

TEST(StopSignalsDeathTest, EndTheProcessAtTheSecondRequest) {
  EXPECT_EXIT(
      {
        stop_signals const signals;
        ::kill(::getpid(), SIGINT);
        wait_for_stop(signals);
        std::this_thread::sleep_for(stop_signals::same_request + 50ms);
        ::kill(::getpid(), SIGINT);
        std::this_thread::sleep_for(20s);
        std::_Exit(1);
      },
      ::testing::KilledBySignal(SIGINT), "");
}

}  // namespace
}  // namespace offload
