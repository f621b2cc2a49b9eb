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

/// Where runs of this user write down which sandboxes they have: below $XDG_STATE_HOME, or
/// ~/.local/state, or the temporary folder.
[[nodiscard]] std::filesystem::path sandbox_journal_folder();

/// The sandboxes that one run has made and not destroyed yet, on disk, so that somebody can destroy
/// them when the run cannot: one file each, which the create command itself writes.
///
/// Its functions may be called from several threads at once.
class sandbox_journal {
 public:
  /// `destroy_command` still holds `{sandbox_id}`; it will be run in `working_dir`. So is
  /// `clean_command`, which comes first and may fail: for a place that outlives its destruction.
  [[nodiscard]] static result<sandbox_journal> open(std::filesystem::path const& folder,
                                                    std::string_view destroy_command,
                                                    std::string_view working_dir,
                                                    std::string_view clean_command = {});

  sandbox_journal(sandbox_journal&&) noexcept = default;
  sandbox_journal& operator=(sandbox_journal&&) noexcept = default;
  /// Removes its folder unless there are entries left.
  ~sandbox_journal();

  /// The file for the output of a create command. It counts as a sandbox once it is not empty.
  [[nodiscard]] std::filesystem::path entry(std::string_view name) const;
  [[nodiscard]] std::filesystem::path const& folder() const { return folder_; }
  /// A create command that writes into its entry itself, and says which process it is: so what it
  /// has made is known even if nobody is left to read it.
  [[nodiscard]] static std::string recorded(std::string_view create_command,
                                            std::filesystem::path const& entry);
  /// The sandbox is no more, or never was.
  void strike(std::filesystem::path const& entry) const;

 private:
  explicit sandbox_journal(std::filesystem::path folder) : folder_{std::move(folder)} {}

  std::filesystem::path folder_;
};

/// A sandbox that a run has left behind which is no more.
struct leftover_sandbox {
  std::string id;
  std::string clean_command;    ///< complete, or empty
  std::string destroy_command;  ///< complete
  std::string working_dir;
  std::filesystem::path entry;  ///< to be removed when it is destroyed
};

/// The ids of the sandboxes that a run's own folder still lists.
[[nodiscard]] std::vector<std::string> listed_sandboxes(std::filesystem::path const& run);

/// What runs have left behind that ended on this machine. Unreadable entries are left alone, and so
/// are sandboxes that are still being made.
[[nodiscard]] std::vector<leftover_sandbox> leftover_sandboxes(std::filesystem::path const& folder);

/// How many sandboxes are still being made for runs that are no more: their create commands live
/// on.
[[nodiscard]] std::size_t orphaned_creations(std::filesystem::path const& folder);

/// What came of destroying leftovers.
struct leftover_cleanup {
  std::vector<std::string> destroyed{};    ///< ids
  std::vector<std::string> still_there{};  ///< "<id>: <why>"
};

/// Destroys them, all at once, each within so much time and a few tries, and ends what else the
/// runs have left. What somebody else is just destroying is left to them.
[[nodiscard]] leftover_cleanup destroy(std::vector<leftover_sandbox> const& leftovers,
                                       seconds limit);

}  // namespace offload
