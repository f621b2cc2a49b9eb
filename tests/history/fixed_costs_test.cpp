// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/history/fixed_costs.hpp>

#include <offload/history/cost_observer.hpp>
#include <offload/history/file.hpp>
#include <offload/history/recorder.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "histories.hpp"
#include "report/run_events.hpp"
#include "support/temp_dir.hpp"

namespace offload {
namespace {

using testing::at;
using testing::config_name;

/// Says the events of a run to something that looks at its costs, at given seconds.
template <class Observer>
struct timed_run {
  Observer& observer;
  sandbox_id sandbox{"sb-1"};

  void up(double when, double took) {
    observer.on({at(when), sandbox_came_up{sandbox, {0}, seconds{took}}});
  }
  void begin(unsigned batch, double when) {
    observer.on({at(when), batch_began{{batch}, sandbox, 1}});
  }
  void test(unsigned batch, std::string id, double from, double to) {
    auto one = testing::attempt_of(std::move(id), outcome::passed, to - from, batch);
    one.started = at(from);
    one.ended = at(to);
    tell(one, to);
  }
  void end(unsigned batch, double when, batch_end how = batch_end::success) {
    observer.on({at(when), batch_ended{{batch}, sandbox, how, {}}});
  }
  void tell(attempt const& one, double when) { observer.on({at(when), attempt_ended{one}}); }
};

std::vector<double> rounded(std::vector<seconds> const& all) {
  std::vector<double> numbers;
  for (auto const each : all) { numbers.push_back(std::round(each.count() * 1000) / 1000); }
  return numbers;
}

class CostObserver : public ::testing::Test {
 protected:
  [[nodiscard]] std::vector<double> seen(cost_kind kind) const {
    return rounded(observer_.seen(kind));
  }

  cost_observer observer_;
  timed_run<cost_observer> run_{observer_};
};

using numbers = std::vector<double>;

TEST_F(CostObserver, SeesWhatEachThingTakes) {
  observer_.on({at(0.7), discovery_ended{3, 1, seconds{0.7}}});
  run_.up(2, 1.5);
  run_.begin(0, 2.1);
  run_.test(0, "a.py::x", 2.4, 3);
  run_.test(0, "a.py::y", 3.01, 4);
  run_.test(0, "b.py::z", 4.2, 5);
  run_.begin(1, 4.9);
  run_.end(0, 5);
  run_.test(1, "b.py::w", 5.05, 6);

  EXPECT_EQ(seen(cost_kind::listing), numbers{0.7});
  EXPECT_EQ(seen(cost_kind::sandbox_start), numbers{1.5});
  EXPECT_EQ(seen(cost_kind::worker_start), numbers{0.3}) << "from when there was something to do";
  EXPECT_EQ(seen(cost_kind::next_test), numbers{0.01});
  EXPECT_EQ(seen(cost_kind::next_file), numbers{0.2});
  EXPECT_EQ(seen(cost_kind::next_batch), numbers{0.05});
}

TEST_F(CostObserver, DoesNotCountTheTimeWithoutWork) {
  run_.up(0, 0);
  run_.begin(0, 0);
  run_.test(0, "a", 1, 2);
  run_.end(0, 2.1);
  run_.begin(1, 10);
  run_.test(1, "b", 10.2, 11);

  EXPECT_EQ(seen(cost_kind::next_batch), numbers{0.3}) << "0.1 at the end, 0.2 at the beginning";
}

TEST_F(CostObserver, CountsWhatATestTakesBesidesItsDuration) {
  run_.up(0, 0);
  run_.begin(0, 0);
  auto one = testing::attempt_of("f::a", outcome::passed, 0.5, 0);
  one.started = at(0);
  one.ended = at(2);
  run_.tell(one, 2);
  run_.test(0, "f::b", 2.5, 3);

  EXPECT_EQ(seen(cost_kind::next_test), numbers{2});
}

TEST_F(CostObserver, SeesTheWorkerThatFollowsABatchThatWentWrong) {
  run_.up(0, 0);
  run_.begin(0, 0);
  run_.test(0, "a", 1, 2);
  run_.begin(1, 2);
  run_.end(0, 5, batch_end::cancelled);
  run_.test(1, "b", 5.5, 6);

  EXPECT_EQ(seen(cost_kind::worker_start), (numbers{1, 0.5}));
  EXPECT_EQ(seen(cost_kind::next_batch), numbers{});
}

TEST_F(CostObserver, SaysNothingOfTestsWhoseStartIsNotSeen) {
  run_.up(0, 0);
  run_.begin(0, 0);
  run_.test(0, "a", 5, 5);
  run_.test(0, "b", 6, 7);

  for (auto const kind : {cost_kind::worker_start, cost_kind::next_test, cost_kind::next_file}) {
    EXPECT_EQ(seen(kind), numbers{}) << to_string(kind);
  }
}

TEST(EvenlySpread, TakesTheMiddlesOfEqualParts) {
  std::vector<seconds> all(100);
  for (int i = 0; i < 100; ++i) { all[static_cast<std::size_t>(i)] = seconds{99 - i}; }

  EXPECT_EQ(rounded(evenly_spread(all, 5)), (numbers{10, 30, 50, 70, 90}));
  EXPECT_EQ(rounded(evenly_spread({seconds{2}, seconds{1}}, 5)), (numbers{1, 2}));
}

class FixedCosts : public ::testing::Test {
 protected:
  void record(std::string mark, std::int64_t at_ms, double sandbox_start) {
    history_recorder recorder{
        {.path = path().string()}, "folder/" + config_name, {std::move(mark), at_ms}};
    timed_run<history_recorder> run{recorder};
    run.up(5, sandbox_start);
    run.begin(0, 5);
    run.test(0, "t", 5.25, 6);
    recorder.on({at(7), run_ended{{}}});
  }
  [[nodiscard]] std::filesystem::path path() const { return dir_ / "h.jsonl"; }

