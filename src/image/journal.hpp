// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "staging.hpp"

namespace offload::image {

/// The steps as a text that is read again by the run after one that died.
[[nodiscard]] std::string journal_text(std::vector<step> const& steps);

/// The steps; none when the text is damaged, or has a path that leaves the root.
[[nodiscard]] std::optional<std::vector<step>> read_journal(std::string_view text);

}  // namespace offload::image
