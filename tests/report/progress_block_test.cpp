// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/report/progress_block.hpp>
#include <report/run_events.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace offload {
namespace {

using ::testing::AllOf;
using testing::at;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Le;
using ::testing::ResultOf;
using ::testing::SizeIs;

using lines = std::vector<std::string>;

/// A run of 200 tests that began at second 2, seen at second 12.
class Block : public ::testing::Test {
 protected:
  Block() {
    state.now_in = progress_state::phase::running;
    state.began = at(0);
    state.tests_began = at(2);
    state.total = 200;
    state.passed = 45;
    state.failed = 1;
    state.flaky = 2;
    state.skipped = 2;
  }
  void run(unsigned test, std::string id, double since, unsigned batch = 0) {
    state.running[{{test}, {batch}}] = {std::move(id), at(since)};
  }
  [[nodiscard]] lines block(std::size_t columns, std::size_t rows = 24,
                            text_style style = text_style::plain) const {
    return render_block(state, {columns, rows}, at(12), style);
  }

  progress_state state;
};

TEST_F(Block, ShowsHowFarTheRunIs) {
  run(1, "tests/a.py::slow", 3.5);
  run(2, "tests/a.py::quick", 11.8);

  EXPECT_THAT(
      block(100),
      ElementsAre(" 25% ━━━━━━━━━━──────────────────────────────  50/200  12.0s, about 30s left",
                  "     47 passed, 1 failed, 2 flaky, 2 skipped, 2 running, 148 awaiting",
                  "     8.5s  tests/a.py::slow", "    200ms  tests/a.py::quick"));
}

TEST_F(Block, GivesUpPartsWhenThereIsLessRoom) {
  run(1, "tests/integration/test_module.py::test_the_thing", 3.5);

  EXPECT_THAT(block(45), ElementsAre(" 25% ━━━━━━──────────────────  50/200  12.0s",
                                     "     47 passed, 1 failed, 2 flaky, 2 skippe…",
                                     "     8.5s  …n/test_module.py::test_the_thing"));
  EXPECT_THAT(block(39), ElementsAre(" 25% ━━━━──────────────  50/200  12.0s"));
  EXPECT_THAT(block(26), ElementsAre(" 25% ━━━─────────  50/200"));
  EXPECT_THAT(block(12), ElementsAre(" 25% ━─────"));
}

TEST_F(Block, NeverFillsTheLastColumn) {
  run(1, std::string(300, 'x'), 3);
  run(2, "日本語日本語日本語日本語日本語日本語日本語日本語日本語日本語日本語", 3);

  for (std::size_t columns = 1; columns < 130; ++columns) {
    EXPECT_THAT(block(columns),
                Each(ResultOf(terminal::columns_of, Le(std::max<std::size_t>(1, columns - 1)))))
        << columns;
  }
}

TEST_F(Block, LeavesRoomOnASmallTerminal) {
  for (unsigned i = 0; i < 20; ++i) { run(i, "t", 3); }

  EXPECT_THAT(block(100, 24), SizeIs(2 + 8));
  EXPECT_THAT(block(100, 10), SizeIs(2 + 6));
  EXPECT_THAT(block(100, 4), SizeIs(2));
  EXPECT_THAT(block(100, 2), SizeIs(1));
}

TEST_F(Block, ShowsTheLongestTestsFirstInAFixedOrder) {
  run(3, "third", 9);
  run(2, "second", 9);
  run(9, "first", 4);

  auto const shown = block(100);

  EXPECT_EQ(lines(shown.begin() + 2, shown.end()),
            (lines{"     8.0s  first", "     3.0s  second", "     3.0s  third"}));
}

TEST_F(Block, CountsATestThatRunsTwiceOnce) {
  run(1, "hedged", 4, 0);
  run(1, "hedged", 6, 1);

  EXPECT_EQ(block(100)[1], "     47 passed, 1 failed, 2 flaky, 2 skipped, 1 running, 149 awaiting");
}

TEST_F(Block, CountsBatchesWhenTestsDoNotSayThatTheyStart) {
  state.open_batches = {{0}, {1}};

  EXPECT_EQ(block(100)[1],
            "     47 passed, 1 failed, 2 flaky, 2 skipped, 2 batches running, 150 awaiting");
}

TEST_F(Block, SaysThatSandboxesAreMissing) {
  state.slots = 4;
  state.slots_up = {{0}};

  EXPECT_EQ(block(100)[1],
            "     47 passed, 1 failed, 2 flaky, 2 skipped, 150 awaiting, 1 of 4 sandboxes up");
}

TEST_F(Block, SaysThatSandboxesGoDown) {
  state.now_in = progress_state::phase::over;
  state.passed = 195;
  state.slots = 4;
  state.slots_up = {{0}, {1}, {2}};
  state.went_down = 1;

  EXPECT_THAT(block(100),
              ElementsAre("100% ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━  200/200  12.0s",
                          "     197 passed, 1 failed, 2 flaky, 2 skipped, "
                          "terminating 2 sandboxes"));
}

TEST_F(Block, ShowsNamesWithoutControlCharacters) {
  run(1, "a\x1b[2J\n", 4);

  EXPECT_EQ(block(100)[2], "     8.0s  a\\x1b[2J\\n");
}

TEST_F(Block, UsesColoursWhenAsked) {
  EXPECT_THAT(block(26, 24, text_style::coloured),
              ElementsAre("\x1b[1m 25% \x1b[0m\x1b[31m━━━\x1b[0m\x1b[2m─────────\x1b[0m  50/200"));
}

TEST(DiscoveryBlock, IsOneLineThatMoves) {
  progress_state state;
  state.on({at(1), discovery_began{1}});

  EXPECT_THAT(render_block(state, {}, at(2.25), text_style::plain),
              ElementsAre("⠹ Discovering tests... 1.2s"));
  EXPECT_THAT(render_block(state, {}, at(2.35), text_style::plain),
              ElementsAre("⠸ Discovering tests... 1.4s"));
}

/// As much of a terminal as the live display needs: its rows, and where the cursor is.
class screen {
 public:
  explicit screen(std::size_t columns = 80) : columns_{columns} {}

