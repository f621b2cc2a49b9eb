// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

// A pattern is matched by following all ways through it at once: for each place in the pattern, the
// set of places in the path that may have been reached. So no pattern takes exponential time.
#include <offload/image/docker_ignore.hpp>

#include <cstddef>
#include <filesystem>
#include <offload/core/inline.hpp>
#include <offload/core/trimmed.hpp>
#include <optional>

namespace offload {
namespace docker_ignore_detail {

using places = std::vector<char>;  // places[i]: the path can be at its byte i

inline constexpr std::string_view blank = " \t\r\n\v\f";

/// A pattern without `.`, `..` and needless slashes.
inline std::string cleaned(std::string_view pattern) {
  auto clean = std::filesystem::path{pattern}.lexically_normal().generic_string();
  while (clean.size() > 1 && clean.ends_with('/')) { clean.pop_back(); }
  return clean.starts_with('/') && clean.size() > 1 ? clean.substr(1) : clean;
}

/// Reads `[...]` from behind its bracket, up to behind its end. Nothing when it has no end.
inline std::optional<bool> bracket_holds(std::string_view glob, std::size_t& at, char c) {
  bool const negated = at < glob.size() && glob[at] == '^';
  if (negated) { ++at; }
  auto const one = [&]() -> std::optional<unsigned char> {
    if (at < glob.size() && glob[at] == '\\') { ++at; }
    if (at >= glob.size()) { return std::nullopt; }
    return static_cast<unsigned char>(glob[at++]);
  };
  auto const wanted = static_cast<unsigned char>(c);
  bool holds = false;
  for (bool first = true; at < glob.size() && (glob[at] != ']' || first); first = false) {
    auto const low = one();
    auto high = low;
    if (at + 1 < glob.size() && glob[at] == '-' && glob[at + 1] != ']') {
      ++at;
      high = one();
    }
    if (!low || !high) { return std::nullopt; }
    holds = holds || (*low <= wanted && wanted <= *high);
  }
  if (at >= glob.size()) { return std::nullopt; }
  ++at;
  return holds != negated && c != '/';
}

inline bool brackets_end(std::string_view glob) {
  for (std::size_t at = 0; at < glob.size(); ++at) {
    if (glob[at] == '\\') {
      ++at;
    } else if (glob[at] == '[') {
      ++at;
      if (!bracket_holds(glob, at, 'x')) { return false; }
      --at;
    }
  }
  return true;
}

/// `**/` and `**` before something: nothing, or any folders. `**` at the end: anything.
inline places after_stars(places const& from, std::string_view path, bool last) {
  places to = last ? places(from.size(), 0) : from;
  bool open = false;
  for (std::size_t i = 0; i < from.size(); ++i) {
    if (open && (last || path[i - 1] == '/')) { to[i] = 1; }
    open = open || from[i] != 0;
    if (last && open) { to[i] = 1; }
  }
  return to;
}

inline places after_star(places const& from, std::string_view path) {
  places to = from;
  for (std::size_t i = 1; i < to.size(); ++i) {
    if (to[i - 1] != 0 && path[i - 1] != '/') { to[i] = 1; }
  }
  return to;
}

/// One character of the path, as the pattern has it at `at`.
inline places after_one(places const& from, std::string_view path, std::string_view glob,
                        std::size_t& at) {
  places to(from.size(), 0);
  auto const begin = at;
  for (std::size_t i = 0; i < path.size(); ++i) {
    at = begin;
    char const c = path[i];
    bool fits = false;
    if (glob[at] == '?') {
      ++at;
      fits = c != '/';
    } else if (glob[at] == '[') {
      ++at;
      fits = bracket_holds(glob, at, c).value_or(false);
    } else {
      if (glob[at] == '\\' && at + 1 < glob.size()) { ++at; }
      fits = glob[at++] == c;
    }
    if (fits && from[i] != 0) { to[i + 1] = 1; }
  }
  return to;
}

inline bool glob_matches(std::string_view glob, std::string_view path) {
  if (path.empty()) { return false; }
  places reached(path.size() + 1, 0);
  reached[0] = 1;
  for (std::size_t at = 0; at < glob.size();) {
    if (glob.substr(at).starts_with("**")) {
      at += 2;
      if (at < glob.size() && glob[at] == '/') { ++at; }
      reached = after_stars(reached, path, at == glob.size());
    } else if (glob[at] == '*') {
      ++at;
      reached = after_star(reached, path);
    } else {
      reached = after_one(reached, path, glob, at);
    }
  }
  return reached.back() != 0;
}

inline bool matches_or_folder_does(std::string_view glob, std::string_view path) {
  if (glob_matches(glob, path)) { return true; }
  for (auto at = path.find('/'); at != path.npos; at = path.find('/', at + 1)) {
    if (glob_matches(glob, path.substr(0, at))) { return true; }
  }
  return false;
}

}  // namespace docker_ignore_detail

OFFLOAD_INLINE result<docker_ignore> docker_ignore::parse(std::string_view text) {
  docker_ignore made;
  if (text.starts_with("\xef\xbb\xbf")) { text.remove_prefix(3); }
  for (std::size_t number = 1; !text.empty(); ++number) {
    auto const end = text.find('\n');
    auto const line = text.substr(0, end);
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
    auto written = trimmed(line, docker_ignore_detail::blank);
    if (line.starts_with('#') || written.empty()) { continue; }
    bool const takes_back = written.starts_with('!');
    if (takes_back) { written = trimmed(written.substr(1), docker_ignore_detail::blank); }
    if (written.empty()) {
      return fail(errc::invalid_config, ".dockerignore:{}: `!` needs a pattern", number);
    }
    auto glob = docker_ignore_detail::cleaned(written);
    if (!docker_ignore_detail::brackets_end(glob)) {
      return fail(errc::invalid_config, ".dockerignore:{}: `{}` has a `[` without its `]`", number,
                  written);
    }
    made.patterns_.push_back({std::move(glob), takes_back});
  }
  return made;
}

OFFLOAD_INLINE bool docker_ignore::leaves_out(std::string_view path) const {
  bool out = false;
  for (auto const& each : patterns_) {
    if (each.takes_back == out && docker_ignore_detail::matches_or_folder_does(each.glob, path)) {
      out = !out;
    }
  }
  return out;
}

}  // namespace offload
