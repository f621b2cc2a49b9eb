// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "report/archetype.hpp"

#include <offload/report/concept.hpp>

// Compiled, never linked: the archetype is enough, and each clause of the concept is needed.
namespace offload::testing {

static_assert(Reporter<reporter_archetype>);

struct deaf_reporter {};
static_assert(!Reporter<deaf_reporter>);

struct reporter_of_tests_only {
  void on(test_decided const& event);
};
static_assert(!Reporter<reporter_of_tests_only>);

struct reporter_that_changes_events {
  void on(run_event& event);
};
static_assert(!Reporter<reporter_that_changes_events>);

struct reporter_with_a_time {
  void on(run_event const& event, time_point now);
};
static_assert(!Reporter<reporter_with_a_time>);

struct reporter_that_answers {
  bool on(run_event const& event);
};
static_assert(!Reporter<reporter_that_answers>);

}  // namespace offload::testing
