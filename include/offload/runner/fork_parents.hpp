// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/execution.hpp>
#include <offload/framework/concept.hpp>
#include <offload/runner/batch_closing.hpp>
#include <offload/runner/listener.hpp>

#include <memory>
#include <mutex>
#include <stop_token>
#include <utility>
#include <vector>

namespace offload {

/// The processes that have listed the tests and fork workers. They outlive the slots that have
/// started them, since slots that come later need them, and the workers are their children.
class fork_parents {
 public:
  /// Called by the threads of slots.
  template <Execution E>
  void keep(E parent) {
    std::lock_guard const lock{mutex_};
    parents_.push_back(std::make_unique<parent_of<E>>(std::move(parent)));
  }

  /// Asks all to end, which they do when their workers have ended. No worker is forked from now on.
  void close() {
    std::lock_guard const lock{mutex_};
    for (auto const& one : parents_) { one->close(); }
  }

  /// Waits until all have ended, for as long as `limit`. Returns how each has ended.
  [[nodiscard]] std::vector<batch_closing> dismiss(seconds limit, std::stop_token const& stop) {
    close();
    auto const until = steady_clock::now() + to_clock(limit);
    std::vector<batch_closing> ends;
    std::lock_guard const lock{mutex_};
    for (auto const& one : parents_) { ends.push_back(one->await_end(until, stop)); }
    parents_.clear();
    return ends;
  }

 private:
  class any_parent {
   public:
    virtual ~any_parent() = default;
    virtual void close() = 0;
    [[nodiscard]] virtual batch_closing await_end(time_point until,
                                                  std::stop_token const& stop) = 0;
  };

  /// It has told all that it had to tell.
  struct deaf_reader {
    void feed(stream, std::string_view, framework_event_sink const&) const {}
    void finish(exit_status, framework_event_sink const&) const {}
  };

  template <Execution E>
  class parent_of final : public any_parent {
   public:
    explicit parent_of(E running) : ear_{std::move(running)} {}
    void close() override { ear_.running().close_input(); }
    batch_closing await_end(time_point until, std::stop_token const& stop) override {
      deaf_reader reader;
      for (;;) {
        if (auto end = ear_.step(reader, until, stop, [](framework_event const&) {})) {
          return *end;
        }
      }
    }

   private:
    listener<E> ear_;
  };

  std::mutex mutex_;
  std::vector<std::unique_ptr<any_parent>> parents_;
};

}  // namespace offload
