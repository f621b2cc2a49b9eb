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

/// Takes the values of variables out of texts: `***` stands in their places.
///
/// Values of fewer than `shortest` characters stay: masking `1` or `main` wherever it occurs would
/// spoil the text and tell the value to whoever reads what is left. So do those of variables that
/// are public by their names, such as PATH, LANG, PYTHONPATH, CACHE_DIR and OFFLOAD_ROOT. Of a
/// value of several lines, each line is masked by itself, too.
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
  std::vector<std::string> values_;  ///< longest first, as one may hold another
};

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/core/secret_mask-inl.hpp>
#endif
