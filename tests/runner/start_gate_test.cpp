// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/runner/start_gate.hpp>

#include <gtest/gtest.h>

#include <stop_token>
#include <utility>

namespace offload {
namespace {

constexpr slot_id never_waits{0};

/// Whether somebody else could start now.
bool has_room(start_gate& gate) {
  auto turn = gate.wait_for_turn(never_waits, {});
  return turn.is_held();
}

TEST(StartGate, LetsAsManyStartAsItIsWide) {
  start_gate gate{2};

  auto const first = gate.wait_for_turn(never_waits, {});
  EXPECT_TRUE(has_room(gate));
  auto const second = gate.wait_for_turn(never_waits, {});

  EXPECT_FALSE(has_room(gate));
}

TEST(StartGate, GivesATurnBackWhenItEnds) {
  start_gate gate{1};
  auto turn = gate.wait_for_turn(never_waits, {});

  turn.end();
  turn.end();

  EXPECT_TRUE(has_room(gate));
  auto const only = gate.wait_for_turn(never_waits, {});
  EXPECT_FALSE(has_room(gate));
}

TEST(StartGate, GivesATurnBackOnceWhereverItHasMoved) {
  start_gate gate{1};

  {
    auto turn = gate.wait_for_turn(never_waits, {});
    start_gate::turn moved{std::move(turn)};
    start_gate::turn again;
    again = std::move(moved);
    EXPECT_FALSE(has_room(gate));
  }

  auto const only = gate.wait_for_turn(never_waits, {});
  EXPECT_TRUE(only.is_held());
  EXPECT_FALSE(has_room(gate));
}

TEST(StartGate, LetsNobodyWaitForEver) {
  start_gate gate{0};

  auto const began = steady_clock::now();
  auto const turn = gate.wait_for_turn({1}, {});

  EXPECT_FALSE(turn.is_held());
  EXPECT_GE(steady_clock::now() - began, start_gate::longest_turn);
}

TEST(StartGate, IsLeftWhenTheRunIsStopped) {
  start_gate gate{0};
  std::stop_source stop;
  stop.request_stop();

  auto const turn = gate.wait_for_turn({1'000'000}, stop.get_token());

  EXPECT_FALSE(turn.is_held());
}

}  // namespace
}  // namespace offload
