// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/error.hpp>
#include <offload/core/hidden.hpp>
#include <offload/core/run_clock.hpp>
#include <offload/core/run_event.hpp>
#include <offload/report/concept.hpp>
#include <offload/report/output_layout.hpp>

#include <filesystem>
#include <optional>
#include <string>

namespace offload {

struct junit_options {
  std::filesystem::path output_dir = "test-results";
  std::filesystem::path file = output_layout::junit_report;  ///< below output_dir
  std::string framework{};                                   ///< name of the suites
  /// Which tests the run is for, in any words; see `junit_marks`.
  std::string selection{};
  run_clock clock{};  ///< for the times of day at which batches began
};

/// Writes `{output_dir}/{file}`, with one suite per batch in the order in which batches end. Also
/// writes the suites of each sandbox to `junit-parts/<sandbox id>.xml`. Tests that did not run are
/// in a last suite, "not run". The results that stay from an earlier run come before that suite.
///
/// The parts grow during the run. The report grows under its name with `.new` appended. At the end
/// it replaces the report of the previous run, which is kept at `previous_path`. Only open
/// batches are in memory.
class junit_reporter {
 public:
  explicit junit_reporter(junit_options options);

  void on(run_event const& event);

  /// The first error of a write.
  [[nodiscard]] std::optional<error> failure() const;

 private:
  class parts;
  hidden<parts> parts_;
};

static_assert(Reporter<junit_reporter>);

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/report/junit_reporter-inl.hpp>
#endif
