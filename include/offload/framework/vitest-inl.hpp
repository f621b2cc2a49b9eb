// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/framework/vitest.hpp>

#include <offload/core/inline.hpp>
#include <offload/core/json.hpp>
#include <offload/core/shell_words.hpp>
#include <offload/framework/filter_options.hpp>

#include <range/v3/view/enumerate.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace offload {
namespace embedded {
std::string_view offload_vitest();
std::string_view offload_vitest_call();
std::string_view offload_vitest_channel();
std::string_view offload_vitest_options();
std::string_view offload_vitest_project();
std::string_view offload_vitest_setup();
std::string_view offload_vitest_texts();
std::string_view offload_vitest_units();
}  // namespace embedded

namespace vitest_detail {

using words = std::vector<std::string>;

/// Events leave by descriptor 3 and requests come by 4, so that what tests read and write is none
/// of the protocol's business. Node closes both for the processes that it starts.
inline constexpr std::string_view apart_from_the_tests = R"(exec "$@" 3>&1 1>&2 4<&0 0</dev/null)";

inline std::string_view file_name(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

inline bool is_vitest(std::string_view word) {
  auto const name = file_name(word);
  return name == "vitest" || name == "vitest.mjs";
}

inline bool is_node(std::string_view word) { return file_name(word) == "node"; }

/// Options of package runners that say nothing about where to look.
inline bool is_harmless(std::string_view word) {
  constexpr std::array<std::string_view, 8> known{"--",           "-y",        "--yes", "--no",
                                                  "--no-install", "--offline", "-q",    "--quiet"};
  return std::ranges::find(known, word) != known.end();
}

/// Takes a package runner off the end of `before`, if one is there.
inline void drop_runner(words& before) {
  auto rest = before;
  while (!rest.empty() && is_harmless(rest.back())) { rest.pop_back(); }
  if (rest.empty()) { return; }
  auto const last = rest.back();
  rest.pop_back();
  bool found = last == "npx" || last == "bunx" || last == "pnpm" || last == "yarn";
  if (!found && !rest.empty() && (last == "exec" || last == "x" || last == "run")) {
    auto const runner = std::exchange(rest.back(), {});
    rest.pop_back();
    found = (runner == "npm" && last != "run") || runner == "pnpm" || runner == "yarn";
  }
  if (found) { before = std::move(rest); }
}

/// Takes node and its options off the end of `before`; plain `node` when it is not there.
inline words take_node(words& before) {
  auto const options = std::find_if(before.rbegin(), before.rend(),
                                    [](auto const& word) { return !word.starts_with("-"); });
  if (options == before.rend() || !is_node(*options)) { return {"node"}; }
  auto const at = std::prev(options.base());
  words node{at, before.end()};
  before.erase(at, before.end());
  return node;
}

inline std::string hint_for(std::string_view detail) {
  if (detail.find("node: not found") != std::string_view::npos) {
    return "install Node.js, or write the path of node before it: `/path/to/node "
           "node_modules/vitest/vitest.mjs`";
  }
  return {};
}

/// For one of several processes that share the files among them. Tests that `run_args` exclude are
/// not listed.
inline std::string discover_request(json::list groups, words const& run_args, std::size_t part = 0,
                                    std::size_t parts = 1) {
  json request{{"do", "discover"}, {"groups", std::move(groups)}};
  if (!run_args.empty()) { request["within"] = run_args; }
  if (parts > 1) {
    request["part"] = part;
    request["parts"] = parts;
  }
  return to_json(request, {.ascii_only = true}) + "\n";
}

}  // namespace vitest_detail

OFFLOAD_INLINE result<vitest_launch> vitest_launch_of(std::vector<std::string> const& command) {
  auto const found = std::find_if(command.rbegin(), command.rend(), vitest_detail::is_vitest);
  if (found == command.rend()) {
    error unnamed{errc::invalid_config, fmt::format("[framework] command `{}` does not name vitest",
                                                    shell::joined(command))};
    unnamed.hint = "Write `npx vitest`, `pnpm exec vitest` or `node_modules/.bin/vitest`.";
    return tl::unexpected(std::move(unnamed));
  }
  auto const at = std::prev(found.base());
  vitest_launch launch{.before = {command.begin(), at}, .args = {found.base(), command.end()}};
  if (at->find('/') != std::string::npos) { launch.vitest = *at; }
  if (!launch.args.empty() && (launch.args.front() == "run" || launch.args.front() == "watch")) {
    launch.args.erase(launch.args.begin());
  }
  vitest_detail::drop_runner(launch.before);
  launch.node = vitest_detail::take_node(launch.before);
  return launch;
}

OFFLOAD_INLINE plugin_reader vitest_reader(std::vector<std::size_t> groups) {
  return plugin_reader{
      {.framework = "vitest", .listing = "listing vitest's tests", .hint = vitest_detail::hint_for},
      std::move(groups)};
}

OFFLOAD_INLINE result<command> vitest_framework::scripted(
    run_context const& context, std::vector<std::string> const& args) const {
  return vitest_launch_of(config_.command).map([&](vitest_launch launch) {
    command c{.argv = std::move(launch.before)};
    c.argv.insert(c.argv.end(),
                  {context.shell, "-c", std::string{vitest_detail::apart_from_the_tests}, "sh"});
    c.argv.insert(c.argv.end(), launch.node.begin(), launch.node.end());
    c.argv.push_back(context.support_dir + "/offload_vitest.mjs");
    c.argv.insert(c.argv.end(), launch.args.begin(), launch.args.end());
    c.argv.insert(c.argv.end(), args.begin(), args.end());
    if (config_.unit == vitest_unit::file) { c.env.push_back({"OFFLOAD_KEEP_TOGETHER", "file"}); }
    if (!launch.vitest.empty()) { c.env.push_back({"OFFLOAD_VITEST", launch.vitest}); }
    return c;
  });
}

OFFLOAD_INLINE result<std::vector<discovery_job>> vitest_framework::discovery(
    std::span<group const> groups, run_context const& context) const {
  auto const shown = [&](vitest_detail::words const& args) {
    return shell::joined(config_.command) + (args.empty() ? "" : " " + shell::joined(args));
  };
  // The tests of a file may depend on the configuration, the mode or the environment.
  auto listing_args = options_beside_selection(config_.run_args, vitest_selects());
  listing_args.insert(listing_args.end(), config_.discovery_args.begin(),
                      config_.discovery_args.end());
  discovery_job together;
  json::list requests;
  for (auto const& [i, one] : ranges::views::enumerate(groups)) {
    auto const filters = shell::split(one.filters);
    if (!filters) {
      return tl::unexpected(doing("reading the filters of group `{}`", one.name)(filters.error()));
    }
    auto args = listing_args;
    args.insert(args.end(), filters->begin(), filters->end());
    auto alone = scripted(context, args);
    if (!alone) { return tl::unexpected(alone.error()); }
    together.apart.push_back(
        {.run = std::move(*alone),
         .input = vitest_detail::discover_request({json{{"name", one.name}}}, config_.run_args),
         .groups = {i},
         .shown = shown(args)});
    requests.push_back(json{{"name", one.name}, {"filters", *filters}});
    together.groups.push_back(i);
  }
  auto all = scripted(context, listing_args);
  if (!all) { return tl::unexpected(all.error()); }
  together.shown = shown(listing_args);
  together.run = std::move(*all);
  // It can run tests as well when it was started the way a worker is.
  together.may_serve = config_.discovery_args.empty() && config_.run_args.empty() &&
                       config_.workers == worker_lifetime::run;
  auto const parts = together.may_serve ? std::max<std::size_t>(1, context.listing_workers) : 1;
  std::vector<discovery_job> jobs(parts, together);
  for (std::size_t i = 0; i < parts; ++i) {
    jobs[i].input = vitest_detail::discover_request(requests, config_.run_args, i, parts);
    if (i > 0) { jobs[i].apart.clear(); }  // that of the first is enough
  }
  return jobs;
}

OFFLOAD_INLINE result<command> vitest_framework::worker(run_context const& context) const {
  return scripted(context, config_.run_args);
}

OFFLOAD_INLINE result<command> vitest_framework::run(batch const& tests,
                                                     run_context const& context) const {
  auto c = scripted(context, config_.run_args);
  if (c) { c->env.push_back({"OFFLOAD_REQUEST", plugin_run_request(tests)}); }
  return c;
}

OFFLOAD_INLINE framework_properties vitest_framework::properties() const {
  // Unless told otherwise, vitest starts a process for each file.
  constexpr seconds start_of_a_process{0.15};
  return {.workers = config_.workers,
          .announces_start = true,
          .file_cost = start_of_a_process,
          .support_files = {{"offload_vitest.mjs", embedded::offload_vitest()},
                            {"offload_vitest_call.mjs", embedded::offload_vitest_call()},
                            {"offload_vitest_channel.mjs", embedded::offload_vitest_channel()},
                            {"offload_vitest_options.mjs", embedded::offload_vitest_options()},
                            {"offload_vitest_project.mjs", embedded::offload_vitest_project()},
                            {"offload_vitest_setup.mjs", embedded::offload_vitest_setup()},
                            {"offload_vitest_texts.mjs", embedded::offload_vitest_texts()},
                            {"offload_vitest_units.mjs", embedded::offload_vitest_units()}}};
}

}  // namespace offload
