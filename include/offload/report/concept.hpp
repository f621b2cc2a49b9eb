// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/run_event.hpp>

#include <concepts>

namespace offload {

/// Is told what happens in a run, and turns it into something to read.
///
/// `R` models `Reporter` when, for an lvalue `r`:
///   1. `r.on(run_event const&)` takes an event, of any kind.
/// All calls come from one thread, in the order in which things happen. A reporter that cannot do
/// its work (a full disk) must not throw; it says so when it is asked after the run.
///
/// `match` (core/run_event.hpp) chooses the kinds that a reporter wants.
///
/// Model for tests: `offload::testing::reporter_archetype`.
template <class R>
concept Reporter = requires(R& r, run_event const& event) {
  { r.on(event) } -> std::same_as<void>;
};

}  // namespace offload
