// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/time.hpp>
#include <offload/report/progress_state.hpp>
#include <offload/report/terminal.hpp>

#include <string>
#include <string_view>
#include <vector>

/// The live display of progress.
namespace offload {

/// Its lines: fewer lines than `extent` has rows, each of fewer columns.
[[nodiscard]] std::vector<std::string> render_block(progress_state const& state,
                                                    terminal::extent extent, time_point now,
                                                    text_style style);

/// Lines at the bottom of a terminal that are redrawn in place. Returns the text to write to the
/// terminal, and writes nothing itself.
///
/// The cursor rests at the beginning of the first of them. It stays there when the terminal changes
/// its size, whether it folds lines then or not, and whether this program knows of it yet or not.
class live_block {
 public:
  /// The text that puts `above` (whole lines, or nothing) where the block was, and `lines` below
  /// it.
  [[nodiscard]] std::string redraw(std::string_view above, std::vector<std::string> const& lines);
  /// Leaves the drawn lines on the terminal for good: the cursor is elsewhere now.
  void forget() { is_drawn_ = false; }
  [[nodiscard]] bool empty() const { return !is_drawn_; }

 private:
  bool is_drawn_ = false;
};

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/report/progress_block-inl.hpp>
#endif
