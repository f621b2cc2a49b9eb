// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/report/trace_reporter.hpp>
#include <report/run_events.hpp>
#include <support/temp_dir.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace offload {
namespace {

using testing::at;
using testing::attempt_of;
using testing::contents_of;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::temp_dir;

class TraceReporter : public ::testing::Test {
 protected:
  TraceReporter() {
    reporter.on({at(0), sandbox_creation_began{{0}}});
    reporter.on({at(1), sandbox_came_up{sandbox, {0}, seconds{1}}});
  }

  void begin(unsigned batch, double when) {
    reporter.on({at(when), batch_began{{batch}, sandbox, 1}});
  }
  void end(unsigned batch, double ended, double noticed, batch_end how = batch_end::success) {
    reporter.on({at(noticed), batch_ended{{batch}, sandbox, how, {}, at(ended)}});
  }
  void start(unsigned batch, unsigned test, double when) {
    reporter.on({at(when), attempt_began{{batch}, {test}, id_of(test), sandbox}});
  }
  void finish(unsigned batch, unsigned test, double started, double ended,
              outcome how = outcome::passed, unsigned number = 1) {
    auto one = attempt_of(id_of(test).value, how, ended - started, batch, sandbox.value);
    one.test = {test};
    one.number = number;
    one.started = at(started);
    one.ended = at(ended);
    reporter.on({at(ended), attempt_ended{one}});
  }
  static test_id id_of(unsigned test) { return {"t" + std::to_string(test)}; }

  std::string text() {
    reporter.on({at(100), clean_up_ended{}});
    return contents_of(dir.path() / "trace.json");
  }
  static std::string slice(std::string const& name, std::string const& category, int row,
                           std::string const& ts, std::string const& dur) {
    return R"({"ph":"X","pid":1,"tid":)" + std::to_string(row) + R"(,"name":")" + name +
           R"(","cat":")" + category + R"(","ts":)" + ts + R"(,"dur":)" + dur + ",";
  }

  temp_dir dir;
  sandbox_id const sandbox{"sb-1"};
  run_clock const clock{.began = time_point{}};
  trace_reporter reporter{*line_output::to_file(dir / "trace.json"), clock};
};

TEST_F(TraceReporter, BeginsABatchThatWasGivenAheadWhereTheOneBeforeHasEnded) {
  begin(0, 2);
  start(0, 0, 2);
  begin(1, 3);
  finish(0, 0, 2, 4);
  start(1, 1, 4.25);
  end(0, 4.125, 5);
  finish(1, 1, 4.25, 6);
  end(1, 6, 6);

  auto const trace = text();
  EXPECT_THAT(trace, HasSubstr(slice("batch_0", "exec", 1, "2000000", "2125000")));
  EXPECT_THAT(trace, HasSubstr(slice("batch_1", "exec", 1, "4125000", "1875000")));
  EXPECT_THAT(trace, HasSubstr(slice("t1", "test", 1, "4250000", "1750000")));
}

TEST_F(TraceReporter, GivesTestsThatRunSideBySideRowsOfTheirOwn) {
  begin(0, 2);
  start(0, 0, 2);
  start(0, 1, 3);
  finish(0, 0, 2, 4);
  finish(0, 1, 3, 5);
  end(0, 5, 5);

  auto const trace = text();
  EXPECT_THAT(trace, HasSubstr(slice("t0", "test", 1, "2000000", "2000000")));
  EXPECT_THAT(trace, HasSubstr(slice("t1", "test", 3, "3000000", "2000000")));
  EXPECT_THAT(trace, HasSubstr(R"("tid":3,"name":"thread_name","args":{"name":"Exec 2"})"));
}

TEST_F(TraceReporter, LaysTestsWithoutAStartOneBehindTheOther) {
  begin(0, 2);
  finish(0, 0, 9, 10);
  finish(0, 1, 7, 10);
  end(0, 10, 10);

  auto const trace = text();
  EXPECT_THAT(trace, HasSubstr(slice("t0", "test", 1, "2000000", "1000000")));
  EXPECT_THAT(trace, HasSubstr(slice("t1", "test", 1, "3000000", "3000000")));
  EXPECT_THAT(trace, HasSubstr(R"("start":"not known")"));
}

TEST_F(TraceReporter, ShowsWhatWasRunningInABatchThatDied) {
  begin(0, 2);
  start(0, 0, 3);
  end(0, 5, 5, batch_end::error);

  EXPECT_THAT(text(), HasSubstr(slice("t0", "uncounted", 1, "3000000", "2000000") +
                                R"("args":{"outcome":"lost","batch":0}})"));
}

TEST_F(TraceReporter, MarksRetriesAndLeadsToThem) {
  begin(0, 2);
  start(0, 0, 2);
  finish(0, 0, 2, 3, outcome::failed);
  end(0, 3, 3);
  begin(1, 4);
  start(1, 0, 4);
  finish(1, 0, 4, 5, outcome::passed, 2);
  end(1, 5, 5);

  auto const trace = text();
  EXPECT_THAT(trace, HasSubstr(slice("t0", "test,retry", 1, "4000000", "1000000")));
  EXPECT_THAT(trace, HasSubstr(R"("name":"retry","cat":"flow","id":1,"ts":2000000)"));
  EXPECT_THAT(trace, HasSubstr(R"("name":"retry","cat":"flow","bp":"e","id":1,"ts":4000000)"));
}

TEST_F(TraceReporter, EndsWhatIsOpenWhenTheRunIs) {
  begin(0, 2);
  start(0, 0, 2);
  reporter.on({at(50), sandbox_went_down{sandbox}});

  auto const trace = text();

  EXPECT_THAT(trace, HasSubstr(slice("batch_0", "exec", 1, "2000000", "98000000")));
  EXPECT_THAT(trace, HasSubstr(R"({"ph":"E","pid":1,"tid":0,"ts":100000000})"));
  EXPECT_TRUE(trace.starts_with("[\n{"));
  EXPECT_TRUE(trace.ends_with("}\n]\n"));
}

TEST_F(TraceReporter, IsReadableWithABracketWhileItGrows) {
  begin(0, 2);
  reporter.on({at(3), tick{}});

  auto const so_far = contents_of(dir.path() / "trace.json");

  EXPECT_TRUE(so_far.ends_with("}"));
  EXPECT_THAT(so_far, Not(HasSubstr("]")));
}

}  // namespace
}  // namespace offload
