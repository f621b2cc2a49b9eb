// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/attempt.hpp>
#include <offload/core/error.hpp>
#include <offload/core/ids.hpp>
#include <offload/core/test_case.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

/// What frameworks say while they list or run tests: the vocabulary between an event reader and
/// the runner.
namespace offload {

/// Which of a command's streams some bytes came from.
enum class stream { out, err };

/// Discovery: this test exists. `groups` are positions in the list of groups that was asked for.
struct test_listed {
  test_id id{};
  source_place place{};
  std::vector<std::size_t> groups{};
  batching together = batching::shared;  ///< `alone` when it cannot share a batch with others
  std::shared_ptr<test_constraints const> constraints{};
};

/// Discovery has listed everything. When one command listed several groups but the answer cannot be
/// trusted for all of them, `shareable` is false and each group has to be listed by its own
/// command.
struct listing_done {
  bool shareable = true;
};

/// The tests are not known. A command that has crashed may do better when it is run once more.
struct listing_failed {
  error why{};
  bool crashed = false;
};

/// A test starts. From here until `test_finished`, a death of the runner is this test's fault.
struct test_started {
  test_id id{};
};

struct test_finished {
  test_report report{};
};

/// The test was discovered, but does not exist where it was to run.
struct test_unknown {
  test_id id{};
  std::string reason{};
};

/// A file is being loaded. From here until a test starts, a death of the runner is its fault.
struct file_loading {
  std::string file{};
};

/// A worker is about to finish its last test and asks what comes next, in order to know which
/// fixtures to keep. It waits for the answer.
struct next_wanted {};

/// A worker has said all there is to say about the batch it has worked on longest.
struct batch_done {};

/// The project's own settings ask to stop after this many failed tests (`-x`, `--maxfail`).
struct failure_limit {
  unsigned failed_tests{};
};

/// The runner will end now, by its own decision.
struct runner_stopping {
  std::string reason{};
};

/// Something the user should read, for instance a result that fits no test.
struct framework_warning {
  std::string text{};
};

/// Output that belongs to no test.
struct output_text {
  stream from{};
  std::string text{};
};

/// Any of these. What copies, moves and ends one is compiled once: a variant of so many otherwise
/// costs each file that mentions it.
struct framework_event
    : std::variant<test_listed, listing_done, listing_failed, test_started, test_finished,
                   test_unknown, file_loading, next_wanted, batch_done, failure_limit,
                   runner_stopping, framework_warning, output_text> {
  using variant::variant;
  framework_event(framework_event const&);
  framework_event(framework_event&&) noexcept;
  framework_event& operator=(framework_event const&);
  framework_event& operator=(framework_event&&) noexcept;
  ~framework_event();
};

using framework_event_sink = std::function<void(framework_event)>;

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/core/framework_event-inl.hpp>
#endif
