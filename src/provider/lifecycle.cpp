// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "lifecycle.hpp"

#include <offload/core/line_splitter.hpp>
#include <offload/core/trimmed.hpp>
#include <offload/process/marked_processes.hpp>
#include <offload/process/pause.hpp>
#include <offload/provider/backoff.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <utility>

namespace offload {
namespace {

constexpr int not_executable = 126;
constexpr int not_there = 127;
constexpr std::size_t longest_detail = 2000;
constexpr unsigned most_destructions = 3;

start_options options_in(std::string const& working_dir, input with) {
  start_options options{.working_dir = working_dir, .with = with};
  options.env.set(runner_variable, this_runner());
  return options;
}

result<finished_process> heard_to_the_end(std::string const& text, start_options const& options,
                                          seconds limit, seconds patience, std::stop_token stop,
                                          output_sink const& hear) {
  auto child = child_process::start({"/bin/sh", "-c", text}, options);
  if (!child) { return tl::unexpected(child.error()); }
  auto until = steady_clock::now() + to_clock(limit);
  finished_process done;
  for (;;) {
    auto progress = child->next(until, stop);
    if (!progress) { return tl::unexpected(progress.error()); }
    if (auto* some = std::get_if<command_output>(&*progress)) {
      hear(*some);
      (some->from == stream::out ? done.out : done.err) += some->bytes;
    } else if (auto const* ended = std::get_if<command_ended>(&*progress)) {
      done.status = ended->status;
      return done;
    } else if (std::holds_alternative<stop_was_requested>(*progress) && patience > seconds{}) {
      stop = {};
      until = std::min(until, steady_clock::now() + to_clock(patience));
    } else {
      child->terminate();
      bool const late = std::holds_alternative<deadline_passed>(*progress);
      return late ? fail(errc::sandbox, "it did not end within {:g} s", limit.count())
                  : fail(errc::sandbox, "it was stopped");
    }
  }
}

}  // namespace

result<finished_process> run_lifecycle(std::string const& text, std::string const& working_dir,
                                       seconds limit, std::string_view given,
                                       std::stop_token stop) {
  return run_process({"/bin/sh", "-c", text}, options_in(working_dir, input::none), given,
                     steady_clock::now() + to_clock(limit), std::move(stop));
}

result<finished_process> run_lifecycle_aloud(std::string const& text,
                                             std::string const& working_dir, seconds limit,
                                             preparation_sink const& say, std::stop_token stop) {
  line_splitter out;
  line_splitter err;
  auto done = heard_to_the_end(text, options_in(working_dir, input::none), limit, {},
                               std::move(stop), [&](command_output const& some) {
                                 (some.from == stream::out ? out : err).feed(some.bytes, say);
                               });
  out.finish(say);
  err.finish(say);
  return done;
}

result<finished_process> run_creation(std::string const& text, std::filesystem::path const& entry,
                                      std::string const& working_dir, seconds limit,
                                      seconds patience, std::stop_token stop) {
  auto options = options_in(working_dir, input::none);
  options.env.set(creation_variable, entry.string());
  return heard_to_the_end(text, options, limit, patience, std::move(stop),
                          [](command_output const&) {});
}

result<void> destroyed_by(std::string const& text, std::string const& working_dir, seconds limit) {
  result<void> done;
  auto const until = steady_clock::now() + to_clock(limit);
  for (unsigned failures = 0; failures < most_destructions; ++failures) {
    if (failures > 0) { pause(backoff(failures, 0.5)); }
    seconds const left = until - steady_clock::now();
    if (failures > 0 && left <= seconds{}) { break; }
    auto const ended = run_lifecycle(text, working_dir, left);
    if (ended && ended->status.ok()) { return {}; }
    done = ended ? fail(errc::sandbox, "{}{}", to_string(ended->status), detail_of(ended->err))
                 : tl::unexpected(ended.error());
  }
  return done;
}

tl::unexpected<error> failed_command(std::string_view name, finished_process const& done) {
  bool const missing = done.status.code == not_there || done.status.code == not_executable;
  return fail(missing ? errc::not_found : errc::sandbox, "{} ended with {}{}", name,
              to_string(done.status), detail_of(done.err));
}

bool may_get_better(error const& why) { return why.code != errc::not_found; }

std::string detail_of(std::string_view output) {
  std::string text{text::trimmed(output)};
  if (text.size() > longest_detail) {
    // Not inside a word: half a secret would not be recognised.
    auto const word = text.find_first_of(" \t\r\n", text.size() - longest_detail);
    text = "... " + text.substr(std::min(word, text.size()));
  }
  return text.empty() ? text : ": " + text;
}

}  // namespace offload
