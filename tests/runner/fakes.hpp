// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/run_event.hpp>
#include <offload/framework/concept.hpp>
#include <offload/provider/concept.hpp>
#include <offload/report/concept.hpp>

#include <fmt/format.h>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <sstream>
#include <string>
#include <vector>

/// Policies without processes: a framework whose protocol is lines of words, and a provider whose
/// sandboxes play the tests' parts in memory.
namespace offload::testing {

/// What the tests do, by id: "pass", "fail", "skip", "die", "hang", "silent", "unknown", "flaky"
/// (fails once, then passes), "late" (passes, and its command
/// or worker ends with status 3), "stuck" (hangs once, then passes), "lost" (contact is lost once,
/// then it passes) or "gone" (the same, and its sandbox is out of reach from then on). "skip once"
/// passes when it runs again, "die later" and "fail later" pass the first time. Shared by all
/// sandboxes of a run.
class script {
 public:
  explicit script(std::map<std::string, std::string> parts) : parts_{std::move(parts)} {}

  [[nodiscard]] std::string part_of(std::string const& id) {
    std::lock_guard const lock{mutex_};
    ++runs_[id];
    auto const& part = parts_.at(id);
    if (part == "lost" || part == "gone") { return runs_[id] == 1 ? part : "pass"; }
    if (part == "skip once") { return runs_[id] == 1 ? "skip" : "pass"; }
    if (part == "fail later") { return runs_[id] == 1 ? "pass" : "fail"; }
    if (part == "die later") { return runs_[id] == 1 ? "pass" : "die"; }
    if (part == "stuck") { return runs_[id] == 1 ? "hang" : "pass"; }
    if (part == "flaky") { return runs_[id] == 1 ? "fail" : "pass"; }
    return part;
  }
  [[nodiscard]] int runs(std::string const& id) {
    std::lock_guard const lock{mutex_};
    return runs_[id];
  }
  [[nodiscard]] std::vector<std::string> ids() const {
    std::vector<std::string> list;
    for (auto const& [id, part] : parts_) { list.push_back(id); }
    return list;
  }

 private:
  std::mutex mutex_;
  std::map<std::string, std::string> parts_;
  std::map<std::string, int> runs_;
};

/// Reads "started ID", "finished ID OUTCOME", "unknown ID", "next" and "done".
class line_protocol_reader {
 public:
  void feed(stream, std::string_view bytes, framework_event_sink const& emit) {
    std::istringstream lines{std::string{bytes}};
    std::string what;
    std::string id;
    while (lines >> what) {
      if (what == "next") {
        emit(next_wanted{});
      } else if (what == "done") {
        emit(batch_done{});
      } else if (lines >> id; what == "started") {
        emit(test_started{{id}});
      } else if (what == "unknown") {
        emit(test_unknown{{id}, "not here"});
      } else {
        std::string how;
        lines >> how;
        auto const ended = how == "pass" || how == "late" ? outcome::passed
                           : how == "skip"                ? outcome::skipped
                                                          : outcome::failed;
        emit(test_finished{{.id = {id}, .ended = ended, .message = how}});
      }
    }
  }
  void finish(exit_status, framework_event_sink const&) {}
};

/// Lists the script's tests by the real command `echo`.
class scripted_framework {
 public:
  static constexpr std::string_view name = "scripted";

  struct listing_reader {
    void feed(stream, std::string_view bytes, framework_event_sink const&) { said += bytes; }
    void finish(exit_status status, framework_event_sink const& emit) {
      std::istringstream words{said};
      std::string id;
      while (words >> id) { emit(test_listed{{id}, {"file", 1}, groups}); }
      if (status.ok()) {
        emit(listing_done{});
      } else {
        emit(listing_failed{{errc::discovery, "no list"}});
      }
    }
    std::vector<std::size_t> groups;
    std::string said{};
  };

  scripted_framework(std::shared_ptr<script> parts, bool with_worker,
                     framework_properties properties = {})
      : parts_{std::move(parts)}, with_worker_{with_worker}, properties_{std::move(properties)} {}

