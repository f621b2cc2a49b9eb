// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/report/event_reader.hpp>
#include <offload/report/event_stream.hpp>
#include <offload/report/output_layout.hpp>
#include <offload/report/run_record_reader.hpp>
#include <offload/report/run_record_writer.hpp>
#include <report/run_events.hpp>
#include <support/temp_dir.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace offload {
namespace {

using testing::attempt_of;
using testing::contents_of;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::scripted_run;
using testing::temp_dir;

class RunRecord : public ::testing::Test {
 protected:
  static run_header header_at(int second, std::string selection = "all") {
    run_header header{.version = "1.2.3", .selection = std::move(selection)};
    header.clock = {std::chrono::system_clock::time_point{} + std::chrono::seconds{second},
                    time_point{}};
    return header;
  }

  run_record_writer writer_at(int second) const { return {dir.path(), header_at(second)}; }

  /// Writes it.
  std::string record_of_run_before() const {
    auto writer = writer_at(0);
    say_run(writer);
    return contents_of(dir / "run.jsonl");
  }

  /// A flaky test, a passed, a skipped and a lost one; and one of the run before.
  template <class R>
  static void say_run(R& reporter) {
    scripted_run<R> run{reporter};
    recorded_test kept{.id = {"kept"}, .ended = verdict::passed, .longest = seconds{3}};
    kept.attempts.push_back({.number = 1,
                             .ended = outcome::passed,
                             .took = seconds{3},
                             .batch = batch_id{7},
                             .out = "of old"});
    run.tell(result_kept{kept});
    recorded_test again{.id = {"flaky"}, .ended = verdict::passed};
    run.tell(result_kept{again});
    std::vector<test_record> records(4);
    std::vector<test_case> tests;
    for (std::size_t i = 0; i < 4; ++i) {
      records[i].test.id = {std::array{"flaky", "passed", "skipped", "never"}.at(i)};
      records[i].test.place = {"a.py", static_cast<unsigned>(i + 1)};
      tests.push_back(records[i].test);
    }
    run.tell(run_began{tests, 1, std::nullopt});
    auto bad = attempt_of("flaky", outcome::failed, 0.5, 0);
    bad.report.message = "\x1b[31mno\x1b[0m";
    bad.report.text = "E  <no>\a";
    bad.report.out = std::string(9000, 'o');
    run.attempt(bad);
    auto good = attempt_of("flaky", outcome::passed, 0.25, 1);
    good.number = 2;
    run.attempt(good);
    auto passed = attempt_of("passed", outcome::passed, 1, 1);
    passed.test = {1};
    passed.report.out = std::string(9000, 'p');
    run.attempt(passed);
    auto skipped = attempt_of("skipped", outcome::skipped, 0, 1);
    skipped.test = {2};
    skipped.report.message = "no gpu";
    run.attempt(skipped);
    run.tell(batch_output{{1}, stream::out, "not of a test"});
    decide(run, records, 0, verdict::flaky, seconds{0.5});
    decide(run, records, 1, verdict::passed, seconds{1});
    decide(run, records, 2, verdict::skipped, {});
    records[3].reason = "interrupted";
    decide(run, records, 3, verdict::not_run, {});
    run.finish(records);
  }

  template <class Run>
  static void decide(Run& run, std::vector<test_record>& records, std::uint32_t i, verdict ended,
                     seconds longest) {
    records[i].ended = ended;
    records[i].longest = longest;
    run.tell(test_decided{{i}, records[i]});
  }

  [[nodiscard]] run_record read(record_query const& query = {}) const {
    std::ifstream file{dir / "run.jsonl"};
    auto record = read_run_record(file, query);
    EXPECT_TRUE(record) << to_string(record.error());
    return record ? *record : run_record{};
  }

  static std::vector<std::string> ids(run_record const& record) {
    std::vector<std::string> all;
    for (auto const& test : record.tests) { all.push_back(test.id.value); }
    return all;
  }

