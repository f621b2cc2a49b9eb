// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/config/load.hpp>
#include <offload/core/contents_of.hpp>
#include <offload/core/shell_words.hpp>
#include <offload/process/child_process.hpp>
#include <offload/report/terminal.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <set>
#include <variant>

#include "gather.hpp"
#include "run/local_environment.hpp"

namespace offload::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_folders = 2000;  ///< of a build folder

/// The line that says most: of an answer the first one, else the one that says "error", or the
/// last.
std::string telling_line(finished_process const& ended) {
  std::string_view text = ended.out.empty() ? ended.err : ended.out;
  if (ended.status.ok()) { return terminal::gist(text); }
  if (!ended.err.empty()) { text = ended.err; }
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) { text.remove_suffix(1); }
  auto at = text.find("error: ");
  if (at == text.npos) { at = text.rfind('\n') + 1; }  // npos + 1 is 0
  auto const line = text.substr(at);
  return line.empty() ? to_string(ended.status) : terminal::gist(line);
}

std::vector<std::string> asking_version(std::vector<std::string> command) {
  command.emplace_back("--version");
  return command;
}

bool is_file(std::string const& folder, std::string const& path) {
  std::error_code failed;
  return fs::exists(fs::path{folder.empty() ? "." : folder} / path, failed);
}

/// `uv run` would make an environment that is not there yet, and we change nothing.
bool would_make_environment(std::vector<std::string> const& command, project_place const& place) {
  bool const by_uv = command.size() > 1 && command[0] == "uv" && command[1] == "run";
  return by_uv && !is_file(place.folder, ".venv") && !place.env.get("VIRTUAL_ENV") &&
         !place.env.get("UV_PROJECT_ENVIRONMENT");
}

tool_facts ask_for_version(std::string name, std::vector<std::string> const& command,
                           project_place const& place, std::string oldest, std::string install_by) {
  tool_facts facts;
  if (would_make_environment(command, place)) {
    facts = {.name = std::move(name),
             .command = shell::joined(command),
             .state = tool_state::not_asked,
             .said = "the project has no .venv yet, and `uv run` would make one"};
    install_by = "`uv sync`, then `offload doctor` again";
  } else {
    facts = ask(std::move(name), asking_version(command), place);
  }
  facts.oldest = std::move(oldest);
  facts.install_by = std::move(install_by);
  return facts;
}

/// Whether the test files that CMake wrote name a test, or a file that may.
bool holds_ctest_tests(fs::path const& build) {
  std::vector<fs::path> folders{build};
  std::set<fs::path> seen;
  while (!folders.empty() && seen.size() < most_folders) {
    auto const folder = folders.back();
    folders.pop_back();
    if (!seen.insert(folder).second) { continue; }
    auto const text = contents_of((folder / "CTestTestfile.cmake").string());
    if (text.find("add_test(") != text.npos || text.find("include(") != text.npos) { return true; }
    constexpr std::string_view below = "subdirs(\"";
    for (auto at = text.find(below); at != text.npos; at = text.find(below, at + 1)) {
      auto const from = at + below.size();
      folders.push_back(folder / text.substr(from, text.find('"', from) - from));
    }
  }
  return false;
}

struct framework_visitor {
  project_place const& place;
  framework_facts& facts;

  void operator()(pytest_config const& c) const {
    facts.tools.push_back(ask_for_version(
        "pytest", c.command, place, "",
        "install pytest there, or set [framework] command to what you type: `uv run pytest`, "
        "`.venv/bin/python -m pytest`"));
  }
  void operator()(nextest_config const& c) const {
    auto const rust = "install Rust with cargo (rustup.rs), or name another command in [framework]";
    facts.tools.push_back(ask_for_version("cargo", {"cargo"}, place, "", rust));
    facts.tools.push_back(ask_for_version("nextest", c.command, place, "0.9.77",
                                          "`cargo install --locked cargo-nextest`"));
  }
  void operator()(vitest_config const& c) const {
    facts.tools.push_back(
        ask_for_version("node", {"node"}, place, "", "install Node.js (nodejs.org)"));
    facts.tools.push_back(
        ask_for_version("vitest", c.command, place, "2.0",
                        "`npm install`, or `npm install --save-dev vitest`; or set [framework] "
                        "command to what you type"));
  }
  void operator()(ctest_config const& c) const {
    facts.tools.push_back(ask_for_version("ctest", c.command, place, "3.20",
                                          "install CMake, or set [framework] command"));
    auto const build = fs::path{place.folder} / c.build_dir;
    std::error_code failed;
    facts.build_folder = build_folder_facts{build.string(), fs::is_directory(build, failed),
                                            holds_ctest_tests(build)};
  }
  void operator()(command_framework_config const& c) const {
    auto const add = [&](std::string const& key, std::string const& command) {
      auto programs = programs_of(key, command, place);
      std::ranges::move(programs, std::back_inserter(facts.programs));
    };
    add("[framework] discover_command", c.discover_command);
    bool const here = facts.kind == framework_kind::command;
    if (here) { add("[framework] run_command", c.run_command); }
  }
};

