// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/error.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace offload {

/// What a `.dockerignore` leaves out, as Docker reads it. That is not how git reads an ignore file:
/// every pattern begins at the root of the build context, and `*` and `?` stand for no slash.
///
/// A path is left out when the last pattern that means it, or a folder it is in, has no `!`.
class docker_ignore {
 public:
  /// Nothing is left out.
  docker_ignore() = default;

  /// Fails with the line that has a `!` without a pattern or a `[` without an end.
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
