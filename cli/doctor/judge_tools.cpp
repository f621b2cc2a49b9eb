// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <fmt/core.h>

#include <charconv>

#include "judge.hpp"

namespace offload::cli {
namespace {

constexpr std::string_view digits = "0123456789";

/// Takes the number at the front of a version, and the point behind it.
unsigned take_number(std::string_view& version) {
  unsigned value = 0;
  auto const end = std::from_chars(version.data(), version.data() + version.size(), value).ptr;
  version.remove_prefix(static_cast<std::size_t>(end - version.data()));
  if (version.starts_with('.')) { version.remove_prefix(1); }
  return value;
}

finding judge_tool(tool_facts const& tool) {
  auto const check = "framework." + tool.name;
  switch (tool.state) {
    case tool_state::missing:
      return broken(check, fmt::format("`{}` was not found", tool.command), tool.install_by);
    case tool_state::failed:
      return broken(check, fmt::format("`{}` failed: {}", tool.command, tool.said),
                    tool.install_by);
    case tool_state::too_slow:
      return doubtful(check, fmt::format("`{}` did not answer in time", tool.command),
                      "run it by hand: whatever delays it delays every run");
    case tool_state::not_asked:
      return doubtful(check, fmt::format("`{}` was not started: {}", tool.command, tool.said),
                      tool.install_by);
    case tool_state::answered: break;
  }
  auto const version = version_in(tool.said);
  if (!tool.oldest.empty() && !version.empty() && is_older(version, tool.oldest)) {
    return broken(check,
                  fmt::format("`{}` is version {}; Offload needs {} or newer", tool.command,
                              version, tool.oldest),
                  tool.install_by);
  }
  return fine(check, fmt::format("`{}` answers: {}", tool.command, tool.said));
}

findings judge_programs(std::string const& check, std::vector<program_facts> const& programs) {
  findings found;
  for (auto const& each : programs) {
    found.push_back(
        each.is_there
            ? fine(check, fmt::format("{} starts `{}`, which was found", each.key, each.program))
            : broken(check,
                     fmt::format("{} starts `{}`, which was not found", each.key, each.program),
                     fmt::format("install {}, or correct {}", each.program, each.key)));
  }
  return found;
}

findings judge_modal(modal_facts const& modal) {
  findings found;
  if (modal.has_uv) {
    found.push_back(fine("provider.modal", "uv is installed; it provides the modal package"));
  } else if (modal.python_has_modal) {
    found.push_back(fine("provider.modal", "python3 has the modal package"));
  } else {
    found.push_back(broken("provider.modal", "neither uv nor a python3 with the modal package",
                           "install uv (docs.astral.sh/uv), or `pip install modal`"));
  }
  found.push_back(
      modal.has_token
          ? fine("provider.token", "there is a token for Modal")
          : broken("provider.token",
                   fmt::format("there is no token for Modal, neither in the environment nor in {}",
                               modal.config_file),
                   "run `uvx modal token new`, or set MODAL_TOKEN_ID and MODAL_TOKEN_SECRET"));
  return found;
}

}  // namespace

std::string_view version_in(std::string_view text) {
  for (auto at = text.find_first_of(digits); at != text.npos; at = text.find_first_of(digits, at)) {
    auto const end = std::min(text.find_first_not_of("0123456789.", at), text.size());
    auto version = text.substr(at, end - at);
    while (version.ends_with('.')) { version.remove_suffix(1); }
    if (version.find('.') != version.npos) { return version; }
    at = end;
  }
  return {};
}

bool is_older(std::string_view version, std::string_view than) {
  while (!version.empty() || !than.empty()) {
    auto const have = take_number(version);
    auto const want = take_number(than);
    if (have != want) { return have < want; }
  }
  return false;
}

findings judge(config_facts const& facts) {
  if (!facts.is_there) {
    auto what = fmt::format("there is no {}", facts.path);
    return {facts.was_named ? broken("config", std::move(what), "name another with -c")
                            : doubtful("config", what + " here: only general checks are made",
                                       "run `offload init`, which writes one")};
  }
  if (!facts.error.empty()) {
    return {broken("config", facts.error, "correct it, and check it with `offload validate`")};
  }
  findings found{fine("config", facts.path + " is valid")};
  for (auto const& warning : facts.warnings) {
    found.push_back(doubtful("config", warning, "correct the key, or remove it"));
  }
  return found;
}

findings judge(framework_facts const& facts) {
  findings found;
  for (auto const& tool : facts.tools) { found.push_back(judge_tool(tool)); }
  if (facts.build_folder) {
    auto const& [path, is_there, has_tests] = *facts.build_folder;
    auto const fix = fmt::format(
        "configure and build there: `cmake -B {0} && cmake --build {0}`, or set build_dir", path);
    if (!is_there) {
      found.push_back(broken("framework.build_dir",
                             fmt::format("the build folder {} does not exist", path), fix));
    } else if (!has_tests) {
      found.push_back(broken("framework.build_dir",
                             fmt::format("the build folder {} holds no tests of ctest", path),
                             fix + "; the CMakeLists.txt needs enable_testing()"));
    } else {
      found.push_back(
          fine("framework.build_dir", fmt::format("the build folder {} holds tests", path)));
    }
  }
  append(found, judge_programs("framework.program", facts.programs));
  return found;
}

findings judge(provider_facts const& facts) {
  findings found;
  if (!facts.working_dir_is_there) {
    found.push_back(broken("provider.working_dir",
                           fmt::format("the working_dir {} does not exist", facts.working_dir),
                           "make it, or correct working_dir"));
  }
  if (!facts.shell.empty()) {
    found.push_back(facts.shell_is_there
                        ? fine("provider.shell", fmt::format("the shell {} exists", facts.shell))
                        : broken("provider.shell",
                                 fmt::format("the shell {} does not exist", facts.shell),
                                 "correct [provider] shell, or remove it: the default is /bin/sh"));
  }
  if (!facts.dockerfile_is_there) {
    found.push_back(broken("provider.dockerfile",
                           fmt::format("the dockerfile {} does not exist", facts.dockerfile),
                           "correct [provider] dockerfile; the path is relative to this folder"));
  }
  append(found, judge_programs("provider.program", facts.programs));
  for (auto const& why : facts.unknown_scripts) {
    found.push_back(broken("provider.script", why,
                           "@modal_sandbox.py is the script that comes "
                           "with Offload; others need a path"));
  }
  if (facts.modal) { append(found, judge_modal(*facts.modal)); }
  return found;
}

}  // namespace offload::cli
