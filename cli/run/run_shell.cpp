// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/core/shell_words.hpp>
#include <offload/provider/bundled_scripts.hpp>
#include <offload/provider/shell.hpp>

#include <fmt/core.h>

#include <filesystem>
#include <string>
#include <utility>
#include <variant>

#include "run/run_local.hpp"
#include "run/run_on_images.hpp"

namespace offload::cli {
namespace {

/// The flags that any prepare_command is given besides --context-dir, as shell text.
std::string prepare_flags(launch const& asked, shell_provider_config const& shell) {
  std::string flags;
  auto const add = [&](std::string_view name, std::string const& value) {
    flags += fmt::format(" --{}={}", name, shell::quoted(value));
  };
  for (auto const* dirs : {&shell.copy_dirs, &asked.copy_dirs}) {
    for (auto const& dir : *dirs) { add("copy-dir", to_string(dir)); }
  }
  if (asked.c.run.sandbox_init_cmd) { add("sandbox-init-cmd", *asked.c.run.sandbox_init_cmd); }
  return flags;
}

/// The user's commands, with the paths of bundled scripts that they refer to.
result<void> find_scripts(shell_provider_config& c) {
  auto const folder = bundled_scripts_folder();
  bool any = false;
  for (std::string* text :
       {c.prepare_command ? &*c.prepare_command : nullptr, &c.create_command, &c.exec_command,
        &c.destroy_command, c.download_command ? &*c.download_command : nullptr}) {
    if (text == nullptr) { continue; }
    auto found = with_bundled_scripts(*text, folder);
    if (!found) { return tl::unexpected(doing("reading [provider]")(found.error())); }
    any = any || *found != *text;
    *text = std::move(*found);
  }
  return any ? lay_bundled_scripts(folder) : result<void>{};
}

result<shell_options> options_by_commands(launch const& asked) {
  auto const& shell = std::get<shell_provider_config>(asked.c.provider);
  shell_options how{.config = shell};
  if (auto const found = find_scripts(how.config); !found) { return tl::unexpected(found.error()); }
  how.prepare_flags = prepare_flags(asked, shell);
  return how;
}

}  // namespace

int run_by_commands(launch const& asked, std::stop_token stop) {
  return run_on_images<shell_provider>(options_by_commands, asked, std::move(stop));
}

int build_by_commands(launch const& asked, std::stop_token stop) {
  return build_image<shell_provider>(options_by_commands, asked, std::move(stop));
}

}  // namespace offload::cli
