// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/framework/nextest_arguments.hpp>

#include <offload/core/inline.hpp>

#include <fmt/core.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string_view>
#include <utility>

namespace offload::nextest {
namespace nextest_arguments_detail {

inline bool is_one_of(std::string_view word, std::initializer_list<std::string_view> names) {
  return std::ranges::find(names, word) != names.end();
}

inline bool is_expression(std::string_view option) {
  return is_one_of(option, {"-E", "--filterset", "--filter-expr"});
}

/// Options that select among tests that are built, or say how nextest goes about it.
inline bool selects_tests(std::string_view option) {
  return is_expression(option) ||
         is_one_of(option, {"--run-ignored", "--partition", "--platform-filter",
                            "--ignore-default-filter", "-P", "--profile", "--config-file",
                            "--tool-config-file", "--user-config-file"});
}

inline bool holds_for_metadata(std::string_view option) {
  return is_one_of(option,
                   {"--manifest-path", "--config", "-Z", "--offline", "--locked", "--frozen"});
}

inline bool builds_with_value(std::string_view option) {
  return is_one_of(
      option, {"-p", "--package", "--exclude", "-F", "--features", "--bin", "--example", "--test",
               "--bench", "--build-jobs", "--cargo-profile", "--target", "--target-dir",
               "--manifest-path", "--cargo-message-format", "--config", "-Z"});
}

inline bool builds(std::string_view option) {
  return builds_with_value(option) || holds_for_metadata(option) ||
         is_one_of(option,
                   {"--workspace", "--all", "--lib", "--bins", "--examples", "--tests", "--benches",
                    "--all-targets", "--all-features", "--no-default-features", "-r", "--release",
                    "--cargo-quiet", "--cargo-verbose", "--ignore-rust-version", "--timings",
                    "--unit-graph", "--future-incompat-report"});
}

inline bool takes_value(std::string_view option) {
  return builds_with_value(option) ||
         (selects_tests(option) && option != "--ignore-default-filter");
}

/// An option as one way of writing it: `--a=b`, `--a b`, `-ab` and `-a b` are the same.
struct option {
  std::string name{};
  std::optional<std::string> value{};
  std::vector<std::string> words{};  ///< as written
};

inline option option_at(std::span<std::string const> words) {
  auto const& word = words.front();
  option found{.name = word, .words = {word}};
  bool const is_long = word.starts_with("--");
  if (auto const equals = word.find('='); is_long && equals != word.npos) {
    found.name = word.substr(0, equals);
    found.value = word.substr(equals + 1);
  } else if (!is_long && word.size() > 2 && takes_value(word.substr(0, 2))) {
    found.name = word.substr(0, 2);
    found.value = word.substr(word[2] == '=' ? 3 : 2);
  } else if (takes_value(word) && words.size() > 1) {
    found.value = words[1];
    found.words.push_back(words[1]);
  }
  return found;
}

/// Calls `see` with each option, and with everything else as an option without a name.
template <class See>
void each_option(std::span<std::string const> words, See&& see) {
  while (!words.empty()) {
    auto const& word = words.front();
    option found{.words = {word}};
    if (word == "--") {
      found.words.assign(words.begin(), words.end());
    } else if (word.size() > 1 && word.front() == '-') {
      found = option_at(words);
    }
    words = words.subspan(found.words.size());
    see(std::move(found));
  }
}

inline void append(std::vector<std::string>& to, std::vector<std::string> const& more) {
  to.insert(to.end(), more.begin(), more.end());
}

inline std::string any_of(std::vector<std::string> const& expressions) {
  return fmt::format("({})", fmt::join(expressions, ")|("));
}

/// cargo's package patterns may hold wildcards.
inline std::string package_filter(std::string_view pattern) {
  bool const is_glob = pattern.find_first_of("*?[") != pattern.npos;
  return fmt::format("package({}{})", is_glob ? "#" : "=", pattern);
}

/// The filterset for cargo's choice of a target; nothing for the default choice.
inline std::optional<std::string> target_filter(option const& chosen) {
  if (chosen.name == "--lib") { return "kind(lib)|kind(proc-macro)"; }
  if (chosen.name == "--bins") { return "kind(bin)"; }
  if (chosen.name == "--bin") { return fmt::format("kind(bin)&binary(={})", *chosen.value); }
  if (chosen.name == "--test") { return fmt::format("kind(test)&binary(={})", *chosen.value); }
  return std::nullopt;
}

}  // namespace nextest_arguments_detail

OFFLOAD_INLINE arguments sorted_arguments(std::span<std::string const> words) {
  arguments sorted;
  nextest_arguments_detail::each_option(words, [&](nextest_arguments_detail::option one) {
    if (nextest_arguments_detail::is_expression(one.name) && one.value) {
      sorted.expressions.push_back(*one.value);
    } else if (nextest_arguments_detail::builds(one.name)) {
      nextest_arguments_detail::append(sorted.build, one.words);
      if (nextest_arguments_detail::holds_for_metadata(one.name)) {
        nextest_arguments_detail::append(sorted.metadata, one.words);
      }
    } else {
      nextest_arguments_detail::append(sorted.others, one.words);
    }
  });
  return sorted;
}

OFFLOAD_INLINE result<selection> selection_of(std::span<std::string const> filters,
                                              std::vector<std::string> const& within) {
  selection selected;
  std::vector<std::string> expressions, packages, targets, rest, all;
  std::optional<std::string> misplaced;
  nextest_arguments_detail::each_option(filters, [&](nextest_arguments_detail::option one) {
    bool const valued = one.value && !one.value->empty();
    if (nextest_arguments_detail::is_expression(one.name) && valued) {
      expressions.push_back(*one.value);
    } else if (one.name.empty() || nextest_arguments_detail::selects_tests(one.name)) {
      nextest_arguments_detail::append(rest, one.words);
    } else if (nextest_arguments_detail::is_one_of(one.name, {"-p", "--package"}) && valued) {
      selected.packages.push_back(*one.value);
      packages.push_back(nextest_arguments_detail::package_filter(*one.value));
    } else if (one.name == "--exclude" && valued) {
      all.push_back("not " + nextest_arguments_detail::package_filter(*one.value));
    } else if (nextest_arguments_detail::is_one_of(one.name, {"--lib", "--bins"}) ||
               (nextest_arguments_detail::is_one_of(one.name, {"--bin", "--test"}) && valued)) {
      targets.push_back(*nextest_arguments_detail::target_filter(one));
    } else if (!nextest_arguments_detail::is_one_of(one.name,
                                                    {"--workspace", "--all", "--tests"})) {
      misplaced = misplaced.value_or(one.words.front());
    }
  });
  if (misplaced) {
    return tl::unexpected(error{errc::invalid_config,
                                fmt::format("`{}` is not an option that selects tests", *misplaced),
                                "put options that change the build into discovery_args of "
                                "[framework]: all groups share one build"});
  }
  for (auto const& choice : {within, packages, targets, expressions}) {
    if (!choice.empty()) { all.push_back(nextest_arguments_detail::any_of(choice)); }
  }
  if (!all.empty()) { selected.options = {"-E", fmt::format("({})", fmt::join(all, ")&("))}; }
  nextest_arguments_detail::append(selected.options, rest);
  return selected;
}

}  // namespace offload::nextest
