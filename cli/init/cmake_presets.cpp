// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "init/detect.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>

namespace offload {
namespace {

using json = nlohmann::json;

std::string text_of(json const& preset, char const* key) {
  auto const found = preset.find(key);
  return found != preset.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

json const* preset_named(json const& presets, std::string_view name) {
  for (auto const& preset : presets) {
    if (preset.is_object() && text_of(preset, "name") == name) { return &preset; }
  }
  return nullptr;
}

/// The preset's own folder, or that of one it inherits from.
std::string binary_dir_of(json const& preset, json const& presets, unsigned depth = 0) {
  constexpr unsigned deepest = 16;  // they may be wrong and go in circles
  auto folder = text_of(preset, "binaryDir");
  auto const parents = preset.find("inherits");
  if (!folder.empty() || parents == preset.end() || depth == deepest) { return folder; }
  for (auto const& parent : parents->is_array() ? *parents : json::array({*parents})) {
    auto const* const found =
        parent.is_string() ? preset_named(presets, parent.get<std::string>()) : nullptr;
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
  auto const file = json::parse(cmake_presets, nullptr, false, true);
  auto const presets = file.is_object() ? file.value("configurePresets", json{}) : json{};
  for (auto const& preset : presets) {
    if (!preset.is_object() || preset.value("hidden", json{}) == true) { continue; }
    auto folder = binary_dir_of(preset, presets);
    replace(folder, "${sourceDir}/", "");
    replace(folder, "${presetName}", text_of(preset, "name"));
    // Other variables are CMake's to know.
    if (!folder.empty() && folder.find('$') == folder.npos) { return folder; }
  }
  return {};
}

}  // namespace offload
