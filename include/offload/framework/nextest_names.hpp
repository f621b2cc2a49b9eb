// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/ids.hpp>

#include <span>
#include <string>
#include <string_view>
#include <vector>

/// The names of tests in nextest: `<binary id> <test>` in lists and filters, where the binary id is
/// `package`, `package::test` or `package::kind/name`; `<package>::<binary>$<test>` in the events
/// of a run.
namespace offload::nextest {

/// The line between the rounds of a batch on standard output.
inline constexpr std::string_view next_round = R"({"offload":"next round"})";

/// The parts of a test's id. The views refer to the id.
struct name_parts {
  std::string_view binary_id;
  std::string_view package;
  std::string_view kind;    ///< "lib", "test", "bin", ...
  std::string_view target;  ///< empty for the library, whose name is not part of an id
  std::string_view test;
};

[[nodiscard]] name_parts name_of(std::string_view id);

/// The binary ids that a target of this kind may have; usually one.
[[nodiscard]] std::vector<std::string> binary_ids(std::string_view package, std::string_view kind,
                                                  std::string_view target);

/// Splits the tests into the fewest parts whose events are unambiguous.
[[nodiscard]] std::vector<std::vector<test_id>> rounds(std::span<test_id const> tests);

/// A filterset that selects exactly these tests.
[[nodiscard]] std::string filterset(std::span<test_id const> tests);

}  // namespace offload::nextest

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/framework/nextest_names-inl.hpp>
#endif
