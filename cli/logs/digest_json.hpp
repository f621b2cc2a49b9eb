// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "logs/log_comparison.hpp"
#include "logs/log_digest.hpp"
#include "logs/result_files.hpp"

/// Results for programs. docs/logs.md describes the documents; a version that reads differently
/// has another number in `version`.
namespace offload {

/// The part of a document that says where it comes from.
struct json_context {
  std::string_view report{};   ///< path
  std::string_view command{};  ///< what asks for more
};

/// The digest as a JSON document, with a line feed.
[[nodiscard]] std::string render_json(log_digest const& digest, digest_limits const& limits,
                                      result_files const& files, json_context const& context);

/// The same within `budget` bytes; nothing when not even the counts fit.
[[nodiscard]] std::string json_within(std::size_t budget, log_digest const& digest,
                                      result_files const& files, json_context const& context);

/// The comparison as a JSON document, with a limit for the names of each kind.
[[nodiscard]] std::string render_json(log_comparison const& changes, std::size_t names,
                                      json_context const& context);

}  // namespace offload
