// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/image/docker_ignore.hpp>

#include <offload/core/inline.hpp>
#include <offload/core/path_glob.hpp>
#include <offload/core/trimmed.hpp>

#include <cstddef>
#include <filesystem>

namespace offload {
namespace docker_ignore_detail {

inline constexpr std::string_view blank = " \t\r\n\v\f";

/// A pattern without `.`, `..` and needless slashes.
inline std::string cleaned(std::string_view pattern) {
  auto clean = std::filesystem::path{pattern}.lexically_normal().generic_string();
  while (clean.size() > 1 && clean.ends_with('/')) { clean.pop_back(); }
  return clean.starts_with('/') && clean.size() > 1 ? clean.substr(1) : clean;
}

inline bool sets_end(std::string_view glob) {
  for (std::size_t at = 0; at < glob.size();) {
    auto const text = glob::piece_at(glob::dialect::docker, glob, at).text;
    if (text == "[") { return false; }
    at += text.size();
  }
  return true;
}

inline bool matches_or_folder_does(std::string_view glob, std::string_view path) {
  auto const means = [&](std::string_view one) {
    return !one.empty() && glob::matches(glob::dialect::docker, glob, one);
  };
  if (means(path)) { return true; }
  for (auto at = path.find('/'); at != path.npos; at = path.find('/', at + 1)) {
    if (means(path.substr(0, at))) { return true; }
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
    auto written = text::trimmed(line, docker_ignore_detail::blank);
    if (line.starts_with('#') || written.empty()) { continue; }
    bool const takes_back = written.starts_with('!');
    if (takes_back) { written = text::trimmed(written.substr(1), docker_ignore_detail::blank); }
    if (written.empty()) {
      return fail(errc::invalid_config, ".dockerignore:{}: `!` needs a pattern", number);
    }
    auto glob = docker_ignore_detail::cleaned(written);
    if (!docker_ignore_detail::sets_end(glob)) {
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
