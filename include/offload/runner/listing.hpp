// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/config/group.hpp>
#include <offload/core/error.hpp>
#include <offload/core/framework_event.hpp>
#include <offload/core/test_case.hpp>
#include <offload/core/time.hpp>
#include <offload/framework/concept.hpp>
#include <offload/runner/batch_closing.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace offload {

/// The error for a listing whose command did not end by itself. `limit` is the time that it had.
[[nodiscard]] error listing_error(batch_closing const& how, seconds limit);

/// The state of a discovery: which listings run, their results, and the tests found. Pure.
///
/// A test is counted once for every group that selects it, and runs only once. A test of several
/// groups has the highest of their retry counts, and runs alone if one of the groups asks for it.
class listing {
 public:
  listing(std::vector<group> groups, std::vector<discovery_job> jobs);

  [[nodiscard]] std::size_t jobs() const { return jobs_.size(); }
  [[nodiscard]] discovery_job const& job(std::size_t index) const { return jobs_[index].what; }
  [[nodiscard]] bool has_job_that_may_serve() const {
    return std::ranges::any_of(jobs_, [](job_state const& one) { return one.what.may_serve; });
  }

  void hear(std::size_t job, framework_event what);
  /// The command has ended. Returns the numbers of new jobs that must run instead of it.
  [[nodiscard]] std::vector<std::size_t> end(std::size_t job, std::optional<error> failed);

  [[nodiscard]] bool complete() const { return running_ == 0; }
  /// The first failure of a job. If there is one, the whole discovery has failed.
  [[nodiscard]] std::optional<error> const& failure() const { return failure_; }
  [[nodiscard]] std::vector<std::string> const& warnings() const { return warnings_; }
  /// The number of failed tests after which the project stops a run, if it has such a limit.
  [[nodiscard]] std::optional<unsigned> failure_limit() const { return failure_limit_; }
  [[nodiscard]] std::size_t groups() const { return groups_.size(); }

  /// Tests, counted once for each group that selects them.
  [[nodiscard]] std::size_t records() const;
  /// The unique tests in order of discovery.
  [[nodiscard]] std::vector<test_case> tests() const;

 private:
  struct job_state {
    discovery_job what;
    std::vector<test_listed> listed{};
    std::string loading{};  ///< the file that was to be loaded last
    bool done = false;
    bool replaced = false;  ///< its groups are listed by other jobs
    bool has_crashed = false;
    unsigned crashes = 0;  ///< of this job before this try
  };

  void fail_job(std::size_t job, error why);
  void fail_in_the_midst(std::size_t job, error why);
  void try_again(job_state& state, error const& why);
  void add_group(std::size_t group_index, test_case& to) const;
  void join_units(std::vector<test_case>& tests,
                  std::unordered_map<std::string_view, std::size_t> const& places) const;
  void order_units(std::vector<test_case>& tests) const;

  std::vector<group> groups_;
  std::vector<job_state> jobs_;
  std::size_t running_;
  std::optional<error> failure_;
  std::vector<std::string> warnings_;
  std::optional<unsigned> failure_limit_;
};

/// For tests that run elsewhere: a file that cannot be loaded on this machine may load there.
void forget_listing_errors(std::span<test_case> tests);

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/runner/listing-inl.hpp>
#endif
