// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/error.hpp>
#include <offload/core/run_clock.hpp>
#include <offload/core/run_event.hpp>
#include <offload/report/concept.hpp>
#include <offload/report/output_layout.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "page/page_record.hpp"
#include "page/run_comparison.hpp"

namespace offload {

struct page_options {
  std::filesystem::path file = output_layout::page;
  std::filesystem::path output_dir = "test-results";  ///< where logs and artifacts are
  std::string framework{};
  std::optional<earlier_results> before{};  ///< of the run to compare with
  run_extent extent = run_extent::all_tests;
  run_clock clock{};
};

/// Writes a run as one HTML file that needs nothing else: what failed and why, what has changed
/// since the run before, a timeline of the sandboxes, and each test with its attempts. Links lead
/// to logs and artifacts, relative to the file.
///
/// Memory and file stay bounded: of what a bad attempt says 16 KiB of text and 8 KiB of each output
/// are kept, of a good one's outputs 1 KiB, and less of each when all of them together are more
/// than some megabytes. Where something is left out, the page says how much.
///
/// The file replaces an earlier one in one step when the run has ended.
class page_reporter {
 public:
  /// Makes the folder of the file. Fails when the file cannot be written there.
  [[nodiscard]] static result<page_reporter> prepare(page_options options);

  void on(run_event const& event);

  [[nodiscard]] std::filesystem::path const& file() const { return options_.file; }
  [[nodiscard]] bool is_written() const { return is_written_; }
  [[nodiscard]] std::optional<error> const& failure() const { return failure_; }

 private:
  explicit page_reporter(page_options options) : options_{std::move(options)} {}

  [[nodiscard]] seconds since_start(time_point when) const;
  std::uint32_t place_of(sandbox_id const& id, time_point now);
  std::uint32_t place_of(batch_id id, sandbox_id const& sandbox, time_point now);
  void note_up(sandbox_came_up const& sandbox, time_point now);
  void note_failed(sandbox_failed const& sandbox);
  void keep(attempt const& what, time_point now);
  void note_end(batch_ended const& batch, time_point now);
  void write(run_summary const& summary, time_point now);
  void trouble(std::string text);

  page_options options_;
  page_record record_;
  std::map<sandbox_id, std::uint32_t> sandboxes_;
  std::map<slot_id, std::uint32_t> slots_;
  std::map<batch_id, std::uint32_t> batches_;
  std::size_t passing_bytes_ = 0;
  std::optional<error> failure_;
  bool is_written_ = false;
};

static_assert(Reporter<page_reporter>);

}  // namespace offload
