// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/image/patch_names.hpp>

#include <offload/core/cut_text.hpp>
#include <offload/core/inline.hpp>

#include <fmt/core.h>

#include <cstddef>

namespace offload::image {
namespace patch_names_detail {

inline constexpr std::string_view escapes = "abtnvfr\"\\";
inline constexpr std::string_view escaped = "\a\b\t\n\v\f\r\"\\";

/// The byte of an octal escape `303`; it has three digits.
inline std::optional<char> octal(std::string_view text) {
  if (text.size() < 3) { return std::nullopt; }
  int value = 0;
  for (char const digit : text.substr(0, 3)) {
    if (digit < '0' || digit > '7') { return std::nullopt; }
    value = value * 8 + (digit - '0');
  }
  if (value > 255) { return std::nullopt; }
  return static_cast<char>(value);
}

inline char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

inline bool is_git_folder(std::string_view part) {
  return part.size() == 4 && part[0] == '.' && lower(part[1]) == 'g' && lower(part[2]) == 'i' &&
         lower(part[3]) == 't';
}

inline std::string_view problem_of_part(std::string_view part) {
  if (part == "..") { return "leaves the project root"; }
  if (part.empty() || part == ".") { return "is not a plain relative path"; }
  if (is_git_folder(part)) { return "is in a .git folder"; }
  return {};
}

/// Both names of a line whose first name is not quoted.
inline std::optional<std::pair<std::string, std::string>> plain_then_any(std::string_view text) {
  if (text.ends_with('"')) {
    auto const quote = text.find('"');
    if (quote == 0 || text[quote - 1] != ' ') { return std::nullopt; }
    auto second = whole_name(text.substr(quote));
    if (!second) { return std::nullopt; }
    return std::pair{std::string{text.substr(0, quote - 1)}, std::move(*second)};
  }
  // Names may have spaces, so it is not said where the first one ends: where the same follows.
  auto const slash = text.find('/');
  for (auto space = text.find(' ', slash); space < text.size(); space = text.find(' ', space + 1)) {
    auto const name = text.substr(slash, space - slash);
    auto const rest = text.substr(space + 1);
    if (rest.ends_with(name) && rest.find('/') == rest.size() - name.size()) {
      return std::pair{std::string{text.substr(0, space)}, std::string{rest}};
    }
  }
  return std::nullopt;
}

}  // namespace patch_names_detail

OFFLOAD_INLINE std::optional<std::string> take_quoted(std::string_view& text) {
  if (!text.starts_with('"')) { return std::nullopt; }
  std::string name;
  for (std::size_t at = 1; at < text.size(); ++at) {
    if (text[at] == '"') {
      text.remove_prefix(at + 1);
      return name;
    }
    if (text[at] != '\\') {
      name += text[at];
      continue;
    }
    ++at;
    if (at == text.size()) { break; }
    if (auto const known = patch_names_detail::escapes.find(text[at]);
        known != patch_names_detail::escapes.npos) {
      name += patch_names_detail::escaped[known];
    } else if (auto const byte = patch_names_detail::octal(text.substr(at))) {
      name += *byte;
      at += 2;
    } else {
      break;
    }
  }
  return std::nullopt;
}

OFFLOAD_INLINE std::optional<std::string> whole_name(std::string_view text) {
  if (!text.starts_with('"')) { return std::string{text}; }
  auto name = take_quoted(text);
  if (!text.empty()) { return std::nullopt; }
  return name;
}

OFFLOAD_INLINE std::optional<std::string> without_prefix(std::string const& name) {
  auto const slash = name.find('/');
  if (slash == name.npos) { return std::nullopt; }
  // An absolute path stays one, and is refused as such.
  return slash == 0 ? name : name.substr(slash + 1);
}

OFFLOAD_INLINE std::optional<std::string> name_of_both(std::string_view text) {
  std::optional<std::pair<std::string, std::string>> both;
  if (auto first = take_quoted(text)) {
    auto second = text.starts_with(' ') ? whole_name(text.substr(1)) : std::nullopt;
    if (second) { both.emplace(std::move(*first), std::move(*second)); }
  } else {
    both = patch_names_detail::plain_then_any(text);
  }
  if (!both) { return std::nullopt; }
  auto const first = without_prefix(both->first);
  return first == without_prefix(both->second) ? first : std::nullopt;
}

OFFLOAD_INLINE std::string_view problem_of_path(std::string_view path) {
  if (path.empty()) { return "is empty"; }
  if (path.front() == '/') { return "is absolute"; }
  if (path.find('\0') != path.npos) { return "contains a NUL character"; }
  if (path.substr(0, path.find('/')) == staging_folder) {
    return "is the working folder of apply-diff";
  }
  for (std::string_view rest = path;;) {
    auto const slash = rest.find('/');
    if (auto const problem = patch_names_detail::problem_of_part(rest.substr(0, slash));
        !problem.empty()) {
      return problem;
    }
    if (slash == rest.npos) { return {}; }
    rest.remove_prefix(slash + 1);
  }
}

OFFLOAD_INLINE std::string shown(std::string_view text) {
  constexpr std::size_t most = 120;
  std::string out = "`";
  for (char const byte : text::head_of(text, most)) {
    auto const c = static_cast<unsigned char>(byte);
    if (auto const known = patch_names_detail::escaped.find(byte);
        known < patch_names_detail::escapes.find('"')) {
      out += '\\';
      out += patch_names_detail::escapes[known];
    } else if (c < 0x20 || c == 0x7f) {
      out += fmt::format("\\{:03o}", c);
    } else {
      out += static_cast<char>(c);
    }
  }
  return out + (text.size() > most ? "...`" : "`");
}

}  // namespace offload::image
