// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/ids.hpp>
#include <offload/core/junit.hpp>

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace offload {

/// How well a case of a JUnit report fits a test, the worst first.
enum class junit_fit {
  none,
  several,  ///< it fits more than one test equally well
  name,     ///< the case's name is the id's end, the rest differs
  partial,  ///< so are name and class, but what precedes them differs
  whole,    ///< all of the case is the id's end, or the other way round
  exact,
};

struct junit_match {
  junit_fit fit = junit_fit::none;
  std::size_t test{};  ///< position of the test; of no meaning for `none` and `several`
};

/// Finds the test of a batch that a case of a JUnit report stands for.
///
/// An exact fit is an id that is equal to the case as `id_format` spells it ({name} and {classname}
/// stand for the case's own), to its name alone, to `classname::name` or to `file::name`. Otherwise
/// ids and cases are read as dotted paths (`tests/a.py::T::x` is `tests.a.T.x`), and the test with
/// the longest common end is meant; the end begins where a part begins and holds the case's name.
class junit_matcher {
 public:
  explicit junit_matcher(std::span<test_id const> tests, std::string id_format = "{name}");

  [[nodiscard]] junit_match find(junit_case const& one) const;

 private:
  [[nodiscard]] std::optional<std::size_t> exactly(junit_case const& one) const;
  [[nodiscard]] junit_match by_end(junit_case const& one) const;

  std::string id_format_;
  std::unordered_map<std::string, std::size_t> positions_;
  std::vector<std::string> paths_;  ///< the ids as dotted paths
};

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/framework/junit_matcher-inl.hpp>
#endif