  testing::temp_dir dir_;
};

TEST_F(FixedCosts, AreLinesOfTheHistory) {
  record("0RMw", 100, 2.5);

  EXPECT_EQ(
      testing::contents_of(path()),
      R"lines({"k":["offload.toml","t"],"v":{"n":1,"f":0,"last_run":"0RMw","ok":[["0RMw",100,0.75]],"fail":[]}}
{"k":["offload.toml (costs)","sandbox start"],"v":{"n":1,"f":0,"last_run":"0RMw","ok":[["0RMw",100,2.5]],"fail":[]}}
{"k":["offload.toml (costs)","worker start"],"v":{"n":1,"f":0,"last_run":"0RMw","ok":[["0RMw",100,0.25]],"fail":[]}}
)lines");
}

TEST_F(FixedCosts, AreKnownAfterOneRun) {
  EXPECT_FALSE(fixed_costs(*load_history(path()), config_name).tell_of_starts());
  EXPECT_EQ(fixed_costs(*load_history(path()), config_name).longest_start(), seconds{});

  record("a", 100, 2);

  fixed_costs const known{*load_history(path()), config_name};
  EXPECT_TRUE(known.tell_of_starts());
  EXPECT_EQ(known.mean(cost_kind::worker_start), seconds{0.25});
  EXPECT_EQ(known.mean(cost_kind::next_file), seconds{});
  EXPECT_EQ(known.longest_start(), seconds{0.25});  // the sandbox, which took longer, is none
}

TEST_F(FixedCosts, OfABatchAreApartFromThoseOfItsFiles) {
  record("a", 100, 2);
  EXPECT_EQ(fixed_costs(*load_history(path()), config_name).of_batch(), seconds{0.25});

  history_recorder recorder{{.path = path().string()}, "folder/" + config_name, {"b", 200}};
  timed_run<history_recorder> run{recorder};
  run.up(0, 0);
  run.begin(0, 0);
  run.test(0, "a.py::x", 1, 2);
  run.test(0, "a.py::y", 2.25, 3);
  run.test(0, "b.py::z", 4, 5);
  run.end(0, 5);
  run.begin(1, 5);
  run.test(1, "b.py::w", 7, 8);
  recorder.on({at(8), run_ended{{}}});

  fixed_costs const known{*load_history(path()), config_name};
  EXPECT_EQ(known.of_file(), seconds{0.75});   // one second, but a quarter between any two tests
  EXPECT_EQ(known.of_batch(), seconds{1.25});  // two seconds, with its first file
}

TEST_F(FixedCosts, AreThoseOfAllRunsThatAreKept) {
  record("a", 100, 4);
  record("b", 200, 2);

  fixed_costs const known{*load_history(path()), config_name};
  EXPECT_EQ(rounded(known.samples(cost_kind::sandbox_start)), (numbers{2, 4}));
  EXPECT_EQ(known.mean(cost_kind::sandbox_start), seconds{3});
}

TEST_F(FixedCosts, OfTwoBranchesAreMerged) {
  record("a", 100, 4);
  auto const ours = *load_history(path());
  std::filesystem::remove(path());
  record("b", 200, 2);

  auto const all = merged({}, ours, *load_history(path()));

  EXPECT_EQ(rounded(fixed_costs(all, config_name).samples(cost_kind::sandbox_start)),
            (numbers{2, 4}));
}

}  // namespace
}  // namespace offload
