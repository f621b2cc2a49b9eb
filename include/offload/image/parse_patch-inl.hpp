// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

// The format: https://git-scm.com/docs/diff-format. Nothing is skipped that is not understood: a
// change that got lost would be a wrong tree without a word.

#include <offload/image/patch.hpp>

#include <offload/core/inline.hpp>
#include <offload/image/binary_patch.hpp>
#include <offload/image/hunk_reader.hpp>
#include <offload/image/patch_lines.hpp>
#include <offload/image/patch_names.hpp>

#include <utility>

namespace offload {
namespace parse_patch_detail {

using image::after;
using image::patch_lines;
using image::shown;
using image::wrong_line;

inline constexpr std::string_view first_words = "diff --git ";
inline constexpr std::string_view empty_sha1_blob = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391";
inline constexpr std::string_view empty_sha256_blob =
    "473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813";

inline std::optional<file_kind> kind_of_mode(std::string_view mode) {
  if (mode == "120000") { return file_kind::symlink; }
  if (mode == "160000") { return file_kind::submodule; }
  if (mode == "100755") { return file_kind::executable; }
  if (mode == "100644" || mode == "100664") { return file_kind::regular; }
  return std::nullopt;
}

/// Whether an id may stand for an empty file.
inline bool may_be_empty(std::string_view id) {
  return !id.empty() && (empty_sha1_blob.starts_with(id) || empty_sha256_blob.starts_with(id));
}

inline bool is_id(std::string_view text) {
  return text.size() >= 4 && text.find_first_not_of("0123456789abcdef") == text.npos;
}

/// Reads what the patch says about one file.
class change_reader {
 public:
  explicit change_reader(patch_lines& lines) : lines_{lines} {
    change_.patch_line = lines.number();
    name_ = image::name_of_both(*after(lines.next(), first_words));
    lines.advance();
  }

  result<file_change> read() {
    return headers()
        .and_then([this] { return contents(); })
        .and_then([this] { return settle_paths(); })
        .and_then([this] { return check_paths(); })
        .and_then([this] { return check_contents(); })
        .map([this] { return std::move(change_); });
  }

 private:
  using maybe_name = std::optional<std::string>;

  result<void> headers() {
    for (; !lines_.done(); lines_.advance()) {
      auto const known = header(lines_.next());
      if (!known) { return tl::unexpected{known.error()}; }
      if (!*known) { break; }
    }
    return {};
  }

  /// Notes what a line says; false if it is not a header.
  result<bool> header(std::string_view line) {
    if (auto const mode = after(line, "old mode ")) { return take_mode(*mode, change_.old_kind); }
    if (auto const mode = after(line, "new mode ")) { return take_mode(*mode, change_.new_kind); }
    if (auto const mode = after(line, "new file mode ")) {
      return become(change_kind::created, take_mode(*mode, change_.new_kind));
    }
    if (auto const mode = after(line, "deleted file mode ")) {
      return become(change_kind::deleted, take_mode(*mode, change_.old_kind));
    }
    if (auto const name = after(line, "rename from ")) {
      return become(change_kind::renamed, take_name(*name, from_));
    }
    if (auto const name = after(line, "rename to ")) {
      return become(change_kind::renamed, take_name(*name, to_));
    }
    if (auto const name = after(line, "copy from ")) {
      return become(change_kind::copied, take_name(*name, from_));
    }
    if (auto const name = after(line, "copy to ")) {
      return become(change_kind::copied, take_name(*name, to_));
    }
    if (auto const ids = after(line, "index ")) { return take_ids(*ids); }
    if (after(line, "similarity index ") || after(line, "dissimilarity index ")) {
      is_alike_ = is_alike_ && line == "similarity index 100%";
      return true;
    }
    return false;
  }

  result<bool> take_mode(std::string_view mode, std::optional<file_kind>& into) {
    auto const kind = kind_of_mode(mode);
    if (!kind) { return wrong_line(lines_.number(), "git has no file mode " + shown(mode)); }
    if (into && *into != *kind) { return wrong_line(lines_.number(), "the file has two modes"); }
    into = kind;
    return true;
  }

  result<bool> take_name(std::string_view text, maybe_name& into) {
    into = image::whole_name(text);
    if (!into) { return wrong_line(lines_.number(), "the name is badly quoted"); }
    return true;
  }

  /// `1234567..89abcde`, with the mode if that stays as it is.
  result<bool> take_ids(std::string_view text) {
    auto const dots = text.find("..");
    auto const space = text.find(' ');
    if (dots == text.npos || !is_id(text.substr(0, dots)) ||
        !is_id(text.substr(dots + 2, space == text.npos ? space : space - dots - 2))) {
      return wrong_line(lines_.number(), "expected two ids, `index 1234567..89abcde`");
    }
    change_.old_id = text.substr(0, dots);
    change_.new_id = text.substr(dots + 2, space == text.npos ? space : space - dots - 2);
    if (space == text.npos) { return true; }
    auto const mode = text.substr(space + 1);
    auto const old_mode = take_mode(mode, change_.old_kind);
    return old_mode ? take_mode(mode, change_.new_kind) : old_mode;
  }

  result<bool> become(change_kind kind, result<bool> header) {
    if (header && change_.kind != change_kind::modified && change_.kind != kind) {
      return wrong_line(lines_.number(), "the file is changed in two ways at once");
    }
    change_.kind = kind;
    return header;
  }

  result<void> contents() {
    if (lines_.next_is("--- ")) { return text(); }
    if (lines_.next_is("GIT binary patch\n")) {
      lines_.advance();
      return image::read_binary_change(lines_).map(
          [this](binary_change&& binary) { change_.contents = std::move(binary); });
    }
    if (lines_.next_is("Binary files ")) {
      // libgit2 says so of a binary file whose mode alone has changed.
      bool const other_mode =
          change_.old_kind && change_.new_kind && *change_.old_kind != *change_.new_kind;
      if (!other_mode || change_.old_id != change_.new_id) { return missing_contents(); }
      lines_.advance();
    }
    return {};
  }

