// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/error.hpp>
#include <offload/process/unique_fd.hpp>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace offload {

/// The folder that a run writes its results to. While this object lives, no other run uses it.
///
/// A file `.offload-output` in it marks it as used by Offload, and lists what Offload made there
/// in addition to its usual files. Only paths that an earlier run left are removed: listed files
/// and folders, and, in a folder with a mark, the logs of batches and `junit-parts/*.xml`. The
/// record and the JUnit report stay, as sources of durations, until the next ones replace them.
/// They are then kept as the previous ones. Links are not followed.
class output_directory {
 public:
  /// Makes the folder with `logs` and `junit-parts` in it, locks it, and removes the files that an
  /// earlier run left. Fails when the path is not a folder, cannot be written to, or is locked by
  /// another run.
  [[nodiscard]] static result<output_directory> prepare(std::filesystem::path path);

  [[nodiscard]] std::filesystem::path const& path() const { return path_; }

  /// Lists a path that is about to be made, so that the next run removes it. A path that exists and
  /// is not listed belongs to the user, so it is not listed. `relative` is a path below the folder.
  [[nodiscard]] result<void> record(std::filesystem::path const& relative);

 private:
  output_directory(std::filesystem::path path, unique_fd mark)
      : path_{std::move(path)}, mark_{std::move(mark)} {}
  result<void> take_hold();
  result<void> remove_leftovers();

  std::filesystem::path path_;
  std::vector<std::string> recorded_;
  unique_fd mark_;  ///< the marker file, which holds the lock
};

}  // namespace offload
