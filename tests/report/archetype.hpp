// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/report/concept.hpp>

namespace offload::testing {

struct reporter_archetype {
  reporter_archetype() = delete;
  reporter_archetype(reporter_archetype const&) = delete;
  reporter_archetype& operator=(reporter_archetype const&) = delete;
  ~reporter_archetype();

  void on(run_event const& event);
};

}  // namespace offload::testing
