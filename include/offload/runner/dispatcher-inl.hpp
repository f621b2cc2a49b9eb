// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/runner/dispatcher.hpp>

#include <offload/core/inline.hpp>
#include <offload/runner/early_demand.hpp>
#include <offload/runner/ledger.hpp>
#include <offload/runner/lister.hpp>
#include <offload/runner/messages.hpp>
#include <offload/runner/outcome.hpp>
#include <offload/runner/preparation.hpp>
#include <offload/runner/scheduler_watch.hpp>
#include <offload/runner/selection.hpp>
#include <offload/runner/slot_pool.hpp>
#include <offload/runner/unit_queue.hpp>
#include <offload/runner/work_items.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <unordered_set>
#include <utility>
#include <variant>
#include <vector>

namespace offload {
namespace dispatcher_detail {

/// One run: owns every decision, on the calling thread. Slots and listings have threads of their
/// own; they speak through one queue of messages, and work goes back through one queue a slot.
class dispatcher {
 public:
  dispatcher(run_host& host, run_settings const& settings) : host_{host}, settings_{settings} {}

  [[nodiscard]] result<run_outcome> run(listing found, discovery_site const& site,
                                        std::stop_token stop) {
    listing_ = &found;
    slots_.share(site.shared_dir);
    lister commands{host_, site, limit_of_start_, messages_};
    lister_ = &commands;
    std::stop_callback const on_stop{stop, [this] { messages_.push(stop_was_asked{}); }};
    report(discovery_began{found.groups()});
    begin_preparation();
    begin_listing();
    while (!is_over()) {
      auto next = messages_.pop(steady_clock::now() + tick_length);
      tell_scheduler(schedule_event::tick{});
      if (next) {
        redact(*next, settings_.secrets);
        std::visit([this](auto& said) { this->hear(said); }, *next);
      }
      // A test that is slow may have become worth a copy, or a speculative retry.
      if (tick_now() && tests_known_) {
        offer_work();
        bool const idle = !stopping_ && ledger_->undecided() > 0 && slots_.all_wait();
        if (watch_.has_stalled(idle, steady_clock::now(), settings_.longest_stall)) {
          stop_run(run_end::stopped_early, why_stalled(ledger_->undecided()));
        }
      }
    }
    commands.stop();
    for (auto const& failed : slots_.dismiss_fork_parents(stop)) {
      if (!ledger_ || stopping_) { continue; }
      apply(ledger_->failed_outside({}, failed, steady_clock::now()), {});
    }
    auto outcome = conclude();
    while (slots_.any_goes_down()) {
      auto const next = messages_.pop({});
      if (auto const* gone = std::get_if<sandbox_is_gone>(&*next)) { hear(*gone); }
    }
    return outcome;
  }

 private:
  void report(run_event::kind const& what) { host_.report({steady_clock::now(), what}); }
  void warn(std::string const& text) {  // once, although each sandbox may say it
    if (warnings_.insert(text).second) { report(notice{severity::warning, text}); }
  }

  /// Says that time passes, a few times a second. Returns whether it was said.
  bool tick_now() {
    auto const now = steady_clock::now();
    if (now - last_tick_ < tick_length) { return false; }
    last_tick_ = now;
    host_.report({now, tick{}});
    return true;
  }

  [[nodiscard]] seconds since_start() const { return steady_clock::now() - began_; }
  void tell_scheduler(schedule_event::kind const& what) { units_.tell({since_start(), what}); }

  [[nodiscard]] bool is_over() const {
    return (listing_->complete() || stopping_) && prepared_ && slots_.all_have_ended();
  }

  void begin_preparation() {
    prepared_ = !host_.prepares_first;
    if (prepared_) { return; }
    report(preparation_began{});
    preparation_.start();
  }

  void hear(preparation_heard& said) { report(preparation_said{said.line}); }
  void hear(preparation_is_over& said) {
    prepared_ = true;
    if (said.failed && !stopping_) {
      preparation_failed_ = std::move(said.failed);
      return stop_all();
    }
    report(preparation_ended{since_start()});
    start_slots();
  }

