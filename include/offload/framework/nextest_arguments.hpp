// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/error.hpp>

#include <span>
#include <string>
#include <vector>

namespace offload {

/// Words of a nextest command line by what they decide. Nextest takes what selects tests together
/// with a finished build, but not what decides what is built.
struct nextest_arguments {
  std::vector<std::string> build{};        ///< what is built, and how
  std::vector<std::string> expressions{};  ///< `-E`; a test that matches one is selected
  std::vector<std::string> metadata{};     ///< of `build`: what holds for `cargo metadata`, too
  std::vector<std::string> others{};
};

[[nodiscard]] nextest_arguments sorted_arguments(std::span<std::string const> words);

/// The filters of a group as options that only select, those of cargo that choose packages and
/// targets turned into a filterset.
struct nextest_selection {
  std::vector<std::string> options{};
  std::vector<std::string> packages{};  ///< those that `-p` names
};

/// What `filters` select of that which matches one of the expressions `within`, if there are any.
/// Fails for options that only mean something where tests are built.
[[nodiscard]] result<nextest_selection> selection_of(std::span<std::string const> filters,
                                                     std::vector<std::string> const& within);

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/framework/nextest_arguments-inl.hpp>
#endif
