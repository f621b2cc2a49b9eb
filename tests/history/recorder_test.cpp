// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/history/recorder.hpp>

#include <offload/history/file.hpp>
#include <offload/report/concept.hpp>

#include <gtest/gtest.h>

#include <cctype>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "histories.hpp"
#include "report/run_events.hpp"
#include "support/temp_dir.hpp"
#include "support/writing_processes.hpp"

namespace offload {
namespace {

using testing::attempt_of;
using testing::config_name;
using testing::sample;

static_assert(Reporter<history_recorder>);

class HistoryRecorder : public ::testing::Test {
 protected:
  history_recorder recorder(std::string mark, std::int64_t at_ms = 100, unsigned capacity = 20) {
    return {{.path = path().string(), .reservoir_size = capacity},
            "folder/" + config_name,
            {std::move(mark), at_ms}};
  }
  [[nodiscard]] std::filesystem::path path() const { return dir_ / "offload-history.jsonl"; }
  [[nodiscard]] std::string text() const { return testing::contents_of(path()); }

  testing::temp_dir dir_;
};

TEST_F(HistoryRecorder, AddsEveryAttemptOfARun) {
  auto one = recorder("0RMw", 1777757349864);
  testing::scripted_run run{one};

  run.attempt(attempt_of("a::flaky", outcome::failed, 1.5));
  run.attempt(attempt_of("a::flaky", outcome::passed, 9.0961));
  run.attempt(attempt_of("a::left", outcome::skipped));
  run.attempt(attempt_of("a::never", outcome::not_run));
  run.attempt(attempt_of("a::hung", outcome::timed_out, 60));
  run.attempt(attempt_of("a::broken", outcome::errored, 0.0004123));
  run.finish();

  EXPECT_FALSE(one.failure());
  EXPECT_EQ(
      text(),
      R"({"k":["offload.toml","a::broken"],"v":{"n":1,"f":1,"last_run":"0RMw","ok":[],"fail":[["0RMw",1777757349864,0.000412]]}}
{"k":["offload.toml","a::flaky"],"v":{"n":2,"f":1,"last_run":"0RMw","ok":[["0RMw",1777757349864,9.096]],"fail":[["0RMw",1777757349864,1.5]]}}
{"k":["offload.toml","a::hung"],"v":{"n":1,"f":1,"last_run":"0RMw","ok":[],"fail":[["0RMw",1777757349864,60.0]]}}
)");
}

TEST_F(HistoryRecorder, LeavesLinesOfOtherTestsAsTheyWere) {
  auto const odd = std::string{
      R"({ "k": ["offload.toml","other"], "v":{"n":1,"f":0,"last_run":"r","ok":[["r",1,2]],"fail":[]}})"};
  testing::put_file(path(), odd + "\n");
  auto one = recorder("x");
  testing::scripted_run run{one};

  run.attempt(attempt_of("t", outcome::passed, 1));
  run.finish();

  EXPECT_EQ(text().substr(0, odd.size() + 1), odd + "\n");
  EXPECT_NE(text().find("\"t\""), std::string::npos);
}

TEST_F(HistoryRecorder, KeepsAsManySamplesAsItIsTold) {
  for (int i = 0; i < 5; ++i) {
    auto one = recorder("r" + std::to_string(i), i, 3);
    testing::scripted_run run{one};
    run.attempt(attempt_of("t", outcome::passed, 1));
    run.finish();
  }

  auto const all = load_history(path());
  auto const* known = all->find({config_name, "t"});
  ASSERT_NE(known, nullptr);
  EXPECT_EQ(known->attempts, 5U);
  EXPECT_EQ(known->passed.size(), 3U);
}

TEST_F(HistoryRecorder, WritesNothingWhenNothingRan) {
  auto one = recorder("x");
  testing::scripted_run run{one};

  run.attempt(attempt_of("t", outcome::skipped));
  run.finish();

  EXPECT_FALSE(std::filesystem::exists(path()));
}

TEST_F(HistoryRecorder, LosesNothingWhenRunsEndTogether) {
  constexpr int runs = 8;
  {
    std::vector<std::jthread> together;
    for (int i = 0; i < runs; ++i) {
      together.emplace_back([this, i] {
        auto one = recorder("r" + std::to_string(i), i);
        testing::scripted_run run{one};
        run.attempt(attempt_of("shared", outcome::passed, 1));
        run.attempt(attempt_of("own" + std::to_string(i), outcome::passed, 1));
        run.finish();
      });
    }
  }

  auto const all = load_history(path());
  EXPECT_EQ(all->size(), 1U + runs);
  EXPECT_EQ(all->find({config_name, "shared"})->passed.size(), std::size_t{runs});
}

TEST_F(HistoryRecorder, LosesNothingWhenManyProcessesRecord) {
  constexpr int processes = 16;
  constexpr int updates = 63;  // in each; 1,008 in all
  EXPECT_EQ(testing::succeeded_in_processes(processes,
                                            [&](int process) {
                                              auto const own = "own" + std::to_string(process);
                                              for (int i = 0; i < updates; ++i) {
                                                auto const updated =
                                                    update_history(path(), [&](history& all) {
                                                      ++all.edit({config_name, "shared"}).attempts;
                                                      ++all.edit({config_name, own}).attempts;
                                                    });
                                                if (!updated || !updated->empty()) { return false; }
                                              }
                                              return true;
                                            }),
            processes);

  auto const all = load_history(path());
  ASSERT_EQ(all->size(), 1U + processes);
  EXPECT_EQ(all->find({config_name, "shared"})->attempts, std::size_t{processes * updates});
  for (int i = 0; i < processes; ++i) {
    EXPECT_EQ(all->find({config_name, "own" + std::to_string(i)})->attempts, std::size_t{updates});
  }
}

TEST_F(HistoryRecorder, PutsDamagedLinesAside) {
  testing::put_file(path(), "{\"k\":[\"offload.toml\",\"cut\n");
  auto one = recorder("x");
  testing::scripted_run run{one};

  run.attempt(attempt_of("t", outcome::passed, 1));
  run.finish();

  ASSERT_EQ(one.damaged().size(), 1U);
  EXPECT_EQ(one.damaged()[0].number, 1U);
  EXPECT_TRUE(load_history(path())->damaged().empty());
  EXPECT_EQ(testing::contents_of(damaged_path(path())), "{\"k\":[\"offload.toml\",\"cut\n");
}

TEST_F(HistoryRecorder, SaysWhyItCouldNotWrite) {
  testing::put_file(dir_ / "file", "");
  history_recorder one{{.path = (dir_ / "file" / "h.jsonl").string()}, config_name, {"x", 1}};
  testing::scripted_run run{one};

  run.attempt(attempt_of("t", outcome::passed, 1));
  run.finish();

  ASSERT_TRUE(one.failure());
  EXPECT_NE(to_string(*one.failure()).find("recording the run"), std::string::npos);
}

TEST(HistoryRun, HasAMarkOfItsOwn) {
  auto const one = history_run::now();
  auto const other = history_run::now();

  EXPECT_EQ(one.mark.size(), 4U);
  for (char const c : one.mark) { EXPECT_TRUE(std::isalnum(static_cast<unsigned char>(c))); }
  EXPECT_NE(one.mark, other.mark);  // once in 14 million times it is
  EXPECT_GT(one.at_ms, 1'700'000'000'000);
}

}  // namespace
}  // namespace offload
