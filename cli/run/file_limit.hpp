// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/config/kinds.hpp>

#include <algorithm>
#include <cstdint>

namespace offload::cli {

/// The number of files that a run has open for itself: its reports, logs and listings.
inline constexpr std::uint64_t files_of_a_run = 64;

/// The number of files that a sandbox adds. Measured with pytest in 24 and 40 local sandboxes on a
/// busy machine: up to 6 for each that comes up. With a few less a run goes on, but loses logs. One
/// process speaks for all of Modal's sandboxes.
[[nodiscard]] constexpr std::uint64_t files_of_a_sandbox(provider_kind provider) {
  return provider == provider_kind::modal ? 1 : 8;
}

[[nodiscard]] constexpr std::uint64_t files_needed(provider_kind provider, std::size_t sandboxes) {
  return files_of_a_run + files_of_a_sandbox(provider) * sandboxes;
}

/// The number of sandboxes that this limit of open files allows; at least one.
[[nodiscard]] constexpr std::uint64_t sandboxes_with(provider_kind provider, std::uint64_t files) {
  auto const for_them = files - std::min(files, files_of_a_run);
  return std::max<std::uint64_t>(1, for_them / files_of_a_sandbox(provider));
}

}  // namespace offload::cli
