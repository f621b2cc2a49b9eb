// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace offload {

/// Cuts a stream into lines, handed out without their ends.
class line_splitter {
 public:
  template <class Take>
  void feed(std::string_view bytes, Take&& take) {
    for (auto end = bytes.find('\n'); end != bytes.npos; end = bytes.find('\n')) {
      open_ += bytes.substr(0, end);
      bytes.remove_prefix(end + 1);
      take(std::exchange(open_, {}));
    }
    open_ += bytes;
  }
  /// What stands behind the last line's end.
  [[nodiscard]] std::string rest() { return std::exchange(open_, {}); }

 private:
  std::string open_;
};

}  // namespace offload
