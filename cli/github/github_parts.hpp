// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "github/github_output.hpp"

namespace offload {

/// The tests with this verdict, those with one cause together, as failure_causes.hpp sees it.
[[nodiscard]] std::vector<std::vector<test_record const*>> by_cause(github_run const& run,
                                                                    verdict wanted);

/// The lines of `text` without the codes that colour it, and with other control characters and
/// bytes that are not UTF-8 made visible.
[[nodiscard]] std::string without_terminal_codes(std::string_view text);

}  // namespace offload
