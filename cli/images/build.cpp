// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/process/stop_signals.hpp>

#include <cstdio>
#include <variant>

#include "command_line/commands.hpp"
#include "command_line/print.hpp"
#include "command_line/warn.hpp"
#include "run/leftovers.hpp"
#include "run/run_local.hpp"

namespace offload::cli {
namespace {

bool has_image(config const& c) {
  if (auto const* custom = std::get_if<shell_provider_config>(&c.provider)) {
    return custom->prepare_command.has_value();
  }
  return kind_of(c.provider) != provider_kind::local;
}

}  // namespace

int build(common_options const& common, run_options const& given) {
  auto const asked = launch_or_complain(common, given);
  if (!asked) { return 1; }
  if (has_image(asked->c)) {
    stop_signals const signals{[] { leave_at_once(creations::end); }};
    auto const build_it =
        kind_of(asked->c.provider) == provider_kind::modal ? build_in_modal : build_by_commands;
    int const code = build_it(*asked, signals.token());
    return signals.received() == 0 ? code : 128 + signals.received();
  }
  print_to(stderr, "Nothing to build: the `{}` provider has no image here.\n",
           to_string(kind_of(asked->c.provider)));
  return 0;
}

}  // namespace offload::cli
