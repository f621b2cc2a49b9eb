// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <string>

#include "finding.hpp"

namespace offload::cli {

/// The findings for people, a line each and one more for what is to be done.
[[nodiscard]] std::string as_text(findings const& found);

/// The same for programs: docs/doctor.md has the schema.
[[nodiscard]] std::string as_json(findings const& found, std::string const& config);

[[nodiscard]] std::size_t count_of(findings const& found, finding_level level);

}  // namespace offload::cli
