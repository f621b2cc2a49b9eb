// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "heard.hpp"

#include <offload/framework/nextest.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace offload {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::hear;
using testing::hear_cut;
using ::testing::IsEmpty;

nextest_listing_reader listing_of(std::vector<std::size_t> groups) {
  return nextest_listing_reader{discovery_job{.run = {}, .groups = std::move(groups)}};
}

/// A list of one binary with these tests, members of a JSON object.
std::string list_of(std::string const& tests) {
  return R"({"rust-build-meta":{},"test-count":1,"rust-suites":{"a::bin/b":{"testcases":{)" +
         tests + "}},\"skipped\":{\"status\":\"skipped\"}}}\n";
}

std::string const two = list_of(R"("x":{"filter-match":{"status":"matches"}},"größe \"y\"":{})");

TEST(NextestListing, ListsWhatTheFiltersSelect) {
  auto const said = hear(listing_of({3}),
                         list_of(R"("t::no":{"filter-match":{"status":"mismatch","reason":"x"}},)"
                                 R"("t::yes":{"filter-match":{"status":"matches"}},"t z":{})"));

  EXPECT_THAT(said.listed(), ElementsAre("a::bin/b t::yes", "a::bin/b t z"));
  EXPECT_THAT(said.all<test_listed>().at(0).groups, ElementsAre(3));
  EXPECT_EQ(said.all<listing_done>().size(), 1u);
}

TEST(NextestListing, TakesAListForEachGroupInTurn) {
  auto const said = hear(listing_of({4, 2}), two + list_of(R"("x":{})"));

  std::vector<std::size_t> groups;
  for (auto const& one : said.all<test_listed>()) { groups.push_back(one.groups.at(0)); }
  EXPECT_THAT(groups, ElementsAre(4, 4, 2));
}

TEST(NextestListing, ReadsAListThatIsCutAnywhere) {
  for (std::size_t cut = 0; cut <= two.size(); ++cut) {
    auto const said = hear_cut(listing_of({0}), two, cut);

    EXPECT_THAT(said.listed(), ElementsAre("a::bin/b x", "a::bin/b größe \"y\"")) << cut;
    EXPECT_EQ(said.all<listing_done>().size(), 1u) << cut;
  }
}

TEST(NextestListing, PassesOnWhatIsNoList) {
  auto const said = hear(listing_of({0}), "a word of a wrapper\n[1]\n" + two);

  EXPECT_EQ(said.output(), "a word of a wrapper\n[1]\n");
  EXPECT_EQ(said.listed().size(), 2u);
}

TEST(NextestListing, ShowsACompilersMessage) {
  auto const said = hear(listing_of({0}), "", {101, 0}, "error[E0277]: cannot add\n");

  auto const why = said.all<listing_failed>().at(0).why;
  EXPECT_EQ(why.message, "cargo nextest list failed (exit status 101): error[E0277]: cannot add");
  EXPECT_THAT(why.hint, IsEmpty());
}

TEST(NextestListing, SaysWhatToDoAboutWhatIsMissing) {
  auto const hint = [](int code, std::string_view err) {
    return hear(listing_of({0}), "", {code, 0}, err).all<listing_failed>().at(0).why.hint;
  };

  EXPECT_THAT(hint(101, "error: no such command: `nextest`\n"), HasSubstr("cargo install"));
  EXPECT_THAT(hint(101, "error: no such subcommand: `nextest`\n"), HasSubstr("cargo install"));
  EXPECT_THAT(hint(101, "error: could not find `Cargo.toml` in `x`"), HasSubstr("working_dir"));
  EXPECT_THAT(hint(94, "error: failed to parse filterset"), HasSubstr("cargo nextest list"));
  EXPECT_THAT(hint(127, "sh: 1: cargo: not found"), HasSubstr("install Rust"));
}

TEST(NextestListing, FailsWhenAListIsMissing) {
  auto const said = hear(listing_of({0, 1}), two);

  EXPECT_THAT(said.all<listing_failed>().at(0).why.message,
              HasSubstr("printed 1 lists for 2 groups"));
  EXPECT_THAT(said.all<listing_done>(), IsEmpty());
}

}  // namespace
}  // namespace offload
