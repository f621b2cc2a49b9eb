// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/config/sections.hpp>

#include <offload/core/json.hpp>

#include <fmt/format.h>

#include <cstddef>
#include <limits>
#include <optional>
#include <type_traits>
#include <utility>

#include "init/schema.hpp"

namespace offload {
namespace {

json object() { return {{"type", "object"}, {"properties", json::object{}}}; }

template <class Kinds>
json::list names_of(Kinds const& kinds) {
  json::list names;
  for (auto const kind : kinds) { names.push_back(to_string(kind)); }
  return names;
}

json at_least(key const& k, char const* type, json value) {
  bool const whole = std::string_view{type} == "integer";
  bool const above = k.least == lower_bound::above_zero;
  json schema{{"type", type}};
  schema[above && !whole ? "exclusiveMinimum" : "minimum"] = above && whole ? 1 : 0;
  if (whole) { schema["maximum"] = std::numeric_limits<unsigned>::max(); }
  schema["default"] = std::move(value);
  return schema;
}

json list_of_strings() {
  return {{"type", "array"}, {"items", {{"type", "string"}}}, {"default", json::list{}}};
}

// The schema of a key's value, with its default.

json value_of(key const&, bool flag) { return {{"type", "boolean"}, {"default", flag}}; }
json value_of(key const& k, batching b) { return value_of(k, b == batching::alone); }
json value_of(key const& k, unsigned number) { return at_least(k, "integer", number); }
json value_of(key const& k, double number) { return at_least(k, "number", number); }
json value_of(key const& k, seconds s) { return at_least(k, "number", s.count()); }

json value_of(key const&, std::string const& text) {
  json schema{{"type", "string"}};
  if (!text.empty()) { schema["default"] = text; }
  return schema;
}

json value_of(key const& k, std::vector<std::string> const& texts) {
  if (k.form != text_form::value) {
    json schema{{"type", "string"}, {"default", fmt::format("{}", fmt::join(texts, " "))}};
    if (k.form == text_form::command_line) { schema["minLength"] = 1; }
    return schema;
  }
  auto schema = list_of_strings();
  if (k.needed == presence::required) { schema["minItems"] = 1; }
  return schema;
}

json value_of(key const&, std::vector<copy_dir> const&) {
  auto schema = list_of_strings();
  schema["items"]["pattern"] = "[:$]";  // LOCAL:REMOTE, or a ${VAR} that holds it
  return schema;
}

json value_of(key const&, std::vector<env_var> const&) {
  return {{"type", "object"},
          {"additionalProperties", {{"type", "string"}}},
          {"default", json::object{}}};
}

json value_of(key const&, json_object) { return {{"type", "object"}, {"default", json::object{}}}; }

/// The name of a kind, or text in which a `${VAR}` stands for it.
json name_or_reference(json::list names) {
  json const reference{{"type", "string"}, {"pattern", "\\$"}};
  return {{"anyOf", json::list{json{{"enum", std::move(names)}}, reference}}};
}

json value_of(key const&, provider_kind) { return name_or_reference(names_of(all_provider_kinds)); }

json value_of(key const&, framework_kind) {
  auto names = names_of(all_framework_kinds);
  names.push_back("cargo");  // the older name, see framework_kind_named()
  return name_or_reference(std::move(names));
}

template <class Choice>
  requires std::is_enum_v<Choice>
json value_of(key const&, Choice choice) {
  auto const names = choices_of(choice);
  return {{"enum", json::list(names.begin(), names.end())},
          {"default", names[static_cast<std::size_t>(choice)]}};
}

template <class T>
json value_of(key const& k, std::optional<T> const&) {
  auto schema = value_of(k, T{});
  schema.erase("default");  // nothing happens without it
  return schema;
}

/// The `see` of sections.hpp that adds what it sees to the schema of a section.
class property_writer {
 public:
  explicit property_writer(json& section) : section_{section} {}

