// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/attempt.hpp>
#include <offload/core/framework_event.hpp>
#include <offload/core/ids.hpp>
#include <offload/core/run_event.hpp>
#include <offload/core/time.hpp>
#include <offload/runner/ledger_update.hpp>

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace offload {

/// Where something has failed outside of all tests.
struct outside_place {
  batch_id batch{};
  sandbox_id sandbox{};
  bool batch_is_open = false;
};

/// The failures outside of all tests of a run: a case for each `outside_failure::what`, with an
/// attempt for each time. A case is failed. It is flaky when it has only kept tests from running,
/// and these have run well elsewhere. Their records stand after those of the tests. Pure.
class outside_cases {
 public:
  void add(outside_failure const& what, outside_place const& where, time_point now,
           std::vector<test_record>& records, ledger_update& update);
  /// The batch is over, and has no result for the tests `lost`.
  void close(batch_id id, std::span<test_index const> lost);
  /// Decides all cases. Every test has its verdict.
  void conclude(std::vector<test_record>& records, time_point now, ledger_update& update);
  /// How many are failed, whatever becomes of tests that run yet.
  [[nodiscard]] std::size_t failed() const;

  /// How many attempts of a case are told. The others are only counted.
  static constexpr unsigned most_attempts = 10;

 private:
  struct outside_case {
    test_index record{};
    std::vector<batch_id> in{};           ///< open batches in which it has failed
    std::vector<test_index> kept_from{};  ///< the tests that it has kept from running
    attempt latest{};
    bool is_final = false;  ///< it has failed when no test was left that could run elsewhere
  };

  void decide(outside_case const& failed, std::vector<test_record>& records, time_point now,
              ledger_update& update) const;

  std::map<std::string, outside_case> cases_;  ///< by id
};

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/runner/outside_cases-inl.hpp>
#endif