  void begin_listing();
  /// How many workers start while tests are listed.
  [[nodiscard]] std::size_t early_workers() const;
  void hear(listing_given_back const& said) { lister_->add(said.job, listing_->job(said.job)); }

  /// Returns false where the system has no thread for another slot.
  bool start_slot(worker_start when, std::optional<adopted_listing> const& listing) {
    if (slots_.size() >= slots_.limit()) { return false; }
    auto const started = slots_.start(when, listing);
    if (!started) {
      last_sandbox_error_ = started.error();
      warn("no further sandbox: " + to_string(started.error()));
      return false;
    }
    report(sandbox_creation_began{*started});
    return true;
  }

  void hear(listing_heard& said);
  void hear(worker_forks const& said);
  void hear(listing_is_over& said);
  void open_run();

  /// No more than there are tests for, as far as that is known.
  void start_slots() {
    if (!prepared_ || stopping_) { return; }
    auto const wanted = tests_known_ ? slots_wanted_ : demand_.sandboxes();
    while (slots_.size() < wanted && start_slot(worker_start::with_tests, {})) {}
  }

  void hear(slot_is_up& said) {
    slots_.came_up(said.slot, said.sandbox);
    report(sandbox_came_up{said.sandbox, said.slot, said.took});
  }

  void hear(slot_has_ended& said) {
    slots_.went_down(said.slot);
    auto const& sandbox = slots_[said.slot].sandbox;
    if (sandbox) { report(sandbox_went_down{*sandbox}); }
    if (!said.why) { return; }
    report(sandbox_failed{said.slot, *said.why});
    last_sandbox_error_ = said.why;
    // Only a sandbox that was up and got lost is replaced, not one that could not be made.
    bool const missed = tests_known_ && ledger_->undecided() > slots_.up();
    if (!sandbox || !missed || !slots_.may_replace(said.slot)) { return; }
    slots_wanted_ = std::max(slots_wanted_, slots_.size()) + 1;  // early ones may have left
    start_slots();
  }
  void hear(sandbox_is_gone const& said) {
    slots_.is_gone(said.slot);
    report(sandbox_gone{*slots_[said.slot].sandbox, said.took});
  }

  void hear(slot_warns& said) { warn(said.text); }
  void hear(slot_wants_work& said) {
    if (said.needed == answer::at_once) {
      if (!give_work(said.slot)) { slots_.tell(said.slot, nothing_now{}); }
    } else {
      slots_[said.slot].waits = true;
      if (tests_known_) { offer_work(); }
    }
  }

  /// Gives work, or its end, to the slots that wait.
  void offer_work() {
    for (std::uint32_t i = 0; i < slots_.size(); ++i) {
      if (slots_[{i}].waits) { (void)give_work({i}); }
    }
    release_spare_slots();
  }

  /// Ends slots that will get no more work, and not all of them at once at the end of the run.
  /// Some stay in case a test is lost, or a retry begins ahead.
  void release_spare_slots() {
    if (stopping_ || !tests_known_ || units_.waiting() > 0) { return; }
    auto const ahead = speculates_ ? ledger_->retries_left() : 0;
    slots_.release_waiting(1 + ledger_->undecided() / 8 + ahead);
  }

  /// Whether there was an answer to give: work, or that there will be no more.
  bool give_work(slot_id to) {
    if (stopping_ || !tests_known_) { return false; }
    if (ledger_->undecided() == 0 || to.value >= slots_wanted_) {
      slots_.tell(to, no_more{});
      return true;
    }
    auto const most = host_.limits(slots_wanted_, settings_).tests_per_batch;
    auto tests = watch_.next(to, ledger_->tests(), most);
    if (tests.empty()) { tests = speculative_retry(to); }
    if (!tests.empty()) { assign(to, tests); }
    return !tests.empty();
  }

