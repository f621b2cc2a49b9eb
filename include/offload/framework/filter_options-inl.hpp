// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/framework/filter_options.hpp>

#include <offload/core/inline.hpp>
#include <offload/core/shell_words.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <utility>

namespace offload {
namespace filter_options_detail {

using namespace std::string_view_literals;

inline constexpr std::array pytest_with_value{"-m"sv, "-k"sv, "--deselect"sv, "--ignore"sv,
                                              "--ignore-glob"sv};
inline constexpr std::array pytest_alone{"--lf"sv,           "--last-failed"sv, "--ff"sv,
                                         "--failed-first"sv, "--nf"sv,          "--new-first"sv,
                                         "--sw"sv,           "--stepwise"sv,    "--pyargs"sv};
inline constexpr std::array vitest_with_value{"-t"sv,        "--testNamePattern"sv, "--project"sv,
                                              "--exclude"sv, "--shard"sv,           "--dir"sv};
inline constexpr std::array vitest_alone{"--changed"sv, "--passWithNoTests"sv};

inline bool is_one_of(std::span<std::string_view const> options, std::string_view word) {
  return std::ranges::find(options, word) != options.end();
}

/// "--deselect=ID" and "-mEXPRESSION".
inline bool holds_its_value(std::span<std::string_view const> options, std::string_view word) {
  return std::ranges::any_of(options, [&](std::string_view option) {
    if (!word.starts_with(option) || word.size() == option.size()) { return false; }
    return !option.starts_with("--") || word[option.size()] == '=';
  });
}

inline bool looks_like_a_place(std::string_view word) {
  return word.find("::") != word.npos || word.find('/') != word.npos || word.ends_with(".py");
}

}  // namespace filter_options_detail

OFFLOAD_INLINE selecting_options const& pytest_selects() {
  using namespace filter_options_detail;
  static constexpr selecting_options all{pytest_with_value, pytest_alone};
  return all;
}

OFFLOAD_INLINE selecting_options const& vitest_selects() {
  using namespace filter_options_detail;
  static constexpr selecting_options all{vitest_with_value, vitest_alone};
  return all;
}

OFFLOAD_INLINE std::vector<std::string> options_beside_selection(std::span<std::string const> words,
                                                                 selecting_options const& selects) {
  using namespace filter_options_detail;
  std::vector<std::string> options;
  bool takes_word = false;  // the word before is an option that may have a value
  for (std::size_t i = 0; i < words.size(); ++i) {
    auto const& word = words[i];
    if (word == "--") { break; }
    if (is_one_of(selects.with_value, word)) {
      ++i;
      takes_word = false;
    } else if (is_one_of(selects.alone, word) || holds_its_value(selects.with_value, word)) {
      takes_word = false;
    } else if (word.starts_with('-') && word.size() > 1) {
      options.push_back(word);
      takes_word = word.find('=') == word.npos;
    } else if (std::exchange(takes_word, false) && !looks_like_a_place(word)) {
      options.push_back(word);
    }
  }
  return options;
}

OFFLOAD_INLINE std::optional<std::vector<std::string>> filters_of_all(
    std::span<group const> groups) {
  std::optional<std::vector<std::string>> common;
  for (auto const& one : groups) {
    auto words = shell::split(one.filters);
    if (!words || (common && *common != *words)) { return std::nullopt; }
    common = std::move(*words);
  }
  return common;
}

OFFLOAD_INLINE options_of_groups options_in_groups(std::span<group const> groups,
                                                   selecting_options const& selects) {
  auto const shown = [](std::vector<std::string> const& some) {
    return some.empty() ? std::string{"none"} : fmt::format("`{}`", shell::joined(some));
  };
  options_of_groups found;
  for (auto const& one : groups) {
    auto const words = shell::split(one.filters);
    auto options = options_beside_selection(words.value_or(std::vector<std::string>{}), selects);
    if (&one == &groups.front()) {
      found.shared = std::move(options);
    } else if (options != found.shared) {
      return {
          {},
          fmt::format("the filters of the groups `{}` and `{}` have different options besides "
                      "those that select tests: {} and {}. Not all of them count while tests run, "
                      "and tests may be skipped for it: move them to `run_args` of [framework], or "
                      "give one of the groups a configuration file of its own",
                      groups.front().name, one.name, shown(found.shared), shown(options))};
    }
  }
  return found;
}

}  // namespace offload
