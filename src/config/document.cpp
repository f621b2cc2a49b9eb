// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "document.hpp"

#include <utility>

namespace offload {

document::document(toml::table root, std::string_view source)
    : root_{std::move(root)}, source_{source} {}

result<document> document::parse(std::string_view text, std::string_view source) {
  try {
    return document{toml::parse(text, source), source};
  } catch (toml::parse_error const& e) {
    config_place const place{std::string{source}, e.source().begin.line, e.source().begin.column};
    return fail(errc::invalid_config, "{}: {}", to_string(place), e.description());
  }
}

config_place document::place_of(toml::source_region const& region) const {
  return {source_, region.begin.line, region.begin.column};
}

config_place document::place_of(std::span<std::string_view const> path) const {
  auto place = config_place{source_};
  auto const* table = &root_;
  for (auto const name : path) {
    auto const found = table == nullptr ? root_.end() : table->find(name);
    if (table == nullptr || found == table->end()) { return place; }
    place = place_of(found->first.source());
    table = found->second.as_table();
  }
  return place;
}

namespace {

std::string in_section(std::string_view section) {
  return section.empty() ? std::string{} : fmt::format("[{}] ", section);
}

}  // namespace

error about_key(config_place const& place, std::string_view section, std::string_view key,
                error why) {
  why.code = errc::invalid_config;
  why.message =
      fmt::format("{}: {}key `{}`: {}", to_string(place), in_section(section), key, why.message);
  return why;
}

error missing_field(config_place const& place, std::string_view section, std::string_view key,
                    std::string hint) {
  return {errc::invalid_config,
          fmt::format("{}: {}missing field `{}`", to_string(place), in_section(section), key),
          std::move(hint)};
}

}  // namespace offload
