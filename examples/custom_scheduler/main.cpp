// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/offload.hpp>

#include <algorithm>
#include <cstdlib>
#include <random>

/// Random order, one test at a time: brings to light tests that rely on what others left behind.
/// The same seed gives the same order.
class shuffled_scheduler {
 public:
  explicit shuffled_scheduler(std::uint32_t seed) : random_{seed} {}

  void open(std::span<offload::work_item const> items, offload::schedule_limits const&) {
    for (auto const& item : items) { waiting_.push_back(item.test); }
    std::shuffle(waiting_.begin(), waiting_.end(), random_);
  }

  [[nodiscard]] std::vector<offload::test_index> next(offload::slot_id) {
    if (waiting_.empty()) { return {}; }
    auto const test = waiting_.back();
    waiting_.pop_back();
    return {test};
  }

  /// A retry comes last, in whatever slot.
  void again(offload::test_index test, offload::slot_id, offload::batching) {
    waiting_.insert(waiting_.begin(), test);
  }

  [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }

  void on(offload::schedule_event const&) {}

 private:
  std::mt19937 random_;
  std::vector<offload::test_index> waiting_;  ///< the next one is at the end
};
static_assert(offload::Scheduler<shuffled_scheduler>);

int main(int argc, char** argv) {
  if (argc < 2) {
    fmt::print(stderr, "usage: run_shuffled SEED [PATH...]\n");
    return 1;
  }
  offload::stop_signals const signals;
  auto const seed = static_cast<std::uint32_t>(std::strtoul(argv[1], nullptr, 10));
  offload::pytest_framework pytest{{.paths = {argv + 2, argv + argc}}};
  offload::runner shuffled{offload::local_provider{}, std::move(pytest), shuffled_scheduler{seed},
                           offload::summary_reporter{}};
  // One sandbox: its warm worker runs all tests in one process, in the shuffled order.
  auto const outcome =
      shuffled.run({.groups = {{.name = "all"}}, .max_parallel = 1}, signals.token());
  if (!outcome) { fmt::print(stderr, "Error: {}\n", offload::to_string(outcome.error())); }
  return outcome ? offload::exit_code(outcome->summary()) : 1;
}
