// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/runner/ledger.hpp>

#include <gtest/gtest.h>

#include "runner/batch_ids.hpp"

// Attempts at one test that run at the same time, and tests that need others.
namespace offload {
namespace {

using namespace std::chrono_literals;

using testing::first;
using testing::second;
using testing::start;
using testing::third;

/// A ledger of one test with retries, which runs alone in two batches at once.
struct tried_twice : ledger {
  explicit tried_twice(unsigned retries) : ledger{{{.id = {"t"}, .retries = retries}}, 10s} {
    run(first);
    run(second);
  }

  void run(batch_id id) {
    assign(id, std::vector<test_index>{{0}}, {"box"});
    started(id, {"t"}, start);
  }
  ledger_update end(batch_id id, outcome how) {
    return finished(id, {.id = {"t"}, .ended = how, .message = "because"}, start + 1s);
  }
};

TEST(LedgerOfCopies, DecidesByTheFirstGoodAttemptAndCancelsTheOther) {
  tried_twice book{1};

  auto const update = book.end(second, outcome::passed);

  EXPECT_EQ(update.decided, std::vector<test_index>{{0}});
  EXPECT_EQ(update.cancelled, std::vector<batch_id>{first});
  EXPECT_EQ(book[{0}].ended, verdict::passed);
}

TEST(LedgerOfCopies, CancelsABatchWhoseOtherTestsHaveEndedToo) {
  ledger book{{{.id = {"a"}}, {.id = {"b"}}, {.id = {"c"}}}, 10s};
  book.assign(first, std::vector<test_index>{{0}, {1}, {2}}, {"box"});
  book.assign(second, std::vector<test_index>{{1}}, {"box"});
  book.assign(third, std::vector<test_index>{{2}}, {"box"});
  (void)book.finished(first, {.id = {"a"}}, start);

  EXPECT_TRUE(book.finished(second, {.id = {"b"}}, start).cancelled.empty()) << "c is to run";
  EXPECT_EQ(book.finished(third, {.id = {"c"}}, start).cancelled, std::vector<batch_id>{first});
}

TEST(LedgerOfCopies, DecidesByTheFirstResultWithoutRetries) {
  tried_twice book{0};

  auto const update = book.end(second, outcome::failed);

  EXPECT_EQ(update.cancelled, std::vector<batch_id>{first});
  EXPECT_EQ(book[{0}].ended, verdict::failed);
  EXPECT_EQ(book[{0}].attempts, 1u);
}

TEST(LedgerOfCopies, CountsNothingThatACancelledAttemptStillSays) {
  tried_twice book{1};
  (void)book.end(second, outcome::passed);

  auto const late = book.end(first, outcome::failed);
  auto const closed = book.close(first, {batch_cause::cancelled, {}, {}}, start + 2s);

  EXPECT_TRUE(late.ended.empty());
  EXPECT_TRUE(late.warnings.empty());
  EXPECT_TRUE(closed.again.empty());
  EXPECT_EQ(book[{0}].ended, verdict::passed);
  EXPECT_EQ(book[{0}].attempts, 1u);
}

TEST(LedgerOfCopies, WaitsForTheOtherAttemptWhenOneIsBad) {
  tried_twice book{1};

  EXPECT_TRUE(book.end(first, outcome::failed).again.empty()) << "the retry is running already";
  auto const update = book.end(second, outcome::passed);

  EXPECT_EQ(update.decided.size(), 1u);
  EXPECT_EQ(book[{0}].ended, verdict::flaky);
}

TEST(LedgerOfCopies, KnowsHowManyRetriesDoNotRunYet) {
  tried_twice book{3};
  auto const while_both_run = book.retries_left();
  (void)book.end(first, outcome::failed);
  auto const after_a_failure = book.retries_left();
  (void)book.end(second, outcome::passed);

  EXPECT_EQ(while_both_run, 2u);
  EXPECT_EQ(after_a_failure, 2u);
  EXPECT_EQ(book.retries_left(), 0u);
}

TEST(LedgerOfCopies, RetriesWhenBothAreBadAndRetriesAreLeft) {
  tried_twice book{2};
  (void)book.end(first, outcome::failed);

  auto const update = book.end(second, outcome::failed);

  EXPECT_EQ(update.again, (std::vector<requeue>{{{0}, batching::alone}}));
}

TEST(LedgerOfCopies, LosesNothingWithOneOfTwoSandboxes) {
  tried_twice book{1};

  auto const update = book.close(first, {batch_cause::lost, {}, "gone"}, start + 1s);

  EXPECT_TRUE(update.again.empty());
  EXPECT_EQ(book.end(second, outcome::passed).decided.size(), 1u);
  EXPECT_EQ(book[{0}].ended, verdict::passed);
}

TEST(LedgerOfCopies, OffersATestAsLongAsItHasRetriesAndHasRunForSoLong) {
  ledger book{{{.id = {"t"}, .retries = 1}}, 10s};
  book.assign(first, std::vector<test_index>{{0}}, {"box"});
  EXPECT_EQ(book.speculative_retry_candidate(start), std::nullopt) << "it has not started";
  book.started(first, {"t"}, start);

  EXPECT_EQ(book.speculative_retry_candidate(start - 1s), std::nullopt) << "not so long";
  EXPECT_EQ(book.speculative_retry_candidate(start), test_index{0});
  book.assign(second, std::vector<test_index>{{0}}, {"box"});
  EXPECT_EQ(book.speculative_retry_candidate(start), std::nullopt) << "both attempts are under way";
}

TEST(LedgerOfCopies, OffersTheTestThatHasTheFewestAttemptsUnderWayThenTheOldest) {
  ledger book{{{.id = {"a"}, .retries = 5}, {.id = {"b"}, .retries = 5}}, 10s};
  book.assign(first, std::vector<test_index>{{0}}, {"box"});
  book.assign(second, std::vector<test_index>{{1}}, {"box"});
  book.started(first, {"a"}, start);
  book.started(second, {"b"}, start + 1s);

  EXPECT_EQ(book.speculative_retry_candidate(start + 2s), test_index{0});
  book.assign(third, std::vector<test_index>{{0}}, {"box"});
  EXPECT_EQ(book.speculative_retry_candidate(start + 2s), test_index{1});
}

TEST(LedgerOfCopies, OffersNoTestThatSharesItsBatch) {
  ledger book{{{.id = {"a"}, .retries = 1}, {.id = {"b"}, .retries = 1}}, 10s};
  book.assign(first, std::vector<test_index>{{0}, {1}}, {"box"});
  book.started(first, {"a"}, start);

  EXPECT_EQ(book.speculative_retry_candidate(start + 5s), std::nullopt);
}

/// Tests "setup", "user" that needs it, and "user of user" that needs that one.
std::vector<test_case> chain() {
  auto const needing = [](std::string id) {
    return std::make_shared<test_constraints const>(test_constraints{.needs = {{std::move(id)}}});
  };
  return {{.id = {"setup"}},
          {.id = {"user"}, .constraints = needing("setup")},
          {.id = {"user of user"}, .constraints = needing("user")}};
}

TEST(LedgerOfNeeds, RunsNothingWhoseNeedHasFailed) {
  ledger book{chain(), 10s};
  book.assign(first, std::vector<test_index>{{0}}, {"box"});

  auto const update = book.finished(first, {.id = {"setup"}, .ended = outcome::failed}, start);

  EXPECT_EQ(update.decided, (std::vector<test_index>{{0}, {1}, {2}}));
  EXPECT_EQ(book[{1}].ended, verdict::not_run);
  EXPECT_EQ(book[{1}].reason, "it needs `setup`, which failed");
  EXPECT_EQ(book[{2}].reason, "it needs `user`, which was not run");
  EXPECT_EQ(book.undecided(), 0u);
}

TEST(LedgerOfNeeds, LeavesThoseAloneWhoseNeedIsMet) {
  ledger book{chain(), 10s};
  book.assign(first, std::vector<test_index>{{0}}, {"box"});

  (void)book.finished(first, {.id = {"setup"}, .ended = outcome::skipped}, start);

  EXPECT_EQ(book.undecided(), 2u);
}

}  // namespace
}  // namespace offload
