// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/runner/startup_semaphore.hpp>

#include <gtest/gtest.h>

#include <stop_token>
#include <utility>

namespace offload {
namespace {

constexpr slot_id never_waits{0};

/// Whether somebody else could start now.
bool has_room(startup_semaphore& startups) {
  auto permit = startups.acquire(never_waits, {});
  return permit.is_held();
}

TEST(StartupSemaphore, LetsAsManyStartAsItIsWide) {
  startup_semaphore startups{2};

  auto const first = startups.acquire(never_waits, {});
  EXPECT_TRUE(has_room(startups));
  auto const second = startups.acquire(never_waits, {});

  EXPECT_FALSE(has_room(startups));
}

TEST(StartupSemaphore, TakesAPermitBackOnce) {
  startup_semaphore startups{1};
  auto permit = startups.acquire(never_waits, {});

  permit.release();
  permit.release();

  EXPECT_TRUE(has_room(startups));
  auto const only = startups.acquire(never_waits, {});
  EXPECT_FALSE(has_room(startups));
}

TEST(StartupSemaphore, TakesAPermitBackOnceWhereverItHasMoved) {
  startup_semaphore startups{1};

  {
    auto permit = startups.acquire(never_waits, {});
    startup_semaphore::permit moved{std::move(permit)};
    startup_semaphore::permit again;
    again = std::move(moved);
    EXPECT_FALSE(has_room(startups));
  }

  auto const only = startups.acquire(never_waits, {});
  EXPECT_TRUE(only.is_held());
  EXPECT_FALSE(has_room(startups));
}

TEST(StartupSemaphore, LetsNobodyWaitForEver) {
  startup_semaphore startups{0};

  auto const began = steady_clock::now();
  auto const permit = startups.acquire({1}, {});

  EXPECT_FALSE(permit.is_held());
  EXPECT_GE(steady_clock::now() - began, startup_semaphore::longest_wait);
}

TEST(StartupSemaphore, IsLeftWhenTheRunIsStopped) {
  startup_semaphore startups{0};
  std::stop_source stop;
  stop.request_stop();

  auto const permit = startups.acquire({1'000'000}, stop.get_token());

  EXPECT_FALSE(permit.is_held());
}

}  // namespace
}  // namespace offload
