// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/report/terminal.hpp>

#include <gtest/gtest.h>

#include <array>
#include <memory>

#include <unistd.h>

namespace offload {
namespace {

TEST(Visible, LeavesReadableTextAsItIs) {
  EXPECT_EQ(terminal::visible("tests/a.py::x[a b-\\n-\u00e4-日本]"),
            "tests/a.py::x[a b-\\n-\u00e4-日本]");
}

TEST(Visible, ShowsWhatWouldDoSomethingToATerminal) {
  EXPECT_EQ(terminal::visible("a\nb\tc\rd"), "a\\nb\\tc\\rd");
  EXPECT_EQ(terminal::visible("\x1b[31mred\x7f"), "\\x1b[31mred\\x7f");
  EXPECT_EQ(terminal::visible("csi \u009b31m"), "csi \\u009b31m");
  EXPECT_EQ(terminal::visible("turned \u202e around"), "turned \\u202e around");
  EXPECT_EQ(terminal::visible(std::string_view{"\0", 1}), "\\x00");
}

TEST(Visible, ShowsBytesThatAreNoUtf8) {
  EXPECT_EQ(terminal::visible("a\xff"
                              "b"),
            "a\\xffb");
  EXPECT_EQ(terminal::visible("cut \xe6\x97"), "cut \\xe6\\x97");
  EXPECT_EQ(terminal::visible("long \xc0\xaf"), "long \\xc0\\xaf");
}

TEST(ColumnsOf, CountsWhatATerminalShows) {
  EXPECT_EQ(terminal::columns_of(""), 0U);
  EXPECT_EQ(terminal::columns_of("abc"), 3U);
  EXPECT_EQ(terminal::columns_of("\u00e4\u00f6"), 2U);
  EXPECT_EQ(terminal::columns_of("日本"), 4U);
  EXPECT_EQ(terminal::columns_of("e\u0301"), 1U);
}

TEST(ColumnsOf, KnowsWideEmojiAmongTheSymbols) {
  EXPECT_EQ(terminal::columns_of("✅⚡⭐"), 6U);
  EXPECT_EQ(terminal::columns_of("✓✗⠋━"), 4U);
}

TEST(Truncated, KeepsWhatFits) {
  EXPECT_EQ(terminal::truncated("abc", 3), "abc");
  EXPECT_EQ(terminal::truncated("", 0), "");
}

TEST(Truncated, MarksWhatIsMissing) {
  EXPECT_EQ(terminal::truncated("abcdef", 4), "abc…");
  EXPECT_EQ(terminal::truncated("abcdef", 4, kept_part::end), "…def");
  EXPECT_EQ(terminal::truncated("abcdef", 1), "…");
  EXPECT_EQ(terminal::truncated("abcdef", 0), "");
}

TEST(Truncated, NeverCutsACharacter) {
  EXPECT_EQ(terminal::truncated("日本語", 4), "日…");
  EXPECT_EQ(terminal::truncated("日本語", 4, kept_part::end), "…語");
}

TEST(Gist, IsTheFirstLineThatSaysSomething) {
  EXPECT_EQ(terminal::gist("\n  \n  assert 1 == 2\nmore"), "assert 1 == 2");
  EXPECT_EQ(terminal::gist(" \n"), "");
  EXPECT_EQ(terminal::gist("abcdef\n", 3), "ab…");
}

TEST(ShortDuration, UsesTheUnitThatTellsMost) {
  EXPECT_EQ(terminal::short_duration(seconds{-1}), "0ms");
  EXPECT_EQ(terminal::short_duration(seconds{0.34}), "340ms");
  EXPECT_EQ(terminal::short_duration(seconds{0.9996}), "1.0s");
  EXPECT_EQ(terminal::short_duration(seconds{12.34}), "12.3s");
  EXPECT_EQ(terminal::short_duration(seconds{59.96}), "1m00s");
  EXPECT_EQ(terminal::short_duration(seconds{65}), "1m05s");
  EXPECT_EQ(terminal::short_duration(seconds{7380}), "2h03m");
}

TEST(Painted, AddsCodesOnlyWhenColoured) {
  EXPECT_EQ(terminal::painted("x", colour::red, text_style::coloured), "\x1b[31mx\x1b[0m");
  EXPECT_EQ(terminal::painted("x", colour::red, text_style::plain), "x");
  EXPECT_EQ(terminal::painted("x", colour::none, text_style::coloured), "x");
}

TEST(Terminal, IsNotAFile) {
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> const file{std::tmpfile(), std::fclose};

  EXPECT_FALSE(terminal::is_terminal(file.get()));
  EXPECT_FALSE(terminal::wants_colour(file.get()));
  EXPECT_EQ(terminal::size(file.get()), (terminal::extent{80, 24}));
}

/// A pipe, and a file to write to it with.
class PatientOutput : public ::testing::Test {
 protected:
  PatientOutput() {
    EXPECT_EQ(::pipe(ends.data()), 0);
    file = ::fdopen(ends[1], "w");
  }
  ~PatientOutput() override {
    std::fclose(file);
    close_reader();
  }
  void close_reader() {
    if (ends[0] >= 0) { ::close(ends[0]); }
    ends[0] = -1;
  }
  std::size_t read_some() {
    std::array<char, 65536> bytes{};
    return static_cast<std::size_t>(::read(ends[0], bytes.data(), bytes.size()));
  }

  std::array<int, 2> ends{-1, -1};
  std::FILE* file = nullptr;
};

TEST_F(PatientOutput, WritesAtOnceWhenItCan) {
  patient_output output{file};

  output.add("hello");
  output.write();

  EXPECT_TRUE(output.has_written_all());
  EXPECT_EQ(read_some(), 5U);
}

TEST_F(PatientOutput, KeepsWhatAPipeDoesNotTake) {
  patient_output output{file};
  constexpr std::size_t all = 300'000;

  output.add(std::string(all, 'x'));
  output.write();
  EXPECT_FALSE(output.has_written_all());

  std::size_t seen = 0;
  while (seen < all) {
    seen += read_some();
    output.write();
  }
  EXPECT_EQ(seen, all);
  EXPECT_TRUE(output.has_written_all());
}

TEST_F(PatientOutput, GivesUpWhenNobodyReads) {
  patient_output output{file};
  close_reader();

  output.add("hello");
  output.write();

  EXPECT_TRUE(output.has_written_all());
}

}  // namespace
}  // namespace offload
