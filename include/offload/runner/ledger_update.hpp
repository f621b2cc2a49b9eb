// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/attempt.hpp>
#include <offload/core/ids.hpp>
#include <offload/core/run_event.hpp>
#include <offload/core/test_case.hpp>
#include <offload/runner/batch_closing.hpp>

#include <string>
#include <vector>

namespace offload {

/// A test that must be scheduled again: as a retry of its own, or together with other lost tests.
struct requeue {
  test_index test;
  batching together{};

  bool operator==(requeue const&) const = default;
};

/// The consequences of an entry in the ledger.
struct ledger_update {
  std::vector<test_index> added;  ///< new cases outside of tests
  std::vector<attempt> ended;
  std::vector<requeue> again;
  std::vector<test_index> decided;  ///< tests that have got their verdict
  std::vector<batch_id> cancelled;  ///< batches without undecided tests
  std::vector<std::string> warnings;
};

/// How the batch ended, for the name of its logs; `bad` when an attempt in it went wrong.
[[nodiscard]] batch_end end_of(batch_closing const& how, ledger_update const& update, bool bad);

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/runner/ledger_update-inl.hpp>
#endif
