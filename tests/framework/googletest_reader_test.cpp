// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "heard.hpp"

#include <offload/framework/googletest_reader.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace offload {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::hear;
using testing::hear_bytes;
using testing::hear_cut;
using ::testing::IsEmpty;
using testing::reader_of;

std::string const three =
    "[==========] Running 3 tests from 1 test suite.\n[----------] 3 tests from Cart\n"
    "[ RUN      ] Cart.Adds\nwords[       OK ] Cart.Adds (250 ms)\n"
    "[ RUN      ] Cart.Wrong\nshop/cart.cpp:16: Failure\nExpected equality of these values:\n"
    "  total(2, 3)\n    Which is: 5\n  4\n\n[  FAILED  ] Cart.Wrong, where GetParam() = \"a (b)\" "
    "(0 ms)\n"
    "[ RUN      ] Cart.Later\ncart.cpp:17: Skipped\nno network here\n\n"
    "[  SKIPPED ] Cart.Later (0 ms)\n[----------] 3 tests from Cart (250 ms total)\n\n"
    "[  FAILED  ] 1 test, listed below:\n[  FAILED  ] Cart.Wrong\n\n 1 FAILED TEST\n";

TEST(GoogletestReader, ReportsEachTest) {
  auto const said =
      hear(reader_of<googletest_reader>({"Cart.Adds", "Cart.Wrong", "Cart.Later"}), three, {1, 0});

  ASSERT_THAT(said.outcomes(),
              ElementsAre("Cart.Adds passed", "Cart.Wrong failed", "Cart.Later skipped"));
  EXPECT_EQ(said.reports()[0].duration, seconds{0.25});
  EXPECT_EQ(said.reports()[0].out, "words");
  EXPECT_EQ(said.reports()[1].message,
            "Expected equality of these values: total(2, 3), Which is: 5, 4");
  EXPECT_EQ(said.reports()[1].place, (source_place{"shop/cart.cpp", 16}));
  EXPECT_THAT(said.reports()[1].text, HasSubstr("  total(2, 3)\n"));
  EXPECT_EQ(said.reports()[2].message, "no network here");
  EXPECT_THAT(said.warnings(), IsEmpty());
}

TEST(GoogletestReader, ReportsChecksOutsideOfTests) {
  auto const said =
      hear(reader_of<googletest_reader>({"Cart.Adds"}),
           "[----------] Global test environment set-up.\n[----------] 1 test from Cart\n"
           "[ RUN      ] Cart.Adds\n[       OK ] Cart.Adds (0 ms)\n"
           "cart.cpp:7: Failure\nFailed\na connection is open\n\n"
           "[  FAILED  ] Cart: SetUpTestSuite or TearDownTestSuite\n\n"
           "[----------] 1 test from Cart (0 ms total)\n\n"
           "[----------] Global test environment tear-down\ncart.cpp:30: Skipped\nnot here\n"
           "[==========] 1 test from 1 test suite ran. (0 ms total)\n"
           "[  PASSED  ] 1 test.\n",
           {1, 0});

  EXPECT_THAT(said.outcomes(), ElementsAre("Cart.Adds passed"));
  auto const outside = said.all<outside_failure>();
  ASSERT_EQ(outside.size(), 1U);
  EXPECT_EQ(outside[0].message, "a connection is open");
  EXPECT_THAT(outside[0].text, HasSubstr("cart.cpp:7: Failure"));
}

TEST(GoogletestReader, SaysWhichTestWasRunning) {
  auto const said =
      hear(reader_of<googletest_reader>({"Cart.Adds"}), "[ RUN      ] Cart.Adds\n", {139, 11});

  ASSERT_EQ(said.all<test_started>().size(), 1u);
  EXPECT_EQ(said.all<test_started>()[0].id.value, "Cart.Adds");
  EXPECT_THAT(said.reports(), IsEmpty());
}

TEST(GoogletestReader, BelievesTheLinesOfTheRunningTestOnly) {
  auto const said = hear(reader_of<googletest_reader>({"A.b", "A.bc", "X.y"}),
                         "[ RUN      ] A.b\n[       OK ] X.y (0 ms)\n[       OK ] A.bc (0 ms)\n"
                         "[  FAILED  ] A.b\n[       OK ] A.b (0 ms)\n[  FAILED  ] A.b (0 ms)\n");

  EXPECT_THAT(said.outcomes(), ElementsAre("A.b passed"));
}

TEST(GoogletestReader, LeavesOutTestsThatWereNotAskedFor) {
  auto const said = hear(reader_of<googletest_reader>({"Cart.Later"}), three);

  EXPECT_THAT(said.outcomes(), ElementsAre("Cart.Later skipped"));
}

TEST(GoogletestReader, CountsStandardErrorForTheRunningTest) {
  auto reader = reader_of<googletest_reader>({"A.b"});
  testing::heard said;

  reader.feed(stream::out, "[ RUN      ] A.b\n", said.sink());
  reader.feed(stream::err, "oops\n", said.sink());
  reader.feed(stream::out, "[  FAILED  ] A.b (0 ms)\n", said.sink());

  ASSERT_THAT(said.outcomes(), ElementsAre("A.b failed"));
  EXPECT_EQ(said.reports()[0].text, "oops\n");
  EXPECT_EQ(said.output(stream::err), "oops\n");
}

TEST(GoogletestReader, CountsNothingThatHappensAfterAnInterruption) {
  auto reader = reader_of<googletest_reader>({"A.b"});
  testing::heard said;
  reader.feed(stream::out, "[ RUN      ] A.b\n", said.sink());

  reader.interrupted(said.sink());
  reader.feed(stream::out, "[  FAILED  ] A.b (0 ms)\n", said.sink());

  EXPECT_THAT(said.reports(), IsEmpty());
}

TEST(GoogletestReader, WarnsWhenNoTestRan) {
  EXPECT_THAT(hear(reader_of<googletest_reader>({"A.b"}), "no\n", {127, 0}).warnings(),
              ElementsAre("the command ran no test of GoogleTest (exit status 127)"));
}

TEST(GoogletestReader, ReadsAStreamThatIsCutAnywhere) {
  std::vector<std::string> const ids{"Cart.Adds", "Cart.Wrong", "Cart.Later"};
  auto const whole = hear(reader_of<googletest_reader>(ids), three);

  for (std::size_t cut = 0; cut <= three.size(); ++cut) {
    EXPECT_EQ(hear_cut(reader_of<googletest_reader>(ids), three, cut).outcomes(), whole.outcomes())
        << cut;
  }
  EXPECT_EQ(hear_bytes(reader_of<googletest_reader>(ids), three).reports().at(1).text,
            whole.reports().at(1).text);
}

}  // namespace
}  // namespace offload
