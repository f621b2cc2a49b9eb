// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/caught.hpp>
#include <offload/core/error.hpp>
#include <offload/process/child_process.hpp>
#include <offload/process/marked_processes.hpp>
#include <offload/process/thread.hpp>
#include <offload/runner/discovery_site.hpp>
#include <offload/runner/listing.hpp>
#include <offload/runner/messages.hpp>
#include <offload/runner/queue.hpp>
#include <offload/runner/run_host.hpp>
#include <offload/runner/start_limit.hpp>
#include <offload/runner/startup_semaphore.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace offload {

/// Runs listing commands on threads of its own, at most `width` at a time, and passes on their
/// messages.
class lister {
 public:
  lister(run_host& host, discovery_site site, start_limit& limit, message_queue& messages)
      : host_{host}, site_{std::move(site)}, limit_{limit}, messages_{messages} {}

  /// `width` 0 stands for the number of processors. Where the system has fewer threads to give,
  /// fewer commands run at a time.
  void start(std::size_t width, std::size_t expected_jobs) {
    if (width == 0) { width = processors(); }
    for (std::size_t i = 0; i < std::min(width, expected_jobs); ++i) {
      auto thread = start_thread([this](std::stop_token const& stop) {
        while (auto const next = waiting_.pop({}, stop)) { list(next->first, next->second, stop); }
      });
      if (!thread) {
        if (threads_.empty()) { why_none_ = thread.error(); }
        return;
      }
      threads_.push_back(std::move(*thread));
    }
  }

  /// Adds the jobs of `found`, except for those that workers take over, as many as `workers`.
  /// Returns what each worker takes over.
  [[nodiscard]] std::vector<std::optional<adopted_listing>> add_all(listing const& found,
                                                                    std::size_t workers) {
    std::vector<std::optional<adopted_listing>> adopted;
    for (std::size_t i = 0; i < found.jobs(); ++i) {
      if (adopted.size() < workers && found.job(i).may_serve) {
        adopted.push_back(adopted_listing{i, found.job(i)});
      } else {
        add(i, found.job(i));
      }
    }
    adopted.resize(workers);
    return adopted;
  }
  void add(std::size_t job, discovery_job what) {
    if (why_none_) { return messages_.push(listing_is_over{job, why_none_}); }
    waiting_.push({job, std::move(what)});
  }

  void stop() {
    for (auto& thread : threads_) { thread.request_stop(); }
  }

 private:
  void list(std::size_t job, discovery_job const& what, std::stop_token const& stop) {
    auto const done = caught([&] { return heard(job, what, stop); });
    messages_.push(listing_is_over{job, done ? std::nullopt : std::optional{done.error()}});
  }

  /// The error says why the command did not end by itself.
  [[nodiscard]] result<void> heard(std::size_t job, discovery_job const& what,
                                   std::stop_token const& stop) {
    start_options options{.env = site_.env, .working_dir = site_.working_dir};
    if (!what.run.working_dir.empty()) { options.working_dir = what.run.working_dir; }
    options.with = what.input.empty() ? input::none : input::streamed;
    options.env.apply(what.run);
    options.env.set(runner_variable, this_runner());
    auto child = child_process::start(what.run.argv, options);
    if (!child) { return tl::unexpected(child.error()); }
    // If it has ended already, its exit status shows it.
    if (!what.input.empty()) { (void)child->write(what.input); }
    child->close_input();

    framework_event_sink const pass_on = [&](framework_event said) {
      messages_.push(listing_heard{job, std::move(said)});
    };
    auto const began = steady_clock::now();
    auto const limit = limit_.value();
    auto const end = host_.hear_listing(*child, what, began + to_clock(limit), stop, pass_on);
    if (end.cause != batch_cause::exited) { return tl::unexpected(listing_error(end, limit)); }
    limit_.learn(steady_clock::now() - began);
    return {};
  }

  run_host& host_;
  discovery_site site_;
  start_limit& limit_;
  message_queue& messages_;
  blocking_queue<std::pair<std::size_t, discovery_job>> waiting_;
  std::optional<error> why_none_;  ///< why there is no thread at all
  std::vector<std::jthread> threads_;
};

}  // namespace offload
