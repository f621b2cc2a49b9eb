// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/test_case.hpp>

#include <concepts>
#include <span>

namespace offload {

/// Says what to expect of tests: how long they take, and how often they fail. Does no I/O: what
/// earlier runs have left is read before the run.
///
/// `E` models `Estimator` when, for a constant `e`:
///   1. `e.estimate(tests)` is told all tests that were found, in order of discovery, and sets
///      `expected` and `failure_rate` of those that it knows something of.
///
/// Model for tests: `offload::testing::estimator_archetype`.
template <class E>
concept Estimator = std::movable<E> && requires(E const& e, std::span<test_case> tests) {
  { e.estimate(tests) } -> std::same_as<void>;
};

/// Knows nothing of any test.
struct no_estimator {
  void estimate(std::span<test_case>) const {}
};
static_assert(Estimator<no_estimator>);

}  // namespace offload
