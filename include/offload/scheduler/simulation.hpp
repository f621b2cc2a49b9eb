// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/scheduler/concept.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <queue>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace offload {

/// The result of running a test on a machine of speed 1.
struct simulated_attempt {
  seconds takes{};
  bool passes = true;
};

struct simulated_slot {
  seconds up_after{};   ///< since the start of the run
  double slowness = 1;  ///< how many times longer everything takes there
};

/// A run to simulate. Random values come from outside, so that the simulation is deterministic.
struct simulation {
  std::span<work_item const> items;  ///< as the scheduler sees them, by test_index
  schedule_limits limits{};
  std::vector<simulated_slot> slots{};
  /// The start of a slot's worker, before its first test and after a batch that was cancelled.
  /// Where a batch is a process, it comes before each batch.
  seconds worker_start{};
  seconds hand_out{};   ///< from a slot's request for a batch until its first test begins
  seconds next_file{};  ///< within a batch, before a test of another file than the last one's
  seconds next_test{};  ///< and before one of the same file
  /// The result of running the test for the n-th time, counted from 0.
  std::function<simulated_attempt(test_index, unsigned)> attempt{};
  std::function<unsigned(test_index)> retries{};  ///< none, if not said
  seconds tick{0.25};                             ///< how often a slot without work asks again
};

enum class execution_end {
  counted,    ///< its result was one of the test's attempts
  too_late,   ///< another slot's result had decided
  cancelled,  ///< for the same reason, before it ended
};

struct simulated_execution {
  test_index test{};
  slot_id slot{};
  seconds began{};
  seconds ended{};
  execution_end how{};
};

struct simulated_run {
  seconds makespan{};       ///< from the start until every test had its verdict
  seconds busy{};           ///< of all slots: running tests, and the overhead of it
  seconds in_vain{};        ///< of `busy`: executions that did not count
  seconds starting{};       ///< of `busy`: until tests ran
  seconds in_retries{};     ///< of `busy`: attempts after the first
  std::size_t decisions{};  ///< how often the scheduler was asked
  std::size_t batches{};    ///< how often it had tests
  std::size_t undecided{};  ///< tests without a verdict: the scheduler has lost them
  std::vector<simulated_execution> trace{};
};

/// The world of a simulated run: its clock, its slots, and each test's verdict.
class simulated_world {
 public:
  explicit simulated_world(simulation const& plan);

  struct happening {
    enum class kind { slot_up, test_began, test_ended, tick } what{};
    slot_id slot{};
    test_index test{};
    seconds took{};
    bool batch_over = false;  ///< the test was the last of its batch
    std::vector<test_index> batch{};
  };
  /// A batch that was cancelled.
  struct cancelled_batch {
    slot_id slot;
    std::vector<test_index> tests;
  };
  /// The consequences of the end of a test.
  struct verdict_news {
    bool decided = false;
    bool again = false;
    std::vector<cancelled_batch> cancelled;
  };

  /// The next thing that happens; nothing when nothing will ever happen.
  [[nodiscard]] std::optional<happening> next();
  [[nodiscard]] seconds now() const { return now_; }
  [[nodiscard]] bool all_decided() const { return undecided_ == 0; }
  [[nodiscard]] verdict_news end_test(happening const& end);
  void give(slot_id slot, std::vector<test_index> tests);
  [[nodiscard]] std::vector<slot_id> idle_slots() const;
  void decision() { ++result_.decisions; }
  [[nodiscard]] simulated_run result() &&;

 private:
  struct slot_state {
    bool up = false;
    bool has_worker = false;
    std::vector<test_index> batch;
    std::size_t at = 0;  ///< the test of the batch that runs
    seconds since{};     ///< that the present test runs, or the start of the batch
    bool running = false;
    std::uint64_t turn = 0;  ///< events of earlier turns are void
  };
  struct planned {
    seconds at;
    std::uint64_t number;  ///< of two at the same time, the older one first
    happening::kind what;
    slot_id slot;
    std::uint64_t turn;
    bool operator>(planned const& other) const {
      return at != other.at ? at > other.at : number > other.number;
    }
  };

  void plan_event(seconds at, happening::kind what, slot_id slot);
  void leave(slot_id slot);
  [[nodiscard]] seconds pause_before_next(slot_state const& s) const;
  [[nodiscard]] bool is_needed(slot_state const& s) const;
  void note(slot_id slot, execution_end how);

  simulation const& plan_;
  std::vector<slot_state> slots_;
  std::vector<unsigned> begun_;     ///< by test: executions
  std::vector<unsigned> attempts_;  ///< by test: those that counted
  std::vector<bool> passes_;        ///< by slot: what the running test will say
  std::vector<unsigned> places_;    ///< by test: slots that have it
  std::vector<bool> decided_;
  std::vector<std::string_view> files_;  ///< by test
  std::priority_queue<planned, std::vector<planned>, std::greater<>> events_;
  std::uint64_t events_made_ = 0;
  std::size_t undecided_;
  std::size_t idle_ = 0;
  bool ticking_ = false;
  seconds now_{};
  simulated_run result_;
};

/// Runs everything in virtual time, with the scheduler of a real run.
template <Scheduler S>
[[nodiscard]] simulated_run simulate(S& scheduler, simulation const& plan) {
  simulated_world world{plan};
  using kind = simulated_world::happening::kind;
  auto const offer = [&](slot_id slot) {
    world.decision();
    auto tests = scheduler.next(slot);
    if (!tests.empty()) { world.give(slot, std::move(tests)); }
  };
  auto const offer_all = [&] {
    for (auto const slot : world.idle_slots()) { offer(slot); }
  };
  scheduler.open(plan.items, plan.limits);
  while (!world.all_decided()) {
    auto const event = world.next();
    if (!event) { break; }
    auto const tell = [&](schedule_event::kind const& what) { scheduler.on({world.now(), what}); };
    switch (event->what) {
      case kind::slot_up:
        tell(schedule_event::tick{});
        offer(event->slot);
        break;
      case kind::tick:
        tell(schedule_event::tick{});
        offer_all();
        break;
      case kind::test_began: tell(schedule_event::started{event->test, event->slot}); break;
      case kind::test_ended: {
        tell(schedule_event::finished{event->test, event->slot, event->took});
        auto const news = world.end_test(*event);
        if (news.decided) { tell(schedule_event::decided{event->test}); }
        if (news.again) { scheduler.again(event->test, event->slot, batching::alone); }
        for (auto const& each : news.cancelled) {
          tell(schedule_event::ended{each.tests, each.slot});
        }
        if (event->batch_over) { tell(schedule_event::ended{event->batch, event->slot}); }
        if (event->batch_over || news.again || !news.cancelled.empty()) { offer_all(); }
        break;
      }
    }
  }
  return std::move(world).result();
}

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/scheduler/simulation-inl.hpp>
#endif
