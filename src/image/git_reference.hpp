// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/error.hpp>

#include <optional>
#include <string>

#include "git_objects.hpp"

namespace offload::image {

/// The commit that a reference points to; nothing when there is no such reference.
[[nodiscard]] std::optional<git_oid> target_of(git_repository* git, std::string const& reference);

/// Points `reference` to `after` if it still points to `before` (nothing: if there is none yet).
/// Returns false when somebody else, Offload or git, has changed it or is changing it.
[[nodiscard]] result<bool> compare_and_swap(git_repository* git, std::string const& reference,
                                            std::optional<git_oid> const& before,
                                            git_oid const& after);

}  // namespace offload::image
