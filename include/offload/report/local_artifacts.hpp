// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/artifact.hpp>
#include <offload/core/run_event.hpp>
#include <offload/report/concept.hpp>
#include <offload/report/output_directory.hpp>

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace offload {

struct artifact_options {
  std::filesystem::path from{};      ///< where local sandboxes run; empty: this process's folder
  std::vector<std::string> globs{};  ///< relative to it; see core/path_glob.hpp
  artifact_source of = artifact_source::all_batches;
};

/// Keeps the files that tests of local sandboxes leave. When a batch has ended, the files that
/// match a glob and were written since the batch began are copied to
/// `{output_dir}/{sandbox}/{batch}/{path}`. A file that a worker writes as it ends, after the
/// sandbox's last batch, belongs to that batch.
///
/// Local sandboxes share a folder, so that a file may be among the artifacts of each batch that
/// was running, or began within 10 ms after it was written. Links are not followed, and the output
/// folder itself is left out.
class local_artifacts {
 public:
  /// `output` has to outlive the reporter.
  local_artifacts(artifact_options options, output_directory& output);

  void on(run_event const& event);

  /// The first thing that could not be copied. It does not keep other files from being copied.
  [[nodiscard]] std::optional<error> const& failure() const { return failure_; }

 private:
  using file_time = std::filesystem::file_time_type;

  struct batch_state {
    file_time began{};
    bool is_bad = false;
  };
  struct last_batch {
    batch_id id{};
    file_time collected{};
    bool is_bad = false;
  };

  void note_bad(attempt const& what);
  void end_batch(batch_id id, sandbox_id const& sandbox);
  void end_sandbox(sandbox_id const& sandbox);
  void collect(batch_id batch, sandbox_id const& sandbox, file_time since, bool is_bad);
  void copy(std::filesystem::path const& relative, std::filesystem::path const& to);
  void note(error what);

  artifact_options options_;
  std::filesystem::path root_;
  std::filesystem::path left_out_;
  output_directory* output_;
  std::map<batch_id, batch_state> open_;
  std::map<sandbox_id, last_batch> last_;
  std::optional<error> failure_;
};

static_assert(Reporter<local_artifacts>);

}  // namespace offload
