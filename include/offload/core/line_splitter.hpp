// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace offload {

/// Parts a stream into lines, wherever it is cut.
class line_splitter {
 public:
  /// Gets a line without its line feed; the view is valid during the call.
  using sink = std::function<void(std::string_view)>;

  void feed(std::string_view bytes, sink const& on_line);
  /// The stream has ended: what stands behind the last line feed, if anything, is a line too.
  void finish(sink const& on_line);

 private:
  std::string open_line_;
};

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/core/line_splitter-inl.hpp>
#endif
