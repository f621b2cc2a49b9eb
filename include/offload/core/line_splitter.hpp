// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace offload {

/// Splits a stream into lines, whatever the sizes of its chunks.
class line_splitter {
 public:
  /// Receives a line without its line feed. The view is valid during the call.
  using sink = std::function<void(std::string_view)>;

  void feed(std::string_view bytes, sink const& on_line);
  /// Ends the stream. Text after the last line feed is a line too.
  void finish(sink const& on_line);

 private:
  std::string open_line_;
};

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/core/line_splitter-inl.hpp>
#endif
