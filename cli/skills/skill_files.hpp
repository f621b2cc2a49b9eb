// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <span>
#include <string_view>

namespace offload::cli {

/// A file of docs/skills, as this program carries it along.
struct skill_file {
  std::string_view skill;  ///< "offload-run"
  std::string_view path;   ///< below the skill's folder: "SKILL.md"
  std::string_view (*text)();
};

/// Those of one skill follow each other.
[[nodiscard]] std::span<skill_file const> all_skill_files();

}  // namespace offload::cli
