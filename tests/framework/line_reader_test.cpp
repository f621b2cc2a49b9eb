// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "heard.hpp"

#include <offload/framework/line_reader.hpp>

#include <gtest/gtest.h>

namespace offload {
namespace {

using strings = std::vector<std::string>;
using testing::hear;
using testing::hear_cut;

line_listing_reader reader_of_groups(std::vector<std::size_t> groups) {
  return line_listing_reader{
      {.run = {.argv = {"list", "--all tests"}}, .groups = std::move(groups)}};
}

TEST(LineListingReader, ListsATestALine) {
  auto const said = hear(reader_of_groups({2, 5}), "one\ntwo\n");

  EXPECT_EQ(said.listed(), (strings{"one", "two"}));
  EXPECT_EQ(said.all<test_listed>()[0].groups, (std::vector<std::size_t>{2, 5}));
  ASSERT_EQ(said.all<listing_done>().size(), 1u);
  EXPECT_TRUE(said.warnings().empty());
}

TEST(LineListingReader, TrimsLinesButKeepsSpacesInside) {
  auto const said = hear(reader_of_groups({0}), "  adds two  numbers \t\r\n\tb\r\n");

  EXPECT_EQ(said.listed(), (strings{"adds two  numbers", "b"}));
}

TEST(LineListingReader, LeavesOutEmptyLinesAndComments) {
  auto const said = hear(reader_of_groups({0}), "# all tests\n\n  # indented\n \t \na # b\n");

  EXPECT_EQ(said.listed(), strings{"a # b"});
}

TEST(LineListingReader, ListsALineThatComesAgainOnce) {
  auto const said = hear(reader_of_groups({0}), "a\nb\n a\nb\n");

  EXPECT_EQ(said.listed(), (strings{"a", "b"}));
}

TEST(LineListingReader, DoesNotMindWhereTheOutputIsCut) {
  std::string const out = "a\n# c\nb \u20ac\r\nlast without a line feed";

  for (std::size_t cut = 0; cut <= out.size(); ++cut) {
    auto const said = hear_cut(reader_of_groups({0}), out, cut);

    EXPECT_EQ(said.listed(), (strings{"a", "b \u20ac", "last without a line feed"}))
        << "cut at " << cut;
  }
}

TEST(LineListingReader, ListsNoTestsFromStandardError) {
  auto const said = hear(reader_of_groups({0}), "a\n", {}, "warning: old\n");

  EXPECT_EQ(said.listed(), strings{"a"});
  EXPECT_EQ(said.output(stream::err), "warning: old\n");
}

TEST(LineListingReader, WarnsWhenThereIsNoTest) {
  auto const said = hear(reader_of_groups({0}), "# nothing\n");

  EXPECT_EQ(said.warnings(), strings{"the listing command listed no tests: list '--all tests'"});
  EXPECT_EQ(said.all<listing_done>().size(), 1u);
}

TEST(LineListingReader, FailsWithTheCommandAndItsErrorOutput) {
  auto const said = hear(reader_of_groups({0}), "a\n", {3, 0}, "no such folder\n");

  ASSERT_EQ(said.all<listing_failed>().size(), 1u);
  auto const why = said.all<listing_failed>()[0].why;
  EXPECT_EQ(why.code, errc::discovery);
  EXPECT_EQ(why.message, "the listing command failed (exit status 3): no such folder");
  EXPECT_EQ(why.hint, "try it yourself: list '--all tests'");
  EXPECT_TRUE(said.all<listing_done>().empty());
}

TEST(LineListingReader, FailsWhenASignalEndsTheCommand) {
  auto const said = hear(reader_of_groups({0}), "half a li", {139, 11});

  ASSERT_EQ(said.all<listing_failed>().size(), 1u);
  EXPECT_EQ(said.all<listing_failed>()[0].why.message,
            "the listing command failed (signal 11 (SIGSEGV)): (stderr empty, stdout): half a li");
}

}  // namespace
}  // namespace offload
