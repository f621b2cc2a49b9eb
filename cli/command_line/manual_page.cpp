// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/core/joined.hpp>

#include <fmt/format.h>

#include <array>
#include <span>
#include <utility>

#include "command_line/outline.hpp"

/// The manual page in the macros of man(7), which all its readers know.
namespace offload::cli {
namespace {

using entry = std::pair<std::string_view, std::string_view>;

constexpr std::array files{
    entry{"offload.toml", "The configuration."},
    entry{"test-results/run.jsonl",
          "The record of the last run, which `offload logs` reads; [report] says where it is."},
    entry{"test-results/junit.xml", "Its JUnit report, for other tools."},
    entry{"test-results/run.previous.jsonl",
          "The record of the run before, for `offload logs --since-last`."},
    entry{"test-results/report.html", "The page of `offload run --html`."},
    entry{"test-results/trace.json", "The trace of `offload run --trace`."},
    entry{"test-results/logs/", "Output of the batches of the last run."},
    entry{"offload-history.jsonl", "Durations and outcomes of earlier runs; [history] path."},
    entry{"$XDG_STATE_HOME/offload/sandboxes/",
          "Live sandboxes, for `offload cleanup` after a crash; by default below "
          "~/.local/state."},
    entry{"$XDG_CACHE_HOME/offload/scripts/",
          "Scripts that are part of the command; by default below ~/.cache."},
};

constexpr std::array variables{
    entry{"CI", "`true` stands for --ci."},
    entry{"NO_COLOR, CLICOLOR, CLICOLOR_FORCE, FORCE_COLOR",
          "Whether output has colours. NO_COLOR overrides the others."},
    entry{"OFFLOAD_AGENT",
          "1: a coding agent reads the output; 0: a person does. By default, Offload looks for "
          "variables that agents set."},
    entry{"GITHUB_ACTIONS, GITHUB_STEP_SUMMARY, GITHUB_WORKSPACE", "See --github."},
    entry{"TERM", "`dumb` is a terminal that shows plain lines only."},
    entry{"TMPDIR", "Where temporary folders are created; /tmp by default."},
    entry{"XDG_STATE_HOME, XDG_CACHE_HOME", "See FILES."},
};

/// Text for roff: its own characters are kept from meaning something.
std::string escaped(std::string_view text) {
  std::string safe;
  bool starts_line = true;
  for (char const c : text) {
    if (starts_line && (c == '.' || c == '\'')) { safe += "\\&"; }
    switch (c) {
      case '\\': safe += "\\e"; break;
      case '-': safe += "\\-"; break;
      case '`': safe += "\\(ga"; break;
      case '\'': safe += "\\(aq"; break;
      case '~': safe += "\\(ti"; break;
      case '^': safe += "\\(ha"; break;
      default: safe += c;
    }
    starts_line = c == '\n';
  }
  return safe;
}

std::string bold(std::string_view text) { return "\\fB" + escaped(text) + "\\fR"; }
std::string italic(std::string_view text) { return "\\fI" + escaped(text) + "\\fR"; }

std::string option_term(option_outline const& option) {
  auto const term = text::joined(option.names, ", ", bold);
  return option.value.empty() ? term : term + " " + italic(option.value);
}

std::string terms(std::span<entry const> entries) {
  std::string text;
  for (auto const& [name, meaning] : entries) {
    text += fmt::format(".TP\n{}\n{}\n", bold(name), escaped(meaning));
  }
  return text;
}

std::string options_of(command_outline const& c, bool is_top) {
  std::string text;
  for (auto const& argument : c.arguments) {
    text +=
        fmt::format(".TP\n{}\n{}.\n", italic(argument.names.front()), escaped(argument.meaning));
  }
  for (auto const& option : c.options) {
    if (!is_top && option.names.back() == "--help") { continue; }  // said once for all
    text += fmt::format(".TP\n{}\n{}.\n", option_term(option), escaped(option.meaning));
  }
  return text;
}

std::string synopsis(command_outline const& c) {
  auto text = bold(c.path);
  if (c.options.size() > 1) { text += " [" + italic("OPTION") + "]..."; }  // more than --help
  for (auto const& argument : c.arguments) {
    text += " " + italic(argument.names.front()) + (argument.repeats ? "..." : "");
  }
  return text;
}

std::string commands(command_outline const& whole) {
  std::string text;
  for (auto const* c : all_commands(whole)) {
    if (c == &whole || !c->parts.empty()) { continue; }
    text += fmt::format(".SS {}\n{}\n.PP\n{}.\n{}", escaped(c->path), synopsis(*c),
                        escaped(c->meaning), options_of(*c, false));
  }
  return text;
}

}  // namespace

std::string manual_page(command_outline const& whole) {
  std::string statuses;
  for (auto const& [status, meaning] : exit_statuses) {
    statuses += fmt::format(".TP\n.B {}\n{}.\n", status, escaped(meaning));
  }
  return fmt::format(
      ".\\\" Made by: offload man\n"
      ".TH OFFLOAD 1 \"\" \"Offload {}\" \"User Commands\"\n"
      ".SH NAME\noffload \\- run tests in parallel, in many sandboxes\n"
      ".SH SYNOPSIS\n.B offload\n[\\fIOPTION\\fR]... \\fICOMMAND\\fR [\\fIOPTION\\fR]...\n"
      ".SH DESCRIPTION\n{}\n"
      "The command\n.B offload init\nwrites a configuration for the project in this folder,\n"
      ".B offload run\nruns its tests, and\n.B offload logs \\-\\-failures\nshows what went "
      "wrong.\n"
      ".SH OPTIONS\nEvery command takes these.\n{}"
      ".SH COMMANDS\n{}"
      ".SH EXIT STATUS\n{}"
      ".SH FILES\n{}"
      ".SH ENVIRONMENT\n{}"
      ".SH SEE ALSO\n.BR pytest (1),\n.BR ctest (1),\n.BR git (1)\n",
      OFFLOAD_VERSION, escaped(whole.meaning), options_of(whole, true), commands(whole), statuses,
      terms(files), terms(variables));
}

}  // namespace offload::cli