  void write(std::string_view text) {
    while (!text.empty()) { text.remove_prefix(take(text)); }
  }
  /// Folds rows that have become too long, as many terminals do. The cursor stays with its text.
  void narrow(std::size_t columns) {
    lines folded;
    std::size_t new_row = 0;
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      if (i == row_) { new_row = folded.size(); }
      for (std::size_t from = 0; from == 0 || from < rows_[i].size(); from += columns) {
        folded.push_back(rows_[i].substr(from, columns));
      }
    }
    rows_ = folded;
    row_ = new_row;
    columns_ = columns;
  }
  [[nodiscard]] lines shown() const {
    auto rows = rows_;
    while (!rows.empty() && rows.back().empty()) { rows.pop_back(); }
    return rows;
  }
  [[nodiscard]] std::size_t row() const { return row_; }
  [[nodiscard]] std::size_t column() const { return column_; }

 private:
  std::size_t take(std::string_view text) {
    if (text.starts_with("\x1b[?7")) {
      folds_ = text[4] == 'h';
      return 5;
    }
    if (text.starts_with("\x1b[K") || text.starts_with("\x1b[J")) {
      rows_[row_].resize(std::min(column_, rows_[row_].size()));
      if (text[2] == 'J') { rows_.resize(row_ + 1); }
      return 3;
    }
    if (text.starts_with("\x1b[")) {
      auto const end = text.find('A');
      row_ -= std::stoul(std::string{text.substr(2, end - 2)});
      return end + 1;
    }
    if (text[0] == '\r' || text[0] == '\n') {
      column_ = 0;
      row_ += text[0] == '\n';
      if (row_ == rows_.size()) { rows_.emplace_back(); }
      return 1;
    }
    if (column_ == columns_) {
      if (!folds_) { return 1; }
      write("\n");
    }
    rows_[row_].resize(std::max(rows_[row_].size(), column_ + 1));
    rows_[row_][column_++] = text[0];
    return 1;
  }

