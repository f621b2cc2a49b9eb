// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/error.hpp>
#include <offload/core/run_event.hpp>
#include <offload/core/run_record.hpp>
#include <offload/report/concept.hpp>

#include <cstddef>
#include <iosfwd>
#include <vector>

namespace offload {

/// Collects the results of a run from its events.
class run_record_collector {
 public:
  explicit run_record_collector(record_query query) : query_{std::move(query)} {}

  void on(run_event const& event);

  /// The results so far. Call it once.
  [[nodiscard]] run_record take();

 private:
  void keep(recorded_test const& test);
  void add(attempt const& ended);
  void decide(test_decided const& decided);

  record_query query_;
  std::vector<recorded_test> tests_{};  ///< by `test_index`
  std::vector<recorded_test> kept_{};   ///< of the run before
};

static_assert(Reporter<run_record_collector>);

/// Reads a record, or any stream of events. Fails when it does not begin with a header of events.
[[nodiscard]] result<run_record> read_run_record(std::istream& from,
                                                 record_query const& query = {});

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/report/run_record_reader-inl.hpp>
#endif
