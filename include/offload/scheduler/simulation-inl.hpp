// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/scheduler/simulation.hpp>

#include <offload/core/inline.hpp>

#include <algorithm>

namespace offload {

OFFLOAD_INLINE simulated_world::simulated_world(simulation const& plan)
    : plan_{plan}, slots_(plan.slots.size()), passes_(plan.slots.size()) {
  std::size_t highest = 0;
  for (auto const& item : plan.items) {
    highest = std::max<std::size_t>(highest, item.test.value + 1);
  }
  begun_.resize(highest);
  attempts_.resize(highest);
  places_.resize(highest);
  decided_.resize(highest);
  files_.resize(highest);
  for (auto const& item : plan.items) { files_[item.test.value] = item.file; }
  undecided_ = plan.items.size();
  for (std::uint32_t i = 0; i < slots_.size(); ++i) {
    plan_event(plan.slots[i].up_after, happening::kind::slot_up, {i});
  }
}

OFFLOAD_INLINE void simulated_world::plan_event(seconds at, happening::kind what, slot_id slot) {
  auto const turn = what == happening::kind::tick ? 0 : slots_[slot.value].turn;
  events_.push({at, events_made_++, what, slot, turn});
}

OFFLOAD_INLINE std::optional<simulated_world::happening> simulated_world::next() {
  while (!events_.empty()) {
    auto const event = events_.top();
    events_.pop();
    bool const is_tick = event.what == happening::kind::tick;
    if (!is_tick && event.turn != slots_[event.slot.value].turn) { continue; }
    // When nobody has work, asking again changes nothing.
    if (is_tick && events_.empty()) { return std::nullopt; }
    now_ = event.at;
    happening news{.what = event.what, .slot = event.slot};
    if (is_tick) {
      plan_event(now_ + plan_.tick, happening::kind::tick, {});
      return news;
    }
    auto& s = slots_[event.slot.value];
    if (event.what == happening::kind::slot_up) {
      if (idle_++ == 0 && !ticking_) {
        ticking_ = true;
        plan_event(now_ + plan_.tick, happening::kind::tick, {});
      }
      s.up = true;
      return news;
    }
    news.test = s.batch[s.at];
    if (event.what == happening::kind::test_began) {
      if (s.at == 0) { result_.starting += now_ - s.since; }
      s.has_worker = true;
      s.running = true;
      s.since = now_;
      auto const will = plan_.attempt(news.test, begun_[news.test.value]++);
      passes_[event.slot.value] = will.passes;
      plan_event(now_ + will.takes * plan_.slots[event.slot.value].slowness,
                 happening::kind::test_ended, event.slot);
      return news;
    }
    news.took = now_ - s.since;
    news.batch_over = s.at + 1 == s.batch.size();
    if (news.batch_over) { news.batch = s.batch; }
    return news;
  }
  return std::nullopt;
}

OFFLOAD_INLINE void simulated_world::note(slot_id slot, execution_end how) {
  auto& s = slots_[slot.value];
  if (!s.running) { return; }
  auto const took = now_ - s.since;
  auto const test = s.batch[s.at];
  result_.busy += took;
  if (how != execution_end::counted) { result_.in_vain += took; }
  if (how == execution_end::counted && attempts_[test.value] > 0) { result_.in_retries += took; }
  result_.trace.push_back({test, slot, s.since, now_, how});
  s.running = false;
}

OFFLOAD_INLINE simulated_world::verdict_news simulated_world::end_test(happening const& end) {
  verdict_news news;
  auto& s = slots_[end.slot.value];
  auto const test = end.test.value;
  bool const counts = !decided_[test];
  note(end.slot, counts ? execution_end::counted : execution_end::too_late);
  --places_[test];
  s.since = now_;
  ++s.at;
  if (counts) {
    ++attempts_[test];
    auto const allowed = 1 + (plan_.retries ? plan_.retries(end.test) : 0);
    news.decided = passes_[end.slot.value] || attempts_[test] >= allowed;
    news.again = !news.decided && places_[test] == 0;
  }
  if (end.batch_over) {
    leave(end.slot);
  } else {
    plan_event(now_ + pause_before_next(s), happening::kind::test_began, end.slot);
  }
  if (!news.decided) { return news; }
  decided_[test] = true;
  --undecided_;
  result_.makespan = now_;
  if (places_[test] == 0) { return news; }
  for (std::uint32_t i = 0; i < slots_.size(); ++i) {
    auto& other = slots_[i];
    bool const has_it = std::ranges::find(other.batch, end.test) != other.batch.end();
    if (!has_it || is_needed(other)) { continue; }
    news.cancelled.push_back({{i}, other.batch});
    note({i}, execution_end::cancelled);
    other.has_worker = false;
    leave({i});
  }
  return news;
}

OFFLOAD_INLINE seconds simulated_world::pause_before_next(slot_state const& s) const {
  auto const same = files_[s.batch[s.at].value] == files_[s.batch[s.at - 1].value];
  return same ? plan_.next_test : plan_.next_file;
}

OFFLOAD_INLINE bool simulated_world::is_needed(slot_state const& s) const {
  return std::any_of(s.batch.begin() + static_cast<std::ptrdiff_t>(s.at), s.batch.end(),
                     [&](test_index t) { return !decided_[t.value]; });
}

/// The slot's batch is over, or given up.
OFFLOAD_INLINE void simulated_world::leave(slot_id slot) {
  auto& s = slots_[slot.value];
  for (auto i = s.at; i < s.batch.size(); ++i) { --places_[s.batch[i].value]; }
  s.batch.clear();
  s.at = 0;
  ++s.turn;
  ++idle_;
}

OFFLOAD_INLINE void simulated_world::give(slot_id slot, std::vector<test_index> tests) {
  auto& s = slots_[slot.value];
  ++result_.batches;
  s.batch = std::move(tests);
  s.at = 0;
  s.since = now_;
  s.running = false;
  --idle_;
  for (auto const test : s.batch) { ++places_[test.value]; }
  bool const starts = !s.has_worker || plan_.limits.cost == batch_cost::process;
  auto const wait = plan_.hand_out + (starts ? plan_.worker_start : seconds{});
  result_.busy += wait;
  plan_event(now_ + wait, happening::kind::test_began, slot);
}

OFFLOAD_INLINE std::vector<slot_id> simulated_world::idle_slots() const {
  std::vector<slot_id> idle;
  if (idle_ == 0) { return idle; }
  for (std::uint32_t i = 0; i < slots_.size(); ++i) {
    if (slots_[i].up && slots_[i].batch.empty()) { idle.push_back({i}); }
  }
  return idle;
}

OFFLOAD_INLINE simulated_run simulated_world::result() && {
  for (std::uint32_t i = 0; i < slots_.size(); ++i) { note({i}, execution_end::cancelled); }
  result_.undecided = undecided_;
  return std::move(result_);
}

}  // namespace offload
