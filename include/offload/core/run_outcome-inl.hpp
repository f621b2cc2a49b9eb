// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/run_outcome.hpp>

#include <offload/core/inline.hpp>

namespace offload {

OFFLOAD_INLINE run_summary run_outcome::summary() const {
  return {tests, sandboxes, ended, why_stopped, discovery, duration, first_test, cost};
}

}  // namespace offload
