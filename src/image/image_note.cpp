// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/image/image_note.hpp>

#include <nlohmann/json.hpp>

namespace offload {
namespace {

using json = nlohmann::ordered_json;

json parsed(std::string_view text) { return json::parse(text, nullptr, false); }

std::string written(json const& note) {
  return note.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

std::optional<std::string> text_at(json const& object, char const* key) {
  auto const found = object.find(key);
  if (found == object.end() || !found->is_string()) { return std::nullopt; }
  return found->get<std::string>();
}

std::optional<json> value_at(json const& note, std::string const& key) {
  if (!note.is_object() || !note.contains(key)) { return std::nullopt; }
  return note.at(key);
}

}  // namespace

std::optional<cached_image> image_in_note(std::string_view note, std::string_view config_key) {
  auto const entry = value_at(parsed(note), std::string{config_key});
  if (!entry || !entry->is_object()) { return std::nullopt; }
  auto id = text_at(*entry, "image_id");
  if (!id || id->empty()) { return std::nullopt; }
  return cached_image{std::move(*id), text_at(*entry, "inputs")};
}

std::string with_image(std::string_view note, std::string_view config_key,
                       cached_image const& image) {
  auto made = parsed(note);
  if (!made.is_object()) { made = json::object(); }
  auto& entry = made[std::string{config_key}];
  if (!entry.is_object()) { entry = json::object(); }
  entry["image_id"] = image.id;
  entry.erase("inputs");
  if (image.inputs) { entry["inputs"] = *image.inputs; }
  return written(made);
}

std::string merged_note(std::string_view base, std::string_view ours, std::string_view theirs) {
  auto const before = parsed(base);
  auto const own = parsed(ours);
  auto made = parsed(theirs);
  if (!own.is_object()) { return std::string{theirs}; }
  if (!made.is_object()) { return std::string{ours}; }
  for (auto const& [key, value] : own.items()) {
    if (value_at(before, key) != value) { made[key] = value; }
  }
  if (!before.is_object()) { return written(made); }
  for (auto const& [key, value] : before.items()) {
    if (!own.contains(key) && value_at(made, key) == value) { made.erase(key); }
  }
  return written(made);
}

}  // namespace offload
