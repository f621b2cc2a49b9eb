// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/artifact.hpp>
#include <offload/process/received_files.hpp>
#include <offload/runner/artifact_stream.hpp>

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace offload {

/// Writes the files that a sandbox sends as they come, and keeps account of those that did not.
class artifact_receiver {
 public:
  artifact_receiver(std::vector<std::string> globs, std::filesystem::path folder,
                    artifact_limits limits = {});
  artifact_receiver(artifact_receiver const&) = delete;
  artifact_receiver& operator=(artifact_receiver const&) = delete;
  /// A file that is not complete is removed.
  ~artifact_receiver() { files_.drop(); }

  void feed(std::string_view bytes);

  /// All is there that was sent: nothing was cut off, and there was not too much.
  [[nodiscard]] bool is_complete() const { return reader_.is_complete(); }
  /// It is more than the limit: the rest is not wanted.
  [[nodiscard]] bool is_full() const { return received_ > limits_.all_files; }

  struct missing_file {
    std::string path;
    std::string why;
  };
  /// Those that are to be kept, and did not come, or not whole.
  [[nodiscard]] std::vector<missing_file> const& missing() const { return missing_; }

  /// Where the file `path` has to be put by other means; the folders on the way are there.
  [[nodiscard]] result<std::filesystem::path> place_for(std::string const& path);
  [[nodiscard]] std::filesystem::path place_of(std::string const& path) const {
    return files_.folder() / path;
  }

 private:
  void hear(file_event const& event);
  void miss(std::string path, std::string why);

  artifact_limits limits_;
  received_files files_;
  artifact_stream_reader reader_;
  std::string open_;  ///< the file that is being written; empty: none, or one that failed
  std::uint64_t received_ = 0;
  std::vector<missing_file> missing_;
};

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/runner/artifact_receiver-inl.hpp>
#endif
