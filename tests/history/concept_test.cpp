// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "history/archetype.hpp"

#include <offload/history/concept.hpp>

#include <optional>
#include <span>
#include <vector>

// Compiled, never linked: the archetype is enough, and each clause of the concept is needed.
namespace offload::testing {

static_assert(Estimator<estimator_archetype>);

struct pinned_estimator : estimator_archetype {
  pinned_estimator(pinned_estimator&&) = delete;
  pinned_estimator& operator=(pinned_estimator&&) = delete;
};
static_assert(!Estimator<pinned_estimator>);

struct estimator_that_learns_by_being_asked : estimator_archetype {
  void estimate(std::span<test_case> tests);
};
static_assert(!Estimator<estimator_that_learns_by_being_asked>);

struct estimator_of_single_tests : estimator_archetype {
  void estimate(test_case& test) const;
};
static_assert(!Estimator<estimator_of_single_tests>);

struct estimator_that_returns : estimator_archetype {
  std::vector<std::optional<seconds>> estimate(std::span<test_case> tests) const;
};
static_assert(!Estimator<estimator_that_returns>);

}  // namespace offload::testing