  template <class T>
  void operator()(key const& k, T const& member) {
    auto value = value_of(k, member);
    value["description"] = k.meaning;
    add(k, std::move(value));
  }

  void add(key const& k, json value) {
    if (k.needed == presence::required) {
      value.erase("default");
      section_["required"].append(k.name);
    }
    section_["properties"][k.name] = std::move(value);
  }

 private:
  json& section_;
};

template <class Section>
json schema_of(Section const& /*which*/) {
  auto schema = object();
  Section defaults{};
  each_key(defaults, property_writer{schema});
  return schema;
}

template <class Section>
json schema_of(std::optional<Section> const& /*which*/) {
  return schema_of(Section{});
}

json schema_of(std::vector<group> const& /*which*/) {
  return {{"type", "object"}, {"minProperties", 1}, {"additionalProperties", schema_of(group{})}};
}

json schema_of(run_config const& /*which*/) {
  auto schema = object();
  run_config defaults{};
  each_key(defaults, property_writer{schema});
  schema["anyOf"] = json::list{json{{"required", json::list{"sandbox_repo_root"}}},
                               json{{"required", json::list{"sandbox_project_root"}}}};
  return schema;
}

/// Takes the keys of one `type` over into those of all. Two types agree on what a key takes, but
/// not on its default.
void merge_keys(json& all, json const& keys, std::string_view type) {
  for (auto const& [name, value] : keys.members()) {
    auto& merged = all[name];
    auto const meaning = value["description"].text();
    if (merged.is_null()) {
      merged = value;
      merged["description"] = fmt::format("{} [{}]", meaning, type);
      continue;
    }
    auto text = merged["description"].text();
    text.replace(text.size() - 1, 1, fmt::format(", {}]", type));
    merged["description"] = std::move(text);
    if (std::as_const(merged)["default"] != value["default"]) { merged.erase("default"); }
  }
}

/// The required keys of one `type`, and the meanings of its keys. The section describes their
/// values, since an editor would otherwise report an error twice.
json needed_with(json section) {
  json::object properties;
  for (auto const& [name, value] : section["properties"].members()) {
    json words{{"description", value["description"]}};
    if (value.has("default")) { words["default"] = value["default"]; }
    properties.push_back({name, std::move(words)});
  }
  section["properties"] = std::move(properties);
  section.erase("type");
  return section;
}

/// A section whose `type` says which keys it has. All keys are in one list, from which editors
/// complete them: Taplo does not look into conditions, and not at the list beside an `allOf`. So
/// the conditions are a chain.
template <class... Sections>
json schema_of(std::variant<Sections...> const& which) {
  auto schema = object();
  auto const first = kind_of(which);
  property_writer{schema}(type_key(first), first);
  auto* chain = &schema;
  auto const add = [&](auto const& section) {
    auto const type = to_string(kind_of(std::variant<Sections...>{section}));
    auto keys = schema_of(section);
    merge_keys(schema["properties"], keys["properties"], type);
    auto& link = chain->has("if") ? (*chain)["else"] : *chain;
    link["if"] = {{"required", json::list{"type"}}};
    link["if"]["properties"]["type"]["const"] = type;
    link["then"] = needed_with(std::move(keys));
    chain = &link;
  };
  (add(Sections{}), ...);
  return schema;
}

}  // namespace

std::string config_schema() {
  json schema{{"$schema", "http://json-schema.org/draft-07/schema#"},
              {"title", "offload.toml"},
              {"description", "The configuration of Offload, a parallel test runner."}};
  for (auto& one : object().members()) { schema.append(one.name, std::move(one.value)); }
  config defaults{};
  each_section(defaults, [&](key const& k, auto const& which) {
    auto section = schema_of(which);
    section["description"] = k.meaning;
    property_writer{schema}.add(k, std::move(section));
  });
  return to_json(schema, {.indent = 2}) + "\n";
}

}  // namespace offload