  [[nodiscard]] result<std::vector<discovery_job>> discovery(std::span<group const> groups,
                                                             run_context const&) const {
    std::vector<discovery_job> jobs;
    for (std::size_t i = 0; i < groups.size(); ++i) {
      discovery_job job{.run = {.argv = {"/bin/echo"}}, .groups = {i}};
      if (groups[i].filters == "broken") { job.run.argv = {"/bin/false"}; }
      for (auto const& id : parts_->ids()) { job.run.argv.push_back(id); }
      jobs.push_back(std::move(job));
    }
    return jobs;
  }
  [[nodiscard]] listing_reader discovery_reader(discovery_job const& job) const {
    return {.groups = job.groups};
  }
  [[nodiscard]] result<command> run(batch const& tests, run_context const&) const {
    return command{.argv = {ask(tests)}};
  }
  [[nodiscard]] line_protocol_reader reader(batch const&) const { return {}; }
  [[nodiscard]] framework_properties properties() const { return properties_; }
  [[nodiscard]] result<command> worker(run_context const&) const {
    return with_worker_ ? command{.argv = {"worker"}} : command{};
  }
  [[nodiscard]] line_protocol_reader worker_reader() const { return {}; }
  [[nodiscard]] std::string ask(batch const& tests) const {
    std::string line;
    for (auto const& id : tests.tests) { line += id.value + " "; }
    return line;
  }
  [[nodiscard]] std::string ask_nothing() const { return "nothing"; }

 private:
  std::shared_ptr<script> parts_;
  bool with_worker_;
  framework_properties properties_;
};
static_assert(WorkerFramework<scripted_framework>);

/// Plays the tests that it is asked for. What it says comes out of `next`, one line at a time.
class scripted_execution {
 public:
  /// `out_of_reach` is the sandbox's, shared by its threads.
  scripted_execution(std::shared_ptr<script> parts, command const& c, input with,
                     std::shared_ptr<std::atomic<bool>> out_of_reach)
      : parts_{std::move(parts)},
        is_worker_{with == input::streamed},
        out_of_reach_{std::move(out_of_reach)},
        lost_{*out_of_reach_} {
    if (!is_worker_) {
      if (!lost_) { play(c.argv.front()); }
      if (!hangs_ && !lost_) { said_.push_back(command_ended{{status_, 0}}); }
    }
  }

  [[nodiscard]] result<command_progress> next(deadline until, std::stop_token stop) {
    if (ended_) { return command_ended{*ended_}; }
    if (said_.empty() && lost_) { return fail(errc::sandbox, "contact was lost"); }
    if (!said_.empty()) {
      auto progress = std::move(said_.front());
      said_.pop_front();
      if (auto* ended = std::get_if<command_ended>(&progress)) { ended_ = ended->status; }
      return progress;
    }
    std::mutex mutex;
    std::unique_lock lock{mutex};
    std::condition_variable_any never;
    if (until) {
      never.wait_until(lock, stop, *until, [] { return false; });
    } else {
      never.wait(lock, stop, [] { return false; });
    }
    if (stop.stop_requested()) { return stop_was_requested{}; }
    return deadline_passed{};
  }

  [[nodiscard]] result<void> write(std::string_view bytes) {
    if (ended_) { return fail(errc::process, "it has ended"); }
    auto const waiting = std::exchange(last_words_, {});
    for (auto const& line : waiting) { say(line); }
    if (bytes != "nothing" && !lost_) { play(std::string{bytes}); }
    return {};
  }
  void close_input() {
    auto const waiting = std::exchange(last_words_, {});
    for (auto const& line : waiting) { say(line); }
    if (is_worker_) { said_.push_back(command_ended{{status_, 0}}); }
  }
  exit_status terminate() {
    ended_ = exit_status{128 + 15, 15};
    return *ended_;
  }

 private:
  void say(std::string const& line) { said_.push_back(command_output{stream::out, line + "\n"}); }

