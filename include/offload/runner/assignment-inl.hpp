// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/runner/assignment.hpp>

#include <offload/core/inline.hpp>

namespace offload {

OFFLOAD_INLINE assignment::assignment(assignment&&) noexcept = default;
OFFLOAD_INLINE assignment& assignment::operator=(assignment&&) noexcept = default;
OFFLOAD_INLINE assignment::~assignment() = default;

}  // namespace offload
