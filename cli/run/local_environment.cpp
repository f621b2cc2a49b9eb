// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "run/local_environment.hpp"

#include <filesystem>
#include <iterator>
#include <optional>
#include <utility>
#include <variant>

#include "command_line/warn.hpp"

namespace offload::cli {
namespace {

namespace fs = std::filesystem;

void activate_virtual_environment(environment& env, fs::path const& project) {
  std::error_code missing;
  auto const venv = fs::absolute(project / ".venv", missing);
  if (env.get("VIRTUAL_ENV") || !fs::exists(venv / "bin" / "python", missing)) { return; }
  env.set("VIRTUAL_ENV", venv.native());
  env.prepend("PATH", (venv / "bin").native());
  env.unset("PYTHONHOME");
}

std::optional<env_var> assignment_in(std::string const& text) {
  auto const equals = text.find('=');
  if (equals == std::string::npos || equals == 0) { return std::nullopt; }
  return env_var{text.substr(0, equals), text.substr(equals + 1)};
}

}  // namespace

std::vector<env_var> assignments_of(std::vector<std::string> const& texts) {
  std::vector<env_var> all;
  for (auto const& text : texts) {
    if (auto one = assignment_in(text)) {
      all.push_back(std::move(*one));
    } else {
      warn("Ignoring --env ***: expected KEY=VALUE");  // it may be a value without its key
    }
  }
  return all;
}

std::vector<env_var> sandbox_variables(config const& c,
                                       std::vector<std::string> const& assignments) {
  std::vector<env_var> all{{"OFFLOAD_ROOT", c.run.sandbox_project_root}};
  auto own = std::visit([](auto const& provider) { return provider.env; }, c.provider);
  all.insert(all.end(), std::make_move_iterator(own.begin()), std::make_move_iterator(own.end()));
  for (auto& v : assignments_of(assignments)) { all.push_back(std::move(v)); }
  return all;
}

secret_mask secrets_of(config const& c, std::vector<std::string> const& assignments) {
  auto variables = std::visit([](auto const& provider) { return provider.env; }, c.provider);
  for (auto const& text : assignments) {
    if (auto one = assignment_in(text)) { variables.push_back(std::move(*one)); }
  }
  return secret_mask{variables};
}

std::string local_working_dir(config const& c) {
  auto const* local = std::get_if<local_provider_config>(&c.provider);
  if (local == nullptr) { return {}; }
  return c.run.working_dir.value_or(local->working_dir.value_or(""));
}

environment local_environment(config const& c, std::string const& working_dir,
                              std::vector<std::string> const& assignments) {
  auto env = environment::inherited();
  activate_virtual_environment(env, working_dir.empty() ? "." : working_dir);
  if (auto const* local = std::get_if<local_provider_config>(&c.provider)) {
    env.set("OFFLOAD_ROOT", c.run.sandbox_project_root);
    for (auto const& [name, value] : local->env) { env.set(name, value); }
  }
  for (auto const& [name, value] : assignments_of(assignments)) { env.set(name, value); }
  return env;
}

}  // namespace offload::cli
