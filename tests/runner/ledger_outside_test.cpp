// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/runner/ledger.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runner/batch_ids.hpp"

/// What fails outside of all tests: no test gets the blame, and the run is not green.
namespace offload {
namespace {

using namespace std::chrono_literals;

using testing::first;
using testing::second;
using testing::start;

struct book_of_tests : ledger {
  explicit book_of_tests(unsigned tests) : ledger{cases(tests), 10s} {}

  static std::vector<test_case> cases(unsigned count) {
    std::vector<test_case> list;
    for (unsigned i = 0; i < count; ++i) { list.push_back({.id = {"t" + std::to_string(i)}}); }
    return list;
  }

  void open(batch_id id, std::vector<std::uint32_t> const& numbers) {
    std::vector<test_index> these;
    for (auto const number : numbers) { these.push_back({number}); }
    assign(id, these, {"box"});
  }

  ledger_update pass(batch_id id, std::string test) {
    return finished(id, {.id = {std::move(test)}}, start + 1s);
  }

  ledger_update fail_outside(batch_id id, std::string what = "global set-up") {
    return failed_outside({id, {"box"}, true}, {std::move(what), "no database\nat line 1"},
                          start + 2s);
  }

  ledger_update end_of_run() { return conclude("", start + 9s); }
};

batch_closing exited(int code, bool has_reason = false) {
  return {batch_cause::exited, {code, 0}, "last words", has_reason};
}

TEST(OutsideOfTests, AFailureAfterAllTestsHasAVerdictOfItsOwn) {
  book_of_tests book{1};
  book.open(first, {0});
  (void)book.pass(first, "t0");

  auto const update = book.fail_outside(first);
  (void)book.close(first, {}, start + 3s);
  auto const at_the_end = book.end_of_run();

  ASSERT_EQ(update.added, std::vector<test_index>{{1}});
  ASSERT_EQ(update.ended.size(), 1u);
  EXPECT_EQ(update.ended[0].kind, case_kind::outside);
  EXPECT_EQ(update.ended[0].report.ended, outcome::errored);
  EXPECT_EQ(update.ended[0].report.message, "no database");
  EXPECT_EQ(update.ended[0].report.text, "no database\nat line 1");
  EXPECT_EQ(at_the_end.decided, std::vector<test_index>{{1}});
  EXPECT_EQ(book[{0}].ended, verdict::passed) << "the innocent is not blamed";
  EXPECT_EQ(book[{1}].test.id.value, "outside of tests: global set-up");
  EXPECT_EQ(book[{1}].test.kind, case_kind::outside);
  EXPECT_EQ(book[{1}].ended, verdict::failed);
  EXPECT_EQ(book[{1}].reason, "no database");
  EXPECT_EQ(book.tests(), 1u) << "nobody schedules it";
  EXPECT_EQ(book.failed(), 1u);
}

TEST(OutsideOfTests, AFailureIsFlakyWhenTheTestsThatItKeptFromRunningPassElsewhere) {
  book_of_tests book{2};
  book.open(first, {0, 1});
  (void)book.fail_outside(first);
  auto const lost = book.close(first, exited(1, true), start + 3s);
  book.open(second, {0, 1});
  (void)book.pass(second, "t0");
  (void)book.pass(second, "t1");

  auto const at_the_end = book.end_of_run();

  EXPECT_EQ(lost.again.size(), 2u) << "its tests get another chance";
  EXPECT_EQ(book[{2}].ended, verdict::flaky);
  ASSERT_EQ(at_the_end.ended.size(), 1u);
  EXPECT_EQ(at_the_end.ended[0].report.ended, outcome::passed) << "as a report shows what is flaky";
  EXPECT_EQ(at_the_end.ended[0].number, 2u);
  EXPECT_EQ(book.failed(), 0u);
}

TEST(OutsideOfTests, AFailureStaysWhenItsTestsNeverRun) {
  book_of_tests book{1};
  for (std::uint32_t i = 0; i < ledger::most_lost_sandboxes; ++i) {
    book.open({i}, {0});
    (void)book.fail_outside({i});
    (void)book.close({i}, exited(1, true), start + 3s);
  }

  (void)book.end_of_run();

  EXPECT_EQ(book[{0}].ended, verdict::not_run);
  EXPECT_EQ(book[{1}].ended, verdict::failed);
  EXPECT_EQ(book[{1}].attempts, ledger::most_lost_sandboxes);
  EXPECT_EQ(book[{1}].reason, "no database (6 times)");
}

TEST(OutsideOfTests, AFailureWhenNoBatchIsOpenIsFinal) {
  book_of_tests book{1};
  book.open(first, {0});
  (void)book.pass(first, "t0");
  (void)book.close(first, {}, start);

  (void)book.fail_outside(first);

  EXPECT_EQ(book.failed(), 1u) << "--fail-fast counts it at once";
  (void)book.end_of_run();
  EXPECT_EQ(book.failed(), 1u);
  EXPECT_EQ(book[{1}].ended, verdict::failed);
}

TEST(OutsideOfTests, EachWhatIsOneCase) {
  book_of_tests book{1};
  book.open(first, {0});
  (void)book.fail_outside(first, "set-up");
  (void)book.fail_outside(first, "tear-down");

  auto const update = book.fail_outside(first, "set-up");

  EXPECT_TRUE(update.added.empty());
  EXPECT_EQ(update.ended[0].number, 2u);
  EXPECT_EQ(book.records().size(), 3u);
}

TEST(OutsideOfTests, ManyAttemptsAreCountedAndNotAllTold) {
  book_of_tests book{1};
  book.open(first, {0});
  std::size_t told = 0;
  for (int i = 0; i < 40; ++i) { told += book.fail_outside(first).ended.size(); }

  (void)book.end_of_run();

  EXPECT_EQ(told, outside_cases::most_attempts);
  EXPECT_EQ(book[{1}].attempts, 40u);
}

TEST(OutsideOfTests, ABadStatusThatNoTestExplainsIsAFailure) {
  book_of_tests book{1};
  book.open(first, {0});
  (void)book.pass(first, "t0");

  auto const update = book.close(first, exited(3), start + 2s);
  (void)book.end_of_run();

  ASSERT_EQ(update.added.size(), 1u);
  EXPECT_EQ(book[{1}].test.id.value, "outside of tests: the test command ended with exit status 3");
  EXPECT_EQ(book[{1}].reason, "no test explains it; it says: last words");
  EXPECT_EQ(book[{1}].ended, verdict::failed);
}

TEST(OutsideOfTests, ABadStatusWithAReasonIsNone) {
  book_of_tests book{1};
  book.open(first, {0});
  (void)book.finished(first, {.id = {"t0"}, .ended = outcome::failed}, start + 1s);

  (void)book.close(first, exited(1, true), start + 2s);
  (void)book.end_of_run();

  EXPECT_EQ(book.records().size(), 1u);
}

TEST(OutsideOfTests, ADeathBetweenTestsIsTold) {
  book_of_tests book{2};
  book.open(first, {0, 1});
  book.started(first, {"t0"}, start);
  (void)book.pass(first, "t0");

  auto const update = book.close(first, exited(3), start + 2s);
  book.open(second, {1});
  (void)book.pass(second, "t1");
  (void)book.close(second, {}, start + 4s);
  (void)book.end_of_run();

  EXPECT_EQ(update.again.size(), 1u);
  EXPECT_EQ(book[{2}].ended, verdict::flaky);
}

TEST(OutsideOfTests, AProcessThatIsKilledBetweenTestsIsReplaced) {
  book_of_tests book{2};
  book.open(first, {0, 1});
  book.started(first, {"t0"}, start);
  (void)book.pass(first, "t0");

  auto const update = book.close(first, {batch_cause::exited, {137, 9}, "", false}, start + 2s);

  EXPECT_EQ(update.again.size(), 1u);
  EXPECT_EQ(book.records().size(), 2u) << "its memory may have been taken";
}

TEST(OutsideOfTests, AProcessThatIsKilledAfterItsTestsHasFailed) {
  book_of_tests book{1};
  book.open(first, {0});
  (void)book.pass(first, "t0");

  (void)book.close(first, {batch_cause::exited, {137, 9}, "", false}, start + 2s);

  EXPECT_EQ(book.failed(), 1u) << "nobody knows what it had yet to do";
}

TEST(OutsideOfTests, ADeathBeforeAnyTestSaysNothingYet) {
  book_of_tests book{1};
  book.open(first, {0});

  (void)book.close(first, exited(3), start + 2s);

  EXPECT_EQ(book.records().size(), 1u) << "the sandbox may be at fault, and the test runs again";
}

TEST(OutsideOfTests, ADeathThatATestIsBlamedForIsNotToldTwice) {
  book_of_tests book{1};
  book.open(first, {0});
  book.started(first, {"t0"}, start);

  (void)book.close(first, exited(3), start + 2s);

  EXPECT_EQ(book.records().size(), 1u);
  EXPECT_EQ(book[{0}].ended, verdict::failed);
}

TEST(OutsideOfTests, ASessionThatStopsForNoBadTestHasFailed) {
  book_of_tests book{2};
  book.open(first, {0, 1});
  (void)book.pass(first, "t0");

  auto const update = book.stopping(first, "the disk is full", start);

  ASSERT_EQ(update.added.size(), 1u);
  EXPECT_EQ(book[{2}].test.id.value, "outside of tests: the session was stopped");
  EXPECT_EQ(book[{2}].reason, "the disk is full");
}

TEST(OutsideOfTests, ASessionThatABadTestStopsHasAReason) {
  book_of_tests book{2};
  book.open(first, {0, 1});
  (void)book.finished(first, {.id = {"t0"}, .ended = outcome::errored}, start);

  auto const update = book.stopping(first, "pytest.exit: no more", start);

  EXPECT_TRUE(update.added.empty());
  EXPECT_EQ(update.warnings, std::vector<std::string>{"pytest.exit: no more"});
}

TEST(OutsideOfTests, ABadResultThatNobodyAskedForIsAFailure) {
  book_of_tests book{2};
  book.open(first, {0});

  auto const good = book.finished(first, {.id = {"t1"}}, start);
  auto const by_its_end = book.finished(first, {.id = {"1"}, .ended = outcome::failed}, start);
  auto const of_another = book.finished(first, {.id = {"t1"}, .ended = outcome::failed}, start);
  auto const bad = book.finished(first, {.id = {"t9"}, .ended = outcome::failed}, start);

  EXPECT_THAT(good.warnings, ::testing::SizeIs(1));
  EXPECT_TRUE(good.added.empty());
  EXPECT_THAT(by_its_end.added, ::testing::SizeIs(1)) << "`1` is not a name at the end of `t1`";
  EXPECT_TRUE(of_another.added.empty()) << "its own batch comes first";
  ASSERT_THAT(bad.added, ::testing::SizeIs(1));
  EXPECT_THAT(book[bad.added[0]].test.id.value, ::testing::HasSubstr("`t9`, which was not asked"));
}

TEST(OutsideOfTests, AFileThatCouldNotBeLoadedByTheListingHasFailedOnce) {
  for (unsigned const retries : {0U, 1U}) {
    ledger book{{{.id = {"file"}, .retries = retries, .listing_error = "E\nImportError: no"}}, 10s};
    std::vector<test_index> const all{{0}};
    book.assign(first, all, {"box"});
    auto const update = book.finished(first, {.id = {"file"}}, start + 1s);
    EXPECT_EQ(update.ended.at(0).report.ended, outcome::errored);
    EXPECT_EQ(update.ended.at(0).report.message,
              "could not be loaded when the tests were listed: ImportError: no");
    EXPECT_EQ(update.again.size(), retries);
    if (retries == 0) {
      EXPECT_EQ(book[{0}].ended, verdict::failed);
      continue;
    }
    book.assign(second, all, {"box"});
    (void)book.finished(second, {.id = {"file"}}, start + 2s);
    EXPECT_EQ(book[{0}].ended, verdict::flaky);
  }
}

TEST(OutsideOfTests, AFileWithOtherTestsThanListedIsAFailure) {
  ledger book{{{.id = {"t"}, .place = {"f.js", 1}, .in_file = 2}}, 10s};
  book.assign(first, std::vector<test_index>{{0}}, {"box"});

  auto const update = book.finished(first, {.id = {"t"}, .in_file = 3}, start + 1s);
  (void)book.close(first, {}, start + 2s);
  (void)book.conclude("", start + 3s);

  EXPECT_EQ(update.added.size(), 1U);
  EXPECT_EQ(book[{0}].ended, verdict::passed);
  EXPECT_EQ(book[{1}].test.id.value, "outside of tests: the tests of f.js");
  EXPECT_EQ(book[{1}].ended, verdict::failed);
}

TEST(OutsideOfTests, AFileThatKillsAWorkerThatLooksAheadIsBlamedAndNotTheTestBeforeIt) {
  ledger book{{{.id = {"a"}, .place = {"a.py", 1}}, {.id = {"b"}, .place = {"b.py", 1}}}, 10s};
  std::uint32_t number = 0;
  for (int times = 0; times < 2; ++times) {
    batch_id const before{number++}, next{number++};
    book.assign(before, std::vector<test_index>{{0}}, {"box"});
    (void)book.started(before, {"a"}, start);
    book.assign(next, std::vector<test_index>{{1}}, {"box"});
    book.loading(before, "b.py");
    auto const lost = book.close(before, exited(5), start + 1s);
    (void)book.close(next, {batch_cause::untouched, {}, {}, false}, start + 1s);
    ASSERT_EQ(lost.again.size(), 1U);
    EXPECT_EQ(lost.again[0].test, test_index{0});
    EXPECT_TRUE(lost.ended.empty());
  }

  EXPECT_EQ(book[{1}].ended, verdict::failed);
  EXPECT_EQ(book[{1}].reason,
            "the runner ended with exit status 5 while loading its file: last words");
  EXPECT_EQ(book.records().size(), 2U) << "the end of the process has its reason";
}

TEST(OutsideOfTests, ATestIsBlamedAgainWhenTheFilesOfTheNextBatchAreLoaded) {
  ledger book{{{.id = {"a"}, .place = {"a.py", 1}}}, 10s};
  book.assign(first, std::vector<test_index>{{0}}, {"box"});
  (void)book.started(first, {"a"}, start);
  book.loading(first, "b.py");
  book.loading(first, "");
  (void)book.close(first, exited(5), start + 1s);

  EXPECT_EQ(book[{0}].ended, verdict::failed);
}

TEST(OutsideOfTests, ABadResultOfATestThatEndsWellInItsOwnBatchIsAFailure) {
  book_of_tests book{2};
  book.open(first, {0});
  book.open(second, {1});

  (void)book.finished(first, {.id = {"t1"}, .ended = outcome::failed, .message = "broken"}, start);
  (void)book.finished(first, {.id = {"t1"}, .ended = outcome::failed, .message = "again"}, start);
  (void)book.pass(first, "t0");
  (void)book.close(first, exited(1, true), start + 1s);
  (void)book.pass(second, "t1");
  (void)book.close(second, {}, start + 2s);
  auto const update = book.end_of_run();

  EXPECT_EQ(book.records()[1].ended, verdict::passed);
  ASSERT_EQ(update.added, std::vector<test_index>{{2}});
  EXPECT_EQ(book.records()[2].ended, verdict::failed);
  EXPECT_EQ(book.records()[2].reason, "broken");
  EXPECT_EQ(book.records()[2].test.id.value,
            "outside of tests: a result for `t1`, which was not asked for");
}

TEST(OutsideOfTests, ABadResultOfATestThatFailsInItsOwnBatchSaysNothingNew) {
  book_of_tests book{2};
  book.open(first, {0});
  book.open(second, {1});

  (void)book.finished(first, {.id = {"t1"}, .ended = outcome::failed}, start);
  (void)book.pass(first, "t0");
  (void)book.close(first, exited(1, true), start + 1s);
  (void)book.finished(second, {.id = {"t1"}, .ended = outcome::failed}, start);
  (void)book.close(second, exited(1, true), start + 2s);

  EXPECT_TRUE(book.end_of_run().added.empty());
  EXPECT_EQ(book.records()[1].ended, verdict::failed);
}

}  // namespace
}  // namespace offload