/// A word that a shell understands itself, or that says nothing about a program.
bool is_of_shell(std::string_view word) {
  static constexpr std::array<std::string_view, 34> own{
      "!",      ".",     ":",    "[",    "alias", "break",  "case", "cd",     "command",
      "do",     "done",  "echo", "elif", "else",  "esac",   "eval", "exec",   "exit",
      "export", "false", "fi",   "for",  "if",    "printf", "read", "return", "set",
      "shift",  "test",  "then", "trap", "true",  "umask",  "while"};
  return std::ranges::find(own, word) != own.end() ||
         word.find_first_of("{}()$`<>|&;=*?#@\"'\\") != word.npos;
}

}  // namespace

project_place place_of(config const& c) {
  auto folder = local_working_dir(c);
  bool const is_sandbox = kind_of(c.provider) == provider_kind::local;
  auto env = local_environment(c, folder);
  if (is_sandbox) { env.set(sandbox_variables(c)); }
  env.set("PYTHONDONTWRITEBYTECODE", "1");
  env.set("UV_NO_SYNC", "1");
  env.set("npm_config_yes", "false");  // npx does not download what is not installed
  env.set("npm_config_logs_max", "0");
  env.set("npm_config_update_notifier", "false");
  return {std::move(folder), std::move(env)};
}

tool_facts ask(std::string name, std::vector<std::string> const& argv, project_place const& place) {
  tool_facts facts{.name = std::move(name), .command = shell::joined(argv)};
  auto const until = steady_clock::now() + to_clock(patience);
  auto const ended = run_process(argv, {.env = place.env, .working_dir = place.folder}, {}, until);
  if (ended) {
    facts.state = ended->status.ok()          ? tool_state::answered
                  : ended->status.code == 127 ? tool_state::missing
                                              : tool_state::failed;
    facts.said = telling_line(*ended);
  } else if (ended.error().code == errc::not_found) {
    facts.state = tool_state::missing;
  } else if (steady_clock::now() >= until) {
    facts.state = tool_state::too_slow;
  } else {
    facts.state = tool_state::failed;
    facts.said = to_string(ended.error());
  }
  return facts;
}

std::vector<program_facts> programs_of(std::string const& key, std::string const& command,
                                       project_place const& place) {
  auto const words = shell::split(command);
  if (!words) { return {}; }
  std::vector<program_facts> found;
  bool at_start = true;
  for (auto const& word : *words) {
    if (word == "&&" || word == "||" || word == "|" || word == ";") {
      at_start = true;
      continue;
    }
    if (!at_start) { continue; }
    bool const assignment = word.find('=') != word.npos && word.find('=') < word.find('/');
    if (assignment) { continue; }
    at_start = false;
    if (is_of_shell(word)) { break; }  // after `cd`, say, paths mean something else
    auto const path = word.find('/') == word.npos || word.starts_with('/')
                          ? word
                          : (fs::path{place.folder.empty() ? "." : place.folder} / word).string();
    bool const known = std::ranges::find(found, word, &program_facts::program) != found.end();
    if (known) { continue; }
    auto const where = find_program(path, place.env.get("PATH").value_or(""));
    found.push_back({key, word, where.has_value()});
  }
  return found;
}

std::pair<config_facts, std::optional<config>> look_at_config(std::string const& path) {
  std::error_code failed;
  config_facts facts{
      .path = path, .is_there = fs::exists(path, failed), .was_named = path != "offload.toml"};
  if (!facts.is_there) { return {std::move(facts), std::nullopt}; }
  auto loaded = load_config(path);
  if (!loaded) {
    facts.error = to_string(loaded.error());
    return {std::move(facts), std::nullopt};
  }
  for (auto const& warning : loaded->warnings) { facts.warnings.push_back(to_string(warning)); }
  return {std::move(facts), std::move(loaded->value)};
}

framework_facts look_at_framework(config const& c) {
  framework_facts facts{.kind = kind_of(c.framework)};
  auto const place = place_of(c);
  std::visit(framework_visitor{place, facts}, c.framework);
  return facts;
}

}  // namespace offload::cli
