// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/error.hpp>
#include <offload/core/ids.hpp>
#include <offload/core/run_event.hpp>
#include <offload/report/trace_file.hpp>
#include <offload/report/trace_reporter.hpp>

#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace offload {

/// The rows of the trace, and everything that has not ended yet.
class trace_reporter::parts {
 public:
  parts(line_output to, run_clock clock);

  void on(run_event const& event);

  [[nodiscard]] std::string const& file() const { return file_.name(); }
  [[nodiscard]] std::optional<error> const& failure() const { return file_.failure(); }

 private:
  void hear(earlier_runs_read const& event, time_point now);
  void hear(result_kept const&, time_point) {}
  void hear(discovery_began const& event, time_point now);
  void hear(preparation_began const& event, time_point now);
  void hear(preparation_said const& event, time_point now);
  void hear(preparation_ended const& event, time_point now);
  void hear(discovery_ended const& event, time_point now);
  void hear(run_began const& event, time_point now);
  void hear(case_added const& event, time_point now);
  void hear(sandbox_creation_began const& event, time_point now);
  void hear(sandbox_came_up const& event, time_point now);
  void hear(sandbox_failed const& event, time_point now);
  void hear(sandbox_went_down const& event, time_point now);
  void hear(sandbox_gone const& event, time_point now);
  void hear(batch_began const& event, time_point now);
  void hear(batch_output const&, time_point) {}
  void hear(attempt_began const& event, time_point now);
  void hear(attempt_ended const& event, time_point now);
  void hear(test_decided const& event, time_point now);
  void hear(batch_ended const& event, time_point now);
  void hear(notice const& event, time_point now);
  void hear(tick const&, time_point) { file_.write(); }
  void hear(run_ended const& event, time_point now);
  void hear(run_failed const& event, time_point now);
  void hear(clean_up_ended const& event, time_point now);

  /// A slice that has begun, on a row that can have one at a time.
  struct open_row {
    trace_thread row;
    bool is_open = false;
  };
  struct sandbox_rows {
    open_row api;
    bool came_up = false;
    time_point batches_end{};            ///< of the last batch that has ended
    std::vector<time_point> rows_end{};  ///< of the last test on each row
  };
  struct open_batch {
    std::uint32_t slot{};
    time_point began{};
    std::size_t tests{};
    time_point last_end{};              ///< of its tests
    std::vector<test_index> running{};  ///< begun, and not ended
  };
  struct execution {
    test_index test{};
    batch_id batch{};
    auto operator<=>(execution const&) const = default;
  };
  struct place {
    trace_thread row{};
    time_point began{};
  };
  struct running_test {
    std::string id{};
    time_point began{};
    std::optional<std::pair<batch_id, place>> copy_of{};
    bool is_decided = false;
  };
  struct shown_test;

  void begin(open_row& at, std::string_view name, std::string_view category, time_point now,
             std::string_view key = {}, std::string_view value = {});
  void end(open_row& at, time_point now);
  sandbox_rows& rows_of(std::uint32_t slot);
  [[nodiscard]] sandbox_rows* rows_of(sandbox_id const& id);
  /// The row that is free from `began` on.
  [[nodiscard]] trace_thread free_row(std::uint32_t slot, time_point began, time_point ended);
  place show(open_batch& in, batch_id batch, shown_test const& test);
  /// Ends the tests of the batch that run for nothing: `which(running_test const&)`.
  template <class Which>
  void show_uncounted(open_batch& in, batch_id batch, time_point ended, std::string_view outcome,
                      Which which);
  void close_batch(batch_id id, open_batch& batch, time_point ended, std::string_view how,
                   std::string_view why);
  void count_sandboxes(time_point now);
  void end_everything(time_point now);

  trace_file file_;
  open_row phase_{{0, 0}};
  open_row image_{{0, 1}};
  std::map<std::uint32_t, sandbox_rows> slots_{};
  std::map<sandbox_id, std::uint32_t> slot_of_{};
  std::map<batch_id, open_batch> batches_{};
  std::map<execution, running_test> running_{};
  std::map<test_index, place> bad_{};  ///< the last bad attempt of tests without a verdict
  std::size_t live_ = 0;
  std::size_t done_ = 0;
  std::size_t failed_ = 0;
  time_point counted_{};
};

}  // namespace offload
