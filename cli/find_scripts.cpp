// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "find_scripts.hpp"

#include <offload/provider/bundled_scripts.hpp>

#include <utility>
#include <variant>

namespace offload::cli {

result<void> find_scripts(config& c) {
  auto* const custom = std::get_if<default_provider_config>(&c.provider);
  if (custom == nullptr) { return {}; }
  auto const folder = bundled_scripts_folder();
  bool any = false;
  for (std::string* text :
       {custom->prepare_command ? &*custom->prepare_command : nullptr, &custom->create_command,
        &custom->exec_command, &custom->destroy_command,
        custom->download_command ? &*custom->download_command : nullptr}) {
    if (text == nullptr) { continue; }
    auto found = with_bundled_scripts(*text, folder);
    if (!found) { return tl::unexpected(doing("reading [provider]")(found.error())); }
    any = any || *found != *text;
    *text = std::move(*found);
  }
  return any ? lay_bundled_scripts(folder) : result<void>{};
}

}  // namespace offload::cli
