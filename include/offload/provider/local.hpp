// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/process/child_process.hpp>
#include <offload/provider/concept.hpp>

#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

namespace offload {

class temp_folder;

/// Options of local sandboxes.
struct local_options {
  environment env = environment::without_repository();
  std::string working_dir{};  ///< empty: this process's own
  std::string shell{};        ///< runs every command with `-c`; empty: commands run directly
  seconds grace{2.0};         ///< between SIGTERM and SIGKILL
};

/// A command of a local sandbox. Its destructor also ends processes that have left its process
/// group.
class local_execution {
 public:
  local_execution(child_process child, std::string sandbox)
      : child_{std::move(child)}, sandbox_{std::move(sandbox)} {}

  [[nodiscard]] result<command_progress> next(deadline until, std::stop_token stop) {
    return child_.next(until, std::move(stop));
  }
  [[nodiscard]] result<void> write(std::string_view bytes) { return child_.write(bytes); }
  void close_input() { child_.close_input(); }
  exit_status terminate(output_sink const& hear = {});

 private:
  child_process child_;
  std::string sandbox_;
};
static_assert(Execution<local_execution>);

/// A sandbox of processes on this machine, in the project's own folder. Sandboxes have separate
/// process groups but share the file system.
class local_sandbox {
 public:
  static constexpr bool accepts_input = true;
  static constexpr bool starts_forks = true;

  local_sandbox(sandbox_id id, local_options const& options,
                std::shared_ptr<temp_folder const> files);
  local_sandbox(local_sandbox&&) noexcept;
  local_sandbox& operator=(local_sandbox&&) noexcept;
  ~local_sandbox();

  [[nodiscard]] sandbox_id const& id() const { return id_; }
  [[nodiscard]] std::string files() const;
  [[nodiscard]] result<local_execution> start(command const& c, input with);

 private:
  sandbox_id id_;
  local_options const* options_;
  std::shared_ptr<temp_folder const> files_;
};
static_assert(Sandbox<local_sandbox>);

/// Creates local sandboxes and must outlive them. They share one folder with the files of the first
/// sandbox's spec.
class local_provider {
 public:
  static constexpr std::string_view name = "local";
  static constexpr bool shares_machine = true;

  explicit local_provider(local_options options = {});
  local_provider(local_provider&&) noexcept;
  local_provider& operator=(local_provider&&) noexcept;
  ~local_provider();

  [[nodiscard]] result<local_sandbox> create(sandbox_spec const& spec, std::stop_token stop);

 private:
  struct shared;
  std::unique_ptr<shared> shared_;  // stays in place when the provider moves
};
static_assert(Provider<local_provider>);

}  // namespace offload
