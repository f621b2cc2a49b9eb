// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/runner/listing.hpp>

#include <offload/core/inline.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <memory>
#include <unordered_set>
#include <utility>

namespace offload {
namespace listing_detail {

/// A runner may crash now and then, by its own fault: Node.js does in contexts of `vm`.
inline constexpr unsigned most_tries = 3;

template <class T>
void add_missing(std::vector<T> const& from, std::vector<T>& to) {
  std::unordered_set<T> known{to.begin(), to.end()};
  for (auto const& one : from) {
    if (known.insert(one).second) { to.push_back(one); }
  }
}

/// A listing of some of the tests knows some of the constraints only: that of a clean-up, say,
/// knows whom it has to wait for among them.
inline std::shared_ptr<test_constraints const> merged(
    std::shared_ptr<test_constraints const> const& known,
    std::shared_ptr<test_constraints const> const& more) {
  if (!known || !more || *known == *more) { return known ? known : more; }
  auto all = *known;
  add_missing(more->locks, all.locks);
  add_missing(more->after, all.after);
  add_missing(more->needs, all.needs);
  if (more->machine == exclusivity::exclusive) { all.machine = exclusivity::exclusive; }
  return std::make_shared<test_constraints const>(std::move(all));
}

/// Units by the names that several listings give them: a listing of some of the tests may know a
/// unit by another test, and see only a part of it (union-find).
class unit_names {
 public:
  void join(std::string const& a, std::string const& b) {
    auto const first = of(a);
    auto const second = of(b);
    if (first != second) { leader_[second] = first; }
  }
  void add(test_unit const& unit) {
    any_ = any_ || !unit.name.empty();
    if (unit.dependent) { dependent_.insert(unit.name); }
  }
  [[nodiscard]] bool any() const { return any_; }
  [[nodiscard]] std::string of(std::string name) const {
    for (auto found = leader_.find(name); found != leader_.end(); found = leader_.find(name)) {
      name = found->second;
    }
    return name;
  }
  /// Gives each test the name of its whole unit.
  void apply(std::vector<test_case>& tests) const {
    std::unordered_set<std::string> dependent;
    for (auto const& name : dependent_) { dependent.insert(of(name)); }
    for (auto& test : tests) {
      if (test.unit.name.empty()) { continue; }
      test.unit.name = of(test.unit.name);
      test.unit.dependent = dependent.contains(test.unit.name);
    }
  }

