// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/execution.hpp>

#include <string>

namespace offload {

/// Remembers the end of what a command writes to standard error, for when it dies.
class last_words {
 public:
  void hear(command_output const& some) {
    if (some.from != stream::err) { return; }
    text_ += some.bytes;
    if (text_.size() > 2 * longest) { text_.erase(0, text_.size() - longest); }
  }
  [[nodiscard]] std::string text() const {
    return text_.size() > longest ? text_.substr(text_.size() - longest) : text_;
  }

 private:
  static constexpr std::size_t longest = 8 * 1024;
  std::string text_;
};

}  // namespace offload
