// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <fmt/core.h>

#include <cstdio>
#include <variant>

#include "commands.hpp"
#include "warn.hpp"

namespace offload::cli {
namespace {

bool has_image(config const& c) {
  if (auto const* custom = std::get_if<default_provider_config>(&c.provider)) {
    return custom->prepare_command.has_value();
  }
  return kind_of(c.provider) != provider_kind::local;
}

}  // namespace

int build(common_options const& common) {
  auto const loaded = load_or_complain(common.config);
  if (!loaded) { return 1; }
  if (has_image(*loaded)) { return unavailable("build"); }
  fmt::print(stderr, "Nothing to build: the `{}` provider has no image here.\n",
             to_string(kind_of(loaded->provider)));
  return 0;
}

}  // namespace offload::cli
