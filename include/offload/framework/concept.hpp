// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/config/framework.hpp>
#include <offload/config/group.hpp>
#include <offload/core/batch.hpp>
#include <offload/core/command.hpp>
#include <offload/core/error.hpp>
#include <offload/core/framework_event.hpp>
#include <offload/core/support_file.hpp>
#include <offload/core/time.hpp>

#include <concepts>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace offload {

/// Facts that a command may need about the sandbox that it will run in.
struct run_context {
  std::string support_dir{};  ///< folder in the sandbox that holds the support files
  std::string result_file{};  ///< a path in the sandbox that only this command uses
  std::string shell = "/bin/sh";
  /// A folder that discovery and all commands of a run see, for files that one leaves to the
  /// others. A discovery always has one. It is empty where sandboxes do not share this machine's
  /// files.
  std::string shared_dir{};
  /// How many jobs of a discovery may go on as workers, `discovery_job::may_serve`. They start at
  /// once, whether they list or not. A long listing is therefore best divided among them.
  std::size_t listing_workers = 1;
  /// For a worker that lists tests: where it is to listen for requests to fork workers, see
  /// `worker_forks`. Empty: it is not to fork any.
  std::string forks_at{};
};

/// One command that lists the tests of one or several groups.
struct discovery_job {
  command run;
  std::string input{};                ///< written to its standard input
  std::vector<std::size_t> groups{};  ///< positions of the groups it answers for
  bool may_serve = false;             ///< the process can go on as a worker of this framework
  std::string shown{};                ///< for people, when the command itself says too much
  /// The jobs to run instead, one per group, when the answer is `listing_done{.shareable = false}`.
  std::vector<discovery_job> apart{};
};

/// Stands for a number without a limit.
inline constexpr auto unlimited = static_cast<std::size_t>(-1);

/// The properties of a framework that the runner uses. The defaults are right for most.
struct framework_properties {
  worker_lifetime workers = worker_lifetime::run;  ///< when a fresh process replaces a worker
  start_method start = start_method::spawn;        ///< whether a worker can fork others
  std::size_t max_concurrency = unlimited;         ///< batches that may run at the same time
  std::size_t largest_batch = unlimited;           ///< tests that one command can take
  /// Its commands say when they are ready to run tests: by the first event that is not output, a
  /// warning or `worker_ready`. The time of a batch begins then; for other frameworks it begins
  /// with the command.
  bool announces_start = false;
  seconds file_cost{};  ///< to load a file in a batch, however many of its tests run then
  seconds start_up{};   ///< of a command until its first test, where that is worth saving
  std::vector<support_file> support_files{};  ///< to lay into every sandbox, such as a plugin
};

/// Turns what a command writes into framework events.
///
/// `R` models `EventReader` when, for an lvalue `r`:
///   1. `R` is movable;
///   2. `r.feed(from, bytes, emit)` takes the next bytes of a stream, cut anywhere, and calls
///      `emit` for every event that they complete;
///   3. `r.finish(status, emit)` is called when the command has ended, and emits the remaining
///      events. It emits nothing about tests that were started and not finished: the runner does.
///
/// Optional: see `tell_interrupted` and `failures_explain_status`.
template <class R>
concept EventReader =
    std::movable<R> && requires(R& r, stream from, std::string_view bytes, exit_status status,
                                framework_event_sink const& emit) {
      r.feed(from, bytes, emit);
      r.finish(status, emit);
    };

/// Tells a reader that its command is asked to end early, because its time is up or the run is
/// stopped. `finish` is not called then. A reader that has `interrupted(emit)` emits the events
/// that it holds, and is fed with the output that the command writes while it ends. Returns whether
/// the reader has it. For other readers, a test that fails because it is told to end must not
/// count.
template <EventReader R>
[[nodiscard]] bool tell_interrupted(R& reader, framework_event_sink const& emit) {
  if constexpr (requires {
                  { reader.interrupted(emit) } -> std::same_as<void>;
                }) {
    reader.interrupted(emit);
    return true;
  } else {
    static_assert(
        !requires { reader.interrupted(emit); },
        "interrupted(framework_event_sink const&) must return void");
    return false;
  }
}

/// Whether failed tests are a reason for the reader's command to end with a status that is not 0. A
/// reader whose command tells failures only in its output has `failures_explain_status()`, which
/// returns false.
template <EventReader R>
[[nodiscard]] bool failures_explain_status(R const& reader) {
  if constexpr (requires {
                  { reader.failures_explain_status() } -> std::same_as<bool>;
                }) {
    return reader.failures_explain_status();
  } else {
    return true;
  }
}

/// The reader that `F` makes for a batch, and for a listing.
template <class F>
using reader_of = decltype(std::declval<F const&>().reader(std::declval<batch const&>()));
template <class F>
using discovery_reader_of =
    decltype(std::declval<F const&>().discovery_reader(std::declval<discovery_job const&>()));

/// A test framework: how its tests are listed, run and understood. A model does no I/O.
///
/// `F` models `Framework` when, for a constant `f`:
///   1. `F::name` is what offload.toml calls it;
///   2. `f.discovery(groups, context)` returns the commands that list the tests of all groups;
///   3. `f.discovery_reader(job)` makes an `EventReader` for the output of such a command;
///   4. `f.run(batch, context)` returns the command that runs these tests;
///   5. `f.reader(batch)` makes an `EventReader` for the output of that command;
///   6. `f.properties()` returns the properties that the runner uses, the same each time.
///
/// Optional: see `WorkerFramework`. Not promised: that ids survive a shell unquoted, or that every
/// test of a batch is reported.
///
/// Model for tests: `offload::testing::framework_archetype`.
template <class F>
concept Framework =
    requires(F const& f, std::span<group const> groups, discovery_job const& job,
             batch const& tests, run_context const& context) {
      { F::name } -> std::convertible_to<std::string_view>;
      { f.discovery(groups, context) } -> std::same_as<result<std::vector<discovery_job>>>;
      f.discovery_reader(job);
      { f.run(tests, context) } -> std::same_as<result<command>>;
      f.reader(tests);
      { f.properties() } -> std::same_as<framework_properties>;
    } &&
    EventReader<reader_of<F>> && EventReader<discovery_reader_of<F>>;

/// A framework that can keep a process alive that takes batch after batch on its standard input.
///
/// Beyond `Framework`, for a constant `f`:
///   1. `f.worker(context)` returns the command that starts the process, or an empty `argv` when
///      its configuration rules a worker out;
///   2. `f.worker_reader()` makes the `EventReader` of its output;
///   3. `f.ask(batch)` returns the text that makes the process run the batch when it is written to
///      it. The process answers with test events and then `batch_done`;
///   4. `f.ask_nothing()` answers `next_wanted` when there is no work at the moment.
/// The end of its standard input asks it to end.
template <class F>
concept WorkerFramework =
    Framework<F> && requires(F const& f, batch const& tests, run_context const& context) {
      { f.worker(context) } -> std::same_as<result<command>>;
      f.worker_reader();
      { f.ask(tests) } -> std::same_as<std::string>;
      { f.ask_nothing() } -> std::same_as<std::string>;
    } && EventReader<decltype(std::declval<F const&>().worker_reader())>;

}  // namespace offload
