// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/image/image_note.hpp>

#include <offload/core/inline.hpp>
#include <offload/core/json.hpp>

namespace offload {
namespace image_note_detail {

inline std::string written(json const& note) { return to_json(note, {.indent = 2}) + "\n"; }

}  // namespace image_note_detail

OFFLOAD_INLINE std::optional<cached_image> image_in_note(std::string_view note,
                                                         std::string_view config_key) {
  auto const all = parse_json(note);
  auto const& entry = all[config_key];
  auto const& id = entry["image_id"].text();
  if (id.empty()) { return std::nullopt; }
  auto const& inputs = entry["inputs"];
  return cached_image{id, inputs.is_text() ? std::optional{inputs.text()} : std::nullopt};
}

OFFLOAD_INLINE std::string with_image(std::string_view note, std::string_view config_key,
                                      cached_image const& image) {
  auto made = parse_json(note);
  auto& entry = made[config_key];
  entry["image_id"] = image.id;
  entry.erase("inputs");
  if (image.inputs) { entry["inputs"] = *image.inputs; }
  return image_note_detail::written(made);
}

OFFLOAD_INLINE std::string merged_note(std::string_view base, std::string_view ours,
                                       std::string_view theirs) {
  auto const before = parse_json(base);
  auto const own = parse_json(ours);
  auto made = parse_json(theirs);
  if (!own.is_object()) { return std::string{theirs}; }
  if (!made.is_object()) { return std::string{ours}; }
  for (auto const& [key, value] : own.members()) {
    if (!before.has(key) || before[key] != value) { made[key] = value; }
  }
  for (auto const& [key, value] : before.members()) {
    if (!own.has(key) && made.has(key) && made[key] == value) { made.erase(key); }
  }
  return image_note_detail::written(made);
}

}  // namespace offload
