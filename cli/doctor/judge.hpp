// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <string_view>

#include "facts.hpp"
#include "finding.hpp"

/// Judges facts for a run. These functions do no I/O.
namespace offload::cli {

[[nodiscard]] findings judge(config_facts const& facts);
[[nodiscard]] findings judge(framework_facts const& facts);
[[nodiscard]] findings judge(provider_facts const& facts);
[[nodiscard]] findings judge(git_facts const& facts);
[[nodiscard]] findings judge(clock_facts const& facts);
[[nodiscard]] findings judge(machine_facts const& facts);
[[nodiscard]] findings judge(output_facts const& facts);
[[nodiscard]] findings judge(leftover_facts const& facts);

/// The first version number in a text, "9.2.0" in "pytest 9.2.0"; empty: there is none.
[[nodiscard]] std::string_view version_in(std::string_view text);
/// Whether a version number is lower than another: "3.9" is lower than "3.20".
[[nodiscard]] bool is_older(std::string_view version, std::string_view than);

}  // namespace offload::cli
