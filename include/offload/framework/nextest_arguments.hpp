// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/error.hpp>

#include <span>
#include <string>
#include <vector>

namespace offload::nextest {

/// The words of a nextest command line, by purpose. With a finished build, nextest accepts options
/// that select tests, but not options that affect the build.
struct arguments {
  std::vector<std::string> build{};        ///< options of the build
  std::vector<std::string> expressions{};  ///< `-E`; a test that matches one is selected
  std::vector<std::string> metadata{};     ///< those of `build` that `cargo metadata` accepts, too
  std::vector<std::string> others{};
};

[[nodiscard]] arguments sorted_arguments(std::span<std::string const> words);

/// The filters of a group as options that only select tests. Cargo's options for packages and
/// targets become a filterset.
struct selection {
  std::vector<std::string> options{};
  std::vector<std::string> packages{};  ///< the packages of `-p`
};

/// Converts `filters`, limited to tests that match one of the expressions `within`, if there are
/// any. Fails for options that affect the build.
[[nodiscard]] result<selection> selection_of(std::span<std::string const> filters,
                                             std::vector<std::string> const& within);

}  // namespace offload::nextest

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/framework/nextest_arguments-inl.hpp>
#endif
