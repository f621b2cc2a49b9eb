// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/run_clock.hpp>

#include <cstddef>
#include <string>
#include <string_view>

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
  std::string junit_file{};      ///< below the output folder; empty: the run writes none
  std::string selection{};       ///< which tests the run is for; see `junit_options`
  std::string selection_mark{};  ///< its mark, where the words are left out
  std::string report_before{};   ///< mark of the JUnit report that was there when the run began
  std::size_t max_parallel{};
  run_clock clock{};
};

/// A mark of the selection of tests: equal for runs of the same choice. Empty if `selection` is.
[[nodiscard]] std::string mark_of_selection(std::string_view selection);
[[nodiscard]] std::string mark_of_selection(run_header const& header);

/// A mark of the run, by its beginning: the files that it writes carry the same one.
[[nodiscard]] std::string mark_of_run(run_clock const& clock);

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/report/run_header-inl.hpp>
#endif
