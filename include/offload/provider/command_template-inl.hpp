// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/provider/command_template.hpp>

#include <offload/core/command.hpp>
#include <offload/core/inline.hpp>
#include <offload/core/joined.hpp>
#include <offload/core/shell_words.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <vector>

namespace offload {
namespace command_template_detail {

enum class quotes { none, single, twofold };

inline std::string escaped(std::string_view value, quotes between) {
  if (between == quotes::none) { return shell::quoted(value); }
  std::string text;
  for (char const c : value) {
    if (between == quotes::single && c == '\'') {
      text += "'\\''";
    } else {
      bool const special = std::string_view{"\\\"$`"}.find(c) != std::string_view::npos;
      if (between == quotes::twofold && special) { text += '\\'; }
      text += c;
    }
  }
  return text;
}

/// Follows a shell command character by character, and knows between which quotes it is.
class quote_reader {
 public:
  [[nodiscard]] quotes now() const { return open_.back(); }

  /// How many characters at the beginning of `rest` belong together, at least one.
  std::size_t step(std::string_view rest) {
    char const c = rest.front();
    if (now() == quotes::single) {
      if (c == '\'') { open_.pop_back(); }
      return 1;
    }
    if (c == '\\') { return std::min<std::size_t>(2, rest.size()); }
    if (rest.starts_with("$(")) {
      open_.push_back(quotes::none);
      return 2;
    }
    if (c == '"') {
      now() == quotes::twofold ? open_.pop_back() : open_.push_back(quotes::twofold);
    } else if (now() == quotes::none && c == '\'') {
      open_.push_back(quotes::single);
    } else if (now() == quotes::none && c == ')' && open_.size() > 1) {
      open_.pop_back();
    }
    return 1;
  }

 private:
  std::vector<quotes> open_{quotes::none};
};

inline constexpr std::string_view white_space = " \t\r\n";

/// The name in `@name.ext` at the beginning of `text`; empty when it begins otherwise.
inline std::string_view script_name(std::string_view text) {
  if (!text.starts_with('@')) { return {}; }
  text.remove_prefix(1);
  auto const name = text.substr(0, text.find_first_not_of("abcdefghijklmnopqrstuvwxyz"
                                                          "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                                          "0123456789_-."));
  auto const dot = name.find('.');
  bool const is_file = dot != name.npos && dot > 0 && dot + 1 < name.size();
  return is_file ? name : std::string_view{};
}

inline tl::unexpected<error> no_script(std::string_view name, std::span<filling const> scripts) {
  auto const known = text::joined(
      scripts, ", ", [](filling const& each) { return fmt::format("@{}", each.name); });
  return tl::unexpected(error{
      errc::invalid_config, fmt::format("there is no bundled script @{}", name),
      fmt::format("the bundled scripts are {}; write a path for a script of your own", known)});
}

}  // namespace command_template_detail

OFFLOAD_INLINE std::string filled_command(std::string_view command, std::span<filling const> with) {
  std::string filled;
  command_template_detail::quote_reader reader;
  while (!command.empty()) {
    auto const found = std::ranges::find_if(
        with, [&](filling const& one) { return command.starts_with(one.name); });
    if (found != with.end()) {
      filled += found->as == filling::form::text
                    ? found->value
                    : command_template_detail::escaped(found->value, reader.now());
      command.remove_prefix(found->name.size());
      continue;
    }
    auto const length = reader.step(command);
    filled += command.substr(0, length);
    command.remove_prefix(length);
  }
  return filled;
}

OFFLOAD_INLINE result<std::string> with_scripts(std::string_view command,
                                                std::span<filling const> scripts) {
  std::string text;
  command_template_detail::quote_reader reader;
  char before = ' ';
  while (!command.empty()) {
    auto const name = command_template_detail::white_space.find(before) == command.npos
                          ? ""
                          : command_template_detail::script_name(command);
    if (name.empty()) {
      auto const length = reader.step(command);
      text += command.substr(0, length);
      before = text.back();
      command.remove_prefix(length);
      continue;
    }
    auto const found = std::ranges::find(scripts, name, &filling::name);
    if (found == scripts.end()) { return command_template_detail::no_script(name, scripts); }
    text += command_template_detail::escaped(found->value, reader.now());
    command.remove_prefix(1 + name.size());
    before = name.back();
  }
  return text;
}

}  // namespace offload
