// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/framework/concept.hpp>
#include <offload/provider/concept.hpp>
#include <offload/report/concept.hpp>
#include <offload/runner/ledger.hpp>
#include <offload/runner/lister.hpp>
#include <offload/runner/listing.hpp>
#include <offload/runner/messages.hpp>
#include <offload/runner/outcome.hpp>
#include <offload/runner/settings.hpp>
#include <offload/runner/slot.hpp>
#include <offload/runner/start_gate.hpp>
#include <offload/runner/work_items.hpp>
#include <offload/scheduler/concept.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

namespace offload {

/// One run: owns every decision, on the calling thread. Slots and listings have threads of their
/// own and speak through one queue of messages; what they say goes into the ledger, what follows
/// goes to the scheduler and the reporters, and work goes back through one queue a slot.
template <Provider P, Framework F, Scheduler S, Reporter... R>
class dispatcher {
 public:
  dispatcher(P& provider, F const& framework, S& scheduler, std::tuple<R...>& reporters,
             run_settings const& settings)
      : provider_{provider},
        framework_{framework},
        scheduler_{scheduler},
        reporters_{reporters},
        settings_{settings} {}

  [[nodiscard]] result<run_outcome> run(listing found, discovery_site const& site,
                                        std::stop_token stop) {
    listing_ = &found;
    shared_dir_ = site.shared_dir;
    lister<F> commands{framework_, site, settings_.batch_timeout, messages_};
    lister_ = &commands;
    std::stop_callback const on_stop{stop, [this] { messages_.push(stop_was_asked{}); }};
    report(discovery_began{found.groups()});
    begin_listing();
    while (!is_over()) {
      auto next = messages_.pop(steady_clock::now() + tick_length);
      if (next) {
        std::visit([this](auto& said) { this->hear(said); }, *next);
      }
      report_tick();
    }
    commands.stop();
    if (tests_known_) { return conclude(); }
    auto const interrupted = fail(errc::discovery, "discovery was interrupted");
    return ended_ == run_end::interrupted ? interrupted : tl::unexpected(*found.failure());
  }

 private:
  static constexpr steady_clock::duration tick_length = std::chrono::milliseconds{100};
  static constexpr bool can_adopt =
      WorkerFramework<F> && shares_machine<P> && accepts_input<sandbox_of<P>>;

  struct slot {
    assignment_queue assignments{};
    std::optional<sandbox_id> sandbox{};
    time_point up_since{};
    seconds alive{};
    seconds busy{};
    bool waits = false;  ///< for an assignment, without a worker that waits
    bool ended = false;
    std::jthread thread{};
  };

  template <class Event>
  void report(Event const& event) {
    auto const now = steady_clock::now();
    std::apply([&](auto&... each) { (tell(each, event, now), ...); }, reporters_);
  }

  void report_tick() {
    if (auto const now = steady_clock::now(); now - last_tick_ >= tick_length) {
      last_tick_ = now;
      report(tick{});
    }
  }

  [[nodiscard]] seconds since_start() const { return steady_clock::now() - began_; }

  [[nodiscard]] bool is_over() const {
    bool const listed = listing_->complete() || stopping_;
    return listed && std::ranges::all_of(slots_, [](auto const& s) { return s->ended; });
  }

  // Listing ------------------------------------------------------------------------------------

  void begin_listing() {
    std::optional<adopted_listing> adopted;
    lister_->start(settings_.max_parallel_collection, listing_->groups());
    for (std::size_t i = 0; i < listing_->jobs(); ++i) {
      if (can_adopt && !adopted && listing_->job(i).may_serve) {
        adopted = adopted_listing{i, listing_->job(i)};
      } else {
        lister_->add(i, listing_->job(i));
      }
    }
    if constexpr (can_adopt) {
      // On this machine more workers than processors would only slow down the listing.
      auto const early = std::min(settings_.max_parallel, processors());
      for (std::size_t i = 0; i < early; ++i) {
        start_slot(worker_start::early, i == 0 ? adopted : std::nullopt);
      }
    }
  }

  void hear(listing_heard& said) { listing_->hear(said.job, std::move(said.what)); }

  void hear(listing_is_over& said) {
    for (auto const job : listing_->end(said.job, std::move(said.failed))) {
      lister_->add(job, listing_->job(job));
    }
    if (stopping_) { return; }
    if (listing_->failure()) { return stop_all(); }
    if (listing_->complete()) { open_run(); }
  }

  void open_run() {
    for (auto const& text : listing_->warnings()) { report(notice{severity::warning, text}); }
    discovery_took_ = since_start();
    report(discovery_ended{listing_->records(), listing_->groups(), discovery_took_});
    auto tests = listing_->tests(settings_.durations);
    slots_wanted_ = std::min(settings_.max_parallel, tests.size());
    report_run(tests);
    open_scheduler(tests);
    ledger_.emplace(std::move(tests), settings_.batch_timeout);
    tests_known_ = true;
    while (slots_.size() < slots_wanted_) { start_slot(worker_start::with_tests, {}); }
    offer_work();
  }

