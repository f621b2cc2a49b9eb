// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/report/concept.hpp>

#include <optional>
#include <utility>

namespace offload {

/// A reporter that the configuration may leave out.
template <Reporter R>
class optional_reporter {
 public:
  optional_reporter() = default;
  explicit optional_reporter(R reporter) : held_{std::move(reporter)} {}

  void on(run_event const& event) {
    if (held_) { held_->on(event); }
  }

  [[nodiscard]] R* get() { return held_ ? &*held_ : nullptr; }
  [[nodiscard]] R const* get() const { return held_ ? &*held_ : nullptr; }

 private:
  std::optional<R> held_;
};

}  // namespace offload
