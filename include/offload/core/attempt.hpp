// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/ids.hpp>
#include <offload/core/outcome.hpp>
#include <offload/core/test_case.hpp>
#include <offload/core/time.hpp>

#include <cstddef>
#include <string>

namespace offload {

/// A framework's report about one execution of a test. Texts are UTF-8 if the framework writes
/// UTF-8. They may contain control characters.
struct test_report {
  test_id id{};
  outcome ended = outcome::passed;
  seconds duration{};
  std::string message{};  ///< one line: the failure, or the reason for a skip
  std::string text{};     ///< the failure in full
  std::string out{};      ///< captured standard output
  std::string err{};      ///< captured standard error
  source_place place{};
  std::size_t in_file = 0;  ///< how many tests its file has, if told; see `test_case`
};

/// One execution of a test: the framework's report, and where the test ran.
struct attempt {
  test_report report{};
  test_index test{};
  case_kind kind = case_kind::test;
  unsigned number{};  ///< counted from 1
  batch_id batch{};
  sandbox_id sandbox{};
  time_point started{};  ///< equal to the end if the framework does not report it
  time_point ended{};
};

}  // namespace offload
