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

/// How well a case of a JUnit report matches a test, the worst first.
enum class junit_fit {
  none,
  several,  ///< it matches several tests equally well
  name,     ///< the id ends with the case's name; the rest differs
  partial,  ///< the id ends with class and name; the rest differs
  whole,    ///< the id ends with the whole case, or the case with the whole id
  exact,
};

struct junit_match {
  junit_fit fit = junit_fit::none;
  std::size_t test{};  ///< position of the test; meaningless for `none` and `several`
};

/// Finds the test of a batch that a case of a JUnit report belongs to.
///
/// An exact match is an id that equals `id_format` with the case's {name} and {classname}, the
/// case's name, `classname::name` or `file::name`. Otherwise ids and cases are compared as dotted
/// paths (`tests/a.py::T::x` is `tests.a.T.x`), and the test with the longest common suffix
/// matches. The suffix consists of whole parts and contains the case's name.
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
