// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/error.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace offload::image {

/// Paths as git's command line names them: files, folders, and globs in which `*` stands for
/// slashes, too. `:/` begins at the root, `:!` leaves out.
class pathspec {
 public:
  /// `below` is where the specs are relative to: empty, or a folder with a slash behind it.
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
