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

/// Writes what grows by lines to a file, a pipe or a terminal, without making the writer wait for a
/// slow reader: what cannot be taken now is kept for later. After the first failure nothing is kept
/// or written any more.
class line_output {
 public:
  /// Creates or empties the file. A named pipe is waited for until somebody reads it.
  [[nodiscard]] static result<line_output> to_file(std::filesystem::path const& path);
  [[nodiscard]] static line_output to_standard_output();

  /// What is to be written next: append to it, whole lines only.
  [[nodiscard]] std::string& next() { return kept_; }
  /// Much is kept: `write` it now.
  [[nodiscard]] bool is_full() const { return kept_.size() - written_ >= much; }
  /// Writes as much as is taken without waiting. When a reader is behind by tens of megabytes it
  /// waits after all; one that takes nothing for `longest_wait` has failed.
  void write();
  /// Writes all, on the same condition.
  void write_all();

  [[nodiscard]] std::string const& name() const { return name_; }
  /// What could not be written, and why.
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
  std::optional<error> failure_;
};

}  // namespace offload
