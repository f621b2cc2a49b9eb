// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/caught.hpp>
#include <offload/process/thread.hpp>
#include <offload/runner/messages.hpp>
#include <offload/runner/run_host.hpp>

#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>

namespace offload {

/// Has a provider prepare itself on a thread of its own, and passes on what it says.
class preparation {
 public:
  preparation(run_host& host, message_queue& messages) : host_{host}, messages_{messages} {}

  void start() {
    auto const say = [this](std::string_view line) {
      messages_.push(preparation_heard{std::string{line}});
    };
    auto thread = start_thread([this, say](std::stop_token const& stop) {
      auto const done = caught([&] { return host_.prepare(say, stop); });
      messages_.push(preparation_is_over{done ? std::nullopt : std::optional{done.error()}});
    });
    if (thread) {
      thread_ = std::move(*thread);
    } else {
      messages_.push(preparation_is_over{thread.error()});
    }
  }
  void stop() { thread_.request_stop(); }

 private:
  run_host& host_;
  message_queue& messages_;
  std::jthread thread_;
};

}  // namespace offload
