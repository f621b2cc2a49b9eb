// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "github/github.hpp"

#include <offload/core/command.hpp>
#include <offload/core/shell_words.hpp>

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

std::string repeat_command(launch const& asked, fs::path const& folder,
                           fs::path const& repository) {
  std::vector<std::string> words{"offload", "run"};
  if (asked.config_path != "offload.toml") { words.insert(words.end(), {"-c", asked.config_path}); }
  if (asked.part) { words.insert(words.end(), {"--shard", to_string(*asked.part)}); }
  auto const command = shell::joined(words);
  auto const below = folder.lexically_relative(repository);
  if (below.empty() || below == ".") { return command; }
  return "cd " + shell::quoted(below.string()) + " && " + command;
}

}  // namespace

bool is_for_github(run_flags const& flags) {
  return flags.github == "always" ||
         (flags.github == "auto" && variable("GITHUB_ACTIONS") == "true");
}

optional_reporter<github_reporter> github_for(launch const& asked) {
  if (!is_for_github(asked)) { return {}; }
  std::error_code unknown;
  auto const folder = fs::current_path(unknown);
  github_options how{.to = text_output_of(asked),
                     .summary_file = variable("GITHUB_STEP_SUMMARY"),
                     .repository = repository_of(folder),
                     .sandbox_root = asked.c.run.sandbox_project_root,
                     .secrets = asked.secrets};
  if (auto const working_dir = local_working_dir(asked.c); !working_dir.empty()) {
    how.bases.push_back((folder / working_dir).lexically_normal());
  }
  how.bases.push_back(folder);
  how.repeat_all = repeat_command(asked, folder, how.repository);
  if (asked.c.report.junit) {
    how.repeat_failed = how.repeat_all + " --failed";
    how.report = (fs::path{asked.c.report.output_dir} / asked.c.report.junit_file).string();
  }
  return optional_reporter{github_reporter{std::move(how)}};
}

}  // namespace offload::cli
