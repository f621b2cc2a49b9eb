// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/history/concept.hpp>
#include <offload/report/concept.hpp>
#include <offload/scheduler/concept.hpp>
#include <offload/scheduler/default_scheduler.hpp>

#include <tuple>
#include <utility>

namespace offload {

/// Whether `T` may be a reporter: a scheduler and an estimator have their own place.
template <class T>
concept reports_only = Reporter<T> && !Scheduler<T> && !Estimator<T>;

/// The policies of a runner besides its provider and framework.
template <Scheduler S, Estimator E, class... R>
struct policy_values {
  static_assert((reports_only<R> && ...),
                "a runner takes, in this order: a provider, a framework, a scheduler if any, an "
                "estimator if any, and reporters");

  S scheduler;
  [[no_unique_address]] E estimator;
  std::tuple<R...> reporters;
};

/// The same, made of what a runner is given: a scheduler and an estimator, or one of them, or
/// neither, and then reporters.
template <class... R>
struct policy_set : policy_values<default_scheduler, no_estimator, R...> {
  explicit policy_set(R... r)
      : policy_values<default_scheduler, no_estimator, R...>{
            default_scheduler{}, {}, {std::move(r)...}} {}
};
template <Scheduler S, class... R>
struct policy_set<S, R...> : policy_values<S, no_estimator, R...> {
  explicit policy_set(S s, R... r)
      : policy_values<S, no_estimator, R...>{std::move(s), {}, {std::move(r)...}} {}
};
template <Estimator E, class... R>
struct policy_set<E, R...> : policy_values<default_scheduler, E, R...> {
  explicit policy_set(E e, R... r)
      : policy_values<default_scheduler, E, R...>{
            default_scheduler{}, std::move(e), {std::move(r)...}} {}
};
template <Scheduler S, Estimator E, class... R>
struct policy_set<S, E, R...> : policy_values<S, E, R...> {
  policy_set(S s, E e, R... r)
      : policy_values<S, E, R...>{std::move(s), std::move(e), {std::move(r)...}} {}
};

}  // namespace offload
