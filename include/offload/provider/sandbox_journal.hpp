// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/error.hpp>
#include <offload/core/time.hpp>

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace offload {

/// The output of a create_command: the id is its last line.
struct printed_sandbox {
  std::string id;
  std::string before;  ///< other lines, such as warnings
};
[[nodiscard]] printed_sandbox printed_id(std::string_view output);

/// The folder in which runs of this user record their sandboxes: below $XDG_STATE_HOME,
/// ~/.local/state or the temporary folder.
[[nodiscard]] std::filesystem::path sandbox_journal_folder();

/// The existing sandboxes of one run, on disk, so that a later run can destroy them if this run
/// cannot. There is one file per sandbox; the create command itself writes it.
///
/// Several threads may call its functions at once.
class sandbox_journal {
 public:
  /// `destroy_command` still contains `{sandbox_id}` and runs in `working_dir`. So does
  /// `clean_command`, which runs before it and may fail; it is for sandboxes that exist after their
  /// destruction, such as a remote host.
  [[nodiscard]] static result<sandbox_journal> open(std::filesystem::path const& folder,
                                                    std::string_view destroy_command,
                                                    std::string_view working_dir,
                                                    std::string_view clean_command = {});

  sandbox_journal(sandbox_journal&&) noexcept = default;
  sandbox_journal& operator=(sandbox_journal&&) noexcept = default;
  /// Removes its folder unless it still has entries.
  ~sandbox_journal();

  /// The file for the output of a create command. A non-empty file counts as a sandbox.
  [[nodiscard]] std::filesystem::path entry(std::string_view name) const;
  [[nodiscard]] std::filesystem::path const& folder() const { return folder_; }
  /// A create command that itself writes its output and its process id to its entry. So the sandbox
  /// is recorded even if the run has been killed.
  [[nodiscard]] static std::string recorded(std::string_view create_command,
                                            std::filesystem::path const& entry);
  /// Removes the entry of a sandbox that no longer exists or never existed.
  void strike(std::filesystem::path const& entry) const;

 private:
  explicit sandbox_journal(std::filesystem::path folder) : folder_{std::move(folder)} {}

  std::filesystem::path folder_;
};

/// A sandbox left by a run that has ended.
struct leftover_sandbox {
  std::string id;
  std::string clean_command;    ///< complete, or empty
  std::string destroy_command;  ///< complete
  std::string working_dir;
  std::filesystem::path entry;  ///< removed once the sandbox is destroyed
};

/// The ids of the sandboxes that are still listed in a run's folder.
[[nodiscard]] std::vector<std::string> listed_sandboxes(std::filesystem::path const& run);

/// The sandboxes left by ended runs of this machine. Ignores unreadable entries and sandboxes that
/// are still being created.
[[nodiscard]] std::vector<leftover_sandbox> leftover_sandboxes(std::filesystem::path const& folder);

/// The number of sandboxes that are still being created for ended runs, because their create
/// commands still run.
[[nodiscard]] std::size_t orphaned_creations(std::filesystem::path const& folder);

/// The result of destroying leftover sandboxes.
struct leftover_cleanup {
  std::vector<std::string> destroyed{};    ///< ids
  std::vector<std::string> still_there{};  ///< "<id>: <why>"
};

/// Destroys them in parallel, each within the time limit and with a few tries, and ends other
/// leftovers of the runs. Skips sandboxes that another process is destroying.
[[nodiscard]] leftover_cleanup destroy(std::vector<leftover_sandbox> const& leftovers,
                                       seconds limit);

}  // namespace offload
