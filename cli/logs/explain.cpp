// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "logs/explain.hpp"

#include <offload/core/shell_words.hpp>

#include <array>
#include <cstdlib>
#include <string_view>
#include <utility>

#include "command_line/print.hpp"
#include "logs/digest_text.hpp"
#include "logs/run_results.hpp"

namespace offload::cli {
namespace {

constexpr std::size_t explanation_bytes = 4000;

/// Set by agents for the commands that they start. Variables that hold a user's settings (a home
/// folder, a key) are none of these.
constexpr std::array agent_variables{
    "AI_AGENT",      "AGENT",         "CLAUDECODE",      "CURSOR_AGENT", "GEMINI_CLI",
    "CODEX_SANDBOX", "CODEX_CI",      "CODEX_THREAD_ID", "COPILOT_CLI",  "VSCODE_AGENT",
    "CLINE_ACTIVE",  "AUGMENT_AGENT", "OPENCODE",        "QWEN_CODE",
};

std::string_view value_of(char const* name) {
  auto const* const value = std::getenv(name);
  return value == nullptr ? std::string_view{} : value;
}

bool is_yes(std::string_view value) {
  return !value.empty() && value != "0" && value != "false" && value != "no";
}

}  // namespace

bool is_for_agent() {
  if (auto const own = value_of("OFFLOAD_AGENT"); !own.empty()) { return is_yes(own); }
  for (auto const* const name : agent_variables) {
    if (is_yes(value_of(name))) { return true; }
  }
  return false;
}

std::string logs_command_for(std::string const& config_path) {
  if (config_path == "offload.toml") { return "offload logs"; }
  return "offload logs -c " + shell::quoted(config_path);
}

void explain_last_run(config const& c, std::string const& config_path, std::FILE* to) {
  auto results = read_results(c.report, which_run::last);
  if (!results) { return; }
  auto const log = log_of(std::move(results->record),
                          {.failures = true, .errors = true, .flaky = true, .not_run = true});
  if (log.entries.empty()) { return; }
  print_to(to, "\n{}",
           text_within(explanation_bytes - 1, digest_of(log), result_files{c.report.output_dir},
                       logs_command_for(config_path)));
}

}  // namespace offload::cli
