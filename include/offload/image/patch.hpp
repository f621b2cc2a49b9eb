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

/// What git knows of a path besides its contents.
enum class file_kind { regular, executable, symlink, submodule };

enum class change_kind { modified, created, deleted, renamed, copied };

enum class line_role { kept, removed, added };

/// A line of a hunk, with its newline unless the file ends without one.
struct hunk_line {
  line_role role{};
  std::string_view text;
};

/// A place in a text that changes. Lines count from 1.
struct hunk {
  std::size_t patch_line = 0;  ///< where the patch says so
  std::size_t old_start = 0;   ///< first line; with `old_count` 0, the line before
  std::size_t old_count = 0;
  std::size_t new_start = 0;
  std::size_t new_count = 0;
  std::vector<hunk_line> lines{};
};

/// New contents, or a delta that makes them from the old ones.
struct binary_change {
  enum class form { literal, delta };
  form is{};
  std::size_t size = 0;  ///< of the inflated bytes
  std::string deflated{};
};

/// What a patch says about one file. Views lead into the patch.
struct file_change {
  change_kind kind = change_kind::modified;
  std::size_t patch_line = 0;           ///< of its `diff --git`
  std::string old_path{};               ///< below the root; empty when created
  std::string new_path{};               ///< below the root; empty when deleted
  std::optional<file_kind> old_kind{};  ///< where the patch says it
  std::optional<file_kind> new_kind{};  ///< likewise
  std::string_view old_id{};            ///< the blob's id, maybe shortened; empty if there is none
  std::string_view new_id{};            ///< likewise
  std::variant<std::monostate, std::vector<hunk>, binary_change> contents{};
};

/// Reads a patch as `git diff --binary` and libgit2 write it: all of it, or an error that names the
/// line. A path that leaves the root (`..`, absolute) or lies in a `.git` is an error, too.
///
/// The changes keep views into `patch`. A patch without any change is an error.
[[nodiscard]] result<std::vector<file_change>> parse_patch(std::string_view patch);

/// The contents that a change makes of the old ones (empty for a created file).
///
/// Every hunk has to fit exactly where it says. Where the patch has a full SHA-1 id, the contents
/// before and after have to have that id. A deleted file has to come out empty.
[[nodiscard]] result<std::string> patched(file_change const& change, std::string_view old_contents);

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/image/parse_patch-inl.hpp>
#include <offload/image/patched-inl.hpp>
#endif