  void report_run(std::vector<test_case> const& tests) {
    seconds sum{};
    bool known = !tests.empty();
    for (auto const& test : tests) {
      known = known && test.expected.has_value();
      sum += test.expected.value_or(seconds{});
    }
    report(run_began{tests, slots_wanted_, known ? std::optional{sum} : std::nullopt});
  }

  void open_scheduler(std::vector<test_case> const& tests) {
    schedule_limits limits{.slots = std::max<std::size_t>(1, slots_wanted_)};
    limits.cost = keeps_workers() ? batch_cost::request : batch_cost::process;
    limits.start_up = start_up_of(framework_);
    auto const one_each = settings_.workers == worker_lifetime::test;
    limits.tests_per_batch = one_each ? 1 : largest_batch_of(framework_);
    scheduler_.open(work_items(tests), limits);
  }

  [[nodiscard]] bool keeps_workers() const {
    if constexpr (WorkerFramework<F> && accepts_input<sandbox_of<P>>) {
      auto const worker = framework_.worker({});
      return settings_.workers == worker_lifetime::run && worker && !worker->argv.empty();
    }
    return false;
  }

  // Slots --------------------------------------------------------------------------------------

  void start_slot(worker_start when, std::optional<adopted_listing> listing) {
    slot_id const id{static_cast<std::uint32_t>(slots_.size())};
    slots_.push_back(std::make_unique<slot>());
    auto& queue = slots_.back()->assignments;
    slots_.back()->thread = std::jthread{[this, id, &queue, when, listing = std::move(listing)] {
      messages_.push(slot_has_ended{id, served(id, queue, when, listing)});
    }};
  }

  /// The life of a slot's thread. Returns why it ended early.
  [[nodiscard]] std::optional<error> served(slot_id id, assignment_queue& queue, worker_start when,
                                            std::optional<adopted_listing> const& listing) {
    auto const stop = stop_slots_.get_token();
    auto sandbox = provider_.create({id, support_files_of(framework_)}, stop);
    if (!sandbox) {
      if (listing) { messages_.push(listing_is_over{listing->job, sandbox.error()}); }
      return sandbox.error();
    }
    messages_.push(slot_is_up{id, sandbox->id()});
    slot_server<F, sandbox_of<P>> server{framework_, *sandbox, id,    shared_dir_,
                                         settings_,  gate_,    queue, messages_};
    auto const done = server.serve(when, listing, stop);
    return done ? std::nullopt : std::optional{done.error()};
  }

  void hear(slot_is_up& said) {
    auto& s = *slots_[said.slot.value];
    s.sandbox = std::move(said.sandbox);
    s.up_since = steady_clock::now();
    report(sandbox_came_up{*s.sandbox, said.slot});
  }

  void hear(slot_has_ended& said) {
    auto& s = *slots_[said.slot.value];
    s.ended = true;
    s.waits = false;
    if (s.sandbox) {
      s.alive = steady_clock::now() - s.up_since;
      report(sandbox_went_down{*s.sandbox});
    }
    if (!said.why) { return; }
    report(sandbox_failed{said.slot, *said.why});
    last_sandbox_error_ = said.why;
  }

  void hear(slot_warns& said) { report(notice{severity::warning, said.text}); }

  void hear(slot_wants_work& said) {
    auto& s = *slots_[said.slot.value];
    if (said.needed == answer::at_once) {
      auto next = next_for(said.slot);
      s.assignments.push(next ? std::move(*next) : assignment{nothing_now{}});
    } else {
      s.waits = true;
      if (tests_known_) { offer_work(); }
    }
  }

  /// Gives work, or its end, to the slots that wait.
  void offer_work() {
    for (std::uint32_t i = 0; i < slots_.size(); ++i) {
      if (!slots_[i]->waits) { continue; }
      if (auto next = next_for({i})) {
        slots_[i]->waits = false;
        slots_[i]->assignments.push(std::move(*next));
      }
    }
  }

  [[nodiscard]] std::optional<assignment> next_for(slot_id id) {
    if (stopping_ || !tests_known_) { return std::nullopt; }
    if (ledger_->undecided() == 0 || id.value >= slots_wanted_) { return no_more{}; }
    auto const tests = scheduler_.next(id);
    if (tests.empty()) { return std::nullopt; }
    batch_id const number{batches_++};
    auto const& sandbox = *slots_[id.value]->sandbox;
    report(batch_began{number, sandbox, tests.size()});
    return ledger_->assign(number, tests, sandbox);
  }

  // Events of tests ----------------------------------------------------------------------------

  void hear(slot_heard& said) {
    std::visit([&](auto& event) { said_in_batch(said, event); }, said.what);
  }

