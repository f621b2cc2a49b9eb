// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/error.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace offload {

/// The kind of a path in git: its mode.
enum class file_kind { regular, executable, symlink, submodule };

enum class change_kind { modified, created, deleted, renamed, copied };

enum class line_role { kept, removed, added };

/// A line of a hunk, with its newline unless it is the last line of a file without one.
struct hunk_line {
  line_role role{};
  std::string_view text;
};

/// A change in a text. Line numbers count from 1.
struct hunk {
  std::size_t patch_line = 0;  ///< its line in the patch
  std::size_t old_start = 0;   ///< first line; if `old_count` is 0, the line before the change
  std::size_t old_count = 0;
  std::size_t new_start = 0;
  std::size_t new_count = 0;
  std::vector<hunk_line> lines{};
};

/// New contents, or a delta from the old contents to the new ones.
struct binary_change {
  enum class form { literal, delta };
  form is{};
  std::size_t size = 0;  ///< of the inflated bytes
  std::string deflated{};
};

/// The change of one file. Views refer to the patch.
struct file_change {
  change_kind kind = change_kind::modified;
  std::size_t patch_line = 0;           ///< of its line `diff --git`
  std::string old_path{};               ///< below the root; empty when created
  std::string new_path{};               ///< below the root; empty when deleted
  std::optional<file_kind> old_kind{};  ///< if the patch has it
  std::optional<file_kind> new_kind{};  ///< likewise
  std::string_view old_id{};  ///< the blob's id, possibly abbreviated; empty if there is none
  std::string_view new_id{};  ///< likewise
  std::variant<std::monostate, std::vector<hunk>, binary_change> contents{};
};

/// Reads a patch as `git diff --binary` and libgit2 write it. An error names the line. A path that
/// leaves the root (`..`, absolute) or is in a `.git` folder is an error, too.
///
/// The changes contain views into `patch`. A patch without changes is an error.
[[nodiscard]] result<std::vector<file_change>> parse_patch(std::string_view patch);

/// The contents after a change of the old contents (empty for a created file).
///
/// Every hunk must match exactly at its line number. If the patch has full SHA-1 ids, the contents
/// before and after must have those ids. A deleted file must become empty.
[[nodiscard]] result<std::string> patched(file_change const& change, std::string_view old_contents);

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/image/parse_patch-inl.hpp>
#include <offload/image/patched-inl.hpp>
#endif
