// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/history/prediction.hpp>

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "histories.hpp"
#include "support/temp_dir.hpp"

namespace offload {
namespace {

using testing::config_name;
using testing::sample;

void add(history& to, std::string const& test, double duration, std::int64_t at_ms = 1,
         history_outcome how = history_outcome::passed) {
  add_attempt(to.edit({config_name, test}), how, sample("r", at_ms, duration), 20);
}

double predicted(history const& all, std::string const& test) {
  return predictions{all, config_name, seconds{1}}.of({test}).typical.count();
}

TEST(Predictions, ExpectTheDefaultWithoutHistory) {
  predictions const none{{}, config_name, seconds{3}};

  EXPECT_TRUE(none.empty());
  EXPECT_EQ(none.of({"any"}).expected(), seconds{3});
}

TEST(Predictions, UseTheFirstSample) {
  history all;
  add(all, "slow", 100);
  add(all, "quick", 0.1);
  for (int i = 0; i < 20; ++i) { add(all, "t" + std::to_string(i), 0.1 * (1 + i)); }

  EXPECT_GT(predicted(all, "slow"), 20 * predicted(all, "quick"));
}

TEST(Predictions, KeepConfigurationsApart) {
  history all;
  add(all, "t", 5);

  EXPECT_TRUE((predictions{all, "folder/other.toml", seconds{1}}.empty()));
  EXPECT_FALSE((predictions{all, "folder/offload.toml", seconds{1}}.empty()));
}

TEST(Predictions, TakeANewTestForOneOfItsFile) {
  history all;
  for (int i = 0; i < 8; ++i) {
    add(all, "slow.py::t" + std::to_string(i), 20 + i);
    add(all, "quick.py::t" + std::to_string(i), 0.1 + 0.01 * i);
  }

  EXPECT_GT(predicted(all, "slow.py::new"), 10);
  EXPECT_LT(predicted(all, "quick.py::new"), 0.5);
  EXPECT_GT(predicted(all, "other.py::new"), predicted(all, "quick.py::new"));
  EXPECT_LT(predicted(all, "other.py::new"), predicted(all, "slow.py::new"));
}

TEST(Predictions, BelieveALongTestAmongShortOnesTheFirstTime) {
  history all;
  for (int i = 0; i < 90; ++i) { add(all, "a.py::t" + std::to_string(i), 1); }
  add(all, "a.py::long", 30);

  EXPECT_GT(predicted(all, "a.py::long"), 20);
}

TEST(Predictions, FollowATestThatHasBecomeSlower) {
  history all;
  for (int run = 0; run < 10; ++run) { add(all, "t", run < 5 ? 1 : 10, run); }

  EXPECT_GT(predicted(all, "t"), 5);
}

TEST(Predictions, AreSurerOfATestThatRanOften) {
  history all;
  for (int run = 0; run < 15; ++run) { add(all, "often", 1 + 0.01 * (run % 3), run); }
  add(all, "once", 1);
  predictions const made{all, config_name, seconds{1}};

  EXPECT_LT(made.of({"often"}).spread, made.of({"once"}).spread);
  EXPECT_LT(made.of({"once"}).spread, made.of({"never"}).spread + 1e-9);
  EXPECT_LT(made.of({"often"}).quantile(2), made.of({"once"}).quantile(2));
}

TEST(Predictions, TellHowOftenATestFailsAndHowSureThatIs) {
  history all;
  for (int run = 0; run < 40; ++run) {
    add(all, "solid", 1, run);
    add(all, "shaky", 1, run, run % 4 == 0 ? history_outcome::failed : history_outcome::passed);
  }
  add(all, "failed once", 1, 1, history_outcome::failed);
  predictions const made{all, config_name, seconds{1}};

  EXPECT_LT(made.of({"solid"}).failure.rate, 0.02);
  EXPECT_NEAR(made.of({"shaky"}).failure.rate, 0.25, 0.03);
  EXPECT_GT(made.of({"failed once"}).failure.rate, made.of({"shaky"}).failure.rate);
  EXPECT_GT(made.of({"failed once"}).failure.spread, 2 * made.of({"shaky"}).failure.spread);
}

TEST(Predictions, CountFailingAttemptsInTheirShare) {
  history all;
  for (int run = 0; run < 20; ++run) {
    add(all, "t", 1, run);
    add(all, "t", 40, run, history_outcome::failed);
  }
  predictions const made{all, config_name, seconds{1}};

  EXPECT_NEAR(made.of({"t"}).expected().count(), 20, 3);
  EXPECT_LT(made.of({"t"}).typical.count(), 2);
  EXPECT_EQ(made.durations().at({"t"}), made.of({"t"}).expected());
}

TEST(Predictions, KnowATestThatHasOnlyFailed) {
  history all;
  add(all, "t", 30, 1, history_outcome::failed);

  EXPECT_NEAR(predicted(all, "t"), 30, 1);
}

TEST(FilePart, IsWhatFrameworksGroupBy) {
  EXPECT_EQ(file_part("tests/a.py::T::x[a b]"), "tests/a.py");
  EXPECT_EQ(file_part("src/a.test.ts > suite > x"), "src/a.test.ts");
  EXPECT_EQ(file_part("crate::binary test::x"), "crate");
  EXPECT_EQ(file_part("plain"), "");
}

/// Predicts a test's next duration from its samples.
using predictor = std::function<double(std::string const& test)>;

/// Real data: each of the last runs is predicted from those before it.
class HeldOut : public ::testing::Test {
 protected:
  struct run_of_test {
    std::string test;
    history_sample what;
  };