 private:
  std::unordered_map<std::string, std::string> leader_;
  std::unordered_set<std::string> dependent_;
  bool any_ = false;
};

}  // namespace listing_detail

OFFLOAD_INLINE error listing_error(batch_closing const& how, seconds limit) {
  if (how.cause != batch_cause::timed_out) { return error_of(how); }
  return {errc::discovery, fmt::format("it did not end within {:g} s", limit.count()),
          "if it only needs more time, raise test_timeout_secs in [offload]"};
}

OFFLOAD_INLINE listing::listing(std::vector<group> groups, std::vector<discovery_job> jobs)
    : groups_{std::move(groups)}, running_{jobs.size()} {
  for (auto& job : jobs) { jobs_.push_back({.what = std::move(job)}); }
}

OFFLOAD_INLINE void listing::hear(std::size_t job, framework_event what) {
  auto& state = jobs_[job];
  if (auto* test = std::get_if<test_listed>(&what)) {
    auto const unknown = std::ranges::find_if(
        test->groups, [&](std::size_t position) { return position >= groups_.size(); });
    if (unknown != test->groups.end()) {
      return fail_job(
          job, {errc::discovery,
                fmt::format("test `{}` is listed for group {}, and there {} {} {}", test->id.value,
                            *unknown, groups_.size() == 1 ? "is" : "are", groups_.size(),
                            groups_.size() == 1 ? "group" : "groups")});
    }
    state.listed.push_back(std::move(*test));
  } else if (auto const* done = std::get_if<listing_done>(&what)) {
    state.done = true;
    state.replaced = !done->shareable && !state.what.apart.empty();
  } else if (auto* failed = std::get_if<listing_failed>(&what)) {
    if (!failed->crashed) { return fail_job(job, std::move(failed->why)); }
    if (state.crashes + 1 < listing_detail::most_tries) { return try_again(state, failed->why); }
    failed->why.message += fmt::format(" ({} times)", listing_detail::most_tries);
    fail_in_the_midst(job, std::move(failed->why));
  } else if (auto const* outside = std::get_if<outside_failure>(&what)) {
    fail_job(job, {errc::discovery, fmt::format("{}{}{}", outside->what,
                                                outside->text.empty() ? "" : ": ", outside->text)});
  } else if (auto* loading = std::get_if<file_loading>(&what)) {
    state.loading = std::move(loading->file);
  } else if (auto* warning = std::get_if<framework_warning>(&what)) {
    warnings_.push_back(std::move(warning->text));
  } else if (auto const* limit = std::get_if<offload::failure_limit>(&what)) {
    failure_limit_ = limit->failed_tests;
  }
}

OFFLOAD_INLINE std::vector<std::size_t> listing::end(std::size_t job, std::optional<error> failed) {
  --running_;
  if (!failed && !jobs_[job].done && !failure_) {
    failed = error{errc::discovery, "the command ended without listing its tests"};
  }
  if (failed) { fail_in_the_midst(job, std::move(*failed)); }
  std::vector<std::size_t> added;
  if (failure_ || !jobs_[job].replaced) { return added; }
  jobs_[job].listed.clear();
  auto const apart = jobs_[job].what.apart;
  for (auto const& replacement : apart) {
    added.push_back(jobs_.size());
    jobs_.push_back(
        {.what = replacement, .crashes = jobs_[job].has_crashed ? jobs_[job].crashes + 1 : 0});
  }
  running_ += added.size();
  return added;
}

OFFLOAD_INLINE void listing::try_again(job_state& state, error const& why) {
  auto again = state.what;
  again.may_serve = false;
  state.what.apart = {std::move(again)};
  state.done = true;
  state.replaced = true;
  state.has_crashed = true;
  warnings_.push_back(fmt::format("listed tests a {} time: {}",
                                  state.crashes == 0 ? "second" : "third", why.message));
}

/// The command did not end by itself. The file that it was loading is the most likely cause.
OFFLOAD_INLINE void listing::fail_in_the_midst(std::size_t job, error why) {
  auto const& state = jobs_[job];
  if (!state.done && !state.loading.empty()) {
    why.while_doing.push_back(fmt::format("loading {}", state.loading));
  }
  fail_job(job, std::move(why));
}

OFFLOAD_INLINE void listing::fail_job(std::size_t job, error why) {
  if (failure_) { return; }
  failure_ = std::move(why);
  if (failure_->code == errc::not_found && failure_->hint.empty()) {
    failure_->hint =
        "name another command in [framework], or activate the environment that has this one";
  }
  auto const& what = jobs_[job].what;
  failure_->while_doing.push_back(fmt::format(
      "listing tests with `{}`", what.shown.empty() ? shell_joined(what.run.argv) : what.shown));
}

OFFLOAD_INLINE std::size_t listing::records() const {
  std::size_t count = 0;
  for (auto const& job : jobs_) {
    for (auto const& test : job.listed) { count += test.groups.size(); }
  }
  return count;
}

OFFLOAD_INLINE void listing::add_group(std::size_t group_index, test_case& to) const {
  auto const& from = groups_[group_index];
  if (std::ranges::find(to.groups, from.name) != to.groups.end()) { return; }
  to.groups.push_back(from.name);
  to.retries = std::max(to.retries, from.retry_count);
  if (from.together == batching::alone) { to.together = batching::alone; }
}

/// Puts the tests of units in the order of a listing that has all of them. Where none has, several
/// listings have seen parts of it: then by file and line.
OFFLOAD_INLINE void listing::order_units(std::vector<test_case>& tests) const {
  std::unordered_map<std::string, std::vector<std::size_t>> units;
  std::unordered_map<std::string_view, std::size_t> position;
  for (std::size_t i = 0; i < tests.size(); ++i) {
    if (tests[i].unit.name.empty()) { continue; }
    units[tests[i].unit.name].push_back(i);
    position.emplace(tests[i].id.value, i);
  }
  std::unordered_map<std::string, std::vector<std::size_t>> orders;
  for (auto const& job : jobs_) {
    std::unordered_map<std::string, std::vector<std::size_t>> seen;
    for (auto const& test : job.listed) {
      auto const at = position.find(test.id.value);
      if (at != position.end()) { seen[tests[at->second].unit.name].push_back(at->second); }
    }
    for (auto& [name, order] : seen) {
      if (order.size() == units.at(name).size()) { orders.try_emplace(name, std::move(order)); }
    }
  }
  auto const before = tests;
  for (auto const& [name, places] : units) {
    auto const known = orders.find(name);
    auto order = known != orders.end() ? known->second : places;
    if (known == orders.end()) {
      std::ranges::stable_sort(order, {}, [&](std::size_t i) {
        return std::pair{std::string_view{before[i].place.file}, before[i].place.line};
      });
    }
    for (std::size_t i = 0; i < places.size(); ++i) { tests[places[i]] = before[order[i]]; }
  }
}

OFFLOAD_INLINE std::vector<test_case> listing::tests() const {
  std::vector<test_case> unique;
  listing_detail::unit_names units;
  std::unordered_map<std::string_view, std::size_t> place;
  for (auto const& job : jobs_) {
    for (auto const& test : job.listed) {
      if (test.groups.empty()) { continue; }
      units.add(test.unit);
      auto const [at, is_new] = place.try_emplace(test.id.value, unique.size());
      if (is_new) {
        unique.push_back({.id = test.id,
                          .place = test.place,
                          .together = test.together,
                          .unit = test.unit,
                          .constraints = test.constraints});
      } else {
        auto& constraints = unique[at->second].constraints;
        constraints = listing_detail::merged(constraints, test.constraints);
        auto& unit = unique[at->second].unit;
        if (unit.name.empty()) { unit = test.unit; }
        if (!test.unit.name.empty()) { units.join(unit.name, test.unit.name); }
      }
      for (auto const group_index : test.groups) { add_group(group_index, unique[at->second]); }
    }
  }
  units.apply(unique);
  if (jobs_.size() > 1 && units.any()) { order_units(unique); }
  return unique;
}

}  // namespace offload
