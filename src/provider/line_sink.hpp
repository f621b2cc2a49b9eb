// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace offload {

/// Hands out whole lines of what comes in pieces.
class line_sink {
 public:
  explicit line_sink(std::function<void(std::string_view)> say) : say_{std::move(say)} {}

  void feed(std::string_view bytes) {
    held_ += bytes;
    std::size_t begin = 0;
    for (auto end = held_.find('\n'); end != held_.npos; end = held_.find('\n', begin)) {
      say_(std::string_view{held_}.substr(begin, end - begin));
      begin = end + 1;
    }
    held_.erase(0, begin);
  }
  /// What is left is a line, too.
  void finish() {
    if (!held_.empty()) { say_(std::exchange(held_, {})); }
  }

 private:
  std::function<void(std::string_view)> say_;
  std::string held_;
};

}  // namespace offload
