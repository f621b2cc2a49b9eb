// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "github/github.hpp"

#include <offload/core/command.hpp>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "run/local_environment.hpp"
#include "run/run_local.hpp"

namespace offload::cli {
namespace {

namespace fs = std::filesystem;

std::string_view variable(char const* name) {
  char const* const value = std::getenv(name);
  return value == nullptr ? std::string_view{} : std::string_view{value};
}

bool is_below(fs::path const& path, fs::path const& folder) {
  auto const relative = path.lexically_relative(folder);
  return !relative.empty() && *relative.begin() != "..";
}

/// The repository that `folder` is in: up to a `.git`, and no further than the job's workspace.
fs::path repository_of(fs::path const& folder) {
  std::error_code unknown;
  auto const given = variable("GITHUB_WORKSPACE");
  auto const workspace = given.empty() ? fs::path{} : fs::weakly_canonical(given, unknown);
  for (auto at = folder;; at = at.parent_path()) {
    if (fs::exists(at / ".git", unknown) || at == workspace) { return at; }
    if (at == at.parent_path()) { break; }
  }
  return !workspace.empty() && is_below(folder, workspace) ? workspace : folder;
}

std::string repeat_command(run_options const& options, fs::path const& folder,
                           fs::path const& repository) {
  std::vector<std::string> words{"offload", "run"};
  if (options.config != "offload.toml") { words.insert(words.end(), {"-c", options.config}); }
  if (!options.shard.empty()) { words.insert(words.end(), {"--shard", options.shard}); }
  auto const command = shell_joined(words);
  auto const below = folder.lexically_relative(repository);
  if (below.empty() || below == ".") { return command; }
  return "cd " + shell_quoted(below.string()) + " && " + command;
}

}  // namespace

bool is_for_github(run_options const& options) {
  return options.github == "always" ||
         (options.github == "auto" && variable("GITHUB_ACTIONS") == "true");
}

optional_reporter<github_reporter> github_for(config const& c, run_options const& options) {
  if (!is_for_github(options)) { return {}; }
  std::error_code unknown;
  auto const folder = fs::current_path(unknown);
  github_options how{.to = text_output_of(options),
                     .summary_file = variable("GITHUB_STEP_SUMMARY"),
                     .repository = repository_of(folder),
                     .sandbox_root = c.run.sandbox_project_root,
                     .secrets = secrets_of(c, options.env)};
  if (auto const working_dir = local_working_dir(c); !working_dir.empty()) {
    how.bases.push_back((folder / working_dir).lexically_normal());
  }
  how.bases.push_back(folder);
  how.repeat_all = repeat_command(options, folder, how.repository);
  if (c.report.junit) {
    how.repeat_failed = how.repeat_all + " --failed";
    how.report = (fs::path{c.report.output_dir} / c.report.junit_file).string();
  }
  return optional_reporter{github_reporter{std::move(how)}};
}

}  // namespace offload::cli
