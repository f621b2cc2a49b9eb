// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <memory>
#include <utility>

namespace offload {

/// A value on the heap. Its type may be incomplete where its owner is defined: the owner's header
/// then needs none of the includes of `T`, and its users compile none of its members.
///
/// The owner is movable. After a move, the old owner can only be destroyed or assigned to.
template <class T>
class hidden {
 public:
  /// `T` must be complete here.
  template <class... Args>
  explicit hidden(std::in_place_t, Args&&... args)
      : held_{new T{std::forward<Args>(args)...},
              [](void* held) { delete static_cast<T*>(held); }} {}

  [[nodiscard]] T* operator->() { return static_cast<T*>(held_.get()); }
  [[nodiscard]] T const* operator->() const { return static_cast<T const*>(held_.get()); }
  [[nodiscard]] T& operator*() { return *operator->(); }
  [[nodiscard]] T const& operator*() const { return *operator->(); }

 private:
  std::unique_ptr<void, void (*)(void*)> held_;
};

}  // namespace offload
