// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/runner/artifact_stream.hpp>

#include <offload/core/inline.hpp>
#include <offload/core/path_glob.hpp>

#include <algorithm>
#include <cctype>
#include <optional>
#include <set>

namespace offload {
namespace artifact_stream_detail {

/// A name has at most 4 KiB, and a third more in base64.
inline constexpr std::size_t longest_line = 16 * 1024;

/// `text`, with nothing in it that has a meaning in a pattern.
inline std::string literal_pattern(std::string_view text) {
  std::string pattern;
  for (char const c : text) {
    if (std::string_view{"*?[\\"}.find(c) != std::string_view::npos) { pattern += '\\'; }
    pattern += c;
  }
  return pattern;
}

/// How `find` understands a set of a glob, if both mean the same by it.
inline std::optional<std::string> plain_set(std::string_view set) {
  auto inside = set.substr(1, set.size() - 2);
  bool const negated = inside.starts_with('!') || inside.starts_with('^');
  if (negated) { inside.remove_prefix(1); }
  bool const plain = !inside.empty() && std::ranges::all_of(inside, [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.';
  });
  if (!plain) { return std::nullopt; }
  return std::string{negated ? "[!" : "["}.append(inside) + "]";
}

/// For `find -path`, all that the glob means and maybe more: what comes is held against the glob
/// once more. `**/` may stand for no folder at all, which `*` says as well.
inline std::string find_pattern(std::string_view glob) {
  std::string pattern = "./";
  for (std::size_t at = 0; at < glob.size();) {
    auto const piece = glob::piece_at(glob::dialect::artifacts, glob, at);
    at += piece.text.size();
    if (piece.is == glob::piece::kind::character) {
      pattern += literal_pattern(piece.text.substr(piece.text.size() - 1));
    } else if (piece.is == glob::piece::kind::one) {
      pattern += '?';
    } else if (piece.is != glob::piece::kind::set) {
      pattern += '*';
    } else if (auto const set = plain_set(piece.text)) {
      pattern += *set;
    } else {
      // Any other set matches one byte. `*` matches this byte and whatever follows.
      return pattern + '*';
    }
  }
  return pattern;
}

/// Adds the folders that must be searched for matches of the glob, as patterns: the folders on the
/// way, and those that begin as the glob does.
inline void add_folders(std::string_view glob, std::set<std::string>& patterns) {
  auto const literal = glob::literal_start(glob);
  for (auto slash = literal.find('/'); slash != literal.npos;
       slash = literal.find('/', slash + 1)) {
    patterns.insert("./" + literal_pattern(literal.substr(0, slash)));
  }
  if (literal.size() < glob.size()) { patterns.insert("./" + literal_pattern(literal) + "*"); }
}

/// `( -path A -o -path B )`.
inline void add_choice(std::vector<std::string>& expression,
                       std::set<std::string> const& patterns) {
  expression.emplace_back("(");
  for (bool first = true; auto const& pattern : patterns) {
    if (!std::exchange(first, false)) { expression.emplace_back("-o"); }
    expression.insert(expression.end(), {"-path", pattern});
  }
  expression.emplace_back(")");
}

inline bool leads_below(std::string_view path) {
  if (path.empty() || path.find('\0') != path.npos) { return false; }
  for (std::size_t at = 0; at <= path.size();) {
    auto const end = std::min(path.find('/', at), path.size());
    auto const step = path.substr(at, end - at);
    if (step.empty() || step == "." || step == "..") { return false; }
    at = end + 1;
  }
  return true;
}

/// "n ./name" or "b <name in base64>"; nothing when it is neither.
inline std::optional<std::string> name_in(std::string_view line) {
  std::string name;
  if (line.starts_with("n ")) {
    name = line.substr(2);
  } else if (line.starts_with("b ")) {
    base64::decoder coded;
    bool const good =
        std::ranges::all_of(line.substr(2), [&](char c) { return coded.feed(c, name); });
    if (!good || !coded.finish()) { return std::nullopt; }
  } else {
    return std::nullopt;
  }
  return name.starts_with("./") ? std::optional{name.substr(2)} : std::nullopt;
}

inline bool is_wanted(std::vector<std::string> const& globs, std::string_view path) {
  return leads_below(path) && std::ranges::any_of(globs, [&](auto const& glob) {
           return glob::matches_path(glob, path);
         });
}

}  // namespace artifact_stream_detail

OFFLOAD_INLINE std::vector<std::string> find_expression(std::span<std::string const> globs) {
  std::set<std::string> folders;
  std::set<std::string> files;
  for (auto const& each : globs) {
    auto const glob = glob::without_dot(each);
    artifact_stream_detail::add_folders(glob, folders);
    files.insert(artifact_stream_detail::find_pattern(glob));
  }
  std::vector<std::string> expression;
  if (!folders.contains("./*")) {
    expression = {"-type", "d", "!", "-name", "."};
    if (!folders.empty()) {
      expression.emplace_back("!");
      artifact_stream_detail::add_choice(expression, folders);
    }
    expression.insert(expression.end(), {"-prune", "-o"});
  }
  expression.insert(expression.end(), {"-type", "f"});
  artifact_stream_detail::add_choice(expression, files);
  return expression;
}

OFFLOAD_INLINE void artifact_stream_reader::feed(std::string_view bytes,
                                                 file_event_sink const& emit) {
  while (!bytes.empty() && state_ != state::over && state_ != state::broken) {
    if (state_ == state::in_file) {
      decode(bytes, emit);
      continue;
    }
    auto const end = bytes.find('\n');
    line_ += bytes.substr(0, end);
    bytes.remove_prefix(end == bytes.npos ? bytes.size() : end + 1);
    if (line_.size() > artifact_stream_detail::longest_line) {
      if (state_ != state::waiting) { state_ = state::broken; }
      line_.clear();
    }
    if (end == std::string_view::npos) { return; }
    // A terminal in between ends lines in its own way.
    if (line_.ends_with('\r')) { line_.pop_back(); }
    take_line(std::exchange(line_, {}), emit);
  }
}

OFFLOAD_INLINE void artifact_stream_reader::take_line(std::string_view line,
                                                      file_event_sink const& emit) {
  if (state_ == state::waiting) {
    if (line == "offload-artifacts") { state_ = state::between; }
  } else if (line == "offload-end") {
    state_ = state::over;
  } else if (line.starts_with("l ")) {
    auto const path = artifact_stream_detail::name_in(line.substr(2));
    if (!path) { state_ = state::broken; }
    if (path && artifact_stream_detail::is_wanted(globs_, *path)) { emit(file_is_large{*path}); }
  } else if (!line.empty()) {
    begin_file(line, emit);
  }
}

OFFLOAD_INLINE void artifact_stream_reader::begin_file(std::string_view name,
                                                       file_event_sink const& emit) {
  auto const path = artifact_stream_detail::name_in(name);
  state_ = path ? state::in_file : state::broken;
  wanted_ = path && artifact_stream_detail::is_wanted(globs_, *path);
  coded_ = {};
  if (wanted_) { emit(file_begins{*path}); }
}

OFFLOAD_INLINE void artifact_stream_reader::decode(std::string_view& bytes,
                                                   file_event_sink const& emit) {
  std::string decoded;
  decoded.reserve(bytes.size() / 4 * 3 + 3);
  std::size_t used = 0;
  while (used < bytes.size() && state_ == state::in_file) {
    char const c = bytes[used++];
    if (c == '.' || c == '!') {
      // The rest of the line has no meaning, and neither has an empty line.
      state_ = state::between;
      bool const whole = coded_.finish() && c == '.';
      if (!wanted_) { break; }
      if (!decoded.empty()) { emit(file_bytes{decoded}); }
      emit(whole ? file_event{file_ends{}} : file_event{file_fails{}});
      decoded.clear();
    } else if (!coded_.feed(c, decoded)) {
      state_ = state::broken;
    }
  }
  bytes.remove_prefix(used);
  if (wanted_ && !decoded.empty()) { emit(file_bytes{decoded}); }
}

}  // namespace offload
