// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/process/marked_processes.hpp>

#include <filesystem>

namespace offload::cli {

/// Takes down what earlier runs could not take down themselves, and says so.
void destroy_leftovers(std::filesystem::path const& journal);

/// Names the sandboxes that a run which is over still has. `run` is its journal.
void warn_of_sandboxes_left(std::filesystem::path const& run);

/// Does the remaining cleanup when this process ends at once, as for a second signal.
void leave_at_once(creations those);

}  // namespace offload::cli
