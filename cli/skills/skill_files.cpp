// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "skills/skill_files.hpp"

#include <array>

namespace offload {
namespace embedded {
std::string_view skill_benchmark();
std::string_view skill_benchmark_script();
std::string_view skill_onboard();
std::string_view skill_onboard_script();
std::string_view skill_run();
}  // namespace embedded

namespace cli {

std::span<skill_file const> all_skill_files() {
  static constexpr std::array files{
      skill_file{"offload-run", "SKILL.md", embedded::skill_run},
      skill_file{"offload-onboard", "SKILL.md", embedded::skill_onboard},
      skill_file{"offload-onboard", "scripts/compare_verdicts.py", embedded::skill_onboard_script},
      skill_file{"offload-benchmark", "SKILL.md", embedded::skill_benchmark},
      skill_file{"offload-benchmark", "scripts/benchmark.py", embedded::skill_benchmark_script},
  };
  return files;
}

}  // namespace cli
}  // namespace offload