  HeldOut() {
    auto const all = history::parse(testing::contents_of(testing::real_history_path()));
    all.each([&](history_key const& key, test_history const& one) {
      for (auto const& each : one.passed) { by_time_[each.at_ms].push_back({key.test, each}); }
    });
  }

  /// The mean of |ln(predicted / true)| over all tests of all runs but the first; each test is
  /// known by its last `samples` samples at most.
  double error_of(std::size_t samples, std::function<predictor(history const&)> const& make) {
    history known;
    double sum = 0;
    std::size_t count = 0;
    for (auto const& [at, run] : by_time_) {
      auto const predict = make(known);
      for (auto const& one : run) {
        if (known.empty()) { break; }
        sum += std::abs(std::log(predict(one.test) / one.what.duration));
        ++count;
      }
      for (auto const& one : run) {
        add_attempt(known.edit({config_name, one.test}), history_outcome::passed, one.what,
                    samples);
      }
    }
    return sum / static_cast<double>(count);
  }

  std::map<std::int64_t, std::vector<run_of_test>> by_time_;
};

std::vector<double> durations_of(history const& known, std::string const& test) {
  std::vector<double> all;
  auto const* found = known.find({config_name, test});
  if (found == nullptr) { return all; }
  for (auto const& one : found->passed) { all.push_back(one.duration); }
  return all;
}

double mean_of(std::vector<double> const& all) {
  return std::accumulate(all.begin(), all.end(), 0.0) / static_cast<double>(all.size());
}

/// Means of `summary` over all tests with enough samples; 1 s when there is none.
double fallback(history const& known, std::size_t enough,
                std::function<double(std::vector<double>)> const& summary) {
  std::vector<double> all;
  known.each([&](history_key const& key, test_history const& one) {
    if (one.passed.size() >= enough) { all.push_back(summary(durations_of(known, key.test))); }
  });
  return all.empty() ? 1 : mean_of(all);
}

predictor summarised(history const& known, std::size_t enough,
                     std::function<double(std::vector<double>)> summary) {
  auto const other = fallback(known, enough, summary);
  return [&known, enough, summary = std::move(summary), other](std::string const& test) {
    auto const all = durations_of(known, test);
    return all.size() < enough ? other : summary(all);
  };
}

double third_quarter(std::vector<double> all) {
  std::ranges::sort(all);
  return all[static_cast<std::size_t>(std::lround(0.75 * static_cast<double>(all.size() - 1)))];
}

TEST_F(HeldOut, RunsArePredictedBetterThanBySimplerMeans) {
  for (std::size_t const samples : {1U, 2U, 4U, 20U}) {
    auto const last = error_of(samples, [](history const& known) {
      return summarised(known, 1, [](std::vector<double> const& all) { return all.back(); });
    });
    auto const mean =
        error_of(samples, [](history const& known) { return summarised(known, 1, mean_of); });
    auto const quarter =
        error_of(samples, [](history const& known) { return summarised(known, 5, third_quarter); });
    auto const typical = error_of(samples, [](history const& known) -> predictor {
      predictions const made{known, config_name, seconds{1}};
      return [made](std::string const& test) { return made.of({test}).typical.count(); };
    });
    auto const expected = error_of(samples, [](history const& known) -> predictor {
      predictions const made{known, config_name, seconds{1}};
      return [made](std::string const& test) { return made.of({test}).expected().count(); };
    });
    fmt::print(
        "{:>2} samples at most: last value {:.3f}, mean {:.3f}, third quarter of five "
        "{:.3f}, typical {:.3f}, expected {:.3f}\n",
        samples, last, mean, quarter, typical, expected);

    auto const best_of_others = std::min({last, mean, quarter});
    EXPECT_LT(typical, 0.96 * best_of_others);
    EXPECT_LT(expected, best_of_others);
  }
}

TEST_F(HeldOut, RunsFallWithinTheirSpread) {
  history known;
  std::size_t count = 0;
  std::size_t within = 0;
  for (auto const& [at, run] : by_time_) {
    predictions const made{known, config_name, seconds{1}};
    for (auto const& one : run) {
      if (made.empty()) { break; }
      auto const about = made.of({one.test});
      ++count;
      bool const above = one.what.duration > about.quantile(-1.28).count();
      if (above && one.what.duration < about.quantile(1.28).count()) { ++within; }
    }
    for (auto const& one : run) {
      add_attempt(known.edit({config_name, one.test}), history_outcome::passed, one.what, 20);
    }
  }

  auto const share = static_cast<double>(within) / static_cast<double>(count);
  fmt::print("{:.1f} % of {} fall within the middle 80 %\n", 100 * share, count);
  EXPECT_NEAR(share, 0.8, 0.07);
}

}  // namespace
}  // namespace offload
