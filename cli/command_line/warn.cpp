// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "command_line/warn.hpp"

#include <cstdio>
#include <utility>

#include "command_line/print.hpp"
#include "github/github_output.hpp"
#include "run/local_environment.hpp"

namespace offload::cli {

namespace {

/// For all that this process says: an error at the very end does not know its configuration.
secret_mask& hidden() {
  static secret_mask secrets;
  return secrets;
}

std::FILE*& github() {
  static std::FILE* reader = nullptr;
  return reader;
}

}  // namespace

void redact_in_messages(secret_mask secrets) { hidden() = std::move(secrets); }

std::string without_secrets(std::string text) { return hidden().masked(std::move(text)); }

void warn(std::string_view text) {
  print_to(stderr, "WARN {}\n", without_secrets(std::string{text}));
}

void warn_of_missing_output() {
  auto const printed = end_of_output();
  if (!printed && !reader_is_gone()) { warn(to_string(printed.error())); }
}

void show_errors_on_github(std::FILE* to) { github() = to; }

int fail_with(error const& e) {
  auto const text = without_secrets(to_string(e));
  print_to(stderr, "Error: {}\n", text);
  if (github() != nullptr) {
    print_text(github(), workflow_command({.title = "Offload", .message = text}));
  }
  return 1;
}

std::optional<config> load_or_complain(std::string const& path) {
  auto loaded = load_config(path);
  if (!loaded) {
    fail_with(loaded.error());
    return std::nullopt;
  }
  redact_in_messages(secret_mask{configured_variables(loaded->value)});
  for (auto const& warning : loaded->warnings) { warn(to_string(warning)); }
  return std::move(loaded->value);
}

}  // namespace offload::cli
