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

/// Whatever the process was started by: nohup and some shells have signals ignored.
void heed(int number) { ::signal(number, SIG_DFL); }

// Each in a process of its own: these signals are the process's.
TEST(StopSignalsDeathTest, StopTheRunOnce) {
  EXPECT_EXIT(
      {
        for (int const number : {SIGINT, SIGTERM, SIGHUP}) { heed(number); }
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
        for (int const number : {SIGINT, SIGTERM, SIGHUP}) { heed(number); }
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
        for (int const number : {SIGINT, SIGTERM, SIGHUP}) { heed(number); }
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

class IgnoredSignalDeathTest : public ::testing::TestWithParam<int> {};

/// As nohup does with SIGHUP, and a shell with SIGINT for what runs in the background.
TEST_P(IgnoredSignalDeathTest, IsNoRequest) {
  EXPECT_EXIT(
      {
        for (int const number : {SIGINT, SIGTERM, SIGHUP}) { heed(number); }
        ::signal(GetParam(), SIG_IGN);
        stop_signals const signals;
        ::kill(::getpid(), GetParam());
        int const other = GetParam() == SIGTERM ? SIGINT : SIGTERM;
        ::kill(::getpid(), other);
        wait_for_stop(signals);
        std::_Exit(signals.received() == other ? 0 : 1);
      },
      ::testing::ExitedWithCode(0), "");
}
INSTANTIATE_TEST_SUITE_P(Requests, IgnoredSignalDeathTest,
                         ::testing::Values(SIGINT, SIGTERM, SIGHUP));

}  // namespace
}  // namespace offload
