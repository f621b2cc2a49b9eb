// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/framework_event.hpp>

#include <offload/core/inline.hpp>

namespace offload {

OFFLOAD_INLINE framework_event::framework_event(framework_event const&) = default;
OFFLOAD_INLINE framework_event::framework_event(framework_event&&) noexcept = default;
OFFLOAD_INLINE framework_event& framework_event::operator=(framework_event const&) = default;
OFFLOAD_INLINE framework_event& framework_event::operator=(framework_event&&) noexcept = default;
OFFLOAD_INLINE framework_event::~framework_event() = default;

}  // namespace offload
