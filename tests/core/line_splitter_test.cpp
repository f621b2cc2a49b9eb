// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/core/line_splitter.hpp>

#include <gtest/gtest.h>

#include <vector>

namespace offload {
namespace {

using lines = std::vector<std::string>;

lines lines_of(std::string_view text, std::size_t cut) {
  line_splitter splitter;
  lines found;
  auto const keep = [&](std::string_view line) { found.emplace_back(line); };
  splitter.feed(text.substr(0, cut), keep);
  splitter.feed(text.substr(cut), keep);
  splitter.finish(keep);
  return found;
}

TEST(LineSplitter, PartsAStreamThatIsCutAnywhere) {
  std::string_view const text = "one\n\ntwo words\r\nrest";

  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    EXPECT_EQ(lines_of(text, cut), (lines{"one", "", "two words\r", "rest"})) << cut;
  }
}

TEST(LineSplitter, HasNoLineBehindTheLastLineFeed) {
  EXPECT_EQ(lines_of("one\n", 2), lines{"one"});
  EXPECT_EQ(lines_of("", 0), lines{});
}

}  // namespace
}  // namespace offload
