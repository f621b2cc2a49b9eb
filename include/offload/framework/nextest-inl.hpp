// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/framework/nextest.hpp>

#include <offload/core/inline.hpp>
#include <offload/core/shell_words.hpp>
#include <offload/framework/nextest_arguments.hpp>
#include <offload/framework/nextest_names.hpp>
#include <offload/framework/nextest_script.hpp>

#include <fmt/core.h>
#include <fmt/format.h>
#include <range/v3/view/enumerate.hpp>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string>
#include <utility>

namespace offload {
namespace nextest_detail {

inline std::vector<std::string> operator+(std::vector<std::string> words,
                                          std::vector<std::string> const& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

inline bool has_option(std::vector<std::string> const& words,
                       std::initializer_list<std::string_view> names) {
  return std::ranges::any_of(words, [&](std::string const& word) {
    return std::ranges::find(names, std::string_view{word}.substr(0, word.find('='))) !=
           names.end();
  });
}

/// Adds an option unless the user has given it, or one that rules it out.
inline void add_unless(std::vector<std::string> const& given,
                       std::initializer_list<std::string_view> names,
                       std::vector<std::string>& words, std::vector<std::string> const& option) {
  if (!has_option(given, names)) { words = std::move(words) + option; }
}

/// The cargo that belongs to a command which starts nextest.
inline std::vector<std::string> cargo_of(std::vector<std::string> command) {
  auto const size = command.size();
  bool const direct = size >= 2 && command[size - 2].ends_with("cargo-nextest");
  if (size < 2 || direct || command.back() != "nextest") { return {"cargo"}; }
  command.pop_back();
  return command;
}

/// The build options of the configuration and its arguments.
inline std::vector<std::string> build_options(nextest_config const& c) {
  std::vector<std::string> words;
  if (c.package) { words = {"--package", *c.package}; }
  if (!c.features.empty()) {
    words = words +
            std::vector<std::string>{"--features", fmt::format("{}", fmt::join(c.features, ","))};
  }
  if (c.bin) { words = words + std::vector<std::string>{"--bin", *c.bin}; }
  if (c.cargo_profile) {
    words = words + std::vector<std::string>{"--cargo-profile", *c.cargo_profile};
  }
  return words + nextest::sorted_arguments(c.discovery_args).build +
         nextest::sorted_arguments(c.run_args).build;
}

/// Nextest starts each test by way of one more process of its own, lest a Ctrl-Z catch it while it
/// starts a test. A command that Offload runs is in a process group of its own, which no Ctrl-Z
/// reaches, and that process takes longer than a small test does.
inline env_var start_directly() { return {"NEXTEST_DOUBLE_SPAWN", "0"}; }

/// The options of the configuration that select the listed tests.
inline std::vector<std::string> listing_options(nextest_config const& c) {
  std::vector<std::string> words;
  if (c.include_ignored) { words = {"--run-ignored", "all"}; }
  if (c.profile) { words = words + std::vector<std::string>{"--profile", *c.profile}; }
  return words + nextest::sorted_arguments(c.discovery_args).others;
}

inline std::vector<std::string> without_ignored_option(std::vector<std::string> words) {
  auto const at = std::ranges::find(words, "--run-ignored");
  if (at != words.end()) { words.erase(at, std::next(at, 2)); }
  return words;
}

/// The packages to build, when all groups choose some.
inline std::vector<std::string> common_packages(std::vector<nextest::selection> const& selections) {
  std::vector<std::string> words;
  for (auto const& selection : selections) {
    if (selection.packages.empty()) { return {}; }
    for (auto const& package : selection.packages) {
      if (std::ranges::find(words, package) != words.end()) { continue; }
      words.push_back("--package");
      words.push_back(package);
    }
  }
  return words;
}

inline result<std::vector<nextest::selection>> selections_of(std::span<group const> groups,
                                                             nextest_config const& c) {
  auto const within = nextest::sorted_arguments(c.discovery_args).expressions;
  std::vector<nextest::selection> selections;
  for (auto const& each : groups) {
    auto selected =
        shell::split(each.filters)
            .and_then([&](auto const& words) { return nextest::selection_of(words, within); })
            .map_error(doing("reading the filters of group `{}`", each.name));
    if (!selected) { return tl::unexpected(std::move(selected.error())); }
    selections.push_back(std::move(*selected));
  }
  return selections;
}

}  // namespace nextest_detail

OFFLOAD_INLINE result<std::vector<discovery_job>> nextest_framework::discovery(
    std::span<group const> groups, run_context const& context) const {
  using nextest_detail::operator+;
  if (!nextest::sorted_arguments(config_.run_args).expressions.empty()) {
    return tl::unexpected(error{errc::invalid_config, "run_args cannot select tests (`-E`)",
                                "use the filters of a group"});
  }
  auto const selections = nextest_detail::selections_of(groups, config_);
  if (!selections) { return tl::unexpected(selections.error()); }

  auto build = nextest_detail::build_options(config_);
  if (!nextest_detail::has_option(build,
                                  {"-p", "--package", "--workspace", "--all", "--exclude"})) {
    build = nextest_detail::common_packages(*selections) + build;
  }
  nextest::listing_request what{
      .start = config_.command,
      .build = build,
      .metadata = nextest_detail::cargo_of(config_.command) +
                  std::vector<std::string>{"metadata", "--color", "never", "--format-version", "1",
                                           "--all-features"} +
                  nextest::sorted_arguments(build).metadata,
      .shared_dir = context.shared_dir};
  discovery_job job;
  job.shown = shell::joined(config_.command + std::vector<std::string>{"list"} + build);
  for (auto const& [i, one] : ranges::views::enumerate(groups)) {
    auto const& own = (*selections)[i].options;
    auto options = nextest_detail::listing_options(config_);
    if (nextest_detail::has_option(own, {"--run-ignored"})) {
      options = nextest_detail::without_ignored_option(options);
    }
    what.groups.push_back({one.name, options + own});
    job.groups.push_back(i);
  }
  job.run = {.argv = {context.shell, "-c", nextest::listing_script(what)},
             .env = {nextest_detail::start_directly()}};
  return std::vector{std::move(job)};
}

OFFLOAD_INLINE nextest_listing_reader
nextest_framework::discovery_reader(discovery_job const& job) const {
  return nextest_listing_reader{job};
}

OFFLOAD_INLINE result<command> nextest_framework::run(batch const& tests,
                                                      run_context const& context) const {
  using nextest_detail::operator+;
  auto const args = nextest::sorted_arguments(config_.run_args).others;
  auto base = nextest::launcher(config_.command, context.shell, context.shared_dir) +
              std::vector<std::string>{"run"};
  base = base + (context.shared_dir.empty() ? nextest_detail::build_options(config_)
                                            : nextest::reused_build(context.shared_dir));
  base = base + std::vector<std::string>{"--message-format",
                                         "libtest-json-plus",
                                         "--message-format-version",
                                         "0.1",
                                         "--run-ignored",
                                         "all",
                                         "--ignore-default-filter"};
  auto const stops = on_failure_ == nextest_failure::ends_batch;
  nextest_detail::add_unless(args, {"--fail-fast", "--ff", "--no-fail-fast", "--nff", "--max-fail"},
                             base, {stops ? "--fail-fast" : "--no-fail-fast"});
  nextest_detail::add_unless(args, {"--no-tests"}, base, {"--no-tests", "pass"});
  nextest_detail::add_unless(args, {"--test-threads", "-j", "--jobs"}, base,
                             {"--test-threads", "1"});
  nextest_detail::add_unless(args, {"--status-level"}, base, {"--status-level", "leak"});
  nextest_detail::add_unless(args, {"--final-status-level"}, base,
                             {"--final-status-level", "none"});
  nextest_detail::add_unless(args, {"--failure-output"}, base, {"--failure-output", "never"});
  nextest_detail::add_unless(args, {"--success-output"}, base, {"--success-output", "never"});
  nextest_detail::add_unless(args, {"--color"}, base, {"--color", "never"});
  if (config_.profile) { base = base + std::vector<std::string>{"--profile", *config_.profile}; }

  std::vector<std::vector<std::string>> commands;
  for (auto const& round : nextest::rounds(tests.tests)) {
    commands.push_back(base + std::vector<std::string>{"-E", nextest::filterset(round)} + args);
  }
  command c{.env = {{"NEXTEST_EXPERIMENTAL_LIBTEST_JSON", "1"}, nextest_detail::start_directly()}};
  c.argv = commands.size() == 1
               ? std::move(commands.front())
               : std::vector<std::string>{
                     context.shell, "-c",
                     nextest::rounds_script(
                         commands, stops ? nextest::on_failure::stop : nextest::on_failure::go_on)};
  return c;
}

OFFLOAD_INLINE std::vector<std::string> nextest_framework::build_command() const {
  using nextest_detail::operator+;
  return config_.command + std::vector<std::string>{"run", "--no-run"} +
         nextest_detail::build_options(config_);
}

OFFLOAD_INLINE nextest_reader nextest_framework::reader(batch const& tests) const {
  return nextest_reader{tests};
}

}  // namespace offload
