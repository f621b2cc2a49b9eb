// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/framework/command.hpp>

#include <offload/core/inline.hpp>
#include <offload/core/joined.hpp>
#include <offload/core/shell_words.hpp>
#include <offload/framework/exit_status_reader.hpp>
#include <offload/framework/go_json_reader.hpp>
#include <offload/framework/googletest_reader.hpp>
#include <offload/framework/junit_stream.hpp>
#include <offload/framework/placeholders.hpp>
#include <offload/framework/tap_reader.hpp>

#include <range/v3/range/conversion.hpp>
#include <range/v3/view/enumerate.hpp>
#include <range/v3/view/transform.hpp>

#include <limits>
#include <utility>
#include <variant>

namespace offload {
namespace command_framework_detail {

inline constexpr std::string_view filters_placeholder = "{filters}";
inline constexpr std::string_view tests_placeholder = "{tests}";
inline constexpr std::string_view result_file_placeholder = "{result_file}";

inline std::string words_of(std::vector<test_id> const& tests) {
  return text::joined(tests, " ", [](test_id const& id) { return shell::quoted(id.value); });
}

}  // namespace command_framework_detail

OFFLOAD_INLINE bool has_one_result_file(command_framework_config const& c) {
  return c.result_file &&
         c.run_command.find(command_framework_detail::result_file_placeholder) == std::string::npos;
}

OFFLOAD_INLINE command_listing_reader::command_listing_reader(discovery_job const& job,
                                                              verdict_source decides)
    : lines_{job, "the discover_command"}, decides_{decides} {}

OFFLOAD_INLINE framework_event_sink
command_listing_reader::listing_one(framework_event_sink const& emit) {
  if (decides_ != verdict_source::exit_status_of_all) { return emit; }
  return [this, &emit](framework_event said) {
    if (auto* test = std::get_if<test_listed>(&said)) {
      if (std::exchange(listed_, true)) { return; }
      test->id = {std::string{all_tests_id}};
    }
    emit(std::move(said));
  };
}

OFFLOAD_INLINE void command_listing_reader::feed(stream from, std::string_view bytes,
                                                 framework_event_sink const& emit) {
  lines_.feed(from, bytes, listing_one(emit));
}

OFFLOAD_INLINE void command_listing_reader::finish(exit_status status,
                                                   framework_event_sink const& emit) {
  lines_.finish(status, listing_one(emit));
}

struct command_reader::any {
  std::variant<junit_stream_reader, tap_reader, go_json_reader, googletest_reader,
               exit_status_reader>
      held;
};

OFFLOAD_INLINE command_reader::command_reader(any reader)
    : held_{std::in_place, std::move(reader)} {}

OFFLOAD_INLINE void command_reader::feed(stream from, std::string_view bytes,
                                         framework_event_sink const& emit) {
  std::visit([&](auto& reader) { reader.feed(from, bytes, emit); }, held_->held);
}

OFFLOAD_INLINE void command_reader::interrupted(framework_event_sink const& emit) {
  // In every reader, the events that are dropped here are only text for the log.
  std::visit([&](auto& reader) { (void)tell_interrupted(reader, emit); }, held_->held);
}

OFFLOAD_INLINE void command_reader::finish(exit_status status, framework_event_sink const& emit) {
  std::visit([&](auto& reader) { reader.finish(status, emit); }, held_->held);
}

OFFLOAD_INLINE verdict_source command_framework::decides() const {
  std::string_view const run = config_.run_command;
  if (config_.results != result_format::junit) { return verdict_source::standard_output; }
  if (run.find(command_framework_detail::result_file_placeholder) != run.npos ||
      config_.result_file) {
    return verdict_source::result_file;
  }
  return run.find(command_framework_detail::tests_placeholder) != run.npos
             ? verdict_source::exit_status_of_test
             : verdict_source::exit_status_of_all;
}

OFFLOAD_INLINE result<std::vector<discovery_job>> command_framework::discovery(
    std::span<group const> groups, run_context const& context) const {
  auto const job = [&](auto const& numbered) {
    auto const& [number, one] = numbered;
    auto script = filled_in(config_.discover_command,
                            {{command_framework_detail::filters_placeholder, one.filters}});
    return discovery_job{.run = {.argv = {context.shell, "-c", std::move(script)},
                                 .working_dir = config_.working_dir.value_or("")},
                         .groups = {number}};
  };
  return groups | ranges::views::enumerate | ranges::views::transform(job) |
         ranges::to<std::vector<discovery_job>>();
}

OFFLOAD_INLINE command_listing_reader
command_framework::discovery_reader(discovery_job const& job) const {
  return {job, decides()};
}

OFFLOAD_INLINE result<command> command_framework::run(batch const& tests,
                                                      run_context const& context) const {
  std::string_view const run = config_.run_command;
  bool const generated = run.find(command_framework_detail::result_file_placeholder) != run.npos;
  auto script = filled_in(run, {{command_framework_detail::tests_placeholder,
                                 command_framework_detail::words_of(tests.tests)},
                                {command_framework_detail::result_file_placeholder,
                                 shell::quoted(context.result_file)}});
  command c;
  if (generated) {
    c = sending_report({std::move(script), context.result_file}, tests, context);
  } else if (config_.result_file) {
    c = sending_report({std::move(script), *config_.result_file, after_sending::keep}, tests,
                       context);
  } else {
    c.argv = {context.shell, "-c", std::move(script)};
  }
  c.working_dir = config_.working_dir.value_or("");
  return c;
}

OFFLOAD_INLINE command_reader command_framework::reader(batch const& tests) const {
  switch (decides()) {
    case verdict_source::result_file:
      return command_reader{{junit_stream_reader{tests, config_.test_id_format}}};
    case verdict_source::standard_output:
      if (config_.results == result_format::tap) {
        return command_reader{{tap_reader{tests, config_.test_id_format}}};
      }
      if (config_.results == result_format::go_json) {
        return command_reader{{go_json_reader{tests, config_.test_id_format}}};
      }
      return command_reader{{googletest_reader{tests, config_.test_id_format}}};
    case verdict_source::exit_status_of_test:
    case verdict_source::exit_status_of_all: break;
  }
  return command_reader{{exit_status_reader{tests}}};
}

OFFLOAD_INLINE framework_properties command_framework::properties() const {
  auto const source = decides();
  bool const tells_apart =
      source == verdict_source::result_file || source == verdict_source::standard_output;
  bool const says_what_starts =
      config_.results == result_format::go_json || config_.results == result_format::googletest;
  return {.max_concurrency = has_one_result_file(config_) ? 1 : unlimited,
          .largest_batch = tells_apart ? unlimited : 1,
          .announces_start = source == verdict_source::standard_output && says_what_starts};
}

}  // namespace offload
