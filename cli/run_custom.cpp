// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/image/image_source.hpp>
#include <offload/process/marked_processes.hpp>
#include <offload/process/pause.hpp>
#include <offload/process/temp_folder.hpp>
#include <offload/provider/custom.hpp>
#include <offload/runner/image_based.hpp>

#include <fmt/core.h>

#include <filesystem>
#include <string>
#include <utility>
#include <variant>

#include "image_parts.hpp"
#include "local_environment.hpp"
#include "run_in.hpp"
#include "run_local.hpp"
#include "warn.hpp"

namespace offload::cli {
namespace {

constexpr seconds longest_cleanup{60};

/// The flags that any prepare_command is given besides --context-dir, as shell text.
std::string prepare_flags(config const& c, default_provider_config const& custom,
                          run_options const& options) {
  std::string flags;
  auto const add = [&](std::string_view name, std::string const& value) {
    flags += fmt::format(" --{}={}", name, shell_quoted(value));
  };
  for (auto const& dir : custom.copy_dirs) { add("copy-dir", dir.local + ":" + dir.remote); }
  for (auto const& dir : options.copy_dirs) { add("copy-dir", dir); }
  if (c.run.sandbox_init_cmd) { add("sandbox-init-cmd", *c.run.sandbox_init_cmd); }
  return flags;
}

/// What is still being made for runs that were killed cannot be destroyed before it is there.
void wait_for_orphaned_creations(std::filesystem::path const& journal) {
  auto const until = steady_clock::now() + to_clock(longest_cleanup);
  bool told = false;
  while (auto const count = orphaned_creations(journal)) {
    if (!std::exchange(told, true)) {
      fmt::print(stderr, "Waiting for {} that an earlier run was making.\n",
                 count == 1 ? "1 sandbox" : fmt::format("{} sandboxes", count));
    }
    if (steady_clock::now() >= until) { return; }
    pause(seconds{0.1});
  }
}

/// What earlier runs could not take down themselves.
void destroy_leftovers(std::filesystem::path const& journal) {
  wait_for_orphaned_creations(journal);
  auto const left = leftover_sandboxes(journal);
  if (left.empty()) { return; }
  auto const done = destroy(left, longest_cleanup);
  if (!done.destroyed.empty()) {
    fmt::print(stderr, "Destroyed {} sandboxes that an earlier run had left behind.\n",
               done.destroyed.size());
  }
  for (auto const& each : done.still_there) { warn("cannot destroy sandbox " + each); }
}

result<custom_provider> provider_by_commands(config const& c, run_options const& options) {
  auto const& custom = std::get<default_provider_config>(c.provider);
  custom_options how{.config = custom, .root = c.run.sandbox_project_root};
  how.env.push_back({"OFFLOAD_ROOT", c.run.sandbox_project_root});
  how.env.insert(how.env.end(), custom.env.begin(), custom.env.end());
  for (auto& v : assignments_of(options.env)) { how.env.push_back(std::move(v)); }
  how.prepare_flags = prepare_flags(c, custom, options);
  destroy_leftovers(how.journal);
  return custom_provider::make(std::move(how));
}

}  // namespace

int run_by_commands(config const& c, any_framework framework, run_options const& options,
                    std::stop_token stop) {
  auto output = output_directory::prepare(c.report.output_dir);
  if (!output) { return fail_with(output.error()); }
  auto provider = provider_by_commands(c, options);
  if (!provider) { return fail_with(provider.error()); }
  auto const journal = provider->journal();
  int const code =
      run_in(image_based{std::move(*provider), image_source{image_request_of(c, options)},
                         image_use_of(c)},
             {c, options, std::move(framework), site_of(c, options), *output}, std::move(stop));
  for (auto const& id : listed_sandboxes(journal)) {
    warn(
        fmt::format("sandbox {} could not be destroyed; the next run tries again, and so does "
                    "`offload cleanup`",
                    id));
  }
  return code;
}

int build_by_commands(config const& c, run_options const& options, std::stop_token stop) {
  auto provider = provider_by_commands(c, options);
  if (!provider) { return fail_with(provider.error()); }
  image_based builder{std::move(*provider), image_source{image_request_of(c, options)},
                      image_use_of(c)};
  auto const say = [](std::string_view line) {
    fmt::print(stderr, "{}\n", shown_preparation(line));
  };
  if (auto const built = builder.prepare(say, std::move(stop)); !built) {
    return fail_with(built.error());
  }
  fmt::print("{}\n", builder.image());
  return 0;
}

int cleanup() {
  end_processes_of_dead_runners();
  remove_abandoned_temp_folders();
  wait_for_orphaned_creations(sandbox_journal_folder());
  auto const done = destroy(leftover_sandboxes(sandbox_journal_folder()), longest_cleanup);
  for (auto const& id : done.destroyed) { fmt::print("Destroyed sandbox {}.\n", id); }
  for (auto const& each : done.still_there) {
    (void)fail_with({errc::sandbox, "cannot destroy sandbox " + each, {}});
  }
  if (done.destroyed.empty() && done.still_there.empty()) { fmt::print("Nothing is left over.\n"); }
  return done.still_there.empty() ? 0 : 1;
}

}  // namespace offload::cli
