// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/report/event_reader.hpp>
#include <offload/report/event_stream.hpp>
#include <report/run_events.hpp>
#include <support/temp_dir.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <sstream>

namespace offload {
namespace {

using testing::attempt_of;
using testing::contents_of;
using ::testing::HasSubstr;
using testing::scripted_run;
using testing::temp_dir;

run_header some_header() {
  using namespace std::chrono;
  return {.version = "1.2.3",
          .config = "offload.toml",
          .framework = "pytest",
          .provider = "local",
          .output_dir = "test-results",
          .junit_file = "junit.xml",
          .selection = "all",
          .max_parallel = 3,
          .clock = {system_clock::time_point{} + nanoseconds{1795298590123456789},
                    time_point{} + milliseconds{1}}};
}

class EventStream : public ::testing::Test {
 protected:
  event_stream stream_to(std::string const& name, run_header const& header) const {
    return {*line_output::to_file(dir / name), header};
  }

  /// Says one event of each kind, with all that may be in it.
  template <class R>
  static void say_everything(R& reporter) {
    scripted_run<R> run{reporter};
    sandbox_id const sandbox{"sb-\xff"};
    error const why{errc::sandbox, "it is \"gone\"", "Make another.", {"asking", "running"}};
    run.tell(earlier_runs_read{seconds{0.25}});
    run.tell(discovery_began{2});
    run.tell(preparation_began{});
    run.tell(sandbox_creation_began{{0}});
    run.tell(preparation_said{"[cache] a\tb"});
    run.tell(preparation_ended{seconds{1.5}});
    run.tell(discovery_ended{3, 2, seconds{0.1 + 0.2}});
    std::vector<test_record> records(2);
    records[0].test = {.id = {"a.py::x \xc3\xa4 \xff"},
                       .groups = {"all", "slow"},
                       .place = {"a.py", 7},
                       .retries = 2,
                       .together = batching::alone,
                       .expected = seconds{2.5}};
    records[1].test.id = {"a.py::y"};
    std::vector<test_case> const tests{records[0].test, records[1].test};
    run.tell(run_began{tests, 2, seconds{4}});
    run.tell(sandbox_came_up{sandbox, {0}, seconds{0.125}});
    run.tell(sandbox_failed{{1}, why});
    run.tell(batch_began{{0}, sandbox, 2});
    run.tell(batch_output{{0}, stream::err, std::string_view{"a\0b\x1b\x80", 5}});
    run.tell(attempt_began{{0}, {0}, records[0].test.id, sandbox});
    auto bad = attempt_of(records[0].test.id.value, outcome::timed_out, 1.0 / 3, 0, sandbox.value);
    bad.report.message = "too\nslow";
    bad.report.text = "trace\xf0\x9f\x98\x80";
    bad.report.out = "out";
    bad.report.err = "err";
    bad.report.place = {"b.py", 3};
    bad.started = time_point{} + std::chrono::nanoseconds{5'000'000'001};
    bad.ended = time_point{} + std::chrono::nanoseconds{6'123'456'789};
    run.attempt(bad);
    records[0].ended = verdict::failed;
    records[0].reason = "too slow";
    records[0].attempts = 1;
    records[0].longest = seconds{1.0 / 3};
    run.tell(test_decided{{0}, records[0]});
    records[1].reason = "no sandbox was left";
    run.tell(test_decided{{1}, records[1]});
    run.tell(batch_ended{
        {0}, sandbox, batch_end::failure, "why", time_point{} + bad.ended.time_since_epoch()});
    run.tell(notice{severity::warning, "mind"});
    run.tell(sandbox_went_down{sandbox});
    run_summary summary;
    std::vector<sandbox_use> const uses{{sandbox, seconds{3}, seconds{2}}};
    summary.tests = records;
    summary.sandboxes = uses;
    summary.ended = run_end::stopped_early;
    summary.why_stopped = "--fail-fast";
    summary.duration = seconds{12.3456789};
    summary.cost = cost_estimate{0.1, 20};
    run.tell(run_ended{summary});
    run.tell(sandbox_gone{sandbox, seconds{1}});
    run.tell(clean_up_ended{});
  }

  std::string everything() {
    auto stream = stream_to("everything", some_header());
    say_everything(stream);
    return contents_of(dir.path() / "everything");
  }

  static replayed_run replay_of(
      std::string const& text, run_event_sink const& say = [](auto&&...) {}) {
    std::istringstream from{text};
    auto const header = read_run_header(from);
    EXPECT_TRUE(header) << to_string(header.error());
    return replay(from, *header, say);
  }

  temp_dir dir;
};

TEST_F(EventStream, IsOneJsonObjectALine) {
  auto const text = everything();

  EXPECT_THAT(text, HasSubstr(R"({"event":"run_header","t":0,"schema":1,"offload":"1.2.3",)"
                              R"("started":"2026-11-21T22:03:10.123456789Z")"));
  EXPECT_THAT(
      text, HasSubstr(R"({"event":"batch_output","t":11.999,"batch":0,"stream":"err",)"
                      "\"text\":\"a\\u0000b\\u001b\xEF\xBF\xBD\",\"text_base64\":\"YQBiG4A=\"}\n"));
}

TEST_F(EventStream, IsWrittenByItsOwnReplayAgain) {
  auto const text = everything();
  std::istringstream from{text};
  auto const header = read_run_header(from);
  ASSERT_TRUE(header);

  auto again = stream_to("again", *header);
  auto const run = replay(from, *header, telling(again));

  EXPECT_EQ(contents_of(dir.path() / "again"), text);
  EXPECT_EQ(run.damage, std::nullopt);
  ASSERT_EQ(run.outcome.tests.size(), 2U);
  EXPECT_EQ(run.outcome.tests[0].ended, verdict::failed);
  EXPECT_EQ(run.outcome.tests[0].test.id.value, "a.py::x \xc3\xa4 \xff");
}

TEST_F(EventStream, ThatIsCutOffAnywhereHasAVerdictForEachTestThatIsKnown) {
  auto const text = everything();
  auto const first_line = text.find('\n');
  auto const run_end = text.find('\n', text.find(R"("event":"run_ended")"));

  for (auto size = first_line; size < text.size(); ++size) {
    std::size_t decided = 0, ends = 0, known = 0;
    auto const run = replay_of(text.substr(0, size), [&](run_event const& event) {
      decided += std::holds_alternative<test_decided>(event.what) ? 1 : 0;
      ends += std::holds_alternative<run_ended>(event.what) ? 1 : 0;
      if (auto const* begun = std::get_if<run_began>(&event.what)) { known = begun->tests.size(); }
    });
    ASSERT_EQ(ends, 1U) << size;
    ASSERT_EQ(decided, known) << size;
    ASSERT_EQ(run.outcome.tests.size(), known) << size;
    bool const cut_in_a_line = text[size] != '\n' && text[size - 1] != '\n';
    ASSERT_EQ(run.damage.has_value(), size < run_end || cut_in_a_line) << size;
  }
}

TEST_F(EventStream, WithoutItsEndKeepsAFailureForAFailure) {
  auto text = everything();
  text.resize(text.find(R"({"event":"test_decided")"));

  auto const run = replay_of(text);

  EXPECT_EQ(run.damage, "line 17 is the last: the run did not end");
  EXPECT_EQ(run.outcome.tests[0].ended, verdict::failed);
  EXPECT_EQ(run.outcome.tests[0].reason, "too\nslow");
  EXPECT_EQ(run.outcome.tests[1].ended, verdict::not_run);
  EXPECT_EQ(run.outcome.tests[1].reason, "the events end before the run does");
}

TEST_F(EventStream, OfALaterVersionIsReadAsFarAsItIsKnown) {
  auto text = everything();
  text.insert(text.find('\n') + 1, R"({"event":"moon_rose","t":0.5,"where":"east"})"
                                   "\n");
  std::string const member = R"("event":"discovery_began",)";
  text.insert(text.find(member) + member.size(), R"("mood":{"good":[true]},)");

  EXPECT_EQ(replay_of(text).damage, std::nullopt);
}

TEST_F(EventStream, WithADamagedLineSaysWhichAndWhy) {
  auto const damaged = [&](std::string const& what, std::string const& by) {
    auto text = everything();
    text.replace(text.find(what), what.size(), by);
    return replay_of(text).damage.value_or("nothing");
  };

  EXPECT_EQ(damaged(R"({"event":"discovery_began")", "x"), "line 3: it is not JSON");
  EXPECT_EQ(damaged(R"("groups":2)", R"("groups":"2")"), "line 3: `groups` is not a whole number");
  EXPECT_EQ(damaged(R"("groups":2)", R"("croups":2)"), "line 3: `groups` is missing");
  EXPECT_EQ(damaged(R"("outcome":"timed out")", R"("outcome":"so so")"),
            "line 17: `outcome` is \"so so\", which is none of the words for it");
  EXPECT_EQ(damaged(R"("attempt_began","t":12.999,"test":0)", R"("attempt_began","t":1,"test":2)"),
            "line 16: there is no test 2");
  EXPECT_EQ(damaged(R"("text_base64":"YQ)", R"("text_base64":"?Q)"),
            "line 15: `text` is not base64");
}

TEST_F(EventStream, OfANewerSchemaIsRefused) {
  std::istringstream newer{R"({"event":"run_header","t":0,"schema":2,"offload":"9.1.0"})"};
  std::istringstream none{"<xml/>"};

  auto const refused = read_run_header(newer);
  auto const unknown = read_run_header(none);

  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "the events have schema 2, this Offload reads 1");
  EXPECT_EQ(refused.error().hint, "Use Offload 9.1.0 or later, which wrote them.");
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().message, "line 1 is not a header of events: it is not a JSON object");
}

TEST_F(EventStream, ToAFullDiskSaysSoAndGoesOn) {
  if (!std::filesystem::exists("/dev/full")) { GTEST_SKIP() << "there is no /dev/full"; }
  event_stream stream{*line_output::to_file("/dev/full"), some_header()};

  say_everything(stream);

  ASSERT_TRUE(stream.failure());
  EXPECT_EQ(stream.failure()->message, "cannot write /dev/full: No space left on device");
}

TEST_F(EventStream, OfARunThatFailedSaysWhy) {
  auto stream = stream_to("failed", some_header());
  error const why{errc::discovery, "there are no tests", {}, {}};
  stream.on({testing::at(2), run_failed{why}});
  stream.on({testing::at(3), clean_up_ended{}});

  auto const run = replay_of(contents_of(dir.path() / "failed"));

  EXPECT_EQ(run.failed, why);
  EXPECT_EQ(run.damage, std::nullopt);
}

}  // namespace
}  // namespace offload
