// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

namespace offload {

/// The name of a test, exactly as its framework spells it. Any byte may occur; white space is
/// significant.
struct test_id {
  std::string value;

  auto operator<=>(test_id const&) const = default;
};

/// The name of a sandbox. The provider chooses it. It is unique within a run, and reports use it as
/// a folder name.
struct sandbox_id {
  std::string value;

  auto operator<=>(sandbox_id const&) const = default;
};

/// The position of a test in the run's list of unique tests, counted from 0.
struct test_index {
  std::uint32_t value{};

  auto operator<=>(test_index const&) const = default;
};

/// The number of a batch within the run, counted from 0 in the order of assignment.
struct batch_id {
  std::uint32_t value{};

  auto operator<=>(batch_id const&) const = default;
};

/// The right to one live sandbox, counted from 0 up to max_parallel - 1.
struct slot_id {
  std::uint32_t value{};

  auto operator<=>(slot_id const&) const = default;
};

}  // namespace offload

template <>
struct std::hash<offload::test_id> {
  std::size_t operator()(offload::test_id const& id) const noexcept {
    return std::hash<std::string>{}(id.value);
  }
};
