// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/image/hunk_reader.hpp>

#include <offload/core/inline.hpp>
#include <offload/image/patch.hpp>
#include <offload/image/patch_names.hpp>

#include <charconv>

namespace offload::image {
namespace hunk_reader_detail {

inline bool take_number(std::string_view& text, std::size_t& number) {
  auto const [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (wrong != std::errc{} || number > text.max_size() / 2) { return false; }
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return true;
}

inline bool take(std::string_view& text, std::string_view word) {
  if (!text.starts_with(word)) { return false; }
  text.remove_prefix(word.size());
  return true;
}

/// `12,3`, or `12` when there is one line.
inline bool take_range(std::string_view& text, std::size_t& start, std::size_t& count) {
  count = 1;
  if (!take_number(text, start)) { return false; }
  if (take(text, ",") && !take_number(text, count)) { return false; }
  return start > 0 || count == 0;
}

inline bool read_header(std::string_view text, hunk& made) {
  return take(text, "@@ -") && take_range(text, made.old_start, made.old_count) &&
         take(text, " +") && take_range(text, made.new_start, made.new_count) &&
         take(text, " @@") && made.old_count + made.new_count > 0;
}

/// Reads the lines of one hunk by the counts of its header.
class hunk_body {
 public:
  explicit hunk_body(hunk& made) : made_{made}, old_{made.old_count}, new_{made.new_count} {}

  [[nodiscard]] bool complete() const { return old_ == 0 && new_ == 0; }

  bool add(std::string_view line) {
    bool const is_old = line.front() == ' ' || line.front() == '-';
    bool const is_new = line.front() == ' ' || line.front() == '+';
    if ((!is_old && !is_new) || (is_old && old_ == 0) || (is_new && new_ == 0)) { return false; }
    old_ -= is_old ? 1 : 0;
    new_ -= is_new ? 1 : 0;
    auto const role = !is_new ? line_role::removed : is_old ? line_role::kept : line_role::added;
    made_.lines.push_back({role, line.substr(1)});
    return true;
  }

  /// "\ No newline at end of file", in whatever language, is about the line before.
  void end_without_newline() { made_.lines.back().text.remove_suffix(1); }

 private:
  hunk& made_;
  std::size_t old_;
  std::size_t new_;
};

inline result<hunk> read_hunk(patch_lines& lines) {
  hunk made{.patch_line = lines.number()};
  if (!read_header(lines.next(), made)) {
    return wrong_line(lines.number(),
                      "expected a hunk, `@@ -1,2 +1,2 @@`, but found " + shown(lines.next()));
  }
  lines.advance();
  for (hunk_body body{made}; !body.complete();) {
    if (lines.done()) { return wrong_line(lines.number(), "the patch ends within a hunk"); }
    if (!body.add(lines.whole())) {
      return wrong_line(lines.number(), fmt::format("{} does not belong to the hunk of line {}",
                                                    shown(lines.next()), made.patch_line));
    }
    lines.advance();
    if (lines.next_is("\\ ")) {
      body.end_without_newline();
      lines.advance();
    }
  }
  return made;
}

}  // namespace hunk_reader_detail

OFFLOAD_INLINE result<std::vector<hunk>> read_hunks(patch_lines& lines) {
  std::vector<hunk> hunks;
  do {
    auto made = hunk_reader_detail::read_hunk(lines);
    if (!made) { return tl::unexpected{made.error()}; }
    hunks.push_back(std::move(*made));
  } while (lines.next_is("@@ -"));
  return hunks;
}

}  // namespace offload::image
