// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/run_event.hpp>
#include <offload/framework/concept.hpp>
#include <offload/provider/concept.hpp>
#include <offload/runner/artifact_collection.hpp>
#include <offload/runner/messages.hpp>
#include <offload/runner/settings.hpp>
#include <offload/runner/slot.hpp>
#include <offload/runner/startup_semaphore.hpp>
#include <offload/scheduler/concept.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace offload {

[[nodiscard]] inline seconds alive_in_all(std::vector<sandbox_use> const& uses) {
  seconds sum{};
  for (auto const& use : uses) { sum += use.alive; }
  return sum;
}

/// What the dispatcher knows of a slot.
struct slot_state {
  assignment_queue assignments{};
  std::optional<sandbox_id> sandbox{};
  time_point up_since{};
  seconds alive{};
  seconds busy{};
  bool waits = false;  ///< for an assignment, without a worker that waits
  bool ended = false;
  bool gone = false;                            ///< its sandbox, which has been there
  bool leaves = false;                          ///< was told that there will be no more
  bool of_use = false;                          ///< a test has ended there
  std::map<batch_id, std::stop_source> open{};  ///< what it works on, and how to take it back
  std::jthread thread{};
};

/// The slots of a run, each with a thread that serves its sandbox. Used by the dispatcher's thread;
/// the slots' threads see their own queue of assignments and the common queue of messages.
template <Provider P, Framework F>
class slot_pool {
 public:
  /// How many workers start while tests are listed. More than processors would only slow it down.
  [[nodiscard]] static std::size_t listing_workers(F const& framework,
                                                   run_settings const& settings) {
    constexpr bool possible =
        WorkerFramework<F> && shares_machine<P> && accepts_input<sandbox_of<P>>;
    if constexpr (!possible) { return 0; }
    auto const most = std::min(settings.max_parallel, framework.properties().max_concurrency);
    return std::min(most, processors());
  }

  slot_pool(P& provider, F const& framework, run_settings const& settings, message_queue& messages)
      : provider_{provider}, framework_{framework}, settings_{settings}, messages_{messages} {}

  /// What the framework says of itself.
  [[nodiscard]] framework_properties const& properties() const { return properties_; }
  /// How many sandboxes there may be at a time.
  [[nodiscard]] std::size_t most() const {
    return std::min(settings_.max_parallel, properties_.max_concurrency);
  }

  /// What commands find as the `shared_dir` of their `run_context`.
  void share(std::string dir) { shared_dir_ = std::move(dir); }

  slot_id start(worker_start when, std::optional<adopted_listing> listing) {
    slot_id const id{static_cast<std::uint32_t>(slots_.size())};
    slots_.push_back(std::make_unique<slot_state>());
    auto& queue = slots_.back()->assignments;
    slots_.back()->thread = std::jthread{[this, id, &queue, when, listing = std::move(listing)] {
      this->serve(id, queue, when, listing);
    }};
    return id;
  }

  [[nodiscard]] std::size_t size() const { return slots_.size(); }
  [[nodiscard]] slot_state& operator[](slot_id id) { return *slots_[id.value]; }
  [[nodiscard]] bool all_have_ended() const {
    return std::ranges::all_of(slots_, [](auto const& s) { return s->ended; });
  }

  /// Whether a sandbox is still there.
  [[nodiscard]] bool any_goes_down() const {
    return std::ranges::any_of(slots_, [](auto const& s) { return s->sandbox && !s->gone; });
  }
  void is_gone(slot_id id) { (*this)[id].gone = true; }

  /// Those that are up, and stay.
  [[nodiscard]] std::size_t up() const {
    return static_cast<std::size_t>(std::ranges::count_if(
        slots_, [](auto const& s) { return s->sandbox && !s->ended && !s->leaves; }));
  }

  void came_up(slot_id id, sandbox_id sandbox) {
    (*this)[id].sandbox = std::move(sandbox);
    (*this)[id].up_since = steady_clock::now();
  }
  void went_down(slot_id id) {
    auto& s = (*this)[id];
    s.ended = true;
    s.waits = false;
    if (s.sandbox) { s.alive = steady_clock::now() - s.up_since; }
  }
  void was_of_use(slot_id id, seconds busy) {
    (*this)[id].busy += busy;
    (*this)[id].of_use = true;
    fruitless_in_a_row_ = 0;
  }
  /// Whether to make another sandbox in place of this one, which got lost. As many as there are
  /// may be lost in a row before a test ends anywhere, and a few more; then it is no use.
  [[nodiscard]] bool may_replace(slot_id lost) {
    if (!(*this)[lost].of_use) { ++fruitless_in_a_row_; }
    return fruitless_in_a_row_ <= most() + few;
  }

