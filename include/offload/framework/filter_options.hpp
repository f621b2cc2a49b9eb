// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/config/group.hpp>
#include <offload/core/error.hpp>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace offload {

/// How a framework's command line says which tests run. All other options say how they run.
struct selecting_options {
  std::span<std::string_view const> with_value{};  ///< `-m EXPRESSION`, `--deselect=ID`
  std::span<std::string_view const> alone{};       ///< `--last-failed`
};

[[nodiscard]] selecting_options const& pytest_selects();
[[nodiscard]] selecting_options const& vitest_selects();

/// The words that say how tests run: `--runslow`, `-W error`. A word without a dash belongs to the
/// unknown option before it, unless it looks like a path or a test.
[[nodiscard]] std::vector<std::string> options_beside_selection(std::span<std::string const> words,
                                                                selecting_options const& selects);

/// The words of the groups' filters, if all groups have the same.
[[nodiscard]] std::optional<std::vector<std::string>> filters_of_all(std::span<group const> groups);

/// The words of groups' filters that say how tests run. All groups share the processes that run
/// tests, so it counts for running only if it is the same in all.
struct options_of_groups {
  std::vector<std::string> shared{};
  std::string warning{};  ///< two groups differ; empty: none do
};

/// Filters that cannot be split into words have no options: listing refuses them.
[[nodiscard]] options_of_groups options_in_groups(std::span<group const> groups,
                                                  selecting_options const& selects);

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/framework/filter_options-inl.hpp>
#endif
