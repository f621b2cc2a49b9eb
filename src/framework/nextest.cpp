// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/framework/nextest.hpp>

#include <offload/core/shell_words.hpp>

#include <fmt/core.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string>
#include <utility>

#include "nextest_arguments.hpp"
#include "nextest_names.hpp"

namespace offload {
namespace {

// The list of the first group is made by the command that builds. It names all binaries, also those
// without a selected test, so it is the description of the build as well, save for the name of one
// member. That name in quotes followed by a colon occurs nowhere else: within a string of JSON the
// quotes would be escaped.
constexpr std::string_view keep_the_build =
    R"sh(sed 's/"rust-suites":/"rust-binaries":/' "$dir/list" >"$dir/binaries.json" || exit
triple=$(sed -n 's/.*"host":{"platform":{"triple":"\([^"]*\)".*/\1/p' "$dir/list")
)sh";

constexpr std::string_view show_list = "cat \"$dir/list\" || exit\necho\n";

std::vector<std::string> operator+(std::vector<std::string> words,
                                   std::vector<std::string> const& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

bool has_option(std::vector<std::string> const& words,
                std::initializer_list<std::string_view> names) {
  return std::ranges::any_of(words, [&](std::string const& word) {
    return std::ranges::find(names, std::string_view{word}.substr(0, word.find('='))) !=
           names.end();
  });
}

/// Adds an option unless the user has given it, or one that rules it out.
void add_unless(std::vector<std::string> const& given,
                std::initializer_list<std::string_view> names, std::vector<std::string>& words,
                std::vector<std::string> const& option) {
  if (!has_option(given, names)) { words = std::move(words) + option; }
}

/// The cargo that belongs to a command which starts nextest.
std::vector<std::string> cargo_of(std::vector<std::string> command) {
  auto const size = command.size();
  bool const direct = size >= 2 && command[size - 2].ends_with("cargo-nextest");
  if (size < 2 || direct || command.back() != "nextest") { return {"cargo"}; }
  command.pop_back();
  return command;
}

/// What the configuration and its arguments say about the build.
std::vector<std::string> build_options(nextest_config const& c) {
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
  return words + sorted_arguments(c.discovery_args).build + sorted_arguments(c.run_args).build;
}

/// What the configuration says about which tests are listed.
std::vector<std::string> listing_options(nextest_config const& c) {
  auto const given = sorted_arguments(c.discovery_args);
  std::vector<std::string> words;
  if (c.include_ignored) { words = {"--run-ignored", "all"}; }
  if (c.profile) { words = words + std::vector<std::string>{"--profile", *c.profile}; }
  for (auto const& expression : given.expressions) {
    words.push_back("-E");
    words.push_back(expression);
  }
  return words + given.others;
}

std::vector<std::string> without_ignored_option(std::vector<std::string> words) {
  auto const at = std::ranges::find(words, "--run-ignored");
  if (at != words.end()) { words.erase(at, std::next(at, 2)); }
  return words;
}

/// The lines of a script that write a group's list to the file `list`.
std::string listing_lines(std::vector<std::string> const& words, std::string const& group) {
  return fmt::format("{} >\"$dir/list\" || failed {}\n", shell_joined(words), shell_quoted(group));
}

/// The packages to build, when all groups choose some.
std::vector<std::string> common_packages(std::vector<nextest_selection> const& selections) {
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

std::vector<std::string> reused_build(std::string const& folder) {
  return {"--binaries-metadata", folder + "/binaries.json", "--cargo-metadata",
          folder + "/cargo.json"};
}

/// One command line after the other, with a mark between them; the first bad status is that of all.
std::string script_of(std::vector<std::vector<std::string>> const& commands) {
  std::string script = "trap : HUP INT TERM\nstatus=0\n";
  for (auto const& words : commands) {
    if (&words != &commands.front()) {
      script += fmt::format("printf '%s\\n' {}\n", shell_quoted(nextest_next_round));
    }
    script += fmt::format("{} || {{ code=$?; [ $status -ne 0 ] || status=$code; }}\n",
                          shell_joined(words));
  }
  return script + "exit $status\n";
}

}  // namespace

result<std::vector<discovery_job>> nextest_framework::discovery(std::span<group const> groups,
                                                                run_context const& context) const {
  if (!sorted_arguments(config_.run_args).expressions.empty()) {
    return tl::unexpected(error{errc::invalid_config, "run_args cannot select tests (`-E`)",
                                "use the filters of a group"});
  }
  std::vector<nextest_selection> selections;
  for (auto const& each : groups) {
    auto selected =
        split_shell_words(each.filters)
            .and_then([](std::vector<std::string> const& words) { return selection_of(words); })
            .map_error(doing("reading the filters of group `{}`", each.name));
    if (!selected) { return tl::unexpected(std::move(selected.error())); }
    selections.push_back(std::move(*selected));
  }

  auto build = build_options(config_);
  if (!has_option(build, {"-p", "--package", "--workspace", "--all", "--exclude"})) {
    build = common_packages(selections) + build;
  }
  auto const list = config_.command + std::vector<std::string>{"list", "--color", "never",
                                                               "--message-format", "json"};
  auto const metadata = cargo_of(config_.command) +
                        std::vector<std::string>{"metadata",         "--color", "never",
                                                 "--format-version", "1",       "--all-features"} +
                        sorted_arguments(build).metadata;
  discovery_job job;
  job.shown = shell_joined(list + build);
  auto script = fmt::format(
      "dir={}\nfailed() {{\n  status=$?\n  echo \"(while listing the group '$1')\" >&2\n  exit "
      "$status\n"
      "}}\n",
      shell_quoted(context.shared_dir));
  for (std::size_t i = 0; i < groups.size(); ++i) {
    auto options = listing_options(config_);
    if (has_option(selections[i].options, {"--run-ignored"})) {
      options = without_ignored_option(std::move(options));
    }
    auto const first = i == 0;
    script += listing_lines(
        list + (first ? build : reused_build(context.shared_dir)) + options + selections[i].options,
        groups[i].name);
    if (first) {
      script += keep_the_build;
      script += fmt::format(
          "{} ${{triple:+--filter-platform \"$triple\"}} >\"$dir/cargo.json\" || exit\n",
          shell_joined(metadata));
    }
    script += show_list;
    job.groups.push_back(i);
  }
  job.run = {.argv = {context.shell, "-c", std::move(script)}};
  return std::vector{std::move(job)};
}

nextest_listing_reader nextest_framework::discovery_reader(discovery_job const& job) const {
  return nextest_listing_reader{job};
}

result<command> nextest_framework::run(batch const& tests, run_context const& context) const {
  auto const args = sorted_arguments(config_.run_args).others;
  auto base = config_.command + std::vector<std::string>{"run"};
  base = base +
         (context.shared_dir.empty() ? build_options(config_) : reused_build(context.shared_dir));
  base = base + std::vector<std::string>{"--message-format",
                                         "libtest-json-plus",
                                         "--message-format-version",
                                         "0.1",
                                         "--run-ignored",
                                         "all",
                                         "--ignore-default-filter"};
  auto const stops = on_failure_ == nextest_failure::ends_batch;
  add_unless(args, {"--fail-fast", "--ff", "--no-fail-fast", "--nff", "--max-fail"}, base,
             {stops ? "--fail-fast" : "--no-fail-fast"});
  add_unless(args, {"--no-tests"}, base, {"--no-tests", "pass"});
  add_unless(args, {"--test-threads", "-j", "--jobs"}, base, {"--test-threads", "1"});
  add_unless(args, {"--status-level"}, base, {"--status-level", "leak"});
  add_unless(args, {"--final-status-level"}, base, {"--final-status-level", "none"});
  add_unless(args, {"--failure-output"}, base, {"--failure-output", "never"});
  add_unless(args, {"--success-output"}, base, {"--success-output", "never"});
  add_unless(args, {"--color"}, base, {"--color", "never"});
  if (config_.profile) { base = base + std::vector<std::string>{"--profile", *config_.profile}; }

  std::vector<std::vector<std::string>> commands;
  for (auto const& round : nextest_rounds(tests.tests)) {
    commands.push_back(base + std::vector<std::string>{"-E", nextest_filterset(round)} + args);
  }
  command c{.env = {{"NEXTEST_EXPERIMENTAL_LIBTEST_JSON", "1"}}};
  c.argv = commands.size() == 1
               ? std::move(commands.front())
               : std::vector<std::string>{context.shell, "-c", script_of(commands)};
  return c;
}

nextest_reader nextest_framework::reader(batch const& tests) const { return nextest_reader{tests}; }

}  // namespace offload
