// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/artifact.hpp>
#include <offload/core/run_event.hpp>
#include <offload/report/concept.hpp>
#include <offload/report/output_directory.hpp>
#include <offload/report/output_layout.hpp>

#include <optional>
#include <utility>
#include <variant>

namespace offload {

/// Lists the folders for what is fetched from sandboxes, so that the next run removes them.
class artifact_folders {
 public:
  /// `output` has to outlive the reporter.
  explicit artifact_folders(output_directory& output) : output_{&output} {}

  void on(run_event const& event) {
    auto const* up = std::get_if<sandbox_came_up>(&event.what);
    if (up == nullptr) { return; }
    auto recorded = output_->record(file_name_of(up->id));
    if (!recorded && !failure_) { failure_ = std::move(recorded.error()); }
  }

  [[nodiscard]] std::optional<error> const& failure() const { return failure_; }

 private:
  output_directory* output_;
  std::optional<error> failure_;
};
static_assert(Reporter<artifact_folders>);

}  // namespace offload
