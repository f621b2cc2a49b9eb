// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/error.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace offload {

/// The rules of a `.dockerignore`, with Docker's semantics. They differ from git's: every pattern
/// is relative to the root of the build context, and `*` and `?` do not match a slash.
///
/// A path is excluded if the last pattern that matches it or one of its folders has no `!`.
class docker_ignore {
 public:
  /// Excludes nothing.
  docker_ignore() = default;

  /// Fails, and names the line, if there is a `!` without a pattern or a `[` without a `]`.
  [[nodiscard]] static result<docker_ignore> parse(std::string_view text);

  /// `path` is relative to the folder of the `.dockerignore`.
  [[nodiscard]] bool leaves_out(std::string_view path) const;

 private:
  struct pattern {
    std::string glob{};
    bool takes_back = false;
  };

  std::vector<pattern> patterns_;
};

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/image/docker_ignore-inl.hpp>
#endif
