// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/framework/command.hpp>
#include <offload/process/marked_processes.hpp>
#include <offload/process/stop_signals.hpp>
#include <offload/process/temp_folder.hpp>
#include <offload/report/terminal.hpp>

#include <fmt/core.h>

#include <array>
#include <cstdlib>
#include <string_view>
#include <utility>
#include <variant>

#include "command_line/commands.hpp"
#include "command_line/print.hpp"
#include "command_line/warn.hpp"
#include "github/github.hpp"
#include "logs/explain.hpp"
#include "run/collect.hpp"
#include "run/earlier_runs.hpp"
#include "run/launch.hpp"
#include "run/leftovers.hpp"
#include "run/run_local.hpp"

namespace offload::cli {
namespace {

/// Warns about options that are accepted but have no effect.
void warn_of_options_without_effect(launch const& asked) {
  auto const* command = std::get_if<command_framework_config>(&asked.c.framework);
  if (command != nullptr && has_one_result_file(*command)) {
    warn(
        fmt::format("one batch runs at a time, as all write to {}: put {{result_file}} into "
                    "run_command to have them side by side",
                    *command->result_file));
  }
  if (!asked.copy_dirs.empty() && kind_of(asked.c.provider) == provider_kind::local) {
    warn("--copy-dir has no effect: local sandboxes have no image, they share this folder");
  }
}

int collect_only(launch const& asked, std::stop_token const& stop) {
  auto const found = list_tests(asked, stop);
  if (!found) { return fail_with(found.error()); }
  for (auto const& text : found->warnings()) { warn(text); }
  print_to(stderr, "Discovering tests... found {} tests across {} groups\n", found->records(),
           found->groups());
  auto const tests = tests_of_part(asked, *found);
  if (!tests) { return fail_with(tests.error()); }
  print_tests_as_text(asked.c, *tests);
  return 0;
}

bool is_ci() {
  char const* const ci = std::getenv("CI");
  return ci != nullptr && std::string_view{ci} == "true";
}

}  // namespace

int run(common_options const& common, run_options const& given) {
  if (is_for_github(given)) { show_errors_on_github(text_output_of(given)); }
  auto asked = launch_or_complain(common, given);
  if (!asked) { return 1; }
  asked->for_agent = is_for_agent() && !given.ci && !common.verbose;
  asked->ci = given.ci || is_ci();

  last_sweep const sweep;
  stop_signals const signals{[] {
    terminal::clear_from_cursor();
    leave_at_once(creations::spare);
  }};
  int code = 0;
  if (asked->collect_only) {
    code = collect_only(*asked, signals.token());
  } else {
    warn_of_options_without_effect(*asked);
    end_processes_of_dead_runners();
    remove_abandoned_temp_folders();
    constexpr std::array runs{run_locally, run_by_commands, run_in_modal};  // as provider_kind
    code = runs.at(asked->c.provider.index())(*asked, signals.token());
    warn_of_missing_output();
  }
  return signals.received() == 0 ? code : 128 + signals.received();
}

}  // namespace offload::cli
