// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/config/load.hpp>
#include <offload/config/sections.hpp>

#include <toml++/toml.h>

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "document.hpp"

namespace offload {

/// The state that the sections of a file share while they are read. After the first failure,
/// reading continues without effect.
struct reading {
  document const& file;
  surroundings const& around;
  std::vector<config_warning> warnings{};
  std::optional<error> failed{};

  void fail_with(error why) {
    if (!failed) { failed = std::move(why); }
  }
};

/// Fills the members of a struct from a table, key by key: the `see` of sections.hpp.
class section_reader {
 public:
  /// `name` is the section's dotted path, empty for the whole file. Both outlive the reader.
  section_reader(reading& shared, std::string_view name, toml::table const& table)
      : shared_{shared}, name_{name}, table_{table} {}

  template <class T>
  void operator()(key const& k, T&& member) {
    if (toml::node const* const node = take(k)) {
      if (auto kept = read(k, *node, member); !kept) { fail_at(k.name, std::move(kept.error())); }
    }
  }

  /// The node of a key, which from now on is known; nothing when it is absent.
  toml::node const* take(key const& k);

  /// The table of a key; nothing when it is absent or no table.
  toml::table const* take_table(key const& k);

  void warn_of_unknown_keys();

 private:
  result<void> read(key const& k, toml::node const& node, bool& into);
  result<void> read(key const& k, toml::node const& node, batching& into);
  result<void> read(key const& k, toml::node const& node, unsigned& into);
  result<void> read(key const& k, toml::node const& node, double& into);
  result<void> read(key const& k, toml::node const& node, seconds& into);
  result<void> read(key const& k, toml::node const& node, std::string& into);
  result<void> read(key const& k, toml::node const& node, std::vector<std::string>& into);
  result<void> read(key const& k, toml::node const& node, std::vector<copy_dir>& into);
  result<void> read(key const& k, toml::node const& node, std::vector<env_var>& into);
  result<void> read(key const& k, toml::node const& node, json_object into);
  result<void> read(key const& k, toml::node const& node, provider_kind& into);
  result<void> read(key const& k, toml::node const& node, framework_kind& into);

  template <class T>
  result<void> read(key const& k, toml::node const& node, std::optional<T>& into) {
    return read(k, node, into.emplace());
  }

  template <class Choice>
    requires std::is_enum_v<Choice>
  result<void> read(key const& k, toml::node const& node, Choice& into) {
    static constexpr auto names = choices_of(Choice{});
    return choice(k, node, names).map([&](std::size_t i) { into = static_cast<Choice>(i); });
  }

  result<std::size_t> choice(key const& k, toml::node const& node,
                             std::span<std::string_view const> names);
  result<std::string> text(key const& k, toml::node const& node);
  void warn_of_empty(key const& k, toml::node const& node, std::string_view used_instead);
  void fail_at(std::string_view key_name, error why);

  reading& shared_;
  std::string_view name_;
  toml::table const& table_;
  std::vector<std::string_view> known_{};
};

/// Fills `into` from a table and warns about unknown keys.
template <class Section>
void read_section(reading& shared, std::string_view name, toml::table const& table, Section& into) {
  section_reader reader{shared, name, table};
  each_key(into, reader);
  reader.warn_of_unknown_keys();
}

}  // namespace offload
