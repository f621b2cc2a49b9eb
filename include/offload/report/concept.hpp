// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/run_event.hpp>

#include <concepts>
#include <tuple>

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

/// Tells the event to all of these reporters, in their order.
template <Reporter... R>
void tell_all(std::tuple<R...>& reporters, run_event const& event) {
  std::apply([&](auto&... each) { (each.on(event), ...); }, reporters);
}

}  // namespace offload
