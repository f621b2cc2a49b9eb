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

/// The events that a framework reports while it lists or runs tests. Event readers send them to the
/// runner.
namespace offload {

/// The stream of a command that bytes came from.
enum class stream { out, err };

/// Discovery: this test exists. `groups` are positions in the list of requested groups.
struct test_listed {
  test_id id{};
  source_place place{};
  std::vector<std::size_t> groups{};
  batching together = batching::shared;  ///< `alone` if it cannot share a batch with other tests
  std::shared_ptr<test_constraints const> constraints{};
  test_unit unit{};
  std::size_t in_file = 0;      ///< how many tests its file has; see `test_case`
  std::string listing_error{};  ///< of a file that could not be loaded; see `test_case`
};

/// Discovery is complete. `shareable` is false if one command listed several groups and its answer
/// may be wrong for some of them; each group must then be listed by its own command.
struct listing_done {
  bool shareable = true;
};

/// The listing failed. If the command crashed, a second try may succeed.
struct listing_failed {
  error why{};
  bool crashed = false;
};

/// A test starts. Until `test_finished`, a crash of the runner is blamed on this test.
struct test_started {
  test_id id{};
};

struct test_finished {
  test_report report{};
};

/// The test was discovered but does not exist in the sandbox.
struct test_unknown {
  test_id id{};
  std::string reason{};
};

/// A file is being loaded. Until a test starts, a crash of the runner is blamed on this file, and
/// not on a test that is running: a worker loads the files of its next batch before the last test
/// of a batch is torn down. An empty name ends that.
struct file_loading {
  std::string file{};
};

/// A worker is ready for its first request. A worker that never tells it is ready with its first
/// other event.
struct worker_ready {};

/// A worker that was asked to fork others can do it from now on, or cannot.
struct worker_forks {
  std::string why_not{};  ///< empty: it can
};

/// A worker is about to finish the last test of its batch and asks for the next batch, so that it
/// knows which fixtures to keep. It waits for the answer.
struct next_wanted {};

/// A worker has reported everything about the oldest of its batches.
struct batch_done {};

/// The project's own settings stop the run after this many failed tests (`-x`, `--maxfail`).
struct failure_limit {
  unsigned failed_tests{};
};

/// The runner decided to end now.
struct runner_stopping {
  std::string reason{};
};

/// Something outside of all tests has failed: a global set-up, a hook at the end of the session, a
/// record that cannot be read. The run is not green.
struct outside_failure {
  std::string what{};     ///< in a few words, the same each time: "vitest global set-up"
  std::string text{};     ///< what the framework says about it
  std::string message{};  ///< the same in one line; empty: the first line of `text`
};

/// A warning for the user, such as a result that matches no test.
struct framework_warning {
  std::string text{};
};

/// Output that belongs to no test.
struct output_text {
  stream from{};
  std::string text{};
};

/// Any of these events. Its copy, move and destruction are compiled once, since a variant of this
/// size slows down the compilation of each file that uses it.
struct framework_event
    : std::variant<test_listed, listing_done, listing_failed, test_started, test_finished,
                   test_unknown, file_loading, worker_ready, worker_forks, next_wanted, batch_done,
                   failure_limit, runner_stopping, outside_failure, framework_warning,
                   output_text> {
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
