// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

// A glob is matched by following all ways through it at once: for each piece of it, the set of
// places in the path that may have been reached. So no glob takes exponential time.
#include <offload/core/path_glob.hpp>

#include <offload/core/inline.hpp>

#include <optional>
#include <vector>

namespace offload::glob {
namespace path_glob_detail {

using kind = piece::kind;
using places = std::vector<char>;  // places[i]: the path can be at its byte i

/// Where a set `[...]` ends, and whether it has the byte.
struct read_set {
  std::size_t length{};
  bool holds = false;
};

/// Reads the set that `text` begins with. Nothing when it does not end.
inline std::optional<read_set> set_in(dialect of, std::string_view text, unsigned char byte) {
  std::size_t at = 1;
  bool const negated =
      at < text.size() && (text[at] == '^' || (text[at] == '!' && of != dialect::docker));
  if (negated) { ++at; }
  auto const one = [&]() -> std::optional<unsigned char> {
    if (at < text.size() && text[at] == '\\') { ++at; }
    if (at >= text.size()) { return std::nullopt; }
    return static_cast<unsigned char>(text[at++]);
  };
  bool holds = false;
  for (bool first = true; at < text.size() && (text[at] != ']' || first); first = false) {
    auto const low = one();
    auto high = low;
    if (at + 1 < text.size() && text[at] == '-' && text[at + 1] != ']') {
      ++at;
      high = one();
    }
    if (!low || !high) { return std::nullopt; }
    holds = holds || (*low <= byte && byte <= *high);
  }
  if (at >= text.size()) { return std::nullopt; }
  return read_set{at + 1, holds != negated};
}

/// The stars that `glob` has at `at`.
inline piece stars_at(dialect of, std::string_view glob, std::size_t at) {
  auto const rest = glob.substr(at);
  bool const before_slash = rest.starts_with("**/");
  if (of == dialect::docker) {
    if (!rest.starts_with("**")) { return {kind::name_part, rest.substr(0, 1)}; }
    auto const text = rest.substr(0, before_slash ? 3 : 2);
    return {text.size() == rest.size() ? kind::anything : kind::folders, text};
  }
  auto const stars = rest.substr(0, rest.find_first_not_of('*'));
  bool const begins_a_folder = at == 0 || glob[at - 1] == '/';
  if (of == dialect::artifacts && begins_a_folder && stars.size() > 1 &&
      rest.substr(stars.size()).starts_with('/')) {
    return {kind::folders, rest.substr(0, stars.size() + 1)};
  }
  return {kind::anything, stars};
}

inline bool fits(dialect of, piece const& piece, char c) {
  if (piece.is == kind::character) { return piece.text.back() == c; }
  if (c == '/' && of == dialect::docker) { return false; }
  return piece.is == kind::one || set_in(of, piece.text, static_cast<unsigned char>(c))->holds;
}

/// Goes on by one byte. Returns whether there is any place left.
inline bool take_one(places& at, dialect of, piece const& piece, std::string_view path) {
  bool any = false;
  for (auto i = path.size(); i > 0; --i) {
    at[i] = static_cast<char>(at[i - 1] != 0 && fits(of, piece, path[i - 1]));
    any = any || at[i] != 0;
  }
  at[0] = 0;
  return any;
}

/// Goes on by as many bytes as the piece may stand for.
inline void take_many(places& at, kind what, std::string_view path) {
  bool open = at[0] != 0;
  for (std::size_t i = 1; i < at.size(); ++i) {
    bool const after_slash = path[i - 1] == '/';
    if (what == kind::name_part && after_slash) { open = false; }
    bool const reached = open && (what != kind::folders || after_slash);
    open = open || at[i] != 0;
    if (reached) { at[i] = 1; }
  }
}

}  // namespace path_glob_detail

OFFLOAD_INLINE piece piece_at(dialect of, std::string_view glob, std::size_t at) {
  using path_glob_detail::kind;
  auto const rest = glob.substr(at);
  switch (rest.front()) {
    case '*': return path_glob_detail::stars_at(of, glob, at);
    case '?': return {kind::one, rest.substr(0, 1)};
    case '\\': return {kind::character, rest.substr(0, 2)};
    case '[':
      if (auto const set = path_glob_detail::set_in(of, rest, 0)) {
        return {kind::set, rest.substr(0, set->length)};
      }
      break;
    default: break;
  }
  return {kind::character, rest.substr(0, 1)};
}

OFFLOAD_INLINE bool matches(dialect of, std::string_view glob, std::string_view path) {
  path_glob_detail::places reached(path.size() + 1, 0);
  reached[0] = 1;
  for (std::size_t at = 0; at < glob.size();) {
    auto const piece = piece_at(of, glob, at);
    at += piece.text.size();
    switch (piece.is) {
      case piece::kind::character:
      case piece::kind::one:
      case piece::kind::set:
        if (!path_glob_detail::take_one(reached, of, piece, path)) { return false; }
        break;
      default: path_glob_detail::take_many(reached, piece.is, path);
    }
  }
  return reached.back() != 0;
}

OFFLOAD_INLINE bool matches_path(std::string_view glob, std::string_view path) {
  return matches(dialect::artifacts, without_dot(glob), path);
}

OFFLOAD_INLINE bool may_match_below(std::string_view glob, std::string_view folder) {
  auto const literal = literal_start(without_dot(glob));
  return literal.starts_with(folder) || folder.starts_with(literal);
}

OFFLOAD_INLINE std::string_view without_dot(std::string_view glob) {
  while (glob.starts_with("./")) { glob.remove_prefix(2); }
  return glob;
}

OFFLOAD_INLINE std::string_view literal_start(std::string_view glob) {
  return glob.substr(0, glob.find_first_of("*?[\\"));
}

}  // namespace offload::glob
