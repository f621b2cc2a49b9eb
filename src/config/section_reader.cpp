// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "section_reader.hpp"

#include "json_text.hpp"

#include <offload/config/reference.hpp>
#include <offload/core/joined.hpp>
#include <offload/core/nearest.hpp>
#include <offload/core/shell_words.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

namespace offload {
namespace {

/// Longer than any run, and far from where a clock would overflow: 31 years.
constexpr seconds longest_duration{1e9};

std::string_view kind_of_value(toml::node const& node) {
  switch (node.type()) {
    case toml::node_type::none: return "nothing";
    case toml::node_type::table: return "a table";
    case toml::node_type::array: return "a list";
    case toml::node_type::string: return "a string";
    case toml::node_type::integer: return "an integer";
    case toml::node_type::floating_point: return "a floating-point number";
    case toml::node_type::boolean: return "true or false";
    case toml::node_type::date:
    case toml::node_type::time:
    case toml::node_type::date_time: return "a date or time";
  }
  return "something else";
}

tl::unexpected<error> wrong_type(std::string_view expected, toml::node const& node) {
  return fail(errc::invalid_config, "expected {}, got {}", expected, kind_of_value(node));
}

std::string dotted(std::string_view section, std::string_view key_name) {
  return section.empty() ? std::string{key_name} : fmt::format("{}.{}", section, key_name);
}

std::vector<std::string_view> names_in(toml::table const& table) {
  std::vector<std::string_view> names;
  for (auto const& [name, value] : table) { names.push_back(name.str()); }
  return names;
}

/// The hint for a key that is not known in `section`: a misspelt one, or one of another section.
std::string what_was_meant(std::string_view word, std::string_view section,
                           std::span<std::string_view const> known) {
  if (auto const meant = text::nearest(word, known)) {
    return fmt::format("did you mean `{}`?", *meant);
  }
  for (auto const& row : config_reference()) {
    bool const here =
        row.section.substr(0, row.section.find('.')) == section.substr(0, section.find('.'));
    if (row.name == word && !here) { return fmt::format("it is a key of [{}]", row.section); }
  }
  return {};
}

/// The hint for a key that must be there: a misspelt one that is, or what to write.
std::string how_to_add(std::string_view section, key const& k, toml::table const& table) {
  if (auto const misspelt = text::nearest(k.name, names_in(table))) {
    return fmt::format("`{}` looks like a misspelling: rename it to `{}`.", *misspelt, k.name);
  }
  if (section.empty()) { return fmt::format("Add it, for example:\n{}", k.example); }
  return fmt::format("Add it to [{}], for example: {} = {}", section, k.name, k.example);
}

/// For `map_error`: says which key holds the reference that cannot be expanded.
auto expanding(key const& k) {
  return [&k](error e) {
    e.message = fmt::format("Failed to expand env var '{}': {}", k.name, e.message);
    return e;
  };
}

result<std::string> expanded(key const& k, std::string const& text,
                             variable_lookup const& variables) {
  if (k.form == text_form::shell) { return text; }
  auto const expand_text = k.form == text_form::command_line ? expand_command_line : expand;
  return expand_text(text, variables).map_error(expanding(k));
}

result<std::vector<std::string>> split(key const& k, std::string const& text) {
  auto words = shell::split(text);
  if (!words) {
    words.error().message = fmt::format("`{}` is badly quoted: {}", text, words.error().message);
  } else if (words->empty() && k.form == text_form::command_line) {
    return fail(errc::invalid_config, "must not be empty");
  }
  return words;
}

}  // namespace

toml::node const* section_reader::take(key const& k) {
  known_.push_back(k.name);
  if (shared_.failed) { return nullptr; }
  auto const* const node = table_.get(k.name);
  if (node == nullptr && k.needed == presence::required) {
    auto const place = shared_.file.place_of(table_.source());
    shared_.fail_with(missing_field(place, name_, k.name, how_to_add(name_, k, table_)));
  }
  return node;
}

toml::table const* section_reader::take_table(key const& k) {
  auto const* const node = take(k);
  if (node == nullptr) { return nullptr; }
  if (auto const* const table = node->as_table()) { return table; }
  fail_at(k.name, wrong_type("a table", *node).value());
  return nullptr;
}

void section_reader::warn_of_unknown_keys() {
  for (auto const& [name, value] : table_) {
    if (std::ranges::find(known_, name.str()) != known_.end()) { continue; }
    shared_.warnings.push_back({dotted(name_, name.str()), shared_.file.place_of(name.source()),
                                what_was_meant(name.str(), name_, known_)});
  }
}

void section_reader::warn_of_empty(key const& k, toml::node const& node,
                                   std::string_view used_instead) {
  shared_.warnings.push_back({dotted(name_, k.name), shared_.file.place_of(node.source()),
                              fmt::format("using the default, `{}`", used_instead),
                              config_oddity::empty_value});
}

void section_reader::fail_at(std::string_view key_name, error why) {
  auto const found = table_.find(key_name);
  auto const& region = found == table_.end() ? table_.source() : found->first.source();
  shared_.fail_with(about_key(shared_.file.place_of(region), name_, key_name, std::move(why)));
}

result<void> section_reader::read(key const&, toml::node const& node, bool& into) {
  if (!node.is_boolean()) { return wrong_type("true or false", node); }
  into = node.as_boolean()->get();
  return {};
}

result<void> section_reader::read(key const& k, toml::node const& node, batching& into) {
  bool alone = false;
  auto kept = read(k, node, alone);
  into = alone ? batching::alone : batching::shared;
  return kept;
}

result<void> section_reader::read(key const& k, toml::node const& node, unsigned& into) {
  if (!node.is_integer()) { return wrong_type("a whole number", node); }
  auto const value = node.as_integer()->get();
  std::int64_t const least = k.least == lower_bound::above_zero ? 1 : 0;
  if (value < least) {
    return fail(errc::invalid_config, "must be at least {}, got {}", least, value);
  }
  constexpr auto most = std::numeric_limits<unsigned>::max();
  if (value > most) {
    return fail(errc::invalid_config, "must be at most {}, got {}", most, value);
  }
  into = static_cast<unsigned>(value);
  return {};
}

result<void> section_reader::read(key const& k, toml::node const& node, double& into) {
  if (!node.is_number()) { return wrong_type("a number", node); }
  // Not value<double>(), which refuses whole numbers that a double cannot hold exactly.
  auto const value = node.is_integer() ? static_cast<double>(node.as_integer()->get())
                                       : node.as_floating_point()->get();
  if (!std::isfinite(value)) { return fail(errc::invalid_config, "must be a finite number"); }
  if (value < 0) { return fail(errc::invalid_config, "must not be negative, got {}", value); }
  if (value == 0 && k.least == lower_bound::above_zero) {
    return fail(errc::invalid_config, "must be more than 0");
  }
  into = value;
  return {};
}

result<void> section_reader::read(key const& k, toml::node const& node, seconds& into) {
  double count = 0;
  auto kept = read(k, node, count);
  if (kept) { into = std::min(seconds{count}, longest_duration); }
  return kept;
}

result<void> section_reader::read(key const& k, toml::node const& node, std::string& into) {
  return text(k, node).map([&](std::string value) {
    if (value.empty() && k.when_empty == empty_text::the_default) {
      warn_of_empty(k, node, into);
    } else {
      into = std::move(value);
    }
  });
}

result<void> section_reader::read(key const& k, toml::node const& node,
                                  std::vector<std::string>& into) {
  if (k.form != text_form::value) {
    return text(k, node)
        .and_then([&](std::string const& line) { return split(k, line); })
        .map([&](std::vector<std::string> words) { into = std::move(words); });
  }
  auto const* const list = node.as_array();
  if (list == nullptr) { return wrong_type("a list of strings", node); }
  into.clear();
  for (auto const& item : *list) {
    auto value = text(k, item);
    if (!value) { return tl::unexpected(std::move(value.error())); }
    into.push_back(std::move(*value));
  }
  return {};
}

result<void> section_reader::read(key const& k, toml::node const& node,
                                  std::vector<copy_dir>& into) {
  std::vector<std::string> texts;
  if (auto kept = read(k, node, texts); !kept) { return kept; }
  for (auto const& item : texts) {
    auto pair = parse_copy_dir(item);
    if (!pair) { return tl::unexpected(std::move(pair.error())); }
    into.push_back(std::move(*pair));
  }
  return {};
}

result<void> section_reader::read(key const& k, toml::node const& node,
                                  std::vector<env_var>& into) {
  auto const* const variables = node.as_table();
  if (variables == nullptr) { return wrong_type("a table", node); }
  auto const section = dotted(name_, k.name);
  section_reader reader{shared_, section, *variables};
  for (auto const& [name, value] : *variables) {
    auto& variable = into.emplace_back(env_var{std::string{name.str()}, {}});
    if (variable.name.empty() || variable.name.find('=') != std::string::npos) {
      reader.fail_at(name.str(), {{}, "is not a valid name for an environment variable"});
    }
    reader(key{name.str()}, variable.value);
  }
  return {};
}

result<void> section_reader::read(key const& k, toml::node const& node, json_object into) {
  auto const* const table = node.as_table();
  if (table == nullptr) { return wrong_type("a table", node); }
  if (table->empty()) { return {}; }
  return json_text(*table, shared_.around.variables)
      .map([&](std::string json) { into.text = std::move(json); })
      .map_error(expanding(k));
}

result<void> section_reader::read(key const& k, toml::node const& node, provider_kind& into) {
  return text(k, node)
      .and_then([](auto const& name) { return provider_kind_named(name); })
      .map([&](provider_kind kind) { into = kind; });
}

result<void> section_reader::read(key const& k, toml::node const& node, framework_kind& into) {
  return text(k, node)
      .and_then([](auto const& name) { return framework_kind_named(name); })
      .map([&](framework_kind kind) { into = kind; });
}

result<std::size_t> section_reader::choice(key const& k, toml::node const& node,
                                           std::span<std::string_view const> names) {
  auto const name = text(k, node);
  if (!name) { return tl::unexpected(name.error()); }
  auto const found = std::ranges::find(names, *name);
  if (found != names.end()) { return static_cast<std::size_t>(found - names.begin()); }

  auto const listed = text::joined(
      names, ", ", [](std::string_view known) { return fmt::format("\"{}\"", known); });
  error unknown{errc::invalid_config, fmt::format("expected one of {}, got \"{}\"", listed, *name)};
  if (auto const meant = text::nearest(*name, names)) {
    unknown.hint = fmt::format("Did you mean `{}`?", *meant);
  }
  return tl::unexpected(std::move(unknown));
}

result<std::string> section_reader::text(key const& k, toml::node const& node) {
  if (!node.is_string()) {
    auto wrong = wrong_type("a string", node).value();
    if (node.is_value()) { wrong.hint = "Write it in quotes."; }
    return tl::unexpected(std::move(wrong));
  }
  return expanded(k, node.as_string()->get(), shared_.around.variables);
}

}  // namespace offload
