// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/error.hpp>
#include <offload/core/time.hpp>
#include <offload/process/unique_fd.hpp>

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>

namespace offload {

/// Writes lines to a file, a pipe or a terminal without waiting for a slow reader: bytes that
/// cannot be written now are kept for later. After the first failure it keeps and writes nothing.
class line_output {
 public:
  /// Creates or empties the file. For a named pipe, it waits until a reader opens it.
  [[nodiscard]] static result<line_output> to_file(std::filesystem::path const& path);
  [[nodiscard]] static line_output to_standard_output();
  /// Keeps all lines until `release`, which creates or empties the file.
  [[nodiscard]] static line_output held_back(std::filesystem::path const& path);

  /// The buffer for the next write. Append only whole lines to it.
  [[nodiscard]] std::string& next() { return kept_; }
  /// Whether the buffer is large enough that `write` should be called now.
  [[nodiscard]] bool is_full() const { return !held_ && kept_.size() - written_ >= much; }
  /// Writes as much as possible without waiting. If a reader is tens of megabytes behind, it does
  /// wait; if the reader then reads nothing for `longest_wait`, the output has failed.
  void write();
  void release();
  /// Writes everything, and fails under the same condition.
  void write_all();

  [[nodiscard]] std::string const& name() const { return name_; }
  /// Why writing failed; none if it did not.
  [[nodiscard]] std::optional<error> const& failure() const { return failure_; }

  static constexpr seconds longest_wait{10};

 private:
  enum class kind { file, stream };

  line_output(unique_fd owned, int fd, std::string name);
  void write_until(std::size_t may_be_left);
  bool write_some(seconds patience);
  void fail_with(std::string const& why);

  static constexpr std::size_t much = std::size_t{64} * 1024;
  static constexpr std::size_t too_much = std::size_t{64} * 1024 * 1024;

  unique_fd owned_;
  int fd_;
  std::string name_;
  kind kind_;
  std::string kept_;
  std::size_t written_ = 0;  ///< of `kept_`
  bool held_ = false;
  std::optional<error> failure_;
};

}  // namespace offload