  void said_in_batch(slot_heard const& where, test_started const& event) {
    if (!first_test_) { first_test_ = since_start(); }
    if (auto const test = ledger_->started(where.batch, event.id, where.at)) {
      report(attempt_began{where.batch, *test, event.id, *slots_[where.slot.value]->sandbox});
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
  void said_in_batch(slot_heard const& where, output_text const& event) {
    report(batch_output{where.batch, event.from, event.text});
  }
  void said_in_batch(slot_heard const&, framework_warning const& event) {
    report(notice{severity::warning, event.text});
  }
  void said_in_batch(slot_heard const&, runner_stopping const& event) {
    report(notice{severity::warning, event.reason});
  }
  void said_in_batch(slot_heard const&, failure_limit const& event) {
    project_failure_limit_ = event.failed_tests;
  }
  template <class Other>
  void said_in_batch(slot_heard const&, Other const&) {}  // belongs to listings

  void hear(batch_is_over& said) {
    auto& s = *slots_[said.slot.value];
    bool const bad = ledger_->had_bad_attempt(said.batch);
    auto const news = ledger_->close(said.batch, said.how, said.at);
    auto const how = end_of(said.how, news, bad);
    // Its last attempts belong to its report.
    apply(news, said.slot);
    report(batch_ended{said.batch, *s.sandbox, how, said.how.last_words});
  }

  void apply(ledger_news const& news, slot_id in) {
    for (auto const& each : news.ended) {
      slots_[in.value]->busy += each.ended - each.started;
      last_verdict_ = since_start();
      report(attempt_ended{each});
    }
    for (auto const& text : news.warnings) { report(notice{severity::warning, text}); }
    for (auto const test : news.decided) { report(test_decided{test, (*ledger_)[test]}); }
    for (auto const& [test, together] : news.again) { scheduler_.again(test, in, together); }
    if (auto const limit = failure_limit(); limit && ledger_->failed() >= *limit && !stopping_) {
      ended_ = run_end::stopped_early;
      why_stopped_ = fmt::format(
          "stopped early: {} failed ({})",
          *limit == 1 ? "a test has" : fmt::format("{} tests have", *limit),
          settings_.stop_early == fail_fast::on ? "--fail-fast" : "the project's own limit");
      return stop_all();
    }
    if (!news.again.empty() || ledger_->undecided() == 0) { offer_work(); }
  }

  [[nodiscard]] std::optional<unsigned> failure_limit() const {
    if (settings_.stop_early == fail_fast::on) { return 1; }
    auto const limit = project_failure_limit_ ? project_failure_limit_ : listing_->failure_limit();
    return limit && *limit > 0 ? limit : std::nullopt;
  }

  // The end ------------------------------------------------------------------------------------

  void hear(stop_was_asked&) {
    if (stopping_) { return; }
    ended_ = run_end::interrupted;
    why_stopped_ = "the run was interrupted";
    stop_all();
  }

  void stop_all() {
    stopping_ = true;
    stop_slots_.request_stop();
    lister_->stop();
  }

  [[nodiscard]] run_outcome conclude() {
    if (ledger_->undecided() > 0) {
      auto const why = !why_stopped_.empty() ? why_stopped_
                       : last_sandbox_error_
                           ? fmt::format("no sandbox was left: {}", last_sandbox_error_->message)
                           : std::string{"no sandbox was left"};
      auto const news = ledger_->give_up(why);
      for (auto const test : news.decided) { report(test_decided{test, (*ledger_)[test]}); }
    }
    run_outcome outcome{.ended = ended_, .why_stopped = why_stopped_};
    outcome.discovery = discovery_took_;
    outcome.duration = last_verdict_.value_or(since_start());
    outcome.first_test = first_test_.value_or(seconds{});
    for (auto const& s : slots_) {
      if (s->sandbox) { outcome.sandboxes.push_back({*s->sandbox, s->alive, s->busy}); }
    }
    auto const records = ledger_->records();
    outcome.tests.assign(records.begin(), records.end());
    report(run_ended{outcome.summary()});
    return outcome;
  }

  P& provider_;
  F const& framework_;
  S& scheduler_;
  std::tuple<R...>& reporters_;
  run_settings const& settings_;

  time_point began_ = steady_clock::now();
  time_point last_tick_{};
  listing* listing_ = nullptr;
  lister<F>* lister_ = nullptr;
  std::string shared_dir_;
  std::optional<ledger> ledger_;
  bool tests_known_ = false;
  bool stopping_ = false;
  run_end ended_ = run_end::complete;
  std::string why_stopped_;
  seconds discovery_took_{};
  std::optional<seconds> first_test_;
  std::optional<seconds> last_verdict_;
  std::optional<unsigned> project_failure_limit_;
  std::optional<error> last_sandbox_error_;
  std::size_t slots_wanted_ = 0;
  std::uint32_t batches_ = 0;
  std::stop_source stop_slots_;
  start_gate gate_{shares_machine<P> ? processors() : settings_.max_parallel};
  message_queue messages_;
  std::vector<std::unique_ptr<slot>> slots_;  // last: their threads use all of the above
};

}  // namespace offload