  /// For an idle slot; a worker that only looks ahead has a test to finish.
  [[nodiscard]] std::vector<test_index> speculative_retry(slot_id id) {
    if (!speculates_ || !slots_[id].waits) { return {}; }
    auto const began_by = steady_clock::now() - to_clock(settings_.speculative_retry_after);
    auto const test = ledger_->speculative_retry_candidate(began_by);
    return test ? std::vector{*test} : std::vector<test_index>{};
  }

  void assign(slot_id to, std::vector<test_index> const& tests) {
    batch_id const number{batches_++};
    report(batch_began{number, *slots_[to].sandbox, tests.size()});
    slots_.give(to, ledger_->assign(number, tests, *slots_[to].sandbox, steady_clock::now()));
  }

  void hear(slot_heard& said) {
    if (!ledger_) { return; }
    std::visit([&](auto& event) { said_in_batch(said, event); }, said.what);
  }
  void said_in_batch(slot_heard const& where, test_started const& event) {
    if (outcome_.first_test == seconds{}) { outcome_.first_test = since_start(); }
    if (auto const test = ledger_->started(where.batch, event.id, where.at)) {
      tell_scheduler(schedule_event::started{*test, where.slot});
      report(attempt_began{where.batch, *test, event.id, *slots_[where.slot].sandbox});
    }
  }
  void said_in_batch(slot_heard const& where, test_finished& event) {
    apply(ledger_->finished(where.batch, std::move(event.report), where.at), where.slot);
  }
  void said_in_batch(slot_heard const& where, test_unknown const& event) {
    apply(ledger_->unknown(where.batch, event.id, event.reason), where.slot);
  }
  void said_in_batch(slot_heard const& where, file_loading const& event) {
    ledger_->loading(where.batch, event.file);
  }
  void said_in_batch(slot_heard const& where, outside_failure const& event) {
    outside_place const place{where.batch, *slots_[where.slot].sandbox, !where.is_after_batches};
    apply(ledger_->failed_outside(place, event, where.at), where.slot);
  }
  void said_in_batch(slot_heard const& where, output_text const& event) {
    report(batch_output{where.batch, event.from, event.text});
  }
  void said_in_batch(slot_heard const&, framework_warning const& event) { warn(event.text); }
  void said_in_batch(slot_heard const& where, runner_stopping const& event) {
    apply(ledger_->stopping(where.batch, event.reason, where.at), where.slot);
  }
  void said_in_batch(slot_heard const&, failure_limit const& event) {
    project_failure_limit_ = event.failed_tests;
  }
  template <class Other>
  void said_in_batch(slot_heard const&, Other const&) {}  // belongs to listings

  void hear(batch_is_over& said) {
    auto& s = slots_[said.slot];
    s.open.erase(said.batch);
    bool const bad = ledger_->had_bad_attempt(said.batch);
    auto const tests = ledger_->tests_of(said.batch);
    auto const update = ledger_->close(said.batch, said.how, said.at);
    auto const how = end_of(said.how, update, bad);
    apply(update, said.slot);  // the last attempts belong to its report
    report(batch_ended{said.batch, *s.sandbox, how, said.how.last_words, said.at});
    tell_scheduler(schedule_event::ended{tests, said.slot});
    offer_work();
  }

