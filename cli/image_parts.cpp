// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "image_parts.hpp"

#include <offload/image/applier_program.hpp>

#include <filesystem>

namespace offload::cli {
namespace {

/// The root of the repository as commands see it, which start in the root of the project.
std::string repo_root_in_sandbox(run_config const& run) {
  std::filesystem::path const repo{run.sandbox_repo_root};
  if (repo.is_absolute()) { return repo.string(); }
  return repo.lexically_relative(run.sandbox_project_root).string();
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
  }
  return how;
}

}  // namespace offload::cli
