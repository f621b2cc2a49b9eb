// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/batch.hpp>

#include <stop_token>
#include <variant>

/// The dispatcher's answers to a slot.
namespace offload {

/// How soon a slot needs an answer: a worker that looks ahead waits for it, a free slot can wait.
enum class answer { at_once, when_there_is_work };

/// Tests to run, until a request on `cancelled` says that they are not needed any more.
struct assigned {
  batch tests;
  std::stop_token cancelled;
};
/// There is nothing to do at the moment; more may come.
struct nothing_now {};
/// There will be no more work.
struct no_more {};

struct assignment : std::variant<assigned, nothing_now, no_more> {
  using variant::variant;
  assignment(assignment&&) noexcept;
  assignment& operator=(assignment&&) noexcept;
  ~assignment();
};

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/runner/assignment-inl.hpp>
#endif
