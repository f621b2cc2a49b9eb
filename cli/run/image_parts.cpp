// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "run/image_parts.hpp"

#include <offload/core/command.hpp>
#include <offload/framework/nextest.hpp>
#include <offload/image/applier_program.hpp>

#include <fmt/core.h>

#include <filesystem>
#include <string>

namespace offload::cli {
namespace {

/// The root of the repository as commands see it, which start in the root of the project.
std::string repo_root_in_sandbox(run_config const& run) {
  std::filesystem::path const repo{run.sandbox_repo_root};
  if (repo.is_absolute()) { return repo.string(); }
  return repo.lexically_relative(run.sandbox_project_root).string();
}

/// What an image of a provider that patches images needs beyond the user's command: the tests'
/// programs, so that they are not built in each sandbox.
std::string build_command_of(config const& c) {
  auto const* nextest = std::get_if<nextest_config>(&c.framework);
  if (nextest == nullptr) { return {}; }
  return fmt::format("cd {} && {}", shell_quoted(c.run.sandbox_project_root),
                     shell_joined(nextest_framework{*nextest}.build_command()));
}

/// Two shell commands, either of which may be empty, as one, which ends with the first that fails
/// (`set -e`). Neither sees the other's folder.
std::string one_after_the_other(std::string first, std::string const& second) {
  if (first.empty() || second.empty()) { return first + second; }
  return fmt::format("(\n{}\n)\n(\n{}\n)", first, second);
}

}  // namespace

image_request image_request_of(config const& c, run_options const& options) {
  image_request asked{.c = c, .config_path = options.config, .use_cache = !options.no_cache};
  asked.given_image = options.override_image_id;
  for (auto const& text : options.copy_dirs) {
    if (auto dir = parse_copy_dir(text)) { asked.more_copy_dirs.push_back(std::move(*dir)); }
  }
  return asked;
}

image_use image_use_of(config const& c, run_options const& options) {
  image_use how{.applier = applier_program(), .repo_root = repo_root_in_sandbox(c.run)};
  if (options.override_image_id.empty()) { how.post_patch_cmd = c.run.post_patch_cmd.value_or(""); }
  if (auto const* custom = std::get_if<default_provider_config>(&c.provider)) {
    how.post_patch_limit = custom->timeout;
  } else {
    how.repo_root = c.run.sandbox_repo_root;  // of an image, which has no folder to start from
    if (options.override_image_id.empty()) {
      how.post_patch_cmd = one_after_the_other(std::move(how.post_patch_cmd), build_command_of(c));
    }
  }
  return how;
}

}  // namespace offload::cli