  /// A command, unless slots keep warm workers for the whole run.
  [[nodiscard]] batch_cost cost_of_a_batch() const {
    if constexpr (WorkerFramework<F> && accepts_input<sandbox_of<P>>) {
      auto const worker = framework_.worker({});
      bool const kept = properties_.workers == worker_lifetime::run;
      if (kept && worker && !worker->argv.empty()) { return batch_cost::request; }
    }
    return batch_cost::process;
  }

  void give(slot_id to, batch tests) {
    auto& s = (*this)[to];
    auto const cancel = s.open.emplace(tests.id, std::stop_source{}).first->second.get_token();
    s.waits = false;
    s.assignments.push(assigned{std::move(tests), cancel});
  }
  /// There is no work for it, now or for good.
  void tell(slot_id to, assignment what) {
    auto& s = (*this)[to];
    s.waits = false;
    s.leaves = s.leaves || std::holds_alternative<no_more>(what);
    s.assignments.push(std::move(what));
  }

  /// Has those end that wait for an assignment, but for so many.
  void release_waiting(std::size_t but) {
    for (std::uint32_t i = 0; i < slots_.size(); ++i) {
      if (!slots_[i]->waits) { continue; }
      if (but > 0) {
        --but;
      } else {
        tell({i}, no_more{});
      }
    }
  }

  /// Has the batch ended by whoever works on it; that it has ended is said as always.
  void cancel(batch_id id) {
    for (auto const& s : slots_) {
      if (auto const found = s->open.find(id); found != s->open.end()) {
        found->second.request_stop();
      }
    }
  }

  /// Cancels artifact downloads.
  void stop_transfers() { no_transfers_.request_stop(); }

  /// No further sandbox is needed.
  void stop_creations() { no_creations_.request_stop(); }

  void stop_all() {
    stop_.request_stop();
    stop_creations();
    for (auto const& s : slots_) {
      for (auto& [id, open] : s->open) { open.request_stop(); }
    }
  }

  [[nodiscard]] std::vector<sandbox_use> uses() const {
    std::vector<sandbox_use> all;
    for (auto const& s : slots_) {
      if (s->sandbox) { all.push_back({*s->sandbox, s->alive, s->busy}); }
    }
    return all;
  }

 private:
  /// The life of a slot's thread. Its sandbox goes down after its last word about tests: nobody
  /// waits for that but the end of the program.
  void serve(slot_id id, assignment_queue& queue, worker_start when,
             std::optional<adopted_listing> const& listing) {
    if (auto const down_since = serve_sandbox(id, queue, when, listing)) {
      messages_.push(sandbox_is_gone{id, steady_clock::now() - *down_since});
    }
  }

  /// When the sandbox began to go down, if there was one. It has gone when this returns.
  std::optional<time_point> serve_sandbox(slot_id id, assignment_queue& queue, worker_start when,
                                          std::optional<adopted_listing> const& listing) {
    auto const stop = stop_.get_token();
    sandbox_spec spec{id, properties_.support_files};
    spec.files_stay = !settings_.artifacts.globs.empty();
    if (spec.files_stay) { spec.files.push_back(artifact_script()); }
    auto const began = steady_clock::now();
    auto sandbox = provider_.create(spec, no_creations_.get_token());
    if (!sandbox) {
      if (listing) { messages_.push(listing_is_over{listing->job, sandbox.error()}); }
      std::optional why{sandbox.error()};
      if (no_creations_.stop_requested()) { why.reset(); }
      messages_.push(slot_has_ended{id, std::move(why)});
      return std::nullopt;
    }
    messages_.push(slot_is_up{id, sandbox->id(), steady_clock::now() - began});
    slot_server<F, sandbox_of<P>> server{
        framework_, properties_.workers, *sandbox, id,        shared_dir_,
        settings_,  startups_,           queue,    messages_, no_transfers_.get_token()};
    auto const done = server.serve(when, listing, stop);
    messages_.push(slot_has_ended{id, done ? std::nullopt : std::optional{done.error()}});
    return steady_clock::now();
  }

  P& provider_;
  F const& framework_;
  run_settings const& settings_;
  message_queue& messages_;
  framework_properties const properties_ = framework_.properties();
  static constexpr std::size_t few = 2;

  std::string shared_dir_;
  std::size_t fruitless_in_a_row_ = 0;  ///< sandboxes that got lost
  std::stop_source stop_;
  std::stop_source no_creations_;
  std::stop_source no_transfers_;
  startup_semaphore startups_{shares_machine<P> ? processors() : most()};
  std::vector<std::unique_ptr<slot_state>> slots_;  // last: their threads use all of the above
};

}  // namespace offload
