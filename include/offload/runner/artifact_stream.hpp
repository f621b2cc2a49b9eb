// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/base64.hpp>

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

/// The text in which a sandbox sends files: what is asked for and how it is read. No I/O. The other
/// end is src/runner/offload_artifacts.sh, which says what the text looks like.
namespace offload {

/// The expression by which `find` selects the files that the globs mean, or somewhat more; folders
/// without any are not entered.
[[nodiscard]] std::vector<std::string> find_expression(std::span<std::string const> globs);

struct file_begins {
  std::string path;  ///< relative, without empty, `.` and `..` steps; any other name is possible
};
struct file_bytes {
  std::string_view bytes;
};
/// It is complete.
struct file_ends {};
/// It could not be read, or not to its end.
struct file_fails {};
/// It is there, and was not sent for its size.
struct file_is_large {
  std::string path;
};
using file_event = std::variant<file_begins, file_bytes, file_ends, file_fails, file_is_large>;
using file_event_sink = std::function<void(file_event const&)>;

/// Reads what a sandbox sends, cut anywhere, and emits what it means for the files that match a
/// glob. Of others, and of names that lead elsewhere, nothing is emitted. Memory is bounded,
/// whatever comes.
class artifact_stream_reader {
 public:
  explicit artifact_stream_reader(std::vector<std::string> globs) : globs_{std::move(globs)} {}

  void feed(std::string_view bytes, file_event_sink const& emit);

  /// Whether everything was sent, and understood.
  [[nodiscard]] bool is_complete() const { return state_ == state::over; }
  /// Whether anything was.
  [[nodiscard]] bool has_begun() const { return state_ != state::waiting; }

 private:
  enum class state { waiting, between, in_file, over, broken };

  void take_line(std::string_view line, file_event_sink const& emit);
  void begin_file(std::string_view name, file_event_sink const& emit);
  /// Takes what belongs to the open file off the front.
  void decode(std::string_view& bytes, file_event_sink const& emit);

  std::vector<std::string> globs_;
  state state_ = state::waiting;
  std::string line_;     ///< what has come of it
  bool wanted_ = false;  ///< whether anybody hears of the open file
  base64::decoder coded_;
};

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/runner/artifact_stream-inl.hpp>
#endif
