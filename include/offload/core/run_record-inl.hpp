// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/run_record.hpp>

#include <offload/core/inline.hpp>

namespace offload {

OFFLOAD_INLINE std::unordered_map<test_id, seconds> durations_from(run_record const& record) {
  std::unordered_map<test_id, seconds> known;
  for (auto const& one : record.tests) {
    if (one.longest && !one.id.value.empty()) { known.emplace(one.id, *one.longest); }
  }
  return known;
}

}  // namespace offload
