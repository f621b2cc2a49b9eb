// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/framework_event.hpp>
#include <offload/core/ids.hpp>
#include <offload/runner/settings.hpp>

#include <cstddef>
#include <unordered_set>
#include <variant>

namespace offload {

/// The number of sandboxes that a run needs for certain, while its tests are still being listed.
class early_demand {
 public:
  explicit early_demand(run_settings const& settings) : settings_{settings} {}

  /// Notes a listed test that will run. Returns whether it asks for one more sandbox of `most`.
  [[nodiscard]] bool grows_by(framework_event const& said, std::size_t most) {
    auto const* test = std::get_if<test_listed>(&said);
    bool const will_run =
        test != nullptr && !test->groups.empty() && !settings_.already_passed.contains(test->id);
    return will_run && tests_.size() < most && tests_.insert(test->id).second;
  }
  [[nodiscard]] std::size_t sandboxes() const { return tests_.size(); }

 private:
  run_settings const& settings_;
  std::unordered_set<test_id> tests_;  ///< some of them
};

}  // namespace offload
