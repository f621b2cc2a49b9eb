// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/error.hpp>

#include <offload/core/inline.hpp>

namespace offload {

OFFLOAD_INLINE std::string_view to_string(errc code) {
  switch (code) {
    case errc::invalid_config: return "invalid configuration";
    case errc::invalid_usage: return "invalid usage";
    case errc::not_found: return "not found";
    case errc::io: return "input/output error";
    case errc::process: return "process error";
    case errc::discovery: return "discovery failed";
    case errc::sandbox: return "sandbox error";
    case errc::image: return "image error";
    case errc::provider: return "provider error";
    case errc::patch: return "patch refused";
    case errc::unavailable: return "not available";
  }
  return "unknown error";
}

OFFLOAD_INLINE std::string to_string(error const& e) {
  std::string text = e.message;
  for (auto const& frame : e.while_doing) { text += fmt::format("\n  while {}", frame); }
  if (!e.hint.empty()) { text += fmt::format("\n  hint: {}", e.hint); }
  return text;
}

}  // namespace offload
