// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <span>
#include <string>
#include <vector>

/// The shell scripts around nextest. What listing leaves for the commands that run tests lies in
/// the run's shared folder.
namespace offload {

/// The options of nextest that list a group's tests.
struct nextest_group {
  std::string name{};
  std::vector<std::string> options{};
};

struct nextest_listing {
  std::vector<std::string> start{};     ///< the command that starts nextest
  std::vector<std::string> build{};     ///< options that decide what is built
  std::vector<std::string> metadata{};  ///< the command that describes the workspace
  std::vector<nextest_group> groups{};
  std::string shared_dir{};
};

/// Builds, describes the build in the shared folder, and prints a list in JSON a group, a line
/// each.
[[nodiscard]] std::string nextest_listing_script(nextest_listing const& what);

/// The options that reuse the build which `nextest_listing_script` has described.
[[nodiscard]] std::vector<std::string> reused_build(std::string const& shared_dir);

/// The plain command, `cargo nextest`, for which listing leaves a faster one.
[[nodiscard]] std::vector<std::string> const& plain_nextest();

/// What starts nextest after listing.
[[nodiscard]] std::vector<std::string> nextest_launcher(std::vector<std::string> const& command,
                                                        std::string const& shell,
                                                        std::string const& shared_dir);

enum class on_failure { go_on, stop };

/// Runs the rounds of a batch, with a mark between them. The first bad status is that of all.
[[nodiscard]] std::string nextest_rounds_script(std::span<std::vector<std::string> const> rounds,
                                                on_failure then);

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/framework/nextest_script-inl.hpp>
#endif
