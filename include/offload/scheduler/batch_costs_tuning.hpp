// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/time.hpp>

namespace offload {

/// The constants of `batch_costs`, chosen by hand.
struct batch_costs_tuning {
  /// The costs of a batch that starts a command, and of a file in it, before anything is known.
  seconds unknown_batch{0.5};
  seconds unknown_file{0.1};
  /// The weight of that, in batches,
  double weight_of_guess = 0.5;
  /// and of what the limits say.
  double weight_of_knowledge = 3;
  /// A batch that costs this many times more than expected had an accident.
  double accident = 8;
};

}  // namespace offload
