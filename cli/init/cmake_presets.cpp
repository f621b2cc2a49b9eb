// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "init/detect.hpp"

#include <offload/core/json.hpp>

#include <algorithm>
#include <string>
#include <string_view>

namespace offload {
namespace {

json const* preset_named(json::list const& presets, std::string_view name) {
  auto const found = std::ranges::find_if(
      presets, [&](json const& preset) { return preset["name"].text() == name; });
  return found == presets.end() ? nullptr : &*found;
}

/// The preset's own folder, or that of one it inherits from.
std::string binary_dir_of(json const& preset, json::list const& presets, unsigned depth = 0) {
  constexpr unsigned deepest = 16;  // they may be wrong and go in circles
  auto folder = preset["binaryDir"].text();
  auto const& parents = preset["inherits"];
  if (!folder.empty() || depth == deepest) { return folder; }
  for (auto const& parent : parents.is_list() ? parents.items() : json::list{parents}) {
    auto const* const found = parent.is_text() ? preset_named(presets, parent.text()) : nullptr;
    if (found != nullptr) { folder = binary_dir_of(*found, presets, depth + 1); }
    if (!folder.empty()) { return folder; }
  }
  return {};
}

void replace(std::string& text, std::string_view word, std::string_view by) {
  for (auto at = text.find(word); at != text.npos; at = text.find(word, at + by.size())) {
    text.replace(at, word.size(), by);
  }
}

}  // namespace

std::string binary_dir_of_presets(std::string_view cmake_presets) {
  auto const file = parse_json(cmake_presets, json_comments::skipped);
  auto const& presets = file["configurePresets"].items();
  for (auto const& preset : presets) {
    if (preset["hidden"].flag() == true) { continue; }
    auto folder = binary_dir_of(preset, presets);
    replace(folder, "${sourceDir}/", "");
    replace(folder, "${presetName}", preset["name"].text());
    // Other variables are CMake's to know.
    if (!folder.empty() && folder.find('$') == folder.npos) { return folder; }
  }
  return {};
}

}  // namespace offload
