// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/scheduler/constrained.hpp>
#include <offload/scheduler/hedged.hpp>
#include <offload/scheduler/pull.hpp>

/// The scheduler of a runner that is given none: the only model that the runner names.
namespace offload {

/// Tests are pulled by free sandboxes, the longest first; the last ones get copies in sandboxes
/// that would be idle; what tests ask of each other (locks, order) holds.
using default_scheduler = constrained<hedged<pull_scheduler>>;

}  // namespace offload