  void apply(ledger_update const& update, slot_id in) {
    for (auto const added : update.added) { report(case_added{added, (*ledger_)[added].test}); }
    for (auto const& each : update.ended) {
      last_verdict_ = since_start();
      if (each.kind == case_kind::test) {
        slots_.was_of_use(in, each.ended - each.started);
        tell_scheduler(schedule_event::finished{each.test, in, each.ended - each.started});
      }
      report(attempt_ended{each});
    }
    for (auto const& text : update.warnings) { warn(text); }
    for (auto const test : update.decided) {
      tell_scheduler(schedule_event::decided{test});
      report(test_decided{test, (*ledger_)[test]});
    }
    for (auto const id : update.cancelled) { slots_.cancel(id); }
    for (auto const& [test, together] : update.again) { units_.run_again(test, in, together); }
    auto const limit = project_failure_limit_ ? project_failure_limit_ : listing_->failure_limit();
    auto why = why_stop_early(settings_.stop_early, limit, ledger_->failed());
    if (why && !stopping_) { return stop_run(run_end::stopped_early, std::move(*why)); }
    if (ledger_->undecided() == 0) {
      slots_.stop_creations();
      slots_.close_fork_parents();
    }
    if (!update.again.empty() || ledger_->undecided() == 0) { offer_work(); }
  }

  void hear(stop_was_asked&) {
    slots_.stop_transfers();
    if (!stopping_) { stop_run(run_end::interrupted, "the run was interrupted"); }
  }

  void stop_run(run_end how, std::string why) {
    outcome_.ended = how;
    outcome_.why_stopped = std::move(why);
    stop_all();
  }

  void stop_all() {
    stopping_ = true;
    slots_.stop_all();
    preparation_.stop();
    lister_->stop();
  }

  [[nodiscard]] result<run_outcome> conclude() {
    if (preparation_failed_) { return tl::unexpected(*preparation_failed_); }
    if (!tests_known_ && outcome_.ended == run_end::interrupted) {
      return fail(errc::discovery, "discovery was interrupted");
    }
    if (!tests_known_) { return tl::unexpected(*listing_->failure()); }
    auto const last = ledger_->conclude(why_undecided(outcome_.why_stopped, last_sandbox_error_),
                                        steady_clock::now());
    for (auto const added : last.added) { report(case_added{added, (*ledger_)[added].test}); }
    for (auto const& each : last.ended) { report(attempt_ended{each}); }
    for (auto const test : last.decided) { report(test_decided{test, (*ledger_)[test]}); }
    outcome_.duration = last_verdict_.value_or(since_start());
    outcome_.sandboxes = slots_.uses();
    outcome_.cost = host_.cost(alive_in_all(outcome_.sandboxes));
    outcome_.tests.assign(ledger_->records().begin(), ledger_->records().end());
    report(run_ended{outcome_.summary()});
    return std::move(outcome_);
  }

  static constexpr std::chrono::milliseconds tick_length{100};
  run_host& host_;
  run_settings const& settings_;
  bool const speculates_ = speculates(settings_.speculation, host_.shares_machine);
  time_point last_tick_{}, began_ = steady_clock::now();
  listing* listing_ = nullptr;
  lister* lister_ = nullptr;
  std::optional<ledger> ledger_;
  early_demand demand_{settings_};
  bool tests_known_ = false, prepared_ = false, stopping_ = false;
  std::optional<error> preparation_failed_;
  std::unordered_set<std::string> warnings_;
  run_outcome outcome_{};
  std::optional<seconds> last_verdict_;
  std::optional<unsigned> project_failure_limit_;
  std::optional<error> last_sandbox_error_;
  unit_queue units_{host_, [this](test_index test) { return ledger_->has_ended_well(test); }};
  scheduler_watch watch_{units_, [this](std::string const& text) { warn(text); }};
  std::size_t slots_wanted_ = 0;
  std::uint32_t batches_ = 0;
  message_queue messages_;
  preparation preparation_{host_, messages_};
  start_limit limit_of_start_{settings_};
  slot_pool slots_{host_, settings_, limit_of_start_, messages_};
};

}  // namespace dispatcher_detail

OFFLOAD_INLINE result<run_outcome> dispatch(run_host& host, run_settings const& settings,
                                            listing found, discovery_site const& site,
                                            std::stop_token stop) {
  dispatcher_detail::dispatcher running{host, settings};
  return running.run(std::move(found), site, std::move(stop));
}

}  // namespace offload

#include <offload/runner/dispatcher_listing-inl.hpp>
