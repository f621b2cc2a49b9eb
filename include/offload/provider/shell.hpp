// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/config/provider.hpp>
#include <offload/core/preparation_sink.hpp>
#include <offload/core/replaced.hpp>
#include <offload/process/child_process.hpp>
#include <offload/provider/concept.hpp>
#include <offload/provider/sandbox_journal.hpp>
#include <offload/provider/sandbox_shell.hpp>

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

/// Options of sandboxes that the user's shell commands create.
struct shell_options {
  shell_provider_config config{};
  std::string root{};           ///< where commands run in a sandbox
  std::vector<env_var> env{};   ///< of all commands in a sandbox; values are secret
  std::string prepare_flags{};  ///< shell text that is appended to `prepare_command`
  std::filesystem::path journal = sandbox_journal_folder();
  preparation_sink warn{};  ///< receives warnings about odd output; any thread may call it
};

/// Whether Offload's files exist in a sandbox.
enum class far_files { none, there, doubtful };

/// A command in a sandbox, run by an exec_command on this machine.
///
/// The far side sends its exit status in the output. If the local command ends without it, the
/// connection is lost. The exit status of the local command says nothing about the command in the
/// sandbox.
class shell_execution {
 public:
  /// `ending_command` runs in `working_dir` on this machine and ends the remaining processes in the
  /// sandbox.
  shell_execution(child_process child, std::string_view secret, std::string ending_command,
                  std::string working_dir, std::shared_ptr<far_files> files = {});

  [[nodiscard]] result<command_progress> next(deadline until, std::stop_token stop);
  [[nodiscard]] result<void> write(std::string_view bytes) { return child_.write(bytes); }
  void close_input() { child_.close_input(); }
  /// Ends the local command and, with a second command, its processes in the sandbox.
  exit_status terminate();

 private:
  void end_far_side() const;

  child_process child_;
  end_mark_reader ending_;
  std::string ending_command_;
  std::string working_dir_;
  std::string errors_;
  std::shared_ptr<far_files> files_;  ///< removed when the command ends by itself
};
static_assert(Execution<shell_execution>);

/// A sandbox that a create_command has created. Its destructor destroys the sandbox.
class shell_sandbox {
 public:
  static constexpr bool accepts_input = true;

  struct shared;
  shell_sandbox(std::shared_ptr<shared const> run, std::string id, std::filesystem::path entry,
                sandbox_shell shell);
  shell_sandbox(shell_sandbox&&) noexcept = default;
  shell_sandbox& operator=(shell_sandbox&& other) noexcept {
    return replaced(*this, std::move(other));
  }
  ~shell_sandbox();

  [[nodiscard]] sandbox_id id() const { return {id_}; }
  [[nodiscard]] std::string files() const { return shell_.folder; }
  /// Whether exec_command forwards standard input. This is known once the sandbox is set up.
  [[nodiscard]] bool takes_input() const { return takes_input_; }
  [[nodiscard]] result<shell_execution> start(command const& c, input with);

  /// Uses download_command, if there is one.
  [[nodiscard]] result<void> download(std::span<file_copy const> files, std::stop_token stop);

  /// Keeps the files after the worker has ended. Call it before any command.
  void keep_files() { afterwards_ = files_afterwards::stay; }
  /// Writes Offload's files into the sandbox, and keeps the connection open for a worker.
  [[nodiscard]] result<void> set_up(std::vector<support_file> const& files,
                                    std::stop_token const& stop);

 private:
  [[nodiscard]] std::string exec_command(std::string command) const;
  [[nodiscard]] result<finished_process> run(std::string command, std::string_view given,
                                             seconds limit, std::stop_token stop) const;
  [[nodiscard]] result<child_process> begun(std::string command, input with) const;
  [[nodiscard]] result<shell_execution> start_on_line(command const& c);
  void leave_line(std::string_view last_word);
  void clean_up() const;
  [[nodiscard]] result<void> set_up_by_input(std::string const& script,
                                             std::stop_token const& stop);
  [[nodiscard]] result<void> set_up_by_arguments(std::string const& script,
                                                 std::stop_token const& stop);

  std::shared_ptr<shared const> run_;  ///< null after a move
  std::string id_;
  std::filesystem::path entry_;
  sandbox_shell shell_;
  std::vector<support_file> files_;
  bool takes_input_ = false;
  std::optional<child_process> line_;  ///< a far side that waits for one command; see `opening`
  std::string line_secret_;
  std::shared_ptr<far_files> far_ = std::make_shared<far_files>();  ///< used by one thread
  files_afterwards afterwards_ = files_afterwards::go;
};
static_assert(Sandbox<shell_sandbox>);

/// Creates sandboxes with the user's shell commands: `type = "default"` in offload.toml.
class shell_provider {
 public:
  static constexpr std::string_view name = "default";

  [[nodiscard]] static result<shell_provider> make(shell_options options);

  /// The folder in which this run records its sandboxes; removed once there are none.
  [[nodiscard]] std::filesystem::path journal() const;

  /// Whether there is a `prepare_command`.
  [[nodiscard]] bool builds_images() const;
  /// Runs `prepare_command`. The last line of its output is the image id.
  [[nodiscard]] result<std::string> build_image(std::string const& context_dir,
                                                preparation_sink const& say, std::stop_token stop);
  [[nodiscard]] result<shell_sandbox> create(sandbox_spec const& spec, std::stop_token stop);

  /// The cost of `cpu_cores` per sandbox at Modal's prices.
  [[nodiscard]] cost_estimate estimated_cost(seconds alive) const;

 private:
  explicit shell_provider(std::shared_ptr<shell_sandbox::shared> run) : run_{std::move(run)} {}
  [[nodiscard]] result<std::string> image_by(std::string const& text, preparation_sink const& say,
                                             std::stop_token const& stop) const;
  [[nodiscard]] result<shell_sandbox> try_to_create(sandbox_spec const& spec, unsigned number,
                                                    std::stop_token const& stop);
  [[nodiscard]] result<std::string> made(std::filesystem::path const& entry,
                                         std::string const& image,
                                         std::stop_token const& stop) const;

  std::shared_ptr<shell_sandbox::shared> run_;
};
static_assert(ImageProvider<shell_provider>);

}  // namespace offload
