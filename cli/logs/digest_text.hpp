// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "logs/log_digest.hpp"
#include "logs/result_files.hpp"

namespace offload {

/// "12 tests: 9 passed, 2 failed, 1 error, ..."; kinds without tests are left out.
[[nodiscard]] std::string counts_line(log_counts const& counts);

/// `text` on one line, without what does something to a terminal, in at most `bytes` bytes.
[[nodiscard]] std::string one_line(std::string_view text, std::size_t bytes);

/// The digest for reading: counts, names by status (a flaky test with what its attempts say), a
/// block a cause, tests in full, and what was left out. `command` is what asks for more.
[[nodiscard]] std::string render_text(log_digest const& digest, digest_limits const& limits,
                                      result_files const& files, std::string_view command);

/// The same within `budget` bytes, whatever there is to say.
[[nodiscard]] std::string text_within(std::size_t budget, log_digest const& digest,
                                      result_files const& files, std::string_view command);

}  // namespace offload