  lines rows_{1};
  std::size_t columns_;
  std::size_t row_ = 0;
  std::size_t column_ = 0;
  bool folds_ = true;
};

TEST(LiveBlock, IsDrawnOverInPlace) {
  live_block block;
  screen terminal;

  terminal.write(block.redraw("", {"one", "two"}));
  terminal.write(block.redraw("", {"1", "2", "3"}));

  EXPECT_THAT(terminal.shown(), ElementsAre("1", "2", "3"));
  EXPECT_EQ(terminal.row(), 0U);
  EXPECT_EQ(terminal.column(), 0U);
}

TEST(LiveBlock, LeavesNoLinesWhenItGetsShorter) {
  live_block block;
  screen terminal;

  terminal.write(block.redraw("", {"one", "two", "three"}));
  terminal.write(block.redraw("", {"one"}));

  EXPECT_THAT(terminal.shown(), ElementsAre("one"));
  EXPECT_EQ(terminal.row(), 0U);
}

TEST(LiveBlock, MovesDownForLinesThatStay) {
  live_block block;
  screen terminal;

  terminal.write(block.redraw("first\n", {"one, long", "two, long"}));
  terminal.write(block.redraw("stays\n", {"1", "2"}));
  terminal.write(block.redraw("stays too\n", {"3"}));

  EXPECT_THAT(terminal.shown(), ElementsAre("first", "stays", "stays too", "3"));
  EXPECT_EQ(terminal.row(), 3U);
}

TEST(LiveBlock, GoesAwayWithoutATrace) {
  live_block block;
  screen terminal;

  terminal.write(block.redraw("stays\n", {"one", "two"}));
  terminal.write(block.redraw("", {}));

  EXPECT_THAT(terminal.shown(), ElementsAre("stays"));
  EXPECT_EQ(terminal.row(), 1U);
  EXPECT_TRUE(block.empty());
}

TEST(LiveBlock, FindsItsStartInATerminalThatGotNarrower) {
  live_block block;
  screen terminal{25};

  terminal.write(block.redraw("stays\n", {"a line of 24 columns ...", "short"}));
  terminal.narrow(10);
  terminal.write(block.redraw("", {"1", "2"}));

  EXPECT_THAT(terminal.shown(), ElementsAre("stays", "1", "2"));
}

TEST(LiveBlock, IsCutOffInATerminalThatIsNarrowerThanItIsKnownToBe) {
  live_block block;
  screen terminal{25};

  terminal.write(block.redraw("stays\n", {"a line of 24 columns ...", "short"}));
  terminal.narrow(10);
  terminal.write(block.redraw("", {"a line of 24 columns ...", "short"}));
  EXPECT_THAT(terminal.shown(), ElementsAre("stays", "a line of ", "short"));

  terminal.write(block.redraw("", {}));
  EXPECT_THAT(terminal.shown(), ElementsAre("stays"));
}

TEST(LiveBlock, StartsAnewWhereTheCursorIsWhenItIsForgotten) {
  live_block block;
  screen terminal;

  terminal.write(block.redraw("", {"one"}));
  terminal.write("\r\x1b[Jof the shell\n");
  block.forget();
  terminal.write(block.redraw("", {"two"}));

  EXPECT_THAT(terminal.shown(), ElementsAre("of the shell", "two"));
}

TEST(LiveBlock, TouchesNothingWhenItIsNotDrawn) {
  live_block block;

  EXPECT_EQ(block.redraw("said\n", {}), "said\n");
  EXPECT_EQ(block.redraw("", {}), "");
}

}  // namespace
}  // namespace offload