  void play(std::string const& request) {
    std::istringstream words{request};
    std::vector<std::string> ids{std::istream_iterator<std::string>{words}, {}};
    for (auto const& id : ids) {
      auto const part = parts_->part_of(id);
      if (part == "silent") { continue; }
      if (part == "unknown") {
        say("unknown " + id);
        continue;
      }
      if (part == "late") { status_ = 3; }
      say("started " + id);
      if (part == "lost" || part == "gone") {
        lost_ = true;
        *out_of_reach_ = part == "gone";
        return;
      }
      if (part == "hang") {
        hangs_ = true;
        return;
      }
      if (part == "die") {
        said_.push_back(command_ended{{128 + 11, 11}});
        return;
      }
      auto const end = "finished " + id + " " + part;
      if (is_worker_ && id == ids.back()) {
        say("next");
        last_words_ = {end, "done"};
        return;
      }
      say(end);
    }
    if (is_worker_) { say("done"); }
  }

  std::shared_ptr<script> parts_;
  bool is_worker_;
  std::shared_ptr<std::atomic<bool>> out_of_reach_;
  bool lost_;
  bool hangs_ = false;
  int status_ = 0;
  std::deque<command_progress> said_;
  std::vector<std::string> last_words_;  ///< for after the answer to "next"
  std::optional<exit_status> ended_;
};
static_assert(Execution<scripted_execution>);

struct scripted_sandbox {
  static constexpr bool accepts_input = true;

  [[nodiscard]] sandbox_id id() const { return name; }
  [[nodiscard]] std::string files() const { return "/nowhere"; }
  [[nodiscard]] result<scripted_execution> start(command const& c, input with) {
    return scripted_execution{parts, c, with, out_of_reach};
  }

  sandbox_id name;
  std::shared_ptr<script> parts;
  std::shared_ptr<std::atomic<bool>> out_of_reach = std::make_shared<std::atomic<bool>>(false);
};
static_assert(Sandbox<scripted_sandbox>);

struct scripted_provider {
  static constexpr std::string_view name = "scripted";

  [[nodiscard]] result<scripted_sandbox> create(sandbox_spec const& spec, std::stop_token) {
    if (spec.slot.value < refused) {
      ++*refusals;
      refusals->notify_all();
      return fail(errc::sandbox, "no room for {}", spec.slot.value);
    }
    // Or the run may be over before the last refusal.
    for (auto so_far = refusals->load(); so_far < refused; so_far = refusals->load()) {
      refusals->wait(so_far);
    }
    return scripted_sandbox{{fmt::format("box-{}", spec.slot.value)},
                            parts,
                            std::make_shared<std::atomic<bool>>(spec.slot.value < out_of_reach)};
  }

  std::shared_ptr<script> parts;
  std::uint32_t refused = 0;       ///< so many sandboxes cannot be made, and the others are later
  std::uint32_t out_of_reach = 0;  ///< so many are made, and answer nothing
  std::shared_ptr<std::atomic<std::uint32_t>> refusals =
      std::make_shared<std::atomic<std::uint32_t>>(0);
};
static_assert(Provider<scripted_provider>);

/// Remembers the order of what it is told.
struct recording_reporter {
  void on(run_event const& event) {
    match(
        event, [&](batch_began const&) { ++batches; },
        [&](attempt_ended const& one) {
          attempts.push_back(one.what.report.id.value);
          sandboxes.push_back(one.what.sandbox.value);
          went_down_before.push_back(went_down);
        },
        [&](sandbox_went_down const&) { ++went_down; },
        [&](sandbox_failed const&) { ++failed_sandboxes; },
        [&](batch_ended const& batch) { batch_ends.push_back(batch.how); },
        [&](run_ended const&) { ++ends; });
  }

  std::vector<std::string> attempts{};
  std::vector<std::string> sandboxes{};
  std::vector<int> went_down_before{};  ///< sandboxes, for each attempt
  int went_down = 0;
  std::vector<batch_end> batch_ends{};
  int batches = 0;
  int failed_sandboxes = 0;
  int ends = 0;
};
static_assert(Reporter<recording_reporter>);

}  // namespace offload::testing
