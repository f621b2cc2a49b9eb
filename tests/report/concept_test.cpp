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
  void on(test_decided const& event, time_point now);
};
static_assert(!Reporter<reporter_of_tests_only>);

struct reporter_without_time {
  void on(run_ended const& event);
};
static_assert(!Reporter<reporter_without_time>);

struct reporter_that_answers {
  bool on(run_ended const& event, time_point now);
};
static_assert(!Reporter<reporter_that_answers>);

// An event that a reporter does not take passes it by.
[[maybe_unused]] void tell_everything(reporter_archetype& reporter, run_ended const& end,
                                      time_point now) {
  tell(reporter, tick{}, now);
  tell(reporter, end, now);
}

}  // namespace offload::testing
