// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/config/copy_dir.hpp>

#include <offload/core/inline.hpp>

namespace offload {

OFFLOAD_INLINE result<copy_dir> parse_copy_dir(std::string_view text) {
  auto const colon = text.find(':');
  bool const whole = colon != std::string_view::npos && colon > 0 && colon + 1 < text.size();
  if (!whole) { return fail(errc::invalid_config, "`{}` is not of the form LOCAL:REMOTE", text); }
  return copy_dir{std::string{text.substr(0, colon)}, std::string{text.substr(colon + 1)}};
}

}  // namespace offload
