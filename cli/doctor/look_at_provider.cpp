// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/core/contents_of.hpp>
#include <offload/process/child_process.hpp>
#include <offload/provider/bundled_scripts.hpp>
#include <offload/provider/sandbox_journal.hpp>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <variant>

#include "gather.hpp"

namespace offload::cli {
namespace {

namespace fs = std::filesystem;

std::string variable(char const* name) {
  char const* const value = std::getenv(name);
  return value != nullptr ? value : "";
}

bool is_folder(std::string const& path) {
  std::error_code failed;
  return path.empty() || fs::is_directory(path, failed);
}

/// Only whether there is a token: its value is nobody's business.
modal_facts look_at_modal(project_place const& place) {
  auto const path = std::string{place.env.get("PATH").value_or("")};
  modal_facts facts{.has_uv = find_program("uv", path).has_value(),
                    .config_file = variable("MODAL_CONFIG_PATH")};
  if (facts.config_file.empty()) { facts.config_file = variable("HOME") + "/.modal.toml"; }
  facts.python_has_modal =
      !facts.has_uv &&
      ask("modal", {"python3", "-c", "import modal"}, place).state == tool_state::answered;
  bool const in_environment =
      !variable("MODAL_TOKEN_ID").empty() && !variable("MODAL_TOKEN_SECRET").empty();
  facts.has_token =
      in_environment || contents_of(facts.config_file).find("token_secret") != std::string::npos;
  return facts;
}

struct provider_visitor {
  config const& c;
  provider_facts& facts;

  void operator()(local_provider_config const& local) const {
    facts.working_dir = c.run.working_dir.value_or(local.working_dir.value_or(""));
    facts.working_dir_is_there = is_folder(facts.working_dir);
    facts.shell = local.shell;
    auto const path = variable("PATH");
    facts.shell_is_there = find_program(local.shell, path).has_value();
  }
  void operator()(shell_provider_config const& shell) const {
    facts.working_dir = shell.working_dir.value_or("");
    facts.working_dir_is_there = is_folder(facts.working_dir);
    auto const add = [&](std::string const& key, std::string const& command) {
      look_at_command("[provider] " + key, command);
    };
    if (shell.prepare_command) { add("prepare_command", *shell.prepare_command); }
    add("create_command", shell.create_command);
    add("exec_command", shell.exec_command);
    add("destroy_command", shell.destroy_command);
    if (shell.download_command) { add("download_command", *shell.download_command); }
  }
  void operator()(modal_provider_config const& modal) const {
    facts.dockerfile = modal.dockerfile.value_or("");
    std::error_code failed;
    facts.dockerfile_is_there = facts.dockerfile.empty() || fs::exists(facts.dockerfile, failed);
    facts.modal = look_at_modal(place_of(c));
  }

 private:
  void look_at_command(std::string const& key, std::string const& command) const {
    auto const complete = with_bundled_scripts(command, bundled_scripts_folder());
    if (!complete) { facts.unknown_scripts.push_back(key + ": " + to_string(complete.error())); }
    auto programs = programs_of(key, command, {facts.working_dir, environment::inherited()});
    std::ranges::move(programs, std::back_inserter(facts.programs));
    bool const for_modal = command.find("@modal_sandbox.py") != command.npos;
    if (for_modal && !facts.modal) { facts.modal = look_at_modal(place_of(c)); }
  }
};

}  // namespace

provider_facts look_at_provider(config const& c) {
  provider_facts facts{.kind = kind_of(c.provider)};
  std::visit(provider_visitor{c, facts}, c.provider);
  return facts;
}

leftover_facts look_at_leftovers() {
  auto const folder = sandbox_journal_folder();
  return {leftover_sandboxes(folder).size(), orphaned_creations(folder)};
}

}  // namespace offload::cli
