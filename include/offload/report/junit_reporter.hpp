// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/run_clock.hpp>
#include <offload/core/run_event.hpp>
#include <offload/core/run_record.hpp>
#include <offload/report/concept.hpp>
#include <offload/report/junit_writer.hpp>
#include <offload/report/output_layout.hpp>

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace offload {

struct junit_options {
  std::filesystem::path output_dir = "test-results";
  std::filesystem::path file = output_layout::junit_report;  ///< below output_dir
  std::string framework;                                     ///< name of the suites
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
  struct open_batch {
    std::chrono::system_clock::time_point began;
    std::string sandbox;
    junit_suite suite;
    std::set<batch_id> after{};  ///< hold earlier attempts at its tests
    bool ended = false;
  };

  open_batch& batch_of(batch_id id, sandbox_id const& sandbox, time_point now);
  void add(attempt const& ended, time_point now);
  void close(batch_id id);
  void conclude(run_summary const& summary);
  /// Writes the batches that have ended and wait for no other.
  void write_ended();
  void write(batch_id id, open_batch const& batch);
  void write_earlier(run_summary const& summary);
  void write_not_run(run_summary const& summary);

  junit_options options_;
  junit_writer report_;
  std::map<std::string, junit_writer> parts_;            ///< by file name: two ids may share one
  std::map<batch_id, open_batch> open_;                  ///< those not written yet
  std::unordered_map<std::string, batch_id> failed_in_;  ///< where a test went wrong last
  std::vector<recorded_test> earlier_;  ///< results that stay, if their tests are not in the run
};

static_assert(Reporter<junit_reporter>);

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/report/junit_reporter-inl.hpp>
#endif
