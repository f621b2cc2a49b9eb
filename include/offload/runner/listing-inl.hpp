// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/runner/listing.hpp>

#include <offload/core/inline.hpp>
#include <offload/core/shell_words.hpp>
#include <offload/core/union_find.hpp>

#include <fmt/core.h>
#include <range/v3/view/zip.hpp>

#include <algorithm>
#include <map>
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

}  // namespace listing_detail

OFFLOAD_INLINE error listing_error(batch_closing const& how, seconds limit) {
  if (how.cause != batch_cause::timed_out) { return error_of(how); }
  return {errc::discovery, fmt::format("it did not end within {:g} s", limit.count()),
          "if it only needs more time, raise start_timeout_secs in [offload]"};
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
      "listing tests with `{}`", what.shown.empty() ? shell::joined(what.run.argv) : what.shown));
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

/// Joins what several listings know of a unit: a listing of some of the tests may know it by
/// another test, and see only a part of it.
OFFLOAD_INLINE void listing::join_units(
    std::vector<test_case>& tests,
    std::unordered_map<std::string_view, std::size_t> const& places) const {
  union_find sets{tests.size()};
  std::unordered_map<std::string_view, std::size_t> first_of;
  for (auto const& job : jobs_) {
    for (auto const& test : job.listed) {
      if (test.unit.name.empty()) { continue; }
      auto const at = places.find(test.id.value);
      if (at == places.end()) { continue; }
      auto& unit = tests[at->second].unit;
      unit = {test.unit.name, unit.dependent || test.unit.dependent};
      sets.join(at->second, first_of.try_emplace(test.unit.name, at->second).first->second);
    }
  }
  if (first_of.empty()) { return; }
  std::unordered_set<std::size_t> dependent;
  for (std::size_t i = 0; i < tests.size(); ++i) {
    if (tests[i].unit.dependent) { dependent.insert(sets.leader(i)); }
  }
  for (std::size_t i = 0; i < tests.size(); ++i) {
    if (tests[i].unit.name.empty()) { continue; }
    auto const leader = sets.leader(i);
    tests[i].unit = {tests[leader].id.value, dependent.contains(leader)};
  }
  if (jobs_.size() > 1) { order_units(tests); }
}

/// Puts the tests of units in the order of a listing that has all of them. Where none has, several
/// listings have seen parts of it: then by file and line.
OFFLOAD_INLINE void listing::order_units(std::vector<test_case>& tests) const {
  std::map<std::string_view, std::vector<std::size_t>> units;
  for (std::size_t i = 0; i < tests.size(); ++i) {
    if (!tests[i].unit.name.empty()) { units[tests[i].unit.name].push_back(i); }
  }
  std::vector<std::unordered_map<std::string_view, std::size_t>> ranks;  // of tests, by listing
  for (auto const& job : jobs_) {
    auto& rank = ranks.emplace_back();
    for (auto const& test : job.listed) { rank.try_emplace(test.id.value, rank.size()); }
  }
  auto const id_of = [&](std::size_t i) { return std::string_view{tests[i].id.value}; };
  std::vector<std::pair<std::size_t, test_case>> moved;  // and where to
  for (auto const& [name, places] : units) {
    auto order = places;
    auto const whole = std::ranges::find_if(ranks, [&](auto const& rank) {
      return std::ranges::all_of(places, [&](std::size_t i) { return rank.contains(id_of(i)); });
    });
    if (whole != ranks.end()) {
      std::ranges::stable_sort(order, {}, [&](std::size_t i) { return whole->at(id_of(i)); });
    } else {
      std::ranges::stable_sort(order, {}, [&](std::size_t i) {
        return std::pair{std::string_view{tests[i].place.file}, tests[i].place.line};
      });
    }
    for (auto const& [to, from] : ranges::views::zip(places, order)) {
      if (to != from) { moved.emplace_back(to, tests[from]); }
    }
  }
  for (auto& [to, test] : moved) { tests[to] = std::move(test); }
}

OFFLOAD_INLINE std::vector<test_case> listing::tests() const {
  std::vector<test_case> unique;
  std::unordered_map<std::string_view, std::size_t> place;
  for (auto const& job : jobs_) {
    for (auto const& test : job.listed) {
      if (test.groups.empty()) { continue; }
      auto const [at, is_new] = place.try_emplace(test.id.value, unique.size());
      if (is_new) {
        unique.push_back({.id = test.id,
                          .place = test.place,
                          .together = test.together,
                          .constraints = test.constraints,
                          .in_file = test.in_file,
                          .listing_error = test.listing_error});
      } else {
        auto& constraints = unique[at->second].constraints;
        constraints = listing_detail::merged(constraints, test.constraints);
      }
      for (auto const group_index : test.groups) { add_group(group_index, unique[at->second]); }
    }
  }
  join_units(unique, place);
  return unique;
}

OFFLOAD_INLINE void forget_listing_errors(std::span<test_case> tests) {
  for (auto& test : tests) { test.listing_error.clear(); }
}

}  // namespace offload
