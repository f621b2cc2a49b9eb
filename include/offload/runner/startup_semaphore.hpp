// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/hidden.hpp>
#include <offload/core/ids.hpp>
#include <offload/core/time.hpp>

#include <cstddef>
#include <memory>
#include <stop_token>

namespace offload {

/// How many processors this machine has; at least one.
[[nodiscard]] std::size_t processors();

/// Bounds how many workers start at the same time. When forty of them start at once on two
/// processors, all are ready after the time of forty; one after the other, half of them are ready
/// after the time of twenty, and the rest need not start at all when there is little to do.
///
/// A worker that starts may wait for something else than a processor. So a slot waits at most
/// `longest_wait` for each of the slots before its own.
class startup_semaphore {
 public:
  static constexpr seconds longest_wait{0.2};

  explicit startup_semaphore(std::size_t width);
  startup_semaphore(startup_semaphore const&) = delete;
  startup_semaphore& operator=(startup_semaphore const&) = delete;
  ~startup_semaphore() = default;

  /// The right to start; given back by `release`, or by the destructor.
  class permit {
   public:
    permit() = default;

    /// Whether it was granted; it was not when the time to wait was over.
    [[nodiscard]] bool is_held() const { return of_ != nullptr; }
    void release() { of_.reset(); }

   private:
    friend startup_semaphore;
    struct giving_back {
      void operator()(startup_semaphore* of) const;
    };
    explicit permit(startup_semaphore* of) : of_{of} {}
    std::unique_ptr<startup_semaphore, giving_back> of_;
  };

  [[nodiscard]] permit acquire(slot_id slot, std::stop_token const& stop);

 private:
  struct queue;
  hidden<queue> free_;
};

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/runner/startup_semaphore-inl.hpp>
#endif