  result<void> text() {
    return text_name("--- ", change_kind::created)
        .and_then([this] { return text_name("+++ ", change_kind::deleted); })
        .and_then([this] { return hunks(); });
  }

  result<void> hunks() {
    // libgit2 writes `---` and `+++` for empty files, too.
    if (lines_.done() || lines_.next_is(first_words)) { return {}; }
    return image::read_hunks(lines_).map(
        [this](std::vector<hunk>&& hunks) { change_.contents = std::move(hunks); });
  }

  /// The name of a `---` or `+++` line; it is /dev/null for one kind of change.
  result<void> text_name(std::string_view sign, change_kind without) {
    auto name = after(lines_.next(), sign);
    if (!name) { return wrong_line(lines_.number(), fmt::format("expected `{}`", sign)); }
    bool const is_null = *name == "/dev/null";
    if (is_null != (change_.kind == without)) {
      return wrong_line(lines_.number(), "this name does not match the lines before it");
    }
    if (!is_null) {
      auto& into = sign == "--- " ? old_text_name_ : new_text_name_;
      auto const whole = image::whole_name(name->substr(0, name->find('\t')));
      into = whole ? image::without_prefix(*whole) : std::nullopt;
      if (!into) { return wrong_line(lines_.number(), "expected a name such as `a/file`"); }
    }
    lines_.advance();
    return {};
  }

  result<void> settle_paths() {
    bool const moves = change_.kind == change_kind::renamed || change_.kind == change_kind::copied;
    if (!moves) {
      auto const& said = old_text_name_ ? old_text_name_ : new_text_name_;
      from_ = to_ = name_ ? name_ : said;
    }
    if (!from_ || !to_) {
      return wrong_line(change_.patch_line, "it does not say which file it is about");
    }
    if (old_text_name_.value_or(*from_) != *from_ || new_text_name_.value_or(*to_) != *to_) {
      return wrong_line(change_.patch_line, "the lines below give the file a different name");
    }
    if (moves && *from_ == *to_) { return wrong_line(change_.patch_line, "both names are equal"); }
    if (change_.kind != change_kind::created) { change_.old_path = std::move(*from_); }
    if (change_.kind != change_kind::deleted) { change_.new_path = std::move(*to_); }
    return {};
  }

  result<void> check_paths() const {
    for (auto const* path : {&change_.old_path, &change_.new_path}) {
      bool const absent =
          change_.kind == (path == &change_.old_path ? change_kind::created : change_kind::deleted);
      auto const problem = absent ? std::string_view{} : image::problem_of_path(*path);
      if (!problem.empty()) {
        return wrong_line(change_.patch_line, fmt::format("{} {}", shown(*path), problem));
      }
    }
    return {};
  }

  /// A patch that was cut off behind the headers must not pass for a smaller change.
  result<void> check_contents() const {
    if (!std::holds_alternative<std::monostate>(change_.contents)) { return {}; }
    bool const is_there_before_and_after =
        change_.kind != change_kind::created && change_.kind != change_kind::deleted;
    if (is_there_before_and_after && change_.old_kind.has_value() != change_.new_kind.has_value()) {
      return wrong_line(change_.patch_line, "it has an old mode and no new one, or the reverse");
    }
    bool complete = is_alike_ && change_.old_id == change_.new_id;
    if (change_.kind == change_kind::created) { complete = may_be_empty(change_.new_id); }
    if (change_.kind == change_kind::deleted) { complete = may_be_empty(change_.old_id); }
    if (!complete) { return missing_contents(); }
    if (change_.kind == change_kind::modified && change_.old_kind == change_.new_kind) {
      return wrong_line(change_.patch_line, "it changes nothing: the patch is cut off or damaged");
    }
    return {};
  }

  [[nodiscard]] tl::unexpected<error> missing_contents() const {
    auto wrong = wrong_line(change_.patch_line, "the file's contents are missing");
    wrong.value().hint = "make the patch with `git diff --binary`";
    return wrong;
  }

  patch_lines& lines_;
  file_change change_;
  bool is_alike_ = true;                      // as far as it says how similar a rename is
  maybe_name name_;                           // of the first line
  maybe_name from_, to_;                      // of a rename or copy
  maybe_name old_text_name_, new_text_name_;  // of --- and +++
};

}  // namespace parse_patch_detail

OFFLOAD_INLINE result<std::vector<file_change>> parse_patch(std::string_view patch) {
  constexpr std::string_view none = "no valid patches found: ";
  if (patch.find_first_not_of(" \t\r\n") == patch.npos) {
    return fail(errc::patch, "{}the patch is empty", none);
  }
  if (!patch.ends_with('\n')) {
    return fail(errc::patch, "{}the patch is cut off: its last line has no newline",
                patch.find(parse_patch_detail::first_words) == patch.npos ? none : "");
  }
  std::vector<file_change> changes;
  for (image::patch_lines lines{patch}; !lines.done();) {
    if (lines.next().empty()) {
      lines.advance();
      continue;
    }
    if (!lines.next_is(parse_patch_detail::first_words)) {
      auto wrong = image::wrong_line(
          lines.number(), "expected `diff --git`, but found " + image::shown(lines.next()));
      if (changes.empty()) { wrong.value().message.insert(0, none); }
      return wrong;
    }
    auto change = parse_patch_detail::change_reader{lines}.read();
    if (!change) { return tl::unexpected{change.error()}; }
    changes.push_back(std::move(*change));
  }
  return changes;
}

}  // namespace offload
