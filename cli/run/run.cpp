// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/config/copy_dir.hpp>
#include <offload/framework/custom.hpp>
#include <offload/process/marked_processes.hpp>
#include <offload/process/stop_signals.hpp>
#include <offload/process/temp_folder.hpp>
#include <offload/report/terminal.hpp>
#include <offload/runner/selection.hpp>

#include <fmt/core.h>

#include <array>
#include <cstdlib>
#include <string_view>
#include <utility>
#include <variant>

#include "command_line/commands.hpp"
#include "command_line/warn.hpp"
#include "github/github.hpp"
#include "logs/explain.hpp"
#include "run/collect.hpp"
#include "run/earlier_runs.hpp"
#include "run/leftovers.hpp"
#include "run/local_environment.hpp"
#include "run/run_local.hpp"
#include "run/sharding.hpp"

namespace offload::cli {
namespace {

/// What the flags ask for that this configuration cannot give.
result<void> check(config const& c, run_options const& options) {
  if (options.record_history && !c.history) {
    return fail(errc::invalid_usage, "--record-history needs a [history] section in {}",
                "the configuration");
  }
  if (!options.override_image_id.empty() && kind_of(c.provider) != provider_kind::modal) {
    return fail(errc::invalid_usage,
                "--override-image-id works with the modal provider only, this is `{}`",
                to_string(kind_of(c.provider)));
  }
  if (auto const part = parse_shard_option(options.shard); !part) {
    return tl::unexpected(part.error());
  }
  if (options.collect_only && !options.events.empty()) {
    return fail(errc::invalid_usage, "--events cannot be used with --collect-only");
  }
  for (auto const& text : options.copy_dirs) {
    if (auto const parsed = parse_copy_dir(text); !parsed) {
      return tl::unexpected(doing("reading --copy-dir")(parsed.error()));
    }
  }
  return {};
}

/// What was asked for and is accepted, but does nothing.
void warn_of_options_without_effect(config const& c, run_options const& options) {
  auto const* custom = std::get_if<default_framework_config>(&c.framework);
  if (custom != nullptr && has_one_result_file(*custom)) {
    warn(
        fmt::format("one batch runs at a time, as all write to {}: put {{result_file}} into "
                    "run_command to have them side by side",
                    *custom->result_file));
  }
  if (!options.copy_dirs.empty() && kind_of(c.provider) == provider_kind::local) {
    warn("--copy-dir has no effect: local sandboxes have no image, they share this folder");
  }
}

int collect_only(config const& c, any_framework framework, run_options const& options,
                 std::stop_token const& stop) {
  auto const found = list_tests(c, std::move(framework), options, stop);
  if (!found) { return fail_with(found.error()); }
  for (auto const& text : found->warnings()) { warn(text); }
  fmt::print(stderr, "Discovering tests... found {} tests across {} groups\n", found->records(),
             found->groups());
  auto const tests = tests_of_part(c, options, *found);
  if (!tests) { return fail_with(tests.error()); }
  print_tests_as_text(c, *tests);
  return 0;
}

bool is_ci() {
  char const* const ci = std::getenv("CI");
  return ci != nullptr && std::string_view{ci} == "true";
}

}  // namespace

int run(common_options const& common, run_options const& given) {
  if (is_for_github(given)) { show_errors_on_github(text_output_of(given)); }
  auto const loaded = load_or_complain(common.config);
  if (!loaded) { return 1; }
  if (auto const fits = check(*loaded, given); !fits) { return fail_with(fits.error()); }
  redact_in_messages(secrets_of(*loaded, given.env));
  auto framework = framework_of(*loaded, given);
  auto options = given;
  options.ci = options.ci || is_ci();
  options.verbose = common.verbose;
  options.for_agent = is_for_agent() && !given.ci && !common.verbose;
  options.config = common.config;

  last_sweep const sweep;
  stop_signals const signals{[] {
    clear_from_cursor();
    leave_at_once(creations::spare);
  }};
  int code = 0;
  if (options.collect_only) {
    code = collect_only(*loaded, std::move(framework), options, signals.token());
  } else {
    warn_of_options_without_effect(*loaded, options);
    end_processes_of_dead_runners();
    remove_abandoned_temp_folders();
    constexpr std::array runs{run_locally, run_by_commands, run_in_modal};  // as provider_kind
    code =
        runs.at(loaded->provider.index())(*loaded, std::move(framework), options, signals.token());
  }
  return signals.received() == 0 ? code : 128 + signals.received();
}

}  // namespace offload::cli
