// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/attempt.hpp>
#include <offload/core/batch.hpp>
#include <offload/core/framework_event.hpp>
#include <offload/core/ids.hpp>
#include <offload/core/run_event.hpp>
#include <offload/core/test_case.hpp>
#include <offload/core/time.hpp>
#include <offload/runner/batch_closing.hpp>
#include <offload/runner/ledger_update.hpp>
#include <offload/runner/outside_cases.hpp>

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace offload {

/// Records all attempts of every test, and decides its one verdict from them.
///
/// An attempt is an execution that started. A bad attempt is followed by another as long as the
/// test has retries left. The next attempt may begin before this one has ended. The first good
/// attempt then decides, and the others are cancelled and do not count. A test may be assigned and
/// never start, because its runner crashed or timed out in another test. It has made no attempt and
/// runs again. A test that is lost too often (`most_losses`) is given up. A test that needs a
/// failed test is not run. So every test is decided after a bounded number of steps.
///
/// A failure outside of all tests has a verdict of its own: see `outside_cases`.
///
/// Pure: time comes from outside. Used by one thread.
class ledger {
 public:
  /// `beyond` are the ids of tests that other runs decide about; they may include the tests.
  ledger(std::vector<test_case> tests, seconds batch_timeout,
         std::unordered_set<test_id> beyond = {});

  /// The tests, and after them the cases outside of tests.
  [[nodiscard]] std::span<test_record const> records() const { return records_; }
  [[nodiscard]] std::size_t tests() const { return tests_; }
  [[nodiscard]] test_record const& operator[](test_index test) const {
    return records_[test.value];
  }
  [[nodiscard]] std::size_t undecided() const { return undecided_; }
  /// Whether it has a good verdict: it passed, was flaky, or was skipped.
  [[nodiscard]] bool has_ended_well(test_index test) const;
  /// Cases that have failed for good.
  [[nodiscard]] std::size_t failed() const { return failed_ + outside_.failed(); }

  /// Assigns these tests to a sandbox. Returns their ids, as the framework needs them. No test of
  /// the batch takes longer than the time since `now`, whatever its framework says.
  batch assign(batch_id id, std::span<test_index const> tests, sandbox_id const& sandbox,
               time_point now = {});
  /// The test's index, when the batch holds it and it has not ended there.
  std::optional<test_index> started(batch_id id, test_id const& test, time_point now);
  /// An empty name: no file any more.
  void loading(batch_id id, std::string_view file) { open_.at(id).loading = file; }
  [[nodiscard]] ledger_update finished(batch_id id, test_report report, time_point now);
  /// The test does not exist in the sandbox.
  [[nodiscard]] ledger_update unknown(batch_id id, test_id const& test, std::string_view why);
  /// The framework ends the session before its tests are over. A bad test may be the reason.
  [[nodiscard]] ledger_update stopping(batch_id id, std::string_view why, time_point now);
  /// Something outside of all tests has failed, in this batch or after it was closed. The status
  /// of a command is looked at by `close`.
  [[nodiscard]] ledger_update failed_outside(outside_place const& where,
                                             outside_failure const& what, time_point now);
  [[nodiscard]] ledger_update close(batch_id id, batch_closing const& ended, time_point now);
  /// The tests of an open batch, as assigned.
  [[nodiscard]] std::vector<test_index> tests_of(batch_id id) const;
  /// A test to give an idle sandbox, ahead of its failure: one that has been running since
  /// `began_by` or longer, alone in its batch, and would be tried again if it failed.
  [[nodiscard]] std::optional<test_index> speculative_retry_candidate(time_point began_by) const;
  /// How many more attempts the tests of open batches have, if all attempts that run now fail.
  [[nodiscard]] std::size_t retries_left() const;
  /// Whether any attempt of the batch went wrong, for the name of its logs.
  [[nodiscard]] bool had_bad_attempt(batch_id id) const;
  /// Ends the run: decides every undecided test, for this reason, and the cases outside of tests.
  [[nodiscard]] ledger_update conclude(std::string_view why, time_point now);

  /// How often a test may be lost before it is given up: when its runner ends silently, and when
  /// its sandbox is lost, which says less about the test.
  static constexpr unsigned most_losses = 3;
  static constexpr unsigned most_lost_sandboxes = 6;

 private:
  struct account {
    unsigned passed{}, bad{}, skipped{}, losses{}, lost_sandboxes{};
    bool decided = false;
    bool killed = false;         ///< an attempt ended with its runner
    std::vector<batch_id> in{};  ///< the batches that are to run it now
  };
  struct open_batch {
    sandbox_id sandbox;
    std::vector<test_index> tests;  ///< as assigned
    time_point since{};             ///< when they were assigned
    std::optional<test_index> running;
    time_point running_since{};
    std::string loading;
    /// The end of the batch before it, in which its worker was loading a file of this one.
    std::optional<batch_closing> ended_while_loading{};
    bool progressed = false;
    bool tells_starts = false;  ///< of tests
    bool had_bad = false;
    bool failed_outside = false;  ///< of all tests
    /// Dependent units in which a test has to run again,
    std::set<std::string, std::less<>> run_again{};
    /// and those in which a test that had ended well did not do so for the others' sake, and which.
    std::map<std::string, std::string, std::less<>> broken{};
  };

  [[nodiscard]] std::optional<test_index> find(batch_id id, test_id const& test) const;
  [[nodiscard]] bool is_in(test_index test, batch_id id) const;
  /// The test with this id, or the only one whose id ends with it.
  [[nodiscard]] std::optional<test_index> only_test_named(test_id const& name) const;
  /// A bad result of a test that the batch does not have is a failure outside of tests; if another
  /// batch is to run that test, only if it ends well there. A good one is ignored.
  [[nodiscard]] ledger_update count_unasked(batch_id id, test_report report, time_point now);
  void leave(test_index test, batch_id id);
  void count(open_batch& in, batch_id id, test_index test, test_report report, time_point started,
             time_point now, ledger_update& update);
  /// Whether its unit is broken here, so that a good result says nothing. It is lost then.
  [[nodiscard]] bool ran_in_vain(open_batch const& in, test_index test, test_report const& report,
                                 ledger_update& update);
  void lose(test_index test, batch_closing const& how, bool with_sandbox, ledger_update& update);
  void decide(test_index test, verdict ended, ledger_update& update);
  void cancel_others(test_index test, ledger_update& update) const;
  void drop_dependents(test_index test, ledger_update& update);
  void add_outside(outside_place where, outside_failure const& what, time_point now,
                   ledger_update& update);
  /// Whether the test's file was being loaded.
  [[nodiscard]] bool was_loading(open_batch const& in, test_index test) const;
  /// Whether the worker of this batch has ended while it was loading a file of its next one. That
  /// is the end of the next one, then.
  bool end_in_next(batch_id id, batch_closing const& how);
  [[nodiscard]] bool is_guilty(open_batch const& in, test_index test, batch_closing const& how,
                               time_point now) const;

  std::vector<test_record> records_;
  std::vector<account> accounts_;
  std::unordered_map<test_id, test_index> by_id_;
  std::map<batch_id, open_batch> open_;
  std::multimap<test_index, test_index> dependents_;  ///< of a test that others need
  outside_cases outside_;
  /// Bad results that nobody asked for, of tests that other batches are to run.
  std::map<test_index, std::pair<outside_place, outside_failure>> unasked_;
  std::unordered_set<test_id> beyond_;
  seconds batch_timeout_;
  std::size_t tests_;
  std::size_t undecided_;
  std::size_t failed_ = 0;
};

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/runner/ledger-inl.hpp>
#include <offload/runner/ledger_closing-inl.hpp>
#include <offload/runner/ledger_speculation-inl.hpp>
#endif
