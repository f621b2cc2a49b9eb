// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "command_line/outline.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <utility>

namespace offload::cli {
namespace {

/// The name of an optional argument is `[FILE]`.
std::string without_brackets(std::string type) {
  std::erase_if(type, [](char c) { return c == '[' || c == ']'; });
  return type;
}

value_kind kind_of_value(std::string const& type, bool is_argument) {
  if (type.find('|') != std::string::npos) { return value_kind::one_of; }
  if (type == "DIR") { return value_kind::folder; }
  return is_argument || type == "PATH" || type == "FILE" ? value_kind::file : value_kind::text;
}

option_outline outlined(CLI::Option const& option) {
  option_outline made;
  bool const is_argument = option.get_positional();
  if (is_argument) {
    made.names.push_back(option.get_name(true));
  } else {
    for (auto const& name : option.get_snames()) { made.names.push_back("-" + name); }
    for (auto const& name : option.get_lnames()) { made.names.push_back("--" + name); }
  }
  made.meaning = option.get_description();
  if (option.get_items_expected_max() > 0) {
    made.value = option.get_type_name();
    made.takes = kind_of_value(without_brackets(made.value), is_argument);
    made.may_lack_value = option.get_items_expected_min() == 0;
  }
  made.repeats = option.get_multi_option_policy() == CLI::MultiOptionPolicy::TakeAll ||
                 option.get_items_expected_max() > 1;
  return made;
}

command_outline outlined(CLI::App const& app, std::string const& above) {
  command_outline made{
      .path = above + app.get_name(), .name = app.get_name(), .meaning = app.get_description()};
  for (auto const* option : app.get_options()) {
    (option->get_positional() ? made.arguments : made.options).push_back(outlined(*option));
  }
  for (auto const* part : app.get_subcommands(nullptr)) {
    made.parts.push_back(outlined(*part, made.path + " "));
  }
  return made;
}

}  // namespace

std::vector<std::string> option_outline::words() const {
  std::vector<std::string> found;
  auto const plain = without_brackets(value);
  for (std::size_t from = 0; takes == value_kind::one_of && from <= plain.size();) {
    auto const end = std::min(plain.find('|', from), plain.size());
    found.push_back(plain.substr(from, end - from));
    from = end + 1;
  }
  return found;
}

command_outline outline_of(CLI::App const& app) { return outlined(app, ""); }

std::vector<command_outline const*> all_commands(command_outline const& of) {
  std::vector<command_outline const*> all{&of};
  for (auto const& part : of.parts) {
    auto const below = all_commands(part);
    all.insert(all.end(), below.begin(), below.end());
  }
  return all;
}

}  // namespace offload::cli
