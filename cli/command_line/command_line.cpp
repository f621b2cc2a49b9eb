// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "command_line/command_line.hpp"

#include <fmt/core.h>
#include <CLI/CLI.hpp>

#include <csignal>
#include <cstdio>
#include <exception>
#include <functional>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "command_line/command_tree.hpp"
#include "command_line/print.hpp"
#include "command_line/usage.hpp"
#include "command_line/warn.hpp"

namespace offload::cli {
namespace {

/// Runs a command. A failure to print is an error, since half a list must not look complete. Where
/// the reader has gone, as after `| head`, the exit code says so and nothing else does.
int finished(std::function<int()> const& command) {
  int code = 1;
  try {
    code = command();
  } catch (std::exception const& e) {  // there is no memory, or no thread
    code = fail_with({errc::process, e.what()});
  }
  auto const printed = end_of_output();
  if (printed || code != 0) { return code; }
  return reader_is_gone() ? 128 + SIGPIPE : fail_with(printed.error());
}

/// Understands the command line and does what it asks for.
class command_line {
 public:
  command_line() { declare_commands(app_, given_); }

  int run(int argc, char** argv) {
    try {
      app_.parse(argc, argv);
    } catch (CLI::ParseError const& e) {
      if (e.get_exit_code() == 0) {  // help and version
        return finished([&] {
          std::ostringstream text;
          int const code = app_.exit(e, text, text);
          print_text(stdout, text.str());
          return code;
        });
      }
      return fail_with(explained(e));
    }
    hide_values_of_env(argc, argv);
    return finished(given_.chosen);
  }

 private:
  /// Describes an error of the command line in Offload's words.
  [[nodiscard]] error explained(CLI::ParseError const& e) const {
    std::string const what = e.what();
    if (dynamic_cast<CLI::ArgumentMismatch const*>(&e) != nullptr) {
      bool const several = what.find("At Most") != std::string::npos;
      return {errc::invalid_usage, what.substr(0, what.find(':')) +
                                       (several ? " is given more than once" : " needs a value")};
    }
    auto const known = words();
    if (auto const rest = app_.remaining(true); !rest.empty()) {
      return unknown_word(rest.front(), known);
    }
    if (known.command.empty()) { return no_command(known); }
    auto const parts = app_.get_subcommand(known.command)->get_subcommands(nullptr);
    if (!parts.empty() && what == "A subcommand is required") {
      std::vector<std::string> names;
      for (auto const* part : parts) { names.push_back(part->get_name()); }
      return no_part(known.command, names);
    }
    return {errc::invalid_usage, what};
  }

  [[nodiscard]] vocabulary words() const {
    auto const flags_of = [](CLI::App const& app) {
      std::vector<std::string> flags;
      for (auto const* option : app.get_options()) {
        for (auto const& name : option->get_snames()) { flags.push_back("-" + name); }
        for (auto const& name : option->get_lnames()) { flags.push_back("--" + name); }
      }
      return flags;
    };
    vocabulary known{.flags = {}, .global_flags = flags_of(app_)};
    for (auto const* command : app_.get_subcommands(nullptr)) {
      known.flags[command->get_name()] = flags_of(*command);
    }
    for (auto const* given : app_.get_subcommands()) { known.command = given->get_name(); }
    return known;
  }

  CLI::App app_{"Runs a project's test suite in parallel, in many sandboxes.", "offload"};
  command_choice given_;
};

}  // namespace

int run_command_line(int argc, char** argv) { return command_line{}.run(argc, argv); }

}  // namespace offload::cli
