// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/error.hpp>

#include <cstddef>
#include <optional>
#include <string_view>

namespace offload::image {

/// Reads a text line by line. Every line, including the last one, ends with a newline.
class patch_lines {
 public:
  explicit patch_lines(std::string_view text) : rest_{text} { measure(); }

  [[nodiscard]] bool done() const { return rest_.empty(); }
  [[nodiscard]] std::size_t number() const { return number_; }
  /// The next line with its newline, and without.
  [[nodiscard]] std::string_view whole() const { return rest_.substr(0, length_); }
  [[nodiscard]] std::string_view next() const {
    return rest_.substr(0, length_ > 0 ? length_ - 1 : 0);
  }
  /// Whether there is a next line that begins with `prefix`.
  [[nodiscard]] bool next_is(std::string_view prefix) const { return rest_.starts_with(prefix); }
  void advance() {
    rest_.remove_prefix(length_);
    ++number_;
    measure();
  }

 private:
  void measure() { length_ = rest_.empty() ? 0 : rest_.find('\n') + 1; }

  std::string_view rest_;
  std::size_t length_ = 0;
  std::size_t number_ = 1;
};

/// The rest of `text` after `prefix`, if `text` begins with it.
[[nodiscard]] inline std::optional<std::string_view> after(std::string_view text,
                                                           std::string_view prefix) {
  if (!text.starts_with(prefix)) { return std::nullopt; }
  return text.substr(prefix.size());
}

/// "line 12 of the patch: what is wrong".
[[nodiscard]] inline tl::unexpected<error> wrong_line(std::size_t number, std::string_view what) {
  return fail(errc::patch, "line {} of the patch: {}", number, what);
}

}  // namespace offload::image
