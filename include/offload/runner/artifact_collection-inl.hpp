// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/runner/artifact_collection.hpp>

#include <offload/core/inline.hpp>

#include <algorithm>

namespace offload {

namespace embedded {
std::string_view offload_artifacts();
}  // namespace embedded

OFFLOAD_INLINE support_file artifact_script() {
  return {"offload_artifacts.sh", embedded::offload_artifacts()};
}

OFFLOAD_INLINE std::string missing_artifacts_text(
    batch_id of, std::vector<artifact_receiver::missing_file> const& missing) {
  constexpr std::size_t most_names = 3;
  auto text = fmt::format("artifacts of batch {}: ", of.value);
  for (std::size_t i = 0; i < std::min(missing.size(), most_names); ++i) {
    text += fmt::format("{}{} is missing: {}", i == 0 ? "" : "; ", missing[i].path, missing[i].why);
  }
  if (missing.size() > most_names) {
    text += fmt::format("; and {} more are missing", missing.size() - most_names);
  }
  return text;
}

}  // namespace offload
