// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/framework/json_seq.hpp>

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace offload {
namespace {

using namespace std::string_literals;

/// What a splitter makes of the pieces: records, and the text between them put together.
struct split {
  explicit split(std::vector<std::string> const& pieces) {
    json_seq_splitter splitter;
    auto const on_text = [this](std::string_view some) { text += some; };
    for (auto const& piece : pieces) {
      splitter.feed(
          piece, [this](std::string_view record) { records.emplace_back(record); }, on_text);
    }
    text_before_end = text;
    splitter.finish(on_text);
  }

  std::vector<std::string> records;
  std::string text;
  std::string text_before_end;
};

using strings = std::vector<std::string>;

TEST(JsonSeq, PartsRecordsFromText) {
  split const parts{{"before \x1e{\"a\":1}\nbetween\n\x1e{\"b\":2}\nafter"}};

  EXPECT_EQ(parts.records, (strings{"{\"a\":1}", "{\"b\":2}"}));
  EXPECT_EQ(parts.text, "before between\nafter");
}

TEST(JsonSeq, DoesNotMindWhereTheStreamIsCut) {
  auto const whole = "x\x1e{\"a\":1}\n\x1e\x1e{\"b\":2}\ny\n\x1e{\"c\""s;

  for (std::size_t cut = 0; cut <= whole.size(); ++cut) {
    split const parts{{whole.substr(0, cut), whole.substr(cut)}};

    EXPECT_EQ(parts.records, (strings{"{\"a\":1}", "{\"b\":2}"})) << "cut at " << cut;
    EXPECT_EQ(parts.text, "xy\n{\"c\"") << "cut at " << cut;
  }
}

TEST(JsonSeq, DoesNotMindSingleBytes) {
  strings bytes;
  for (char const c : "x\x1e{\"a\":1}\ny"s) { bytes.emplace_back(1, c); }

  split const parts{bytes};

  EXPECT_EQ(parts.records, strings{"{\"a\":1}"});
  EXPECT_EQ(parts.text, "xy");
}

TEST(JsonSeq, PassesTextOnAtOnce) {
  split const parts{{"no line feed yet"}};

  EXPECT_EQ(parts.text_before_end, "no line feed yet");
}

TEST(JsonSeq, EndsARecordThatIsCutShortAtTheNextOne) {
  split const parts{{"\x1e{\"a\":\x1e{\"b\":2}\n"}};

  EXPECT_EQ(parts.records, (strings{"{\"a\":", "{\"b\":2}"}));
}

TEST(JsonSeq, TakesTheRecordThatTheEndCutsForText) {
  split const parts{{"\x1e{\"a\":1"}};

  EXPECT_TRUE(parts.records.empty());
  EXPECT_EQ(parts.text_before_end, "");
  EXPECT_EQ(parts.text, "{\"a\":1");
}

TEST(JsonSeq, KeepsNulBytes) {
  split const parts{{"a\0b\x1e{\0}\n"s}};

  EXPECT_EQ(parts.records, strings{"{\0}"s});
  EXPECT_EQ(parts.text, "a\0b"s);
}

}  // namespace
}  // namespace offload
