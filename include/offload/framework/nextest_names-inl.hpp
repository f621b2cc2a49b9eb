// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/framework/nextest_names.hpp>

#include <offload/core/inline.hpp>
#include <offload/core/joined.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <cstddef>
#include <unordered_map>
#include <utility>

namespace offload::nextest {
namespace nextest_names_detail {

/// As Cargo names the binary of a target.
inline std::string as_crate(std::string_view name) {
  std::string crate{name};
  std::ranges::replace(crate, '-', '_');
  return crate;
}

/// Whether events may call two tests of the same name, in the same package, the same.
inline bool may_be_confused(name_parts const& a, name_parts const& b) {
  if (a.kind == "lib" && b.kind == "lib") { return false; }
  if (b.kind == "lib") { return may_be_confused(b, a); }
  // A library may have any name, but a program's name is the likely one.
  if (a.kind == "lib") { return b.kind != "test" || as_crate(b.target) == as_crate(b.package); }
  return as_crate(a.target) == as_crate(b.target);
}

/// `text` as the operand of a `=` matcher.
inline std::string escaped(std::string_view text) {
  std::string safe;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char const c = text[i];
    bool const at_an_end = i == 0 || i + 1 == text.size();
    if (c == '\\' || c == ')' || c == ',') {
      safe += '\\';
      safe += c;
    } else if ((c == ' ' && at_an_end) || (static_cast<unsigned char>(c) < ' ') || c == '\x7f') {
      safe += fmt::format("\\u{{{:x}}}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    } else {
      safe += c;
    }
  }
  return safe;
}

}  // namespace nextest_names_detail

OFFLOAD_INLINE name_parts name_of(std::string_view id) {
  name_parts name;
  auto const space = id.find(' ');
  name.binary_id = id.substr(0, space);
  name.test = space == id.npos ? std::string_view{} : id.substr(space + 1);
  auto const colons = name.binary_id.find("::");
  name.package = name.binary_id.substr(0, colons);
  if (colons == id.npos) {
    name.kind = "lib";
    return name;
  }
  auto const target = name.binary_id.substr(colons + 2);
  auto const slash = target.find('/');
  name.kind = slash == target.npos ? "test" : target.substr(0, slash);
  name.target = slash == target.npos ? target : target.substr(slash + 1);
  return name;
}

OFFLOAD_INLINE std::vector<std::string> binary_ids(std::string_view package, std::string_view kind,
                                                   std::string_view target) {
  if (kind == "lib") { return {std::string{package}}; }
  if (kind == "test") { return {fmt::format("{}::{}", package, target)}; }
  auto whole = fmt::format("{}::{}/{}", package, kind, target);
  if (kind == "proc-macro") { return {std::string{package}, std::move(whole)}; }
  return {std::move(whole)};
}

OFFLOAD_INLINE std::vector<std::vector<test_id>> rounds(std::span<test_id const> tests) {
  struct placed {
    name_parts name;
    std::size_t round{};
  };
  std::vector<std::vector<test_id>> rounds;
  std::unordered_map<std::string_view, std::vector<placed>> namesakes;
  for (auto const& id : tests) {
    placed here{name_of(id.value)};
    auto& others = namesakes[here.name.test];
    for (auto const& other : others) {
      if (other.name.package == here.name.package &&
          nextest_names_detail::may_be_confused(other.name, here.name)) {
        here.round = std::max(here.round, other.round + 1);
      }
    }
    others.push_back(here);
    if (rounds.size() <= here.round) { rounds.resize(here.round + 1); }
    rounds[here.round].push_back(id);
  }
  return rounds;
}

OFFLOAD_INLINE std::string filterset(std::span<test_id const> tests) {
  std::vector<std::pair<std::string_view, std::string>> binaries;
  std::unordered_map<std::string_view, std::size_t> place;
  for (auto const& id : tests) {
    auto const name = name_of(id.value);
    auto const [at, is_new] = place.try_emplace(name.binary_id, binaries.size());
    if (is_new) { binaries.emplace_back(name.binary_id, std::string{}); }
    auto& names = binaries[at->second].second;
    names += fmt::format("{}test(={})", names.empty() ? "" : "|",
                         nextest_names_detail::escaped(name.test));
  }
  return text::joined(binaries, "|", [](auto const& one) {
    return fmt::format("(binary_id(={})&({}))", nextest_names_detail::escaped(one.first),
                       one.second);
  });
}

}  // namespace offload::nextest
