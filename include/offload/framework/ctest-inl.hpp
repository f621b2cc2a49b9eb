// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/framework/ctest.hpp>

#include <offload/core/inline.hpp>
#include <offload/core/shell_words.hpp>

#include <fmt/core.h>
#include <range/v3/view/enumerate.hpp>

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

// How ctest is told which tests to run. `--tests-from-file` came with CTest 3.29, and `-I` counts
// tests, so a build that differs from the one that was listed would silently run others. That
// leaves `-R '^(name|name)$'` in CMake's own dialect of regular expressions. It is exact: each
// special character is escaped. Trying 500 names on 10,000 tests takes 0.3 s, on 1,000 tests 0.07
// s. But a compiled expression has to stay below 64 KiB, so a large batch takes several
// expressions, for which ctest runs in turn.

namespace offload {
namespace embedded {
std::string_view offload_ctest();
}

namespace ctest_detail {

inline constexpr std::string_view script_name = "offload_ctest.sh";

constexpr bool is_special(char c) {
  return std::string_view{"^$.[()|?+*\\"}.find(c) != std::string_view::npos;
}

inline std::string escaped(std::string_view name) {
  std::string text;
  for (char const c : name) {
    if (is_special(c)) { text += '\\'; }
    text += c;
  }
  return text;
}

/// The maximum size of a name in a compiled expression: every special character is a node of its
/// own, and so is each run of other characters.
inline std::size_t compiled_size(std::string_view name) {
  std::size_t size = 3;
  bool in_run = false;
  for (char const c : name) {
    size += is_special(c) || !in_run ? 5U : 1U;
    in_run = !is_special(c);
  }
  return size;
}

/// Expressions that match exactly these names, a line each.
inline std::string patterns_for(std::vector<test_id> const& tests) {
  constexpr std::size_t largest_compiled = 60'000;
  std::string patterns;
  std::size_t size = largest_compiled;
  for (auto const& id : tests) {
    size += compiled_size(id.value);
    if (size > largest_compiled) {
      patterns += patterns.empty() ? "^(" : ")$\n^(";
      size = compiled_size(id.value);
    } else {
      patterns += '|';
    }
    patterns += escaped(id.value);
  }
  return patterns + ")$";
}

inline command scripted(run_context const& context, std::vector<std::string> args,
                        std::vector<std::string> const& ctest) {
  command c{.argv = {context.shell, fmt::format("{}/{}", context.support_dir, script_name)}};
  c.argv.insert(c.argv.end(), std::make_move_iterator(args.begin()),
                std::make_move_iterator(args.end()));
  c.argv.insert(c.argv.end(), ctest.begin(), ctest.end());
  return c;
}

/// Takes out of `words` what the run does instead of ctest, and returns what was taken.
inline std::vector<std::string> taken_over(std::vector<std::string>& words) {
  constexpr std::array alone{std::string_view{"--stop-on-failure"}, std::string_view{"--progress"},
                             std::string_view{"--quiet"}, std::string_view{"-Q"}};
  std::vector<std::string> taken;
  std::vector<std::string> left;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (std::find(alone.begin(), alone.end(), words[i]) != alone.end()) {
      taken.push_back(words[i]);
    } else if (words[i] == "--repeat" && i + 1 < words.size()) {
      taken.push_back(words[i++]);
    } else {
      left.push_back(words[i]);
    }
  }
  words = std::move(left);
  return taken;
}

}  // namespace ctest_detail

OFFLOAD_INLINE ctest_framework::ctest_framework(ctest_config config) : config_{std::move(config)} {
  for (auto const& word : ctest_detail::taken_over(config_.run_args)) {
    if (word == "--stop-on-failure") {
      stops_on_failure_ = true;
    } else {
      warnings_.push_back(fmt::format(
          "`{}` in run_args has no effect: {}", word,
          word == "--repeat" ? "use retry_count in [groups]" : "Offload reads ctest's output"));
    }
  }
}

OFFLOAD_INLINE std::vector<std::string> ctest_framework::with_configuration(
    std::vector<std::string> words) const {
  if (config_.configuration) { words.insert(words.end(), {"-C", *config_.configuration}); }
  return words;
}

OFFLOAD_INLINE result<std::vector<discovery_job>> ctest_framework::discovery(
    std::span<group const> groups, run_context const& context) const {
  std::vector<discovery_job> jobs;
  for (auto const& [i, one] : ranges::views::enumerate(groups)) {
    auto const filters = shell::split(one.filters);
    if (!filters) {
      return tl::unexpected(doing("reading the filters of group `{}`", one.name)(filters.error()));
    }
    auto words = config_.command;
    words.push_back("--show-only=json-v1");
    words = with_configuration(std::move(words));
    words.insert(words.end(), config_.discovery_args.begin(), config_.discovery_args.end());
    words.insert(words.end(), filters->begin(), filters->end());
    jobs.push_back({.run = ctest_detail::scripted(context, {"list", config_.build_dir}, words),
                    .groups = {i}});
  }
  return jobs;
}

OFFLOAD_INLINE ctest_listing_reader
ctest_framework::discovery_reader(discovery_job const& job) const {
  bool const is_first = job.groups.empty() || job.groups.front() == 0;
  return ctest_listing_reader{job, stops_on_failure_,
                              is_first ? warnings_ : std::vector<std::string>{}};
}

OFFLOAD_INLINE result<command> ctest_framework::run(batch const& tests,
                                                    run_context const& context) const {
  auto words = with_configuration(config_.command);
  words.insert(words.end(), config_.run_args.begin(), config_.run_args.end());
  // Fixtures are tests of the run like others, and stand in no batch twice.
  words.insert(words.end(), {"-V", "-j", "1", "-FA", ".*"});
  return ctest_detail::scripted(
      context, {"run", ctest_detail::patterns_for(tests.tests), config_.build_dir}, words);
}

OFFLOAD_INLINE framework_properties ctest_framework::properties() const {
  // CTest reads what the whole project says of its tests before it runs any.
  return {.announces_start = true,
          .start_up = seconds{0.02},
          .support_files = {{std::string{ctest_detail::script_name}, embedded::offload_ctest()}}};
}

}  // namespace offload
