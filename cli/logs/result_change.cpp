// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "logs/result_change.hpp"

namespace offload {
namespace {

constexpr double times_slower = 2;
constexpr seconds least_difference{0.5};

}  // namespace

std::optional<change> change_of(verdict before, verdict now) {
  bool const failed_before = before == verdict::failed;
  switch (now) {
    case verdict::failed: return failed_before ? change::still_failing : change::newly_failing;
    case verdict::flaky:
      return before == verdict::flaky ? std::nullopt : std::optional{change::newly_flaky};
    case verdict::passed: return failed_before ? std::optional{change::fixed} : std::nullopt;
    case verdict::skipped:
    case verdict::not_run: return std::nullopt;
  }
  return std::nullopt;
}

bool is_much_slower(test_result const& before, test_result const& now) {
  return before.ended == verdict::passed && now.ended == verdict::passed &&
         now.longest >= times_slower * before.longest &&
         now.longest - before.longest >= least_difference;
}

}  // namespace offload
