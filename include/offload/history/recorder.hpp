// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/config/history.hpp>
#include <offload/core/error.hpp>
#include <offload/core/hidden.hpp>
#include <offload/core/run_event.hpp>
#include <offload/core/time.hpp>
#include <offload/history/test_history.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace offload {

struct damaged_line;

/// The identity of a run in the history: its mark and its start time.
struct history_run {
  std::string mark{};
  std::int64_t at_ms{};

  /// A new mark of four letters and digits, and the current time.
  [[nodiscard]] static history_run now();

  /// An attempt of this run. Its duration is rounded to milliseconds, or to microseconds below ten
  /// milliseconds, because people read the file and keep it in repositories.
  [[nodiscard]] history_sample sample(seconds took) const;
};

/// A reporter that adds every started attempt of a run to the history when the run ends. A retried
/// test has several. Skipped tests and tests that did not run are not added. It also adds the fixed
/// costs of the run: see fixed_costs.hpp.
class history_recorder {
 public:
  /// `config_path` is the path of the configuration file.
  history_recorder(history_config config, std::string config_path,
                   history_run run = history_run::now());

  void on(run_event const& event);

  /// Why the history could not be written; none if it was.
  [[nodiscard]] std::optional<error> const& failure() const;
  /// Damaged lines of the file, which have been moved to another file.
  [[nodiscard]] std::vector<damaged_line> const& damaged() const;

 private:
  class parts;
  hidden<parts> parts_;
};

}  // namespace offload
