// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/config/provider.hpp>
#include <offload/core/replaced.hpp>
#include <offload/provider/concept.hpp>
#include <offload/provider/modal_service.hpp>
#include <offload/provider/sandbox_journal.hpp>
#include <offload/provider/sandbox_shell.hpp>

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace offload {

/// Options of Modal's sandboxes.
struct modal_options {
  modal_provider_config config{};
  std::vector<std::string> script{};  ///< the command line of modal_sandbox.py, no subcommand
  std::string root{};                 ///< where commands run in a sandbox
  std::vector<env_var> env{};         ///< of all commands in a sandbox; values are secret
  std::string sandbox_init_cmd{};
  std::filesystem::path journal = sandbox_journal_folder();
  preparation_sink warn{};  ///< receives warnings about recovered errors; any thread may call it
};

/// A command in a Modal sandbox.
class modal_execution {
 public:
  modal_execution(std::shared_ptr<modal_service> service, modal_call call);
  modal_execution(modal_execution&&) noexcept = default;
  modal_execution& operator=(modal_execution&& other) noexcept {
    return replaced(*this, std::move(other));
  }
  ~modal_execution();

  [[nodiscard]] result<command_progress> next(deadline until, std::stop_token const& stop);
  [[nodiscard]] result<void> write(std::string_view bytes);
  void close_input();
  exit_status terminate();

 private:
  void send_input();

  std::shared_ptr<modal_service> service_;  ///< null after a move
  std::optional<modal_call> call_;          ///< none after the command has ended
  bool has_started_ = false;                ///< until then, input is kept in `input_`
  std::string input_{};                     ///< not yet written
  bool input_ends_ = false;
  std::size_t not_granted_ = 0;  ///< bytes received since the last request for more
};
static_assert(Execution<modal_execution>);

/// A Modal sandbox. Its destructor ends the sandbox.
class modal_sandbox {
 public:
  static constexpr bool accepts_input = true;

  struct shared;
  modal_sandbox(std::shared_ptr<shared> run, std::string id, std::string files);
  modal_sandbox(modal_sandbox&&) noexcept = default;
  modal_sandbox& operator=(modal_sandbox&& other) noexcept {
    return replaced(*this, std::move(other));
  }
  ~modal_sandbox();

  [[nodiscard]] sandbox_id id() const { return {id_}; }
  [[nodiscard]] std::string files() const { return files_; }
  [[nodiscard]] result<modal_execution> start(command const& c, input with);
  [[nodiscard]] result<void> download(std::span<file_copy const> files, std::stop_token stop);

  /// Writes Offload's files into the sandbox.
  [[nodiscard]] result<void> set_up(std::vector<support_file> const& files,
                                    std::stop_token const& stop);

 private:
  std::shared_ptr<shared> run_;  ///< null after a move
  std::string id_;
  std::string files_;
};
static_assert(Sandbox<modal_sandbox>);

/// Creates sandboxes in Modal's cloud through one process of a bundled script: `type = "modal"`.
class modal_provider {
 public:
  static constexpr std::string_view name = "modal";

  [[nodiscard]] static result<modal_provider> make(modal_options options);

  /// The folder in which this run records its sandboxes; removed once there are none.
  [[nodiscard]] std::filesystem::path journal() const;

  [[nodiscard]] bool builds_images() const { return true; }
  [[nodiscard]] result<std::string> build_image(std::string const& context_dir,
                                                preparation_sink const& say, std::stop_token stop);
  /// Applies the patch to an image and runs a command in it.
  [[nodiscard]] result<std::string> patch_image(std::string const& image, image_patch const& what,
                                                preparation_sink const& say, std::stop_token stop);
  [[nodiscard]] result<modal_sandbox> create(sandbox_spec const& spec, std::stop_token stop);

  /// The cost of the reserved cores and memory at Modal's prices.
  [[nodiscard]] cost_estimate estimated_cost(seconds alive) const;

 private:
  explicit modal_provider(std::shared_ptr<modal_sandbox::shared> run) : run_{std::move(run)} {}
  [[nodiscard]] result<modal_sandbox> created_by(modal_service& service, sandbox_spec const& spec,
                                                 std::stop_token const& stop) const;
  [[nodiscard]] result<std::string> built(std::string const& fields, preparation_sink const& say,
                                          std::stop_token const& stop);

  std::shared_ptr<modal_sandbox::shared> run_;
};
static_assert(ImageProvider<modal_provider>);

}  // namespace offload
