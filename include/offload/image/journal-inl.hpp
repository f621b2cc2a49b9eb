// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/image/journal.hpp>

#include <offload/core/inline.hpp>
#include <offload/image/patch_names.hpp>

#include <charconv>

namespace offload::image {

OFFLOAD_INLINE std::string journal_text(std::vector<step> const& steps) {
  std::string text;
  for (auto const& each : steps) {
    text += static_cast<char>(each.is);
    text += std::to_string(each.number);
    text += '/';
    text += each.path;
    text += '\0';  // which no path has
  }
  return text;
}

OFFLOAD_INLINE std::optional<std::vector<step>> read_journal(std::string_view text) {
  std::vector<step> steps;
  while (!text.empty()) {
    auto const end = text.find('\0');
    auto const line = text.substr(0, end);
    if (end == text.npos || line.empty() ||
        std::string_view{"trmp"}.find(line.front()) == text.npos) {
      return std::nullopt;
    }
    step each{.is = static_cast<step::action>(line.front()), .path = {}};
    auto const [slash, wrong] =
        std::from_chars(line.data() + 1, line.data() + line.size(), each.number);
    if (wrong != std::errc{} || slash == line.data() + line.size()) { return std::nullopt; }
    each.path = line.substr(static_cast<std::size_t>(slash - line.data()) + 1);
    if (!problem_of_path(each.path).empty()) { return std::nullopt; }
    steps.push_back(std::move(each));
    text.remove_prefix(end + 1);
  }
  return steps;
}

}  // namespace offload::image
