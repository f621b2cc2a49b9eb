// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/runner/startup_semaphore.hpp>

#include <offload/core/inline.hpp>
#include <offload/runner/queue.hpp>

#include <algorithm>
#include <thread>
#include <utility>

namespace offload {

OFFLOAD_INLINE std::size_t processors() {
  return std::max(1u, std::thread::hardware_concurrency());
}

struct startup_semaphore::queue {
  struct token {};
  blocking_queue<token> tokens;
};

OFFLOAD_INLINE startup_semaphore::startup_semaphore(std::size_t width) : free_{std::in_place} {
  for (std::size_t i = 0; i < width; ++i) { free_->tokens.push({}); }
}

OFFLOAD_INLINE void startup_semaphore::permit::giving_back::operator()(
    startup_semaphore* of) const {
  of->free_->tokens.push({});
}

OFFLOAD_INLINE startup_semaphore::permit startup_semaphore::acquire(slot_id slot,
                                                                    std::stop_token const& stop) {
  auto const at_last = steady_clock::now() + to_clock(longest_wait * slot.value);
  return permit{free_->tokens.pop(at_last, stop) ? this : nullptr};
}

}  // namespace offload
