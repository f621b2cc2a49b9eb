// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/run_record.hpp>

#include <offload/core/inline.hpp>

#include <algorithm>

namespace offload {

OFFLOAD_INLINE void number_attempts(std::vector<recorded_attempt>& all) {
  for (unsigned position = 0; auto& one : all) { one.number = position++; }
  std::ranges::stable_sort(all, {}, [](recorded_attempt const& one) {
    return one.batch ? one.batch->value : one.number;
  });
  for (unsigned number = 0; auto& one : all) { one.number = ++number; }
}

}  // namespace offload
