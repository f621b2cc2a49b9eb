// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/runner/runner.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <stdexcept>
#include <string_view>
#include <tuple>

#include "runner/fakes.hpp"

// An exception of a policy, such as one for want of memory, ends in an error or a red run: never in
// a hang, a crash or a green run.
namespace offload::testing {
namespace {

using namespace std::chrono_literals;

/// The function that throws in this test.
std::string_view throwing;

void reach(std::string_view function) {
  if (function == throwing) { throw std::runtime_error{"no memory"}; }
}

struct throwing_execution {
  [[nodiscard]] result<command_progress> next(deadline until, std::stop_token stop) {
    reach("next");
    return inner.next(until, std::move(stop));
  }
  [[nodiscard]] result<void> write(std::string_view bytes) {
    reach("write");
    return inner.write(bytes);
  }
  void close_input() {
    reach("close_input");
    inner.close_input();
  }
  exit_status terminate() { return inner.terminate(); }

  scripted_execution inner;
};

struct throwing_sandbox {
  static constexpr bool accepts_input = true;

  [[nodiscard]] sandbox_id id() const { return inner.id(); }
  [[nodiscard]] std::string files() const { return inner.files(); }
  [[nodiscard]] result<throwing_execution> start(command const& c, input with) {
    reach("start");
    auto started = inner.start(c, with);
    if (!started) { return tl::unexpected(started.error()); }
    return throwing_execution{std::move(*started)};
  }

  scripted_sandbox inner;
};

struct throwing_provider {
  static constexpr std::string_view name = "throwing";

  [[nodiscard]] result<throwing_sandbox> create(sandbox_spec const& spec, std::stop_token stop) {
    reach("create");
    auto made = inner.create(spec, std::move(stop));
    if (!made) { return tl::unexpected(made.error()); }
    return throwing_sandbox{std::move(*made)};
  }
  [[nodiscard]] result<void> prepare(preparation_sink const&, std::stop_token) {
    reach("prepare");
    return {};
  }

  scripted_provider inner;
};

struct throwing_reader {
  void feed(stream from, std::string_view bytes, framework_event_sink const& emit) {
    inner.feed(from, bytes, emit);
    reach("feed");
  }
  void finish(exit_status status, framework_event_sink const& emit) {
    reach("finish");
    inner.finish(status, emit);
  }

  line_protocol_reader inner{};
};

struct throwing_listing_reader {
  void feed(stream from, std::string_view bytes, framework_event_sink const& emit) {
    reach("feed of listing");
    inner.feed(from, bytes, emit);
  }
  void finish(exit_status status, framework_event_sink const& emit) {
    reach("finish of listing");
    inner.finish(status, emit);
  }

  scripted_framework::listing_reader inner{};
};

class throwing_framework {
 public:
  static constexpr std::string_view name = "throwing";

  explicit throwing_framework(scripted_framework inner) : inner_{std::move(inner)} {}

  [[nodiscard]] auto discovery(std::span<group const> groups, run_context const& context) const {
    reach("discovery");
    return inner_.discovery(groups, context);
  }
  [[nodiscard]] throwing_listing_reader discovery_reader(discovery_job const& job) const {
    reach("discovery_reader");
    return {inner_.discovery_reader(job)};
  }
  [[nodiscard]] result<command> run(batch const& tests, run_context const& context) const {
    reach("run");
    return inner_.run(tests, context);
  }
  [[nodiscard]] throwing_reader reader(batch const&) const {
    reach("reader");
    return {};
  }
  [[nodiscard]] framework_properties properties() const { return inner_.properties(); }
  [[nodiscard]] result<command> worker(run_context const& context) const {
    if (!context.support_dir.empty()) { reach("worker"); }  // the runner asks without one first
    return inner_.worker(context);
  }
  [[nodiscard]] throwing_reader worker_reader() const {
    reach("worker_reader");
    return {};
  }
  [[nodiscard]] std::string ask(batch const& tests) const {
    reach("ask");
    return inner_.ask(tests);
  }
  [[nodiscard]] std::string ask_nothing() const {
    reach("ask_nothing");
    return inner_.ask_nothing();
  }

 private:
  scripted_framework inner_;
};

struct throwing_scheduler {
  void open(std::span<work_item const> items, schedule_limits const&) {
    reach("open");
    for (auto const& item : items) { left.push_back(item.test); }
  }
  [[nodiscard]] std::vector<test_index> next(slot_id) {
    reach("next of scheduler");
    return std::exchange(left, {});
  }
  void again(test_index test, slot_id, batching) {
    reach("again");
    left.push_back(test);
  }
  [[nodiscard]] std::size_t waiting() const {
    reach("waiting");
    return left.size();
  }
  void on(schedule_event const& event) {
    if (std::holds_alternative<schedule_event::finished>(event.what)) { reach("on of scheduler"); }
  }

  std::vector<test_index> left{};
};

struct throwing_estimator {
  void estimate(std::span<test_case>) const { reach("estimate"); }
};

struct throwing_reporter {
  void on(run_event const& event) {
    if (std::holds_alternative<attempt_ended>(event.what)) { reach("on of reporter"); }
  }
};

class ThrowingPolicies : public ::testing::TestWithParam<std::tuple<char const*, bool>> {};

TEST_P(ThrowingPolicies, EndTheRunAndItIsNotGreen) {
  auto const [function, with_worker] = GetParam();
  throwing = function;
  auto const played = std::make_shared<script>(
      std::map<std::string, std::string>{{"a", "pass"}, {"b", "flaky"}, {"c", "pass"}});
  runner everything{throwing_provider{{played}}, throwing_framework{{played, with_worker}},
                    throwing_scheduler{}, throwing_estimator{}, throwing_reporter{}};
  run_settings settings{.groups = {{.name = "all", .retry_count = 1}}, .max_parallel = 3};
  settings.longest_stall = 200ms;

  auto const outcome = everything.run(settings);

  if (outcome) {
    EXPECT_EQ(exit_code(outcome->summary()), 1);
  } else {
    EXPECT_THAT(to_string(outcome.error()), ::testing::HasSubstr("no memory"));
  }
}

constexpr std::array everywhere{"create",
                                "prepare",
                                "start",
                                "next",
                                "feed",
                                "finish",
                                "feed of listing",
                                "finish of listing",
                                "discovery",
                                "discovery_reader",
                                "open",
                                "next of scheduler",
                                "again",
                                "waiting",
                                "on of scheduler",
                                "estimate",
                                "on of reporter"};
INSTANTIATE_TEST_SUITE_P(Commands, ThrowingPolicies,
                         ::testing::Combine(::testing::ValuesIn(everywhere),
                                            ::testing::Values(false)));
INSTANTIATE_TEST_SUITE_P(OfCommandsOnly, ThrowingPolicies,
                         ::testing::Combine(::testing::Values("run", "reader"),
                                            ::testing::Values(false)));
INSTANTIATE_TEST_SUITE_P(Workers, ThrowingPolicies,
                         ::testing::Combine(::testing::ValuesIn(everywhere),
                                            ::testing::Values(true)));
INSTANTIATE_TEST_SUITE_P(OfWorkersOnly, ThrowingPolicies,
                         ::testing::Combine(::testing::Values("worker", "worker_reader", "ask",
                                                              "write"),
                                            ::testing::Values(true)));

}  // namespace
}  // namespace offload::testing
