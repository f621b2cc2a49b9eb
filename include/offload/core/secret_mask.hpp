// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/command.hpp>
#include <offload/core/error.hpp>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace offload {

/// Replaces the values of secret variables in texts with `***`.
///
/// Values with fewer than `shortest` characters are not masked: masking every `1` or `main` would
/// damage the text and reveal the value. Variables whose names are known to be public, such as
/// PATH, LANG, PYTHONPATH, CACHE_DIR and OFFLOAD_ROOT, are not masked either. If a value has
/// several lines, each line is also masked on its own.
class secret_mask {
 public:
  static constexpr std::size_t shortest = 8;

  secret_mask() = default;
  explicit secret_mask(std::span<env_var const> variables);

  [[nodiscard]] bool is_empty() const { return values_.empty(); }

  void apply(std::string& text) const;
  void apply(error& e) const;
  [[nodiscard]] std::string masked(std::string text) const {
    apply(text);
    return text;
  }

 private:
  std::vector<std::string> values_;  ///< longest first, since one value may contain another
};

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/core/secret_mask-inl.hpp>
#endif
