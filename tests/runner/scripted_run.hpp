// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/runner/runner.hpp>
#include <offload/scheduler/pull.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "runner/fakes.hpp"

namespace offload::testing {

using namespace std::chrono_literals;

/// Whether the framework keeps a worker or runs a command a batch: nearly everything holds for
/// both.
class scripted_run : public ::testing::TestWithParam<bool> {
 protected:
  run_outcome run(std::map<std::string, std::string> parts, unsigned retries = 0) {
    settings.groups = {{.name = "all", .retry_count = retries}};
    return run_groups(std::move(parts));
  }

  run_outcome run_groups(std::map<std::string, std::string> parts) {
    played = std::make_shared<script>(std::move(parts));
    runner everything{scripted_provider{played, refused, out_of_reach},
                      scripted_framework{played, GetParam(), properties}, pull_scheduler{},
                      recording_reporter{}};
    auto outcome = everything.run(settings, stop.get_token());
    seen = std::get<0>(everything.reporters());
    EXPECT_TRUE(outcome) << to_string(outcome.error());
    return outcome ? std::move(*outcome) : run_outcome{};
  }

  static std::map<std::string, verdict> verdicts(run_outcome const& outcome) {
    std::map<std::string, verdict> list;
    for (auto const& record : outcome.tests) { list[record.test.id.value] = record.ended; }
    return list;
  }

  run_settings settings{.groups = {},
                        .max_parallel = 3,
                        .batch_timeout = 20s,
                        .speculation = speculative_retries::off};
  framework_properties properties{};
  std::uint32_t refused = 0;
  std::uint32_t out_of_reach = 0;
  std::stop_source stop;
  std::shared_ptr<script> played;
  recording_reporter seen;
};

}  // namespace offload::testing
