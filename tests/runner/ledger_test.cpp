// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/runner/ledger.hpp>

#include <gtest/gtest.h>

#include "runner/batch_ids.hpp"

namespace offload {
namespace {

using namespace std::chrono_literals;

using testing::first;
using testing::second;
using testing::start;

/// A ledger of tests "t0", "t1"... in the files "f0", "f1"..., with one batch open that holds all.
struct opened : ledger {
  explicit opened(unsigned tests, unsigned retries = 0) : ledger{cases(tests, retries), 10s} {
    open(first);
  }

  static std::vector<test_case> cases(unsigned count, unsigned retries) {
    std::vector<test_case> list;
    for (unsigned i = 0; i < count; ++i) {
      list.push_back({.id = {"t" + std::to_string(i)},
                      .place = {"f" + std::to_string(i), 1},
                      .retries = retries});
    }
    return list;
  }

  void open(batch_id id) {
    std::vector<test_index> all;
    for (std::uint32_t i = 0; i < records().size(); ++i) { all.push_back({i}); }
    assign(id, all, {"box"});
  }

  ledger_update end(batch_id id, std::string test, outcome how) {
    return finished(id, {.id = {std::move(test)}, .ended = how, .message = "because"}, start + 1s);
  }
};

std::vector<requeue> requeued(std::uint32_t test, batching how = batching::shared) {
  return {{{test}, how}};
}

batch_closing died(int signal) {
  return {batch_cause::exited, {128 + signal, signal}, "last words"};
}

TEST(Ledger, DecidesATestThatPasses) {
  opened book{1};

  auto const update = book.end(first, "t0", outcome::passed);

  EXPECT_EQ(update.decided, std::vector<test_index>{{0}});
  EXPECT_EQ(book[{0}].ended, verdict::passed);
  EXPECT_EQ(book.undecided(), 0u);
}

TEST(Ledger, FailsATestWithoutRetriesAtOnce) {
  opened book{1};

  auto const update = book.end(first, "t0", outcome::failed);

  EXPECT_TRUE(update.again.empty());
  EXPECT_EQ(book[{0}].ended, verdict::failed);
  EXPECT_EQ(book[{0}].reason, "because");
}

/// A report may say anything: "12 hours", or a date.
TEST(Ledger, BelievesInNoTestThatTakesLongerThanItsBatch) {
  ledger book{opened::cases(1, 0), 10s};
  book.assign(first, std::vector<test_index>{{0}}, {"box"}, start);

  auto const update = book.finished(
      first, {.id = {"t0"}, .ended = outcome::passed, .duration = seconds{1'652'811'173}},
      start + 2s);

  ASSERT_EQ(update.ended.size(), 1U);
  EXPECT_EQ(update.ended.front().report.duration, 2s);
  EXPECT_EQ(book[{0}].longest, 2s);
}

TEST(Ledger, CutsNoCharacterOfALongReason) {
  opened book{1};
  std::string message = "x";
  for (int i = 0; i < 200; ++i) { message += "\u20ac"; }

  auto const update = book.finished(
      first, {.id = {"t0"}, .ended = outcome::failed, .message = message}, start + 1s);

  EXPECT_EQ(update.decided, std::vector<test_index>{{0}});
  EXPECT_EQ(book[{0}].reason, message.substr(0, 1 + 99 * 3));
}

TEST(Ledger, RetriesABadAttemptAsLongAsRetriesAreLeft) {
  opened book{1, 1};

  EXPECT_EQ(book.end(first, "t0", outcome::errored).again, requeued(0, batching::alone));
  book.open(second);
  EXPECT_EQ(book.end(second, "t0", outcome::failed).decided, std::vector<test_index>{{0}});

  EXPECT_EQ(book[{0}].ended, verdict::failed);
  EXPECT_EQ(book[{0}].attempts, 2u);
}

TEST(Ledger, CallsATestFlakyThatFailedAndPassed) {
  opened book{1, 2};
  (void)book.end(first, "t0", outcome::failed);
  book.open(second);

  (void)book.end(second, "t0", outcome::passed);

  EXPECT_EQ(book[{0}].ended, verdict::flaky);
}

TEST(Ledger, KeepsASkippedTestSkipped) {
  opened book{1};

  (void)book.end(first, "t0", outcome::skipped);

  EXPECT_EQ(book[{0}].ended, verdict::skipped);
}

TEST(Ledger, NamesTheTestInWhichTheRunnerDied) {
  opened book{3};
  (void)book.end(first, "t0", outcome::passed);
  book.started(first, {"t1"}, start);

  auto const update = book.close(first, died(11), start + 1s);

  ASSERT_EQ(update.ended.size(), 1u);
  EXPECT_EQ(update.ended[0].report.id.value, "t1");
  EXPECT_EQ(update.ended[0].report.ended, outcome::errored);
  EXPECT_EQ(update.ended[0].report.message,
            "the runner ended with signal 11 (SIGSEGV) while running this test");
  EXPECT_EQ(update.again, requeued(2)) << "the innocent one runs again";
}

TEST(Ledger, TakesADeathWhileAFileIsLoadedForChanceOnce) {
  opened book{2};
  (void)book.end(first, "t0", outcome::passed);
  book.loading(first, "f1");

  auto const update = book.close(first, died(9), start);

  EXPECT_TRUE(update.ended.empty());
  EXPECT_EQ(update.again, requeued(1));
}

TEST(Ledger, NamesTheFileWhoseLoadingKilledTheRunnerTwice) {
  opened book{2};
  book.loading(first, "f1");
  (void)book.close(first, died(11), start);
  book.open(second);
  (void)book.started(second, {"t0"}, start);
  (void)book.end(second, "t0", outcome::passed);
  book.loading(second, "f1");

  auto const update = book.close(second, died(11), start);

  ASSERT_EQ(update.ended.size(), 1u);
  EXPECT_EQ(update.ended[0].report.id.value, "t1");
  EXPECT_TRUE(update.again.empty());
}

TEST(Ledger, WantsAFreshWorkerForATestThatKilledOne) {
  opened book{1, 1};
  book.started(first, {"t0"}, start);
  (void)book.close(first, died(11), start);

  auto const given = book.assign(second, std::vector<test_index>{{0}}, {"box"});

  EXPECT_EQ(given.wants, worker_state::fresh);
}

TEST(Ledger, TimesOutTheRunningTest) {
  opened book{2};
  book.started(first, {"t0"}, start);

  auto const update = book.close(first, {batch_cause::timed_out, {}, {}}, start + 10s);

  ASSERT_EQ(update.ended.size(), 1u);
  EXPECT_EQ(update.ended[0].report.ended, outcome::timed_out);
  EXPECT_EQ(update.again, requeued(1));
}

TEST(Ledger, DoesNotBlameATestThatHadLittleOfTheTime) {
  opened book{2};
  (void)book.end(first, "t0", outcome::passed);
  book.started(first, {"t1"}, start + 9s);

  auto const update = book.close(first, {batch_cause::timed_out, {}, {}}, start + 10s);

  EXPECT_TRUE(update.ended.empty());
  EXPECT_EQ(update.again, requeued(1));
}

TEST(Ledger, BlamesALoneTestForASecondDeathWithoutAWord) {
  opened book{1};
  (void)book.close(first, died(9), start);
  book.open(second);

  auto const update = book.close(second, died(9), start);

  ASSERT_EQ(update.ended.size(), 1u);
  EXPECT_EQ(update.ended[0].report.ended, outcome::errored);
  EXPECT_EQ(update.ended[0].report.err, "last words");
}

TEST(Ledger, GivesUpATestThatNeverReports) {
  opened book{2};
  for (unsigned i = 0; i < ledger::most_losses; ++i) {
    auto const update = book.close({i}, {batch_cause::complete, {}, {}}, start);
    EXPECT_EQ(update.again.size(), i + 1 < ledger::most_losses ? 2u : 0u);
    book.open({i + 1});
  }

  EXPECT_EQ(book.undecided(), 0u);
  EXPECT_EQ(book[{0}].ended, verdict::not_run);
  EXPECT_NE(book[{0}].reason.find("reported no result"), std::string::npos);
}

TEST(Ledger, EndsAfterBoundedlyManyDeathsWithoutAWord) {
  opened book{5};
  unsigned batches = 0;

  for (; book.undecided() > 0 && batches < 100; ++batches) {
    (void)book.close({batches}, died(9), start);
    book.open({batches + 1});
  }

  EXPECT_EQ(batches, ledger::most_losses);
}

TEST(Ledger, CountsNothingAgainstABatchThatWasNeverTouched) {
  opened book{1};

  for (std::uint32_t i = 0; i < 2 * ledger::most_losses; ++i) {
    EXPECT_EQ(book.close({i}, {batch_cause::untouched, {}, {}}, start).again, requeued(0));
    book.open({i + 1});
  }

  EXPECT_EQ(book.undecided(), 1u);
}

TEST(Ledger, SaysWhichTestIsUnknownInTheSandbox) {
  opened book{1};

  auto const update = book.unknown(first, {"t0"}, "no such function");

  EXPECT_EQ(update.decided.size(), 1u);
  EXPECT_EQ(book[{0}].ended, verdict::not_run);
  EXPECT_EQ(book[{0}].reason, "discovered here, unknown in sandbox box: no such function");
}

TEST(Ledger, IgnoresAResultThatWasNotAskedFor) {
  opened book{1};

  auto const update = book.end(first, "stranger", outcome::passed);

  EXPECT_EQ(update.warnings.size(), 1u);
  EXPECT_EQ(book.undecided(), 1u);
}

TEST(Ledger, IgnoresASecondResultOfOneAttempt) {
  opened book{2};
  (void)book.end(first, "t0", outcome::passed);

  auto const update = book.end(first, "t0", outcome::passed);

  EXPECT_EQ(update.warnings.size(), 1u);
  EXPECT_EQ(book[{0}].attempts, 1u);
}

TEST(Ledger, DecidesEverythingWhenTheRunEnds) {
  opened book{3, 1};
  (void)book.end(first, "t0", outcome::passed);
  (void)book.end(first, "t1", outcome::failed);

  auto const update = book.conclude("interrupted", start + 9s);

  EXPECT_EQ(update.decided.size(), 2u);
  EXPECT_EQ(book[{1}].ended, verdict::failed) << "it has failed, and its retry never came";
  EXPECT_EQ(book[{2}].ended, verdict::not_run);
  EXPECT_EQ(book[{2}].reason, "interrupted");
}

TEST(Ledger, LeavesTheTestsOfAStoppedBatchToTheEndOfTheRun) {
  opened book{1};
  book.started(first, {"t0"}, start);

  auto const update = book.close(first, {batch_cause::stopped, {}, {}}, start);

  EXPECT_TRUE(update.ended.empty());
  EXPECT_EQ(book.undecided(), 1u);
  auto const at_the_end = book.conclude("interrupted", start + 9s);
  EXPECT_EQ(at_the_end.decided.size(), 1u);
  EXPECT_TRUE(at_the_end.cancelled.empty()) << "the batch is over";
}

TEST(Ledger, GivesUpTestsOfAStoppedBatch) {
  opened book{1};
  (void)book.close(first, {batch_cause::stopped, {}, {}}, start);

  auto const update = book.conclude("interrupted", start + 9s);

  EXPECT_EQ(update.decided.size(), 1u);
  EXPECT_TRUE(update.cancelled.empty());
}

}  // namespace
}  // namespace offload
