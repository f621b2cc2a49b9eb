// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/history/recorder.hpp>

#include <offload/history/cost_observer.hpp>
#include <offload/history/file.hpp>
#include <offload/history/history.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <random>
#include <string_view>
#include <utility>

namespace offload {
namespace {

constexpr std::string_view letters =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

}  // namespace

history_run history_run::now() {
  std::random_device random;
  std::uniform_int_distribution<std::size_t> any{0, letters.size() - 1};
  history_run run;
  for (int i = 0; i < 4; ++i) { run.mark += letters[any(random)]; }
  auto const since_1970 = std::chrono::system_clock::now().time_since_epoch();
  run.at_ms = std::chrono::duration_cast<std::chrono::milliseconds>(since_1970).count();
  return run;
}

history_sample history_run::sample(seconds took) const {
  auto const value = std::max(0.0, took.count());
  double const parts = value < 0.01 ? 1e6 : 1e3;
  return {mark, at_ms, std::round(value * parts) / parts};
}

class history_recorder::parts {
 public:
  parts(history_config config, std::string config_path, history_run run)
      : config_{std::move(config)}, config_path_{std::move(config_path)}, run_{std::move(run)} {}

  void on(run_event const& event);

  [[nodiscard]] std::optional<error> const& failure() const { return failure_; }
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

void history_recorder::parts::on(run_event const& event) {
  costs_.on(event);
  match(
      event,
      [&](attempt_ended const& one) {
        if (one.what.kind == case_kind::test) { note(one.what.report); }
      },
      [&](run_ended const&) { write(); });
}

void history_recorder::parts::note(test_report const& report) {
  bool const bad = is_bad(report.ended);
  if (!bad && report.ended != outcome::passed) { return; }
  noted_.push_back({history_key_of(config_path_, report.id),
                    bad ? history_outcome::failed : history_outcome::passed, report.duration});
}

void history_recorder::parts::write() {
  if (noted_.empty()) { return; }
  auto damaged = update_history(config_.path, [this](history& all) { add_to(all); });
  if (damaged) {
    damaged_ = std::move(*damaged);
  } else {
    failure_ = std::move(damaged.error());
    failure_->while_doing.push_back("recording the run in the history");
  }
}

void history_recorder::parts::add_to(history& all) const {
  for (auto const& one : noted_) {
    add_attempt(all.edit(one.key), one.how, run_.sample(one.took), config_.reservoir_size);
  }
  for (auto const kind : all_cost_kinds) {
    for (auto const took : evenly_spread(costs_.seen(kind), samples_of_a_run)) {
      add_attempt(all.edit(cost_key_of(config_path_, kind)), history_outcome::passed,
                  run_.sample(took), config_.reservoir_size);
    }
  }
}

history_recorder::history_recorder(history_config config, std::string config_path, history_run run)
    : parts_{std::in_place, std::move(config), std::move(config_path), std::move(run)} {}

void history_recorder::on(run_event const& event) { parts_->on(event); }
std::optional<error> const& history_recorder::failure() const { return parts_->failure(); }
std::vector<damaged_line> const& history_recorder::damaged() const { return parts_->damaged(); }

}  // namespace offload
