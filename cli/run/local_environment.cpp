// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "run/local_environment.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <string_view>
#include <variant>

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

}  // namespace

std::vector<env_var> sandbox_variables(config const& c) {
  auto all = configured_variables(c);
  all.insert(all.begin(), {"OFFLOAD_ROOT", c.run.sandbox_project_root});
  return all;
}

std::vector<env_var> variables_for_listing(config const& c) {
  using namespace std::string_view_literals;
  static constexpr std::array of_places{"HOME"sv, "SHELL"sv, "TMPDIR"sv, "USER"sv, "VIRTUAL_ENV"sv};
  auto all = configured_variables(c);
  std::erase_if(all, [](env_var const& one) {
    return one.name.ends_with("PATH") || std::ranges::count(of_places, one.name) > 0;
  });
  return all;
}

std::vector<env_var> configured_variables(config const& c) {
  return std::visit([](auto const& provider) { return provider.env; }, c.provider);
}

std::string local_working_dir(config const& c) {
  auto const* local = std::get_if<local_provider_config>(&c.provider);
  if (local == nullptr) { return {}; }
  return c.run.working_dir.value_or(local->working_dir.value_or(""));
}

environment local_environment(config const& c, std::string const& working_dir) {
  auto const* local = std::get_if<local_provider_config>(&c.provider);
  bool const keeps_git = local != nullptr && local->keep_git_env;
  auto env = keeps_git ? environment::inherited() : environment::without_repository();
  activate_virtual_environment(env, working_dir.empty() ? "." : working_dir);
  return env;
}

}  // namespace offload::cli
