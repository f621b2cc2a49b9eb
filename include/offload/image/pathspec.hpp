// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/error.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace offload::image {

/// Paths in git's pathspec syntax: files, folders, and globs in which `*` also matches slashes.
/// `:/` starts at the root; `:!` excludes.
class pathspec {
 public:
  /// The specs are relative to `below`: empty, or a folder that ends with a slash.
  [[nodiscard]] static result<pathspec> parse(std::vector<std::string> const& specs,
                                              std::string_view below);

  /// `path` is relative to the root.
  [[nodiscard]] bool names(std::string const& path) const;

 private:
  std::vector<std::string> taken_;
  std::vector<std::string> left_out_;
};

}  // namespace offload::image

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/image/pathspec-inl.hpp>
#endif
