// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

// The first part of a run, in which the tests are listed. It is included by dispatcher-inl.hpp.

#include <offload/core/inline.hpp>
#include <offload/runner/dispatcher-inl.hpp>

namespace offload::dispatcher_detail {

OFFLOAD_INLINE void dispatcher::begin_listing() {
  lister_->start(settings_.max_parallel_collection, listing_->groups());
  for (auto const& listing : lister_->add_all(*listing_, early_workers())) {
    if (!start_slot(worker_start::early, listing) && listing) {
      lister_->add(listing->job, listing->what);
    }
  }
}

/// If the first worker forks the others, they need not start before it can.
OFFLOAD_INLINE std::size_t dispatcher::early_workers() const {
  bool const forks = host_.forks_workers && listing_->has_job_that_may_serve();
  return forks ? std::min<std::size_t>(1, host_.listing_workers) : host_.listing_workers;
}

OFFLOAD_INLINE void dispatcher::hear(listing_heard& said) {
  if (!host_.shares_machine && demand_.grows_by(said.what, slots_.most())) { start_slots(); }
  if (auto const* forks = std::get_if<worker_forks>(&said.what)) { return hear(*forks); }
  listing_->hear(said.job, std::move(said.what));
}

OFFLOAD_INLINE void dispatcher::hear(worker_forks const& said) {
  auto const text = said.why_not.empty() ? "workers are forks of the process that lists the tests"
                                         : "each worker is a new process: " + said.why_not;
  bool const must = host_.framework.start == start_method::fork;
  if (must && !said.why_not.empty()) {
    warn(text);
  } else {
    report(notice{severity::info, text});
  }
  if (said.why_not.empty()) { return; }
  for (auto i = early_workers(); i < host_.listing_workers && !tests_known_; ++i) {
    (void)start_slot(worker_start::early, {});
  }
}

OFFLOAD_INLINE void dispatcher::hear(listing_is_over& said) {
  for (auto const job : listing_->end(said.job, std::move(said.failed))) {
    lister_->add(job, listing_->job(job));
  }
  if (stopping_) { return; }
  if (listing_->failure()) { return stop_all(); }
  if (listing_->complete()) { open_run(); }
}

OFFLOAD_INLINE void dispatcher::open_run() {
  for (auto const& text : listing_->warnings()) { warn(text); }
  outcome_.discovery = since_start();
  report(discovery_ended{listing_->records(), listing_->groups(), outcome_.discovery});
  auto found = listing_->tests();
  if (!host_.shares_machine) { forget_listing_errors(found); }
  host_.estimate(found);
  auto beyond = ids_beyond_run(found, settings_);
  auto tests = tests_to_run(std::move(found), settings_);
  note_filters(tests, settings_.groups);
  auto const items = units_.form(tests);
  slots_wanted_ = std::min(slots_.most(), items + (speculates_ ? retries_ahead(tests) : 0));
  report(run_began{tests, slots_wanted_, expected_sum(tests)});
  units_.open(work_items(tests, settings_.stop_early), host_.limits(slots_wanted_, settings_));
  ledger_.emplace(std::move(tests), settings_.batch_timeout, std::move(beyond));
  tests_known_ = true;
  start_slots();
  offer_work();
}

}  // namespace offload::dispatcher_detail
