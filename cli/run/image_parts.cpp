// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "run/image_parts.hpp"

#include <offload/core/command.hpp>
#include <offload/core/shell_words.hpp>
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

/// The command that builds the tests' programs, for a provider that patches images. It runs after
/// the user's command, so that the programs are not built in each sandbox.
std::string build_command_of(config const& c) {
  auto const* nextest = std::get_if<nextest_config>(&c.framework);
  if (nextest == nullptr) { return {}; }
  return fmt::format("cd {} && {}", shell::quoted(c.run.sandbox_project_root),
                     shell::joined(nextest_framework{*nextest}.build_command()));
}

/// Joins two shell commands into one. Either may be empty. The joined command ends with the first
/// one that fails (`set -e`). A change of folder in one command does not affect the other.
std::string one_after_the_other(std::string first, std::string const& second) {
  if (first.empty() || second.empty()) { return first + second; }
  return fmt::format("(\n{}\n)\n(\n{}\n)", first, second);
}

}  // namespace

image_request image_request_of(launch const& asked) {
  image_request request{
      .c = asked.c, .config_path = asked.config_path, .use_cache = !asked.no_cache};
  request.given_image = asked.override_image_id;
  request.more_copy_dirs = asked.copy_dirs;
  return request;
}

image_use image_use_of(launch const& asked) {
  image_use how{.applier = applier_program(), .repo_root = repo_root_in_sandbox(asked.c.run)};
  if (asked.override_image_id.empty()) {
    how.post_patch_cmd = asked.c.run.post_patch_cmd.value_or("");
  }
  if (auto const* shell = std::get_if<shell_provider_config>(&asked.c.provider)) {
    how.post_patch_limit = shell->timeout;
  } else {
    how.repo_root =
        asked.c.run.sandbox_repo_root;  // of an image, which has no folder to start from
    if (asked.override_image_id.empty()) {
      how.post_patch_cmd =
          one_after_the_other(std::move(how.post_patch_cmd), build_command_of(asked.c));
    }
  }
  return how;
}

}  // namespace offload::cli
