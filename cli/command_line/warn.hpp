// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/config/load.hpp>
#include <offload/core/error.hpp>
#include <offload/core/secret_mask.hpp>

#include <cstdio>
#include <optional>
#include <string>
#include <string_view>

namespace offload::cli {

/// Has the functions below mask these values from now on. It is called by the main thread before
/// any other; `warn` and `without_secrets` may be called by other threads, too.
void redact_in_messages(secret_mask secrets);

/// `text` as it may be shown.
[[nodiscard]] std::string without_secrets(std::string text);

/// "WARN ..." on standard error.
void warn(std::string_view text);

/// Warns if standard output could not be written so far, unless its reader is gone: for commands
/// whose work is done and whose exit code is about something else.
void warn_of_missing_output();

/// Has `fail_with` tell GitHub Actions, too, by what is printed to `to`.
void show_errors_on_github(std::FILE* to);

/// "Error: ..." on standard error. Returns the exit code that goes with it.
int fail_with(error const& e);

/// Loads the configuration and shows its warnings; the error is shown, too.
[[nodiscard]] std::optional<config> load_or_complain(std::string const& path);

}  // namespace offload::cli
