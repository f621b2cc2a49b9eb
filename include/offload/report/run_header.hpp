// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/run_clock.hpp>

#include <cstddef>
#include <string>

namespace offload {

/// The facts about a run in the first line of its event stream.
struct run_header {
  /// The number of the schema of the lines. New events and members may come without a new number.
  static constexpr unsigned schema = 1;

  std::string version{};  ///< of Offload
  std::string config{};
  std::string framework{};
  std::string provider{};
  std::string output_dir{};
  std::string junit_file{};  ///< below the output folder; empty: the run writes none
  std::string selection{};   ///< which tests the run is for; see `junit_options`
  std::size_t max_parallel{};
  run_clock clock{};
};

}  // namespace offload
