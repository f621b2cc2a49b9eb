// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/line_splitter.hpp>

#include <offload/core/inline.hpp>

#include <utility>

namespace offload {

OFFLOAD_INLINE void line_splitter::feed(std::string_view bytes, sink const& on_line) {
  for (auto end = bytes.find('\n'); end != bytes.npos; end = bytes.find('\n')) {
    if (open_line_.empty()) {
      on_line(bytes.substr(0, end));
    } else {
      auto const line = std::exchange(open_line_, {}).append(bytes.substr(0, end));
      on_line(line);
    }
    bytes.remove_prefix(end + 1);
  }
  open_line_ += bytes;
}

OFFLOAD_INLINE void line_splitter::finish(sink const& on_line) {
  auto const line = std::exchange(open_line_, {});
  if (!line.empty()) { on_line(line); }
}

}  // namespace offload
