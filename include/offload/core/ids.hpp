// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

namespace offload {

/// A test's name as its framework spells it, verbatim: any byte may occur, white space counts.
struct test_id {
  std::string value;

  auto operator<=>(test_id const&) const = default;
};

/// A sandbox's name: given by its provider, unique within a run, used as a folder name in reports.
struct sandbox_id {
  std::string value;

  auto operator<=>(sandbox_id const&) const = default;
};

/// The place of a test in the run's list of unique tests, counted from 0.
struct test_index {
  std::uint32_t value{};

  auto operator<=>(test_index const&) const = default;
};

/// A batch's number within the run, counted from 0 in the order of assignment.
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
