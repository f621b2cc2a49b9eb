// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

// The classic matcher with one point of return: when a text behind a wildcard does not fit, the
// last wildcard takes more. An earlier one never has to: whatever it could take, the last one can
// take as well. That holds for `**/` too, since it begins and ends where a folder does.
#include <offload/core/path_glob.hpp>

#include <offload/core/inline.hpp>

#include <cstddef>
#include <optional>

namespace offload {
namespace path_glob_detail {

enum class wildcard { none, characters, folders };

struct wildcard_at {
  wildcard kind = wildcard::none;
  std::size_t length{};
};

inline wildcard_at read_wildcard(std::string_view glob, std::size_t at) {
  auto const end = glob.find_first_not_of('*', at);
  auto const stars = (end == glob.npos ? glob.size() : end) - at;
  if (stars == 0) { return {}; }
  bool const begins_a_folder = at == 0 || glob[at - 1] == '/';
  if (stars > 1 && begins_a_folder && end != glob.npos && glob[end] == '/') {
    return {wildcard::folders, stars + 1};
  }
  return {wildcard::characters, stars};
}

/// A `[...]` that begins at `at`; nothing when it is not closed.
struct bracket {
  std::size_t length{};
  bool holds = false;
};

inline std::optional<bracket> read_bracket(std::string_view glob, std::size_t at, char c) {
  auto i = at + 1;
  bool const negated = i < glob.size() && (glob[i] == '!' || glob[i] == '^');
  if (negated) { ++i; }
  bool holds = false;
  for (auto const first = i; i < glob.size() && (glob[i] != ']' || i == first); ++i) {
    char const low = glob[i];
    char high = low;
    if (i + 2 < glob.size() && glob[i + 1] == '-' && glob[i + 2] != ']') { high = glob[i += 2]; }
    holds = holds || (low <= c && c <= high);
  }
  if (i >= glob.size()) { return std::nullopt; }
  return bracket{i + 1 - at, holds != negated};
}

/// How much of the glob stands for this one character; 0: it does not fit.
inline std::size_t fitting(std::string_view glob, std::size_t at, char c) {
  if (at >= glob.size()) { return 0; }
  if (glob[at] == '?') { return 1; }
  if (glob[at] == '[') {
    if (auto const set = read_bracket(glob, at, c)) { return set->holds ? set->length : 0; }
  }
  if (glob[at] == '\\' && at + 1 < glob.size()) { return glob[at + 1] == c ? 2 : 0; }
  return glob[at] == c ? 1 : 0;
}

inline std::string_view without_dot(std::string_view glob) {
  while (glob.starts_with("./")) { glob.remove_prefix(2); }
  return glob;
}

}  // namespace path_glob_detail

OFFLOAD_INLINE bool path_matches(std::string_view glob, std::string_view path) {
  glob = path_glob_detail::without_dot(glob);
  struct return_point {
    path_glob_detail::wildcard kind;
    std::size_t in_glob;  ///< behind the wildcard
    std::size_t in_path;  ///< behind what it stands for
  };
  std::optional<return_point> last;
  std::size_t g = 0;
  for (std::size_t p = 0; p < path.size() || g < glob.size();) {
    if (auto const found = path_glob_detail::read_wildcard(glob, g);
        found.kind != path_glob_detail::wildcard::none) {
      g += found.length;
      last = return_point{found.kind, g, p};
      continue;
    }
    auto const fits = p < path.size() ? path_glob_detail::fitting(glob, g, path[p]) : 0;
    if (fits > 0) {
      g += fits;
      ++p;
      continue;
    }
    if (!last) { return false; }
    if (last->kind == path_glob_detail::wildcard::folders) {
      last->in_path = path.find('/', last->in_path);
    }
    if (last->in_path >= path.size()) { return false; }
    p = ++last->in_path;
    g = last->in_glob;
  }
  return true;
}

OFFLOAD_INLINE bool may_match_below(std::string_view glob, std::string_view folder) {
  glob = path_glob_detail::without_dot(glob);
  auto const literal = glob.substr(0, glob.find_first_of("*?[\\"));
  return literal.starts_with(folder) || folder.starts_with(literal);
}

}  // namespace offload
