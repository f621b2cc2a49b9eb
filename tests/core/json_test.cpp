// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/core/json.hpp>

#include <cstdint>
#include <limits>
#include <string>
#include <utility>

#include <gtest/gtest.h>

namespace offload {
namespace {

TEST(Json, IsWrittenAsItIsRead) {
  std::string const text =
      R"({"null":null,"yes":true,"no":false,"text":"a\"b","list":[1,-2,2.5],"object":{"of":{}}})";

  EXPECT_EQ(to_json(parse_json(text)), text);
}

TEST(Json, KeepsTheOrderOfMembers) {
  json const made{{"z", 1}, {"a", 2}, {"m", 3}};

  EXPECT_EQ(to_json(made), R"({"z":1,"a":2,"m":3})");
}

TEST(Json, KnowsWholeNumbersOfAllSizes) {
  auto const all = parse_json("[0, -1, 18446744073709551615, -9223372036854775808]");

  EXPECT_EQ(all.at(0).number<int>(), 0);
  EXPECT_EQ(all.at(1).number<int>(), -1);
  EXPECT_EQ(all.at(2).number<std::uint64_t>(), std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(all.at(3).number<std::int64_t>(), std::numeric_limits<std::int64_t>::min());
}

TEST(Json, CutsNoNumberToFit) {
  auto const all = parse_json("[-1, 256, 1.5, 1.0, 1e30]");

  EXPECT_EQ(all.at(0).number<unsigned>(), std::nullopt);
  EXPECT_EQ(all.at(1).number<std::uint8_t>(), std::nullopt);
  EXPECT_EQ(all.at(2).number<int>(), std::nullopt);
  EXPECT_EQ(all.at(3).number<int>(), std::nullopt);
  EXPECT_EQ(all.at(4).number<double>(), 1e30);
  EXPECT_EQ(all.at(0).number<double>(), -1.0);
}

TEST(Json, HasNothingWhereThereIsNothing) {
  auto const some = parse_json(R"({"text": "a", "list": [1]})");

  EXPECT_TRUE(some["gone"].is_null());
  EXPECT_TRUE(some["gone"]["below"].at(3)["it"].is_null());
  EXPECT_TRUE(some["list"].at(1).is_null());
  EXPECT_TRUE(some["list"]["text"].is_null());
  EXPECT_EQ(some["list"].text(), "");
  EXPECT_EQ(some["text"].number<double>(), std::nullopt);
  EXPECT_EQ(some["text"].flag(), std::nullopt);
  EXPECT_TRUE(some["text"].items().empty());
  EXPECT_TRUE(some["text"].members().empty());
}

TEST(Json, TakesTheLaterOfTwoMembersOfOneName) {
  EXPECT_EQ(parse_json(R"({"a": 1, "a": 2})")["a"].number<int>(), 2);
}

TEST(Json, IsNullWhenTheTextIsNone) {
  for (auto const* text : {"", "{", "[1,]", "{\"a\":1} x", "nul", "'a'", "\"\xff\"", "// c\n1"}) {
    EXPECT_TRUE(parse_json(text).is_null()) << text;
  }
}

TEST(Json, SkipsCommentsWhereTheyAreAllowed) {
  auto const read = parse_json("// one\n{/* two */\"a\": 1}", json_comments::skipped);

  EXPECT_EQ(read["a"].number<int>(), 1);
}

TEST(Json, DoesNotOverflowTheStack) {
  auto const nested = [](std::size_t levels) {
    return std::string(levels, '[') + std::string(levels, ']');
  };

  EXPECT_TRUE(parse_json(nested(500)).is_list());
  EXPECT_TRUE(parse_json(nested(501)).is_null());
  EXPECT_TRUE(parse_json(nested(1'000'000)).is_null());
  EXPECT_TRUE(parse_json(std::string(1'000'000, '[')).is_null());
}

TEST(Json, MakesObjectsOfBracesAndListsOfLists) {
  json const made{{"one", {{"k", "v"}}}, {"list", json::list{"a", "b"}}, {"none", nullptr}};

  EXPECT_EQ(to_json(made), R"({"one":{"k":"v"},"list":["a","b"],"none":null})");
}

TEST(Json, GrowsWhereItIsAddedTo) {
  json made;
  made["a"]["b"] = 1;
  made["list"].append("x");
  made["list"].append(json::list{});
  made["gone"] = true;
  made.erase("gone");

  EXPECT_EQ(to_json(made), R"({"a":{"b":1},"list":["x",[]]})");
}

TEST(Json, GivesCopiesOfWhatIsAboutToEnd) {
  std::string all;
  for (auto const& [name, value] : parse_json(R"({"a": [1, 2]})").members()) { all += name; }
  for (auto const& item : parse_json(R"({"a": ["b", "c"]})")["a"].items()) { all += item.text(); }

  EXPECT_EQ(all, "abc");
}

TEST(Json, IsNotChangedByReading) {
  json text = "a";

  EXPECT_TRUE(text.members().empty());
  EXPECT_TRUE(text.items().empty());

  EXPECT_EQ(text.text(), "a");
}

TEST(Json, IsLaidOutInLines) {
  json const made{{"a", json::list{1, 2}}, {"b", json::object{}}, {"c", json::list{}}};

  EXPECT_EQ(to_json(made, {.indent = 2}),
            "{\n  \"a\": [\n    1,\n    2\n  ],\n  \"b\": {},\n  \"c\": []\n}");
}

TEST(Json, WritesARealNumberAsOne) {
  json const made = json::list{1.0, 0.1, 1e300, -0.0, std::numeric_limits<double>::infinity()};

  EXPECT_EQ(to_json(made), "[1.0,0.1,1e+300,-0.0,null]");
}

TEST(Json, ReplacesBytesThatAreNoUtf8) { EXPECT_EQ(to_json("a\xff\xc3z"), "\"a\uFFFD\uFFFDz\""); }

TEST(Json, EscapesWhatIsNotAsciiWhereAsked) {
  EXPECT_EQ(to_json("\x01\n\u00fc\U0001F600\xff", {.ascii_only = true}),
            R"("\u0001\n\u00fc\ud83d\ude00\ufffd")");
}

}  // namespace
}  // namespace offload
