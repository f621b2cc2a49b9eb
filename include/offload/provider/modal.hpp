// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/config/provider.hpp>
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
#include <vector>

namespace offload {

/// How Modal's sandboxes are made and used.
struct modal_options {
  modal_provider_config config{};
  std::vector<std::string> script{};  ///< the command line of modal_sandbox.py, without its command
  std::string root{};                 ///< where commands run in a sandbox
  std::vector<env_var> env{};         ///< of all commands in a sandbox; kept out of sight
  std::string sandbox_init_cmd{};
  std::filesystem::path journal = sandbox_journal_folder();
  preparation_sink warn{};  ///< told of what goes on without anybody's help; by any thread
};

/// A command in a sandbox of Modal's.
class modal_execution {
 public:
  modal_execution(std::shared_ptr<modal_service> service, modal_call call);
  modal_execution(modal_execution&&) noexcept = default;
  modal_execution& operator=(modal_execution&& other) noexcept;
  ~modal_execution();

  [[nodiscard]] result<command_progress> next(deadline until, std::stop_token const& stop);
  [[nodiscard]] result<void> write(std::string_view bytes);
  void close_input();
  exit_status terminate();

 private:
  void send_input();

  std::shared_ptr<modal_service> service_;  ///< nothing after it was moved from
  std::optional<modal_call> call_;          ///< nothing when the command has ended
  bool has_started_ = false;                ///< before that, nothing can be written to it
  std::string input_{};                     ///< to be written
  bool input_ends_ = false;
  std::size_t not_granted_ = 0;  ///< bytes taken since more were asked for
};
static_assert(Execution<modal_execution>);

/// A sandbox of Modal's. Its end is that of the place.
class modal_sandbox {
 public:
  static constexpr bool accepts_input = true;

  struct shared;
  modal_sandbox(std::shared_ptr<shared> run, std::string id, std::string files);
  modal_sandbox(modal_sandbox&&) noexcept = default;
  modal_sandbox& operator=(modal_sandbox&& other) noexcept;
  ~modal_sandbox();

  [[nodiscard]] sandbox_id id() const { return {id_}; }
  [[nodiscard]] std::string files() const { return files_; }
  [[nodiscard]] result<modal_execution> start(command const& c, input with);
  [[nodiscard]] result<void> download(std::span<file_copy const> files, std::stop_token stop);

  /// Lays Offload's files into it.
  [[nodiscard]] result<void> set_up(std::vector<support_file> const& files,
                                    std::stop_token const& stop);

 private:
  std::shared_ptr<shared> run_;  ///< nothing after it was moved from
  std::string id_;
  std::string files_;
};
static_assert(Sandbox<modal_sandbox>);

/// Makes sandboxes in Modal's cloud, through one process of a bundled script: `type = "modal"`.
class modal_provider {
 public:
  static constexpr std::string_view name = "modal";

  [[nodiscard]] static result<modal_provider> make(modal_options options);

  /// Where this run writes down what it has; gone when it has nothing any more.
  [[nodiscard]] std::filesystem::path journal() const;

  [[nodiscard]] bool builds_images() const { return true; }
  [[nodiscard]] result<std::string> build_image(std::string const& context_dir,
                                                preparation_sink const& say, std::stop_token stop);
  /// Lays the patch over an image, and runs a command on it.
  [[nodiscard]] result<std::string> patch_image(std::string const& image, image_patch const& what,
                                                preparation_sink const& say, std::stop_token stop);
  [[nodiscard]] result<modal_sandbox> create(sandbox_spec const& spec, std::stop_token stop);

  /// Cores and memory as reserved, at Modal's prices.
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
