// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/framework/pytest.hpp>

#include <offload/core/inline.hpp>
#include <offload/core/json.hpp>
#include <offload/core/shell_words.hpp>

#include <range/v3/view/enumerate.hpp>

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

namespace offload {
namespace embedded {
std::string_view offload_pytest();
std::string_view offload_pytest_channel();
std::string_view offload_pytest_collection();
std::string_view offload_pytest_forks();
std::string_view offload_pytest_obstacles();
std::string_view offload_pytest_options();
std::string_view offload_pytest_units();
std::string_view offload_pytest_verdict();
std::string_view offload_pytest_whole();
}  // namespace embedded

namespace pytest_detail {

/// The filters of a group that pytest can evaluate on a collection of everything.
struct expressions {
  std::optional<std::string> mark, keyword;
};

/// Nothing when the filters hold more than `-m` and `-k`.
inline std::optional<expressions> expressions_of(std::vector<std::string> const& filters) {
  expressions found;
  for (std::size_t i = 0; i < filters.size(); i += 2) {
    if (i + 1 == filters.size()) { return std::nullopt; }
    if (filters[i] == "-m") {
      found.mark = filters[i + 1];
    } else if (filters[i] == "-k") {
      found.keyword = filters[i + 1];
    } else {
      return std::nullopt;
    }
  }
  return found;
}

inline json group_request(group const& from, expressions const& wanted) {
  json request = json::object{{"name", from.name}};
  if (wanted.mark) { request["mark"] = *wanted.mark; }
  if (wanted.keyword) { request["keyword"] = *wanted.keyword; }
  return request;
}

inline std::string discover_request(json::list groups) {
  json::object request{{"do", "discover"}, {"groups", std::move(groups)}};
  return to_json(std::move(request), {.ascii_only = true}) + "\n";
}

/// The filters of the groups for which the tests run, each once, and their positions for each test.
inline json::object filters_of(batch const& tests) {
  if (tests.filters.empty()) { return {}; }
  std::map<std::string_view, std::size_t> positions;
  json::list filters;
  json::list of;
  for (auto const& one : tests.filters) {
    auto const [at, is_new] = positions.emplace(one, filters.size());
    if (is_new) { filters.push_back(shell::split(one).value_or(std::vector<std::string>{})); }
    of.push_back(at->second);
  }
  return {{"filters", std::move(filters)}, {"of", std::move(of)}};
}

inline std::string run_request(batch const& tests) {
  return plugin_run_request(tests, filters_of(tests));
}

inline std::string hint_for(std::string_view detail) {
  if (detail.find("No module named pytest") != std::string_view::npos) {
    return "set [framework] command to a Python that has pytest, for instance "
           "`.venv/bin/python -m pytest` or `uv run pytest`";
  }
  if (detail.find("offload_pytest") != std::string_view::npos) {
    return "the command must pass PYTHONPATH on to pytest (it must not run python with -E or -I)";
  }
  return {};
}

}  // namespace pytest_detail

OFFLOAD_INLINE plugin_reader pytest_reader(std::vector<std::size_t> groups) {
  return plugin_reader{{.framework = "pytest",
                        .listing = "pytest --collect-only",
                        .after_file = "::",
                        .hint = pytest_detail::hint_for},
                       std::move(groups)};
}

OFFLOAD_INLINE command pytest_framework::plugged(run_context const& context,
                                                 std::vector<std::string> const& args) const {
  command c{.argv = config_.command, .env = {{"OFFLOAD_WORKER", "1"}}};
  if (config_.unit != pytest_unit::none) {
    c.env.push_back(
        {"OFFLOAD_KEEP_TOGETHER", config_.unit == pytest_unit::file ? "file" : "class"});
  }
  c.search_paths.push_back({"PYTHONPATH", context.support_dir});
  c.argv.insert(c.argv.end(), {"-p", "offload_pytest"});
  c.argv.insert(c.argv.end(), args.begin(), args.end());
  c.argv.insert(c.argv.end(), config_.paths.begin(), config_.paths.end());
  return c;
}

OFFLOAD_INLINE result<std::vector<discovery_job>> pytest_framework::discovery(
    std::span<group const> groups, run_context const& context) const {
  discovery_job together;
  std::vector<discovery_job> jobs;
  json::list requests;
  for (auto const& [i, one] : ranges::views::enumerate(groups)) {
    auto const filters = shell::split(one.filters);
    if (!filters) {
      return tl::unexpected(doing("reading the filters of group `{}`", one.name)(filters.error()));
    }
    auto args = config_.discovery_args;
    bool const are_in_args = !std::ranges::search(args, *filters).empty() || filters->empty();
    if (!are_in_args) { args.insert(args.end(), filters->begin(), filters->end()); }
    discovery_job apart{
        .run = plugged(context, args),
        .input = pytest_detail::discover_request({pytest_detail::group_request(one, {})}),
        .groups = {i}};
    apart.run.env.push_back({"OFFLOAD_COVERAGE", "off"});
    auto const wanted = are_in_args ? std::optional{pytest_detail::expressions{}}
                                    : pytest_detail::expressions_of(*filters);
    if (wanted) {
      requests.push_back(pytest_detail::group_request(one, *wanted));
      together.groups.push_back(i);
      together.apart.push_back(std::move(apart));
    } else {
      jobs.push_back(std::move(apart));
    }
  }
  if (!together.groups.empty()) {
    together.run = plugged(context, config_.discovery_args);
    together.run.env.push_back({"OFFLOAD_COVERAGE", "off"});
    together.input = pytest_detail::discover_request(std::move(requests));
    // It can run tests as well when it was started the way a worker is.
    together.may_serve =
        config_.discovery_args == config_.run_args &&
        (config_.workers == worker_lifetime::run || config_.start != start_method::spawn);
    jobs.insert(jobs.begin(), std::move(together));
  }
  return jobs;
}

OFFLOAD_INLINE result<command> pytest_framework::worker(run_context const& context) const {
  auto c = plugged(context, config_.run_args);
  c.forks_at = context.forks_at;
  if (!c.forks_at.empty()) { c.env.push_back({"OFFLOAD_FORKS", c.forks_at}); }
  return c;
}

OFFLOAD_INLINE result<command> pytest_framework::run(batch const& tests,
                                                     run_context const& context) const {
  auto c = plugged(context, config_.run_args);
  c.env.push_back({"OFFLOAD_REQUEST", pytest_detail::run_request(tests)});
  return c;
}

OFFLOAD_INLINE std::string pytest_framework::ask(batch const& tests) const {
  return pytest_detail::run_request(tests);
}

OFFLOAD_INLINE std::string pytest_framework::ask_nothing() const { return plugin_idle_request(); }

OFFLOAD_INLINE framework_properties pytest_framework::properties() const {
  return {.workers = config_.workers,
          .start = config_.start,
          .announces_start = true,
          .support_files = {{"offload_pytest.py", embedded::offload_pytest()},
                            {"offload_pytest_channel.py", embedded::offload_pytest_channel()},
                            {"offload_pytest_collection.py", embedded::offload_pytest_collection()},
                            {"offload_pytest_forks.py", embedded::offload_pytest_forks()},
                            {"offload_pytest_obstacles.py", embedded::offload_pytest_obstacles()},
                            {"offload_pytest_options.py", embedded::offload_pytest_options()},
                            {"offload_pytest_units.py", embedded::offload_pytest_units()},
                            {"offload_pytest_verdict.py", embedded::offload_pytest_verdict()},
                            {"offload_pytest_whole.py", embedded::offload_pytest_whole()}}};
}

}  // namespace offload