  temp_dir dir;
};

TEST_F(RunRecord, HasEachTestOnceWithItsVerdict) {
  auto writer = writer_at(1);
  say_run(writer);

  auto const record = read();

  EXPECT_EQ(ids(record), (std::vector<std::string>{"flaky", "kept", "never", "passed", "skipped"}));
  EXPECT_EQ(record.damage, std::nullopt);
  EXPECT_EQ(record.selection, mark_of_selection("all"));
  EXPECT_EQ(record.tests[0].ended, verdict::flaky);
  EXPECT_EQ(record.tests[0].place, (source_place{"a.py", 1}));
  EXPECT_EQ(record.tests[0].longest, seconds{0.5});
  EXPECT_EQ(record.tests[2].reason, "not run: interrupted");
  EXPECT_EQ(record.tests[2].longest, std::nullopt);
  EXPECT_EQ(record.tests[4].reason, "no gpu");
}

TEST_F(RunRecord, HasEachAttemptAsAReportShowsIt) {
  auto writer = writer_at(1);
  say_run(writer);

  auto const record = read({.good_outputs = true});

  auto const& tries = record.tests[0].attempts;
  ASSERT_EQ(tries.size(), 2U);
  EXPECT_EQ(tries[0].number, 1U);
  EXPECT_EQ(tries[0].message, "no");
  EXPECT_EQ(tries[0].text, "E  <no>\\x07");
  EXPECT_EQ(tries[0].sandbox, "sb-1");
  EXPECT_EQ(tries[0].batch, batch_id{0});
  EXPECT_EQ(tries[0].out.size(), 9000U);
  EXPECT_EQ(tries[1].ended, outcome::passed);
  EXPECT_LE(record.tests[3].attempts.at(0).out.size(), 4200U);
  EXPECT_GE(record.tests[3].attempts.at(0).out.size(), 4000U);
}

TEST_F(RunRecord, ReadsNoMoreThanIsAskedFor) {
  auto writer = writer_at(1);
  say_run(writer);

  EXPECT_EQ(read().tests[3].attempts.at(0).out, "");
  auto const some = read({.wants = [](std::string_view id) { return id == "flaky"; }});
  EXPECT_EQ(ids(some), std::vector<std::string>{"flaky"});
  auto const verdicts = read({.attempts = false});
  EXPECT_EQ(verdicts.tests.size(), 5U);
  EXPECT_TRUE(verdicts.tests[0].attempts.empty());
  EXPECT_EQ(verdicts.tests[0].ended, verdict::flaky);
  auto const passed = std::ranges::find(verdicts.tests, test_id{"passed"}, &recorded_test::id);
  ASSERT_NE(passed, verdicts.tests.end());
  EXPECT_EQ(passed->longest, seconds{1});
}

TEST_F(RunRecord, KeepsResultsOfTheRunBeforeForTestsThatThisRunDoesNotHave) {
  auto writer = writer_at(1);
  say_run(writer);

  auto const record = read({.good_outputs = true});

  auto const& kept = record.tests[1];
  EXPECT_EQ(kept.ended, verdict::passed);
  EXPECT_EQ(kept.longest, seconds{3});
  ASSERT_EQ(kept.attempts.size(), 1U);
  EXPECT_EQ(kept.attempts[0].out, "of old");
  EXPECT_EQ(kept.attempts[0].batch, batch_id{7});
  EXPECT_EQ(kept.attempts[0].sandbox, "");
}

TEST_F(RunRecord, IsTheSameWhenItIsMadeFromAllEvents) {
  {
    event_stream all{*line_output::to_file(dir / "events"), header_at(1)};
    say_run(all);
  }
  auto writer = writer_at(1);
  say_run(writer);
  auto const written = contents_of(dir / "run.jsonl");

  std::istringstream events{contents_of(dir / "events")};
  run_record_writer again{dir.path(), *read_run_header(events)};
  (void)replay(events, header_at(1), telling(again));

  EXPECT_EQ(contents_of(dir / "run.previous.jsonl"), written);
  EXPECT_THAT(contents_of(dir / "run.jsonl"), HasSubstr("\"verdict\":\"flaky\""));
  EXPECT_THAT(written, Not(HasSubstr("not of a test")));
}

TEST_F(RunRecord, ReplacesThatOfTheRunBeforeWhenTheRunEnds) {
  auto const before = record_of_run_before();
  auto writer = writer_at(1);
  EXPECT_EQ(contents_of(dir / "run.jsonl"), before);

  say_run(writer);

  EXPECT_EQ(read().tests.size(), 5U);
  EXPECT_EQ(contents_of(dir / "run.previous.jsonl"), before);
  EXPECT_FALSE(std::filesystem::exists(dir / "run.jsonl.new"));
}

TEST_F(RunRecord, IsNotWrittenBeforeThereIsASandbox) {
  run_record_writer writer{dir.path(), header_at(1)};
  scripted_run<run_record_writer> run{writer};
  recorded_test const kept{.id = {"kept"}, .reason = std::string(200'000, 'x')};
  run.tell(result_kept{kept});
  run.tell(preparation_began{});
  run.tell(tick{});
  EXPECT_FALSE(std::filesystem::exists(dir / "run.jsonl.new"));

  sandbox_id const sandbox{"sb-1"};
  run.tell(sandbox_came_up{sandbox, {0}, {}});
  run.tell(tick{});

  EXPECT_THAT(contents_of(dir / "run.jsonl.new"), HasSubstr("result_kept"));
}

TEST_F(RunRecord, OfARunWithoutASummaryIsNone) {
  auto const before = record_of_run_before();
  auto writer = writer_at(1);
  scripted_run<run_record_writer> run{writer};

  error const why{errc::discovery, "nothing can be listed"};
  run.tell(run_failed{why});
  run.tell(clean_up_ended{});

  EXPECT_EQ(contents_of(dir / "run.jsonl"), before);
  EXPECT_FALSE(std::filesystem::exists(dir / "run.jsonl.new"));
}

TEST_F(RunRecord, ThatIsCutOffSaysSoAndKeepsWhatIsBefore) {
  auto writer = writer_at(1);
  say_run(writer);
  auto const text = contents_of(dir / "run.jsonl");

  for (std::size_t length = text.find('\n') + 1; length < text.size(); length += 97) {
    std::istringstream part{text.substr(0, length)};
    auto const record = read_run_record(part);
    ASSERT_TRUE(record);
    for (auto const& test : record->tests) {
      if (test.id.value == "flaky") { EXPECT_NE(test.ended, verdict::skipped); }
    }
  }
  std::istringstream half{text.substr(0, text.size() / 2)};
  EXPECT_TRUE(read_run_record(half)->damage);
}

TEST_F(RunRecord, OfWhichOutputsAreCutTwiceIsTheSame) {
  auto writer = writer_at(1);
  say_run(writer);
  auto const once = read({.good_outputs = true}).tests[3].attempts.at(0).out;

  std::istringstream events{contents_of(dir / "run.jsonl")};
  auto const header = read_run_header(events);
  run_record_writer again{dir.path(), *header};
  (void)replay(events, *header, telling(again));

  EXPECT_EQ(read({.good_outputs = true}).tests[3].attempts.at(0).out, once);
}

TEST_F(RunRecord, ReadsOfKeptResultsNoMoreThanIsAskedFor) {
  auto writer = writer_at(1);
  say_run(writer);

  EXPECT_EQ(read().tests[1].attempts.at(0).out, "");
  EXPECT_TRUE(read({.attempts = false}).tests[1].attempts.empty());
}

TEST_F(RunRecord, DoesNotShowWhatWasSelected) {
  auto writer = writer_at(1);
  say_run(writer);

  EXPECT_THAT(contents_of(dir / "run.jsonl"), Not(HasSubstr("\"selection\":")));
  EXPECT_EQ(read().selection, mark_of_selection("all"));
}

TEST_F(RunRecord, SaysWhyItCannotBeWritten) {
  run_record_writer none{dir / "missing", header_at(1)};
  say_run(none);

  ASSERT_TRUE(none.failure());
  EXPECT_THAT(to_string(*none.failure()), HasSubstr("run.jsonl.new"));
}

TEST_F(RunRecord, LeavesAFileAloneThatIsNoRecord) {
  testing::put_file(dir / "run.jsonl", "mine");
  auto writer = writer_at(1);

  say_run(writer);

  EXPECT_EQ(contents_of(dir / "run.jsonl"), "mine");
  ASSERT_TRUE(writer.failure());
  EXPECT_THAT(to_string(*writer.failure()), HasSubstr("is not a record of Offload"));
}

}  // namespace
}  // namespace offload
