// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/time.hpp>

#include <cstddef>
#include <cstdio>
#include <string>
#include <string_view>

/// The abilities of a terminal, and functions to write to one.
namespace offload {

enum class text_style { plain, coloured };

enum class colour { none, red, green, yellow, bold, dim };

/// Which part of a long text is the more telling one.
enum class kept_part { start, end };

/// Writes to a file without waiting for its reader: what a terminal or a pipe cannot take now is
/// kept for the next time. Errors are kept quiet; after one, nothing is written any more.
class patient_output {
 public:
  /// `to` has to outlive this.
  explicit patient_output(std::FILE* to) : to_{to} {}

  void add(std::string_view text) { kept_ += text; }
  /// Writes what can be written until `patience` has run out.
  void write(seconds patience = {});
  [[nodiscard]] bool has_written_all() const { return kept_.empty(); }

 private:
  bool write_chunk();

  std::FILE* to_;
  std::string kept_;
};

namespace terminal {

struct extent {
  std::size_t columns = 80;
  std::size_t rows = 24;

  bool operator==(extent const&) const = default;
};

[[nodiscard]] bool is_terminal(std::FILE* file);
/// The current size. Returns the default when `file` is not a terminal or does not report its size.
[[nodiscard]] extent size(std::FILE* file);
/// False when another program is in the foreground of the terminal that started this one.
[[nodiscard]] bool is_in_foreground(std::FILE* file);
/// Whether `file` gets colours. It does when it is a terminal that is not dumb. `FORCE_COLOR` and
/// `CLICOLOR_FORCE` with any value but 0 and false turn colours on elsewhere, too. `FORCE_COLOR=0`
/// and `CLICOLOR=0` turn them off everywhere. `NO_COLOR` with any value turns them off, and
/// overrides all others.
[[nodiscard]] bool wants_colour(std::FILE* file);

/// Clears the line of the cursor and all below it, in several steps. When the cursor is in the
/// first row, some terminals keep lines that are cleared in one step in their history.
inline constexpr std::string_view clear_from_line = "\r\x1b[K\n\x1b[J\x1b[1A";

/// From now on, Ctrl-Z clears the terminal from the line of the cursor on before it stops this
/// program; nothing: no longer. One terminal at a time.
void clear_when_stopped(std::FILE* file);
/// Does so now, for what ends the program at once. Any thread may ask for it.
void clear_from_cursor();

/// The style for what is written to `file`.
[[nodiscard]] text_style style_for(std::FILE* file);

/// `text`, and when the style is `coloured` the codes for `how` around it.
[[nodiscard]] std::string painted(std::string_view text, colour how, text_style style);

/// `text` on one line, without effect on a terminal. Line ends, other control characters,
/// characters that turn the direction of writing, and bytes that are not UTF-8 become `\n`,
/// `\x1b`, `\u202e`.
[[nodiscard]] std::string visible(std::string_view text);

/// How many columns `text` takes. Wide East Asian characters and emoji count 2.
[[nodiscard]] std::size_t columns_of(std::string_view text);

/// `text` cut to at most that many columns, with "…" where something is missing.
[[nodiscard]] std::string truncated(std::string_view text, std::size_t columns,
                                    kept_part kept = kept_part::start);

/// The first line of `text` that says something, visible and truncated.
[[nodiscard]] std::string gist(std::string_view text, std::size_t columns = 200);

/// "340ms", "12.3s", "1m05s", "2h03m".
[[nodiscard]] std::string short_duration(seconds d);

}  // namespace terminal
}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/report/terminal_text-inl.hpp>
#endif
