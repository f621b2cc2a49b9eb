// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/provider/local.hpp>

#include <offload/core/shell_words.hpp>
#include <offload/process/marked_processes.hpp>
#include <offload/process/temp_folder.hpp>

#include <fmt/core.h>

#include <mutex>
#include <utility>

#include "random_name.hpp"

namespace offload {
exit_status local_execution::terminate(output_sink const& hear) {
  auto const status = child_.terminate(hear);
  end_processes_of_sandboxes(sandbox_);
  return status;
}

local_sandbox::local_sandbox(sandbox_id id, local_options const& options,
                             std::shared_ptr<temp_folder const> files)
    : id_{std::move(id)}, options_{&options}, files_{std::move(files)} {}

local_sandbox::local_sandbox(local_sandbox&&) noexcept = default;
local_sandbox& local_sandbox::operator=(local_sandbox&&) noexcept = default;

std::string local_sandbox::files() const { return files_->path().string(); }

local_sandbox::~local_sandbox() {
  if (files_ != nullptr) { end_processes_of_sandboxes(id_.value); }
}

result<local_execution> local_sandbox::start(command const& c, input with) {
  start_options options{
      .env = options_->env,
      .working_dir = c.working_dir.empty() ? options_->working_dir : c.working_dir,
      .with = with,
      .grace = options_->grace};
  options.env.apply(c);
  options.env.set(sandbox_variable, id_.value);
  options.env.set(runner_variable, this_runner());
  if (!c.fork_from.empty() && options_->shell.empty()) {
    auto forked = child_process::fork(c.fork_from, options);
    if (forked) { return local_execution{std::move(*forked), id_.value}; }
  }
  // It outlives this sandbox. If it can fork no workers, it takes the sandbox's own name.
  if (!c.forks_at.empty()) { options.env.set(sandbox_variable, "forks-" + id_.value); }
  auto const argv = options_->shell.empty()
                        ? c.argv
                        : std::vector{options_->shell, std::string{"-c"}, shell::joined(c.argv)};
  return child_process::start(argv, options).map([&](child_process child) {
    return local_execution{std::move(child), id_.value};
  });
}

/// The state that all sandboxes of a provider share.
struct local_provider::shared {
  explicit shared(local_options o) : options{std::move(o)} {}

  [[nodiscard]] result<std::shared_ptr<temp_folder const>> files_of(sandbox_spec const& spec) {
    std::call_once(files_are_made, [&] {
      files = temp_folder::make(spec.files).map([](temp_folder made) {
        return std::make_shared<temp_folder const>(std::move(made));
      });
    });
    return files;
  }

  local_options const options;
  std::string const run = random_name(8);  ///< part of the sandboxes' names
  std::once_flag files_are_made{};
  result<std::shared_ptr<temp_folder const>> files{};
};

local_provider::local_provider(local_options options)
    : shared_{std::make_unique<shared>(std::move(options))} {}
local_provider::local_provider(local_provider&&) noexcept = default;
local_provider& local_provider::operator=(local_provider&&) noexcept = default;
local_provider::~local_provider() = default;

result<local_sandbox> local_provider::create(sandbox_spec const& spec, std::stop_token) {
  auto id = fmt::format("local-{}-{:03}", shared_->run, spec.slot.value);
  return shared_->files_of(spec).map([&](std::shared_ptr<temp_folder const> files) {
    return local_sandbox{{std::move(id)}, shared_->options, std::move(files)};
  });
}

}  // namespace offload
