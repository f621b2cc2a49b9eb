// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <memory>
#include <type_traits>
#include <utility>

namespace offload {

/// The move assignment of a class whose destructor has work to do: `old` ends, and `by` takes its
/// place. So no member can be forgotten, as in a list of swaps.
///
/// `T` is not a base class, and has a move constructor after which its destructor does nothing.
template <class T>
T& replaced(T& old, T&& by) noexcept {
  static_assert(std::is_nothrow_move_constructible_v<T> && !std::is_polymorphic_v<T>);
  if (std::addressof(old) == std::addressof(by)) { return old; }
  std::destroy_at(std::addressof(old));
  return *std::construct_at(std::addressof(old), std::move(by));
}

}  // namespace offload
