// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/error.hpp>
#include <offload/process/child_process.hpp>
#include <offload/process/marked_processes.hpp>
#include <offload/runner/discovery_site.hpp>
#include <offload/runner/listing.hpp>
#include <offload/runner/messages.hpp>
#include <offload/runner/queue.hpp>
#include <offload/runner/run_host.hpp>
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
  lister(run_host& host, discovery_site site, seconds limit, message_queue& messages)
      : host_{host}, site_{std::move(site)}, limit_{limit}, messages_{messages} {}

  /// `width` 0 stands for the number of processors.
  void start(std::size_t width, std::size_t expected_jobs) {
    if (width == 0) { width = processors(); }
    for (std::size_t i = 0; i < std::min(width, expected_jobs); ++i) {
      threads_.emplace_back([this](std::stop_token const& stop) {
        while (auto const next = waiting_.pop({}, stop)) { list(next->first, next->second, stop); }
      });
    }
  }

  void add(std::size_t job, discovery_job what) { waiting_.push({job, std::move(what)}); }

  void stop() {
    for (auto& thread : threads_) { thread.request_stop(); }
  }

 private:
  void list(std::size_t job, discovery_job const& what, std::stop_token const& stop) {
    auto failed = heard(job, what, stop);
    messages_.push(listing_is_over{job, std::move(failed)});
  }

  /// Returns why the command did not end by itself.
  [[nodiscard]] std::optional<error> heard(std::size_t job, discovery_job const& what,
                                           std::stop_token const& stop) {
    start_options options{.env = site_.env, .working_dir = site_.working_dir};
    if (!what.run.working_dir.empty()) { options.working_dir = what.run.working_dir; }
    options.with = what.input.empty() ? input::none : input::streamed;
    options.env.apply(what.run);
    options.env.set(runner_variable, this_runner());
    auto child = child_process::start(what.run.argv, options);
    if (!child) { return child.error(); }
    // If it has ended already, its exit status shows it.
    if (!what.input.empty()) { (void)child->write(what.input); }
    child->close_input();

    framework_event_sink const pass_on = [&](framework_event said) {
      messages_.push(listing_heard{job, std::move(said)});
    };
    auto const until = steady_clock::now() + to_clock(limit_);
    auto const end = host_.hear_listing(*child, what, until, stop, pass_on);
    if (end.cause == batch_cause::exited) { return std::nullopt; }
    return listing_error(end, limit_);
  }

  run_host& host_;
  discovery_site site_;
  seconds limit_;
  message_queue& messages_;
  blocking_queue<std::pair<std::size_t, discovery_job>> waiting_;
  std::vector<std::jthread> threads_;
};

}  // namespace offload
