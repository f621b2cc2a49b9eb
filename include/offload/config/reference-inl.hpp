// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/config/sections.hpp>

#include <offload/config/reference.hpp>
#include <offload/core/inline.hpp>
#include <offload/core/joined.hpp>

#include <fmt/format.h>

#include <cstddef>
#include <optional>
#include <type_traits>
#include <utility>

namespace offload {
namespace reference_detail {

inline std::string toml_string(std::string_view text) { return fmt::format("\"{}\"", text); }

template <class Kinds>
std::string names_of(Kinds const& kinds) {
  return text::joined(kinds, ", ", [](auto kind) { return toml_string(to_string(kind)); });
}

/// The `see` of sections.hpp that writes down what it sees.
class key_recorder {
 public:
  key_recorder(std::vector<key_reference>& rows, std::string_view section, std::string_view type)
      : rows_{rows}, section_{section}, type_{type} {}

  template <class T>
  void operator()(key const& k, T const& member) {
    auto const needed = k.needed == presence::required;
    rows_.push_back({section_, type_, k.name, value_of(k, member),
                     needed ? std::string{} : default_of(k, member), k.meaning});
  }

 private:
  static std::string value_of(key const&, bool) { return "true or false"; }
  static std::string value_of(key const&, batching) { return "true or false"; }
  static std::string value_of(key const&, unsigned) { return "whole number"; }
  static std::string value_of(key const&, double) { return "number"; }
  static std::string value_of(key const&, seconds) { return "seconds"; }
  static std::string value_of(key const& k, std::string const&) {
    return k.form == text_form::shell ? "shell command" : "string";
  }
  static std::string value_of(key const& k, std::vector<std::string> const&) {
    return k.form == text_form::value ? "list of strings" : "command line";
  }
  static std::string value_of(key const&, std::vector<copy_dir> const&) {
    return "list of LOCAL:REMOTE";
  }
  static std::string value_of(key const&, std::vector<env_var> const&) {
    return "table of strings";
  }
  static std::string value_of(key const&, json_object) { return "table"; }
  template <class T>
  static std::string value_of(key const& k, std::optional<T> const&) {
    return value_of(k, T{});
  }
  static std::string value_of(key const&, provider_kind) { return names_of(all_provider_kinds); }
  static std::string value_of(key const&, framework_kind) { return names_of(all_framework_kinds); }
  template <class Choice>
    requires std::is_enum_v<Choice>
  static std::string value_of(key const&, Choice) {
    return fmt::format("\"{}\"", fmt::join(choices_of(Choice{}), "\", \""));
  }

  static std::string default_of(key const&, provider_kind) { return {}; }
  static std::string default_of(key const&, framework_kind) { return {}; }
  static std::string default_of(key const&, bool flag) { return flag ? "true" : "false"; }
  static std::string default_of(key const&, batching b) {
    return b == batching::alone ? "true" : "false";
  }
  static std::string default_of(key const&, unsigned number) { return fmt::to_string(number); }
  static std::string default_of(key const&, double number) { return fmt::to_string(number); }
  static std::string default_of(key const&, seconds s) { return fmt::to_string(s.count()); }
  static std::string default_of(key const&, std::string const& text) {
    return text.empty() ? std::string{} : toml_string(text);
  }
  static std::string default_of(key const& k, std::vector<std::string> const& texts) {
    return k.form == text_form::value ? "[]"
                                      : toml_string(fmt::format("{}", fmt::join(texts, " ")));
  }
  static std::string default_of(key const&, std::vector<copy_dir> const&) { return "[]"; }
  static std::string default_of(key const&, std::vector<env_var> const&) { return "{}"; }
  static std::string default_of(key const&, json_object) { return "{}"; }
  template <class T>
  static std::string default_of(key const&, std::optional<T> const&) {
    return {};
  }
  template <class Choice>
    requires std::is_enum_v<Choice>
  static std::string default_of(key const&, Choice choice) {
    return toml_string(choices_of(choice)[static_cast<std::size_t>(choice)]);
  }

  std::vector<key_reference>& rows_;
  std::string_view section_;
  std::string_view type_;
};

using key_rows = std::vector<key_reference>;

template <class Section>
void record(key_rows& of, std::string_view section, Section const& /*which*/,
            std::string_view type = "") {
  Section defaults{};
  each_key(defaults, key_recorder{of, section, type});
}

template <class Section>
void record(key_rows& of, std::string_view section, std::optional<Section> const& /*which*/) {
  record(of, section, Section{});
}

inline void record(key_rows& of, std::string_view /*section*/,
                   std::vector<group> const& /*which*/) {
  record(of, "groups.NAME", group{});
}

/// The key `type`, then the keys of each alternative.
template <class... Sections>
void record(key_rows& of, std::string_view section, std::variant<Sections...> const& which) {
  auto const first = kind_of(which);
  key_recorder{of, section, ""}(type_key(first), first);
  (record(of, section, Sections{}, to_string(kind_of(Sections{}))), ...);
}

}  // namespace reference_detail

OFFLOAD_INLINE std::vector<key_reference> config_reference() {
  reference_detail::key_rows all;
  config defaults{};
  each_section(defaults, [&](key const& k, auto const& which) {
    reference_detail::record(all, k.name, which);
  });
  return all;
}

}  // namespace offload
