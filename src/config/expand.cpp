// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/config/expand.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdlib>

namespace offload {
namespace {

result<std::string> value_of(std::string_view reference, variable_lookup const& variables) {
  auto const mark = reference.find(":-");
  auto const name = reference.substr(0, mark);
  if (name.empty()) { return fail(errc::invalid_config, "Empty variable name"); }
  if (auto value = variables(name)) { return *value; }
  if (mark != std::string_view::npos) { return std::string{reference.substr(mark + 2)}; }

  auto unset =
      error{errc::invalid_config, fmt::format("Required environment variable not set: {}", name),
            fmt::format("Set {0}, or write ${{{0}:-default}}; $${{ is a literal ${{.", name)};
  return tl::unexpected(std::move(unset));
}

/// Expands the reference at the front of `rest` ("$", "$$" or "${...}") and takes it away.
result<std::string> take_reference(std::string_view& rest, variable_lookup const& variables) {
  if (rest.starts_with("$$")) {
    rest.remove_prefix(2);
    return "$";
  }
  if (!rest.starts_with("${")) {
    rest.remove_prefix(1);
    return "$";
  }
  auto const end = rest.find('}');
  if (end == std::string_view::npos) {
    return fail(errc::invalid_config, "Unclosed variable reference");
  }
  auto value = value_of(rest.substr(2, end - 2), variables);
  rest.remove_prefix(end + 1);
  return value;
}

/// How much of the front of `text` is free of references. Follows the quotes of a command line,
/// of which `double_quoted` carries the state from one call to the next.
std::size_t plain_length_of_command_line(std::string_view text, bool& double_quoted) {
  std::size_t at = 0;
  while (at < text.size() && text[at] != '$') {
    if (text[at] == '\\') {
      ++at;
    } else if (text[at] == '"') {
      double_quoted = !double_quoted;
    } else if (text[at] == '\'' && !double_quoted) {
      at = text.find('\'', at + 1);
      if (at == std::string_view::npos) { return text.size(); }
    }
    ++at;
  }
  return std::min(at, text.size());
}

/// `plain_length(rest)` says how much of the front of `rest` is kept as it is.
template <class PlainLength>
result<std::string> expand_by(std::string_view rest, variable_lookup const& variables,
                              PlainLength plain_length) {
  std::string expanded;
  while (true) {
    auto const plain = plain_length(rest);
    expanded += rest.substr(0, plain);
    rest.remove_prefix(plain);
    if (rest.empty()) { return expanded; }
    auto value = take_reference(rest, variables);
    if (!value) { return value; }
    expanded += *value;
  }
}

}  // namespace

std::optional<std::string> environment_variable(std::string_view name) {
  char const* const value = std::getenv(std::string{name}.c_str());
  return value == nullptr ? std::nullopt : std::optional<std::string>{value};
}

result<std::string> expand(std::string_view text, variable_lookup const& variables) {
  return expand_by(text, variables,
                   [](std::string_view rest) { return std::min(rest.find('$'), rest.size()); });
}

result<std::string> expand_command_line(std::string_view text, variable_lookup const& variables) {
  bool double_quoted = false;
  return expand_by(text, variables, [&](std::string_view rest) {
    return plain_length_of_command_line(rest, double_quoted);
  });
}

}  // namespace offload
