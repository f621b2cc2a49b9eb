// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "framework/archetype.hpp"

#include <offload/framework/concept.hpp>

// A reader whose interrupted() returns something.
namespace offload::testing {

struct my_reader : reader_archetype {
#ifdef SHOULD_FAIL
  bool interrupted(framework_event_sink const& emit);
#else
  void interrupted(framework_event_sink const& emit);
#endif
};

void use(my_reader& reader, framework_event_sink const& emit) {
  (void)tell_interrupted(reader, emit);
}

}  // namespace offload::testing
