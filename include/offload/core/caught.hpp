// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/error.hpp>

#include <exception>
#include <utility>

namespace offload {

/// The result of `body`, which returns a `result`. An exception, such as one for want of memory or
/// of a custom policy, becomes an error, of which `on_exception` is told first. A thread that owes
/// an answer runs its work through this, so that nobody waits for it in vain.
template <class Body, class OnException>
[[nodiscard]] auto caught(Body&& body, OnException&& on_exception) -> decltype(body()) {
  try {
    return std::forward<Body>(body)();
  } catch (std::exception const& e) {
    error const found{errc::process, fmt::format("unexpected failure: {}", e.what())};
    std::forward<OnException>(on_exception)(found);
    return tl::unexpected(found);
  } catch (...) {
    error const found{errc::process, "unexpected failure of an unknown kind"};
    std::forward<OnException>(on_exception)(found);
    return tl::unexpected(found);
  }
}

template <class Body>
[[nodiscard]] auto caught(Body&& body) -> decltype(body()) {
  return caught(std::forward<Body>(body), [](error const&) {});
}

}  // namespace offload
