// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/run_event.hpp>
#include <offload/process/thread.hpp>
#include <offload/runner/messages.hpp>
#include <offload/runner/run_host.hpp>
#include <offload/runner/settings.hpp>
#include <offload/runner/start_limit.hpp>
#include <offload/runner/startup_semaphore.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
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

/// The state of a slot, as the dispatcher knows it.
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
class slot_pool {
 public:
  slot_pool(run_host& host, run_settings const& settings, start_limit& limit_of_start,
            message_queue& messages)
      : host_{host}, settings_{settings}, limit_of_start_{limit_of_start}, messages_{messages} {}
  slot_pool(slot_pool const&) = delete;
  slot_pool& operator=(slot_pool const&) = delete;
  /// Stops all slots first, or their threads would wait for work that nobody gives.
  ~slot_pool() { stop_all(); }

  /// How many sandboxes there may be at a time.
  [[nodiscard]] std::size_t most() const { return host_.most_slots(settings_); }

  /// How many slots can be started at all, replacements included, as far as that is known.
  [[nodiscard]] std::size_t limit() const { return limit_; }

  /// Sets the folder that commands find as the `shared_dir` of their `run_context`.
  void share(std::string dir) { shared_dir_ = std::move(dir); }

  /// Starts a slot. Where the system has no thread for it, this is the `limit`.
  [[nodiscard]] result<slot_id> start(worker_start when,
                                      std::optional<adopted_listing> const& listing) {
    slot_id const id{static_cast<std::uint32_t>(slots_.size())};
    slots_.push_back(std::make_unique<slot_state>());
    slot_job job{.slot = id,
                 .when = when,
                 .listing = listing,
                 .settings = settings_,
                 .framework = host_.framework,
                 .forks_workers = host_.forks_workers,
                 .parents = parents_,
                 .shared_dir = shared_dir_,
                 .startups = startups_,
                 .limit_of_start = limit_of_start_,
                 .assignments = slots_.back()->assignments,
                 .messages = messages_,
                 .stop = stop_.get_token(),
                 .no_creations = no_creations_.get_token(),
                 .no_transfers = no_transfers_.get_token()};
    auto thread = start_thread([this, job = std::move(job)] {
      if (auto const down_since = host_.serve(job)) {
        messages_.push(sandbox_is_gone{job.slot, steady_clock::now() - *down_since});
      }
    });
    if (!thread) {
      slots_.pop_back();
      limit_ = slots_.size();
      return tl::unexpected(thread.error());
    }
    slots_.back()->thread = std::move(*thread);
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

  /// Whether there are slots, and each that has not ended waits for an assignment.
  [[nodiscard]] bool all_wait() const {
    auto const is_still = [](auto const& s) { return s->ended || s->waits; };
    return std::ranges::all_of(slots_, is_still) && !all_have_ended();
  }

  /// The slots that are up, and stay.
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
  /// Whether to make another sandbox in place of this lost one. Before a test ends anywhere, as
  /// many sandboxes as there are, and a few more, may be lost in a row. After that they are not
  /// replaced.
  [[nodiscard]] bool may_replace(slot_id lost) {
    if (!(*this)[lost].of_use) { ++fruitless_in_a_row_; }
    if (fruitless_in_a_row_ > most() + few) { return false; }
    if (limit_ < unlimited) { ++limit_; }  // its thread is free again
    return true;
  }

  void give(slot_id to, batch tests) {
    auto& s = (*this)[to];
    auto const cancel = s.open.emplace(tests.id, std::stop_source{}).first->second.get_token();
    s.waits = false;
    s.assignments.push(assigned{std::move(tests), cancel});
  }
  /// Tells the slot that there is no work for it, now or for good.
  void tell(slot_id to, assignment what) {
    auto& s = (*this)[to];
    s.waits = false;
    s.leaves = s.leaves || std::holds_alternative<no_more>(what);
    s.assignments.push(std::move(what));
  }

  /// Ends the slots that wait for an assignment, except for `but` of them.
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

  /// Asks the slots that work on the batch to end it. They report its end as usual.
  void cancel(batch_id id) {
    for (auto const& s : slots_) {
      if (auto const found = s->open.find(id); found != s->open.end()) {
        found->second.request_stop();
      }
    }
  }

  /// The processes that fork workers: none is needed any more.
  void close_fork_parents() { parents_.close(); }
  /// Waits until they have ended. They may fail then, like any process that has imported the tests.
  [[nodiscard]] std::vector<outside_failure> dismiss_fork_parents(std::stop_token const& stop) {
    std::vector<outside_failure> failures;
    for (auto const& end : parents_.dismiss(limit_of_start_.farewell(), stop)) {
      if (end.cause != batch_cause::exited || end.status.ok()) { continue; }
      failures.push_back(contradiction_of(end));
    }
    return failures;
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
  run_host& host_;
  run_settings const& settings_;
  start_limit& limit_of_start_;
  message_queue& messages_;
  static constexpr std::size_t few = 2;
  static constexpr std::size_t unlimited = std::numeric_limits<std::size_t>::max();

  std::string shared_dir_;
  std::size_t limit_ = unlimited;       ///< of slots, set by the system
  std::size_t fruitless_in_a_row_ = 0;  ///< sandboxes that got lost
  std::stop_source stop_;
  std::stop_source no_creations_;
  std::stop_source no_transfers_;
  fork_parents parents_;
  startup_semaphore startups_{host_.shares_machine ? processors() : most()};
  std::vector<std::unique_ptr<slot_state>> slots_;  // last: their threads use all of the above
};

}  // namespace offload
