// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/attempt.hpp>
#include <offload/core/run_event.hpp>

#include <string>
#include <utility>
#include <vector>

namespace offload::testing {

inline attempt attempt_of(std::string id, outcome ended, double took = 0, unsigned in_batch = 0,
                          std::string in_sandbox = "sb-1") {
  attempt one;
  one.report.id = {std::move(id)};
  one.report.ended = ended;
  one.report.duration = seconds{took};
  one.number = 1;
  one.batch = {in_batch};
  one.sandbox = {std::move(in_sandbox)};
  return one;
}

inline time_point at(double seconds_since_start) {
  return time_point{} + to_clock(seconds{seconds_since_start});
}

/// Says the events of a run to one reporter.
template <class R>
class scripted_run {
 public:
  explicit scripted_run(R& reporter) : reporter_{reporter} {}

  void begin(unsigned batch, std::string const& sandbox = "sb-1") {
    sandbox_id const id{sandbox};
    tell(batch_began{{batch}, id, 1});
  }
  void attempt(offload::attempt const& one) { tell(attempt_ended{one}); }
  void end(unsigned batch, std::string const& sandbox = "sb-1", batch_end how = batch_end::success,
           std::string_view why = {}) {
    sandbox_id const id{sandbox};
    tell(batch_ended{{batch}, id, how, why});
  }
  void finish(std::vector<test_record> const& tests = {}) {
    run_summary summary;
    summary.tests = tests;
    tell(run_ended{summary});
  }
  void tell(run_event::kind const& what) {
    now_ += std::chrono::seconds{1};
    reporter_.on({now_, what});
  }

 private:
  R& reporter_;
  time_point now_{};
};

}  // namespace offload::testing
