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

/// Something that a base image is built from besides the files of its commit.
struct image_input {
  std::string name{};
  std::string contents{};

  bool operator==(image_input const&) const = default;
};

/// A hash of the names, contents and order of all inputs: 40 hexadecimal digits.
[[nodiscard]] std::string hash_of(std::span<image_input const> inputs);

/// The inputs of this configuration's base image: the provider's kind, its commands and the files
/// that they name, the Dockerfile, .dockerignore and the copied folders as they are in `project`
/// now, and `more_copy_dirs` from the command line. Files are identified by path, mode and git blob
/// id.
[[nodiscard]] result<std::vector<image_input>> image_inputs(
    config const& c, std::string const& project, std::span<copy_dir const> more_copy_dirs = {});

}  // namespace offload
