// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/config/framework.hpp>
#include <offload/core/hidden.hpp>
#include <offload/framework/concept.hpp>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace offload {

/// Reads the output of `ctest --show-only=json-v1`: the tests and their constraints (locks, order,
/// fixtures).
class ctest_listing_reader {
 public:
  /// `warnings` are emitted together with the tests.
  explicit ctest_listing_reader(discovery_job job, bool stops_on_failure = false,
                                std::vector<std::string> warnings = {});

  void feed(stream from, std::string_view bytes, framework_event_sink const& emit);
  void finish(exit_status status, framework_event_sink const& emit);

 private:
  void fail(std::string what, std::string hint, framework_event_sink const& emit) const;

  discovery_job job_;
  bool stops_on_failure_;
  std::vector<std::string> warnings_;
  std::string output_;  ///< complete: a line with the working folder, then the JSON text
  std::string errors_;
};

/// Reads the output of `ctest -V -j 1` line by line.
///
/// In that output, lines of a test begin with its number ("12: ") and lines of ctest do not. So a
/// test cannot fake a result.
class ctest_reader {
 public:
  explicit ctest_reader(batch const& tests);

  void feed(stream from, std::string_view bytes, framework_event_sink const& emit);
  void finish(exit_status status, framework_event_sink const& emit);

 private:
  class parts;
  hidden<parts> parts_;
};

/// CTest: the tests of a build folder. Their ids are the names from add_test.
///
/// Each group has its own listing command, since its filters are arguments of ctest. Fixtures,
/// locks and similar properties become constraints of the run. One batch is one ctest process,
/// which runs its tests one after the other and does not enforce these properties itself.
class ctest_framework {
 public:
  static constexpr std::string_view name = "ctest";

  explicit ctest_framework(ctest_config config);

  [[nodiscard]] result<std::vector<discovery_job>> discovery(std::span<group const> groups,
                                                             run_context const& context) const;
  [[nodiscard]] ctest_listing_reader discovery_reader(discovery_job const& job) const;
  [[nodiscard]] result<command> run(batch const& tests, run_context const& context) const;
  [[nodiscard]] ctest_reader reader(batch const& tests) const { return ctest_reader{tests}; }
  [[nodiscard]] framework_properties properties() const;

 private:
  [[nodiscard]] std::vector<std::string> with_configuration(std::vector<std::string> words) const;

  ctest_config config_;
  bool stops_on_failure_ = false;
  std::vector<std::string> warnings_;
};
static_assert(Framework<ctest_framework>);

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/framework/ctest-inl.hpp>
#include <offload/framework/ctest_listing-inl.hpp>
#include <offload/framework/ctest_reader-inl.hpp>
#endif
