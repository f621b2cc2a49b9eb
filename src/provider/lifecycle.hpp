// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/error.hpp>
#include <offload/core/time.hpp>
#include <offload/process/child_process.hpp>
#include <offload/provider/concept.hpp>

#include <filesystem>
#include <stop_token>
#include <string>
#include <string_view>

/// Running the commands that a user has written down for making and ending sandboxes.
namespace offload {

/// Runs it by /bin/sh to its end. Fails when its time is up or `stop` is requested.
[[nodiscard]] result<finished_process> run_lifecycle(std::string const& text,
                                                     std::string const& working_dir, seconds limit,
                                                     std::string_view given = {},
                                                     std::stop_token stop = {});

/// The same, passing on each line of its output as it comes.
[[nodiscard]] result<finished_process> run_lifecycle_aloud(std::string const& text,
                                                           std::string const& working_dir,
                                                           seconds limit,
                                                           preparation_sink const& say,
                                                           std::stop_token stop);

/// The same for the creation of what `entry` will name, but a request to stop only leaves it so
/// much more time.
[[nodiscard]] result<finished_process> run_creation(std::string const& text,
                                                    std::filesystem::path const& entry,
                                                    std::string const& working_dir, seconds limit,
                                                    seconds patience, std::stop_token stop);

/// Runs a destroy command, a few times if need be, all within `limit`. Fails as its last try did.
[[nodiscard]] result<void> destroyed_by(std::string const& text, std::string const& working_dir,
                                        seconds limit);

/// The error for a failed command.
[[nodiscard]] tl::unexpected<error> failed_command(std::string_view name,
                                                   finished_process const& done);

/// Whether the next try may succeed. A command that is not there will not be there then.
[[nodiscard]] bool may_get_better(error const& why);

/// ": " and the end of an output, unless it is empty.
[[nodiscard]] std::string detail_of(std::string_view output);

}  // namespace offload
