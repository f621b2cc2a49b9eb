// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/run_record.hpp>

#include <string_view>

namespace offload {

/// The results in a JUnit report of any dialect: one test for each name, with an attempt for each
/// case. A case without a name goes by its class. Attempts are in the order of the numbers of their
/// suites, or else of the document. `selection` is left empty.
[[nodiscard]] run_record record_of_junit(std::string_view xml, record_query const& query = {});

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/core/junit_record-inl.hpp>
#endif
