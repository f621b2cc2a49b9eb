// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/framework_event.hpp>
#include <offload/runner/settings.hpp>

#include <cstddef>
#include <string>
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
    if (!will_run || items_.size() >= most) { return false; }
    return items_.insert(test->unit.name.empty() ? test->id.value : test->unit.name).second;
  }
  [[nodiscard]] std::size_t sandboxes() const { return items_.size(); }

 private:
  run_settings const& settings_;
  std::unordered_set<std::string> items_;  ///< some of the tests and units
};

}  // namespace offload
