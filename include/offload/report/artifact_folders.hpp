// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/artifact.hpp>
#include <offload/core/run_event.hpp>
#include <offload/report/concept.hpp>
#include <offload/report/output_directory.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace offload {

/// Where the artifacts of a batch are kept: `{output_dir}/{sandbox}/{batch}`.
[[nodiscard]] inline std::filesystem::path artifact_folder(std::filesystem::path const& output_dir,
                                                           sandbox_id const& sandbox,
                                                           batch_id batch) {
  return output_dir / file_name_of(sandbox) / std::to_string(batch.value);
}

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
