// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/junit_record.hpp>
#include <offload/report/junit_writer.hpp>

#include <string_view>

#include "logs/test_log.hpp"

namespace offload::testing {

/// What `offload logs` knows of a JUnit report.
inline result<test_log> read_test_log(std::string_view xml, test_log_query const& query) {
  return record_query_of(query).map([&](record_query const& wanted) {
    auto record = record_of_junit(xml, wanted);
    record.selection = marks_of(xml).selection;
    return log_of(std::move(record), query);
  });
}

}  // namespace offload::testing
