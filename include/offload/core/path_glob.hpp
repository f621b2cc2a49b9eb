// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <cstddef>
#include <string_view>

namespace offload::glob {

/// Who defines what a glob means. In all of them `?` matches one byte, `[a-z]` one of a set,
/// `[^a-z]` one that is not in it, and `\` escapes the next character, in a set as well.
enum class dialect {
  artifacts,  ///< as `find -path`: `*`, `?` and sets match slashes, too, and `[!a-z]` is `[^a-z]`.
              ///< Unlike there, `**/` where a folder begins matches any number of folders or none
  git,        ///< a pathspec: the same, but `**` is `*`
  docker,     ///< a `.dockerignore`: only `**` matches slashes. `**/` anywhere matches nothing, or
              ///< anything that ends with a slash
};

/// Whether `glob` means the whole of `path`. Takes time in proportion to the product of their
/// lengths at most.
[[nodiscard]] bool matches(dialect of, std::string_view glob, std::string_view path);

/// A part of a glob that says what comes next in a path.
struct piece {
  enum class kind {
    character,  ///< the last character of `text`. `[` alone is a set that does not end
    one,        ///< one byte
    set,        ///< one byte of those in brackets
    name_part,  ///< any bytes but slashes
    anything,   ///< any bytes
    folders,    ///< nothing, or anything that ends with a slash
  };

  kind is{};
  std::string_view text{};  ///< as it is written; never empty
};

/// The piece that begins at `at`, which is before the end.
[[nodiscard]] piece piece_at(dialect of, std::string_view glob, std::size_t at);

/// Whether an artifact's glob matches the relative path of a file. A `./` at the start of the glob
/// has no effect.
[[nodiscard]] bool matches_path(std::string_view glob, std::string_view path);

/// Whether a file in or below this folder may match. `folder` ends with a slash. The answer may be
/// a false positive, but never a false negative.
[[nodiscard]] bool may_match_below(std::string_view glob, std::string_view folder);

/// An artifact's glob without a `./` at its start.
[[nodiscard]] std::string_view without_dot(std::string_view glob);

/// The beginning of an artifact's glob, up to its first character of a special meaning.
[[nodiscard]] std::string_view literal_start(std::string_view glob);

}  // namespace offload::glob

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/core/path_glob-inl.hpp>
#endif
