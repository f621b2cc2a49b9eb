// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/process/environment.hpp>
#include <offload/provider/bundled_scripts.hpp>
#include <offload/provider/modal.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "run/run_local.hpp"
#include "run/run_on_images.hpp"

namespace offload::cli {
namespace {

/// How the script is started: by uv, which brings its packages, or by a Python that has them.
result<std::vector<std::string>> script_command() {
  auto const folder = bundled_scripts_folder();
  if (auto const laid = lay_bundled_scripts(folder); !laid) { return tl::unexpected(laid.error()); }
  auto script = (folder / "modal_sandbox.py").string();
  auto const path = std::string{environment::inherited().get("PATH").value_or("")};
  if (auto const uv = find_program("uv", path)) {
    return std::vector<std::string>{*uv, "run", script};
  }
  if (auto const python = find_program("python3", path)) {
    return std::vector<std::string>{*python, script};
  }
  return tl::unexpected(error{errc::not_found, "neither uv nor python3 is in PATH",
                              "install uv (docs.astral.sh/uv): it runs the script for Modal"});
}

result<modal_options> options_in_modal(launch const& asked) {
  auto script = script_command();
  if (!script) { return tl::unexpected(script.error()); }
  auto const& modal = std::get<modal_provider_config>(asked.c.provider);
  modal_options how{.config = modal, .script = std::move(*script)};
  how.sandbox_init_cmd = asked.c.run.sandbox_init_cmd.value_or("");
  how.config.copy_dirs.insert(how.config.copy_dirs.end(), asked.copy_dirs.begin(),
                              asked.copy_dirs.end());
  return how;
}

}  // namespace

int run_in_modal(launch const& asked, std::stop_token stop) {
  return run_on_images<modal_provider>(options_in_modal, asked, std::move(stop));
}

int build_in_modal(launch const& asked, std::stop_token stop) {
  return build_image<modal_provider>(options_in_modal, asked, std::move(stop));
}

}  // namespace offload::cli
