// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <span>
#include <string>
#include <vector>

/// The shell scripts that call nextest. Listing passes files to the commands that run tests through
/// the run's shared folder.
namespace offload::nextest {

/// Nextest's options for listing the tests of a group.
struct listed_group {
  std::string name{};
  std::vector<std::string> options{};
};

struct listing_request {
  std::vector<std::string> start{};     ///< the command that starts nextest
  std::vector<std::string> build{};     ///< options of the build
  std::vector<std::string> metadata{};  ///< the command that describes the workspace
  std::vector<listed_group> groups{};
  std::string shared_dir{};
};

/// Builds, writes a description of the build to the shared folder, and prints one line with a JSON
/// list per group.
[[nodiscard]] std::string listing_script(listing_request const& what);

/// The options that reuse the build described by `listing_script`.
[[nodiscard]] std::vector<std::string> reused_build(std::string const& shared_dir);

/// The plain command `cargo nextest`, for which the listing provides a faster one.
[[nodiscard]] std::vector<std::string> const& plain_command();

/// The command that starts nextest after the listing.
[[nodiscard]] std::vector<std::string> launcher(std::vector<std::string> const& command,
                                                std::string const& shell,
                                                std::string const& shared_dir);

enum class on_failure { go_on, stop };

/// Runs the rounds of a batch, with a mark between them. Its exit status is the first failing one.
[[nodiscard]] std::string rounds_script(std::span<std::vector<std::string> const> rounds,
                                        on_failure then);

}  // namespace offload::nextest

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/framework/nextest_script-inl.hpp>
#endif
