// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/config/config.hpp>
#include <offload/config/copy_dir.hpp>
#include <offload/core/error.hpp>

#include <span>
#include <string>
#include <vector>

namespace offload {

/// Something that a base image is made from, besides the files of its commit.
struct image_input {
  std::string name{};
  std::string contents{};

  bool operator==(image_input const&) const = default;
};

/// One hash over all of them, names, contents and order: 40 hexadecimal digits.
[[nodiscard]] std::string hash_of(std::span<image_input const> inputs);

/// What the base image of this configuration depends on: the provider's kind, its commands and the
/// files that they name, the Dockerfile, .dockerignore and the copied folders as they are in
/// `project` now, and `more_copy_dirs` from the command line. Files are told by their paths, modes
/// and git's ids.
[[nodiscard]] result<std::vector<image_input>> image_inputs(
    config const& c, std::string const& project, std::span<copy_dir const> more_copy_dirs = {});

}  // namespace offload
