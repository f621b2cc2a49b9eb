// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/config/history.hpp>
#include <offload/core/error.hpp>
#include <offload/core/run_event.hpp>
#include <offload/core/time.hpp>
#include <offload/history/cost_observer.hpp>
#include <offload/history/history.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace offload {

/// By what a run is known in the history: its mark, and when it began.
struct history_run {
  std::string mark{};
  std::int64_t at_ms{};

  /// A new mark of four letters and digits, and the time of now.
  [[nodiscard]] static history_run now();

  /// An attempt of this run. Milliseconds are kept, and microseconds of what takes less than ten of
  /// them: the file is read by people and kept in repositories.
  [[nodiscard]] history_sample sample(seconds took) const;
};

/// Adds every attempt of a run that began to the history, when the run ends: several for a test
/// that was retried. Tests that were skipped or did not run are no attempts. What the run cost
/// besides is added, too: see fixed_costs.hpp. A reporter.
class history_recorder {
 public:
  /// `config_path` is that of the configuration file.
  history_recorder(history_config config, std::string config_path,
                   history_run run = history_run::now())
      : config_{std::move(config)}, config_path_{std::move(config_path)}, run_{std::move(run)} {}

  void on(run_event const& event);

  /// Why the history was not written.
  [[nodiscard]] std::optional<error> const& failure() const { return failure_; }
  /// What was found in the file and could not be read: it has been put aside.
  [[nodiscard]] std::vector<damaged_line> const& damaged() const { return damaged_; }

 private:
  struct noted_attempt {
    history_key key;
    history_outcome how;
    seconds took;
  };

  void note(test_report const& report);
  void write();
  void add_to(history& all) const;

  history_config config_;
  std::string config_path_;
  history_run run_;
  std::vector<noted_attempt> noted_;
  cost_observer costs_;
  std::optional<error> failure_;
  std::vector<damaged_line> damaged_;
};

}  // namespace offload
