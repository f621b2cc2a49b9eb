// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/run_event.hpp>
#include <offload/core/time.hpp>

#include <concepts>

namespace offload {

/// Is told what happens in a run, and turns it into something to read.
///
/// `R` models `Reporter` when, for an lvalue `r`:
///   1. `r.on(run_ended const&, time_point)` takes the end of the run.
/// Any other event of core/run_event.hpp is passed on when `r.on(event, time_point)` exists. All
/// calls come from one thread, in the order in which things happened. A reporter that cannot do its
/// work (a full disk) keeps quiet until `run_ended`, and must not throw.
///
/// Model for tests: `offload::testing::reporter_archetype`.
template <class R>
concept Reporter = requires(R& r, run_ended const& event, time_point now) {
  { r.on(event, now) } -> std::same_as<void>;
};

/// Passes an event on to a reporter that wants it.
template <Reporter R, class Event>
void tell(R& reporter, Event const& event, time_point now) {
  if constexpr (requires { reporter.on(event, now); }) { reporter.on(event, now); }
}

}  // namespace offload
