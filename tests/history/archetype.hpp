// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/history/concept.hpp>

#include <span>

namespace offload::testing {

struct estimator_archetype {
  estimator_archetype() = delete;
  estimator_archetype(estimator_archetype&&) noexcept;
  estimator_archetype& operator=(estimator_archetype&&) noexcept;
  ~estimator_archetype();

  void estimate(std::span<test_case> tests) const;
};

}  // namespace offload::testing
