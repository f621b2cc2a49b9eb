// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/core/joined.hpp>
#include <offload/core/keep_tail.hpp>
#include <offload/core/shell_words.hpp>
#include <offload/process/marked_processes.hpp>
#include <offload/process/pause.hpp>
#include <offload/provider/backoff.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "lifecycle.hpp"
#include "limits.hpp"
#include "random_name.hpp"
#include "shell_shared.hpp"

namespace offload {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr seconds longest_ending = 10s;

tl::unexpected<error> no_contact(finished_process const& done) {
  return fail(errc::sandbox, "exec_command ended with {}{}", to_string(done.status),
              detail_of(done.err));
}

}  // namespace

void shell_sandbox::shared::destroy(std::string const& id, fs::path const& entry) const {
  std::vector<filling> const with{{"{sandbox_id}", id}};
  auto const text = filled(options.config.destroy_command, with);
  auto const limit = std::min(options.config.timeout, longest_destruction);
  if (destroyed_by(text, working_dir(), limit)) { journal.strike(entry); }
}

shell_execution::shell_execution(child_process child, std::string_view secret,
                                 std::string ending_command, std::string working_dir,
                                 std::shared_ptr<far_files> files)
    : child_{std::move(child)},
      ending_{secret},
      ending_command_{std::move(ending_command)},
      working_dir_{std::move(working_dir)},
      files_{std::move(files)} {}

result<command_progress> shell_execution::next(deadline until, std::stop_token stop) {
  for (;;) {
    auto progress = child_.next(until, stop);
    if (!progress) { return progress; }
    if (auto* some = std::get_if<command_output>(&*progress)) {
      if (some->from == stream::err) {
        text::keep_tail(errors_, some->bytes);
        return progress;
      }
      some->bytes = ending_.feed(some->bytes);
      if (some->bytes.empty()) { continue; }
    } else if (auto const* ended = std::get_if<command_ended>(&*progress)) {
      if (auto const status = ending_.status()) {
        if (files_) { *files_ = far_files::none; }
        return command_ended{*status};
      }
      // The command may still run in the sandbox, in which other tests run next.
      end_far_side();
      return fail(errc::sandbox, "lost contact: exec_command ended with {}{}",
                  to_string(ended->status), detail_of(errors_));
    }
    return progress;
  }
}

exit_status shell_execution::terminate() {
  auto const status = child_.terminate();
  end_far_side();
  return status;
}

void shell_execution::end_far_side() const {
  if (files_) { *files_ = far_files::doubtful; }
  // An unreachable sandbox is not worth a message, since it is destroyed anyway.
  for (unsigned tries = 0; tries < 2; ++tries) {
    auto const done = run_lifecycle(ending_command_, working_dir_, longest_ending);
    if (!done || done->status.ok()) { return; }
  }
}

shell_sandbox::shell_sandbox(std::shared_ptr<shared const> run, std::string id, fs::path entry,
                             sandbox_shell shell)
    : run_{std::move(run)},
      id_{std::move(id)},
      entry_{std::move(entry)},
      shell_{std::move(shell)} {}

shell_sandbox::~shell_sandbox() {
  if (run_ == nullptr) { return; }
  if (line_) {
    leave_line("");
  } else if (*far_ != far_files::none) {
    clean_up();
  }
  run_->destroy(id_, entry_);
}

void shell_sandbox::clean_up() const {
  for (unsigned tries = 0; tries < 2; ++tries) {
    auto const done = run(shell_.cleaning_up(), {}, longest_ending, {});
    if (!done || done->status.ok()) { return; }
  }
}

std::string shell_sandbox::exec_command(std::string text) const {
  return run_->filled(run_->options.config.exec_command,
                      {{"{sandbox_id}", id_}, {"{command}", std::move(text)}});
}

result<finished_process> shell_sandbox::run(std::string text, std::string_view given, seconds limit,
                                            std::stop_token stop) const {
  return run_lifecycle(exec_command(std::move(text)), run_->working_dir(), limit, given,
                       std::move(stop));
}

result<child_process> shell_sandbox::begun(std::string text, input with) const {
  start_options options{.working_dir = run_->working_dir(), .with = with};
  options.env.set(runner_variable, this_runner());
  return child_process::start({"/bin/sh", "-c", exec_command(std::move(text))}, options);
}

result<shell_execution> shell_sandbox::start(command const& c, input with) {
  if (*far_ != far_files::there) {
    auto const again = set_up(std::exchange(files_, {}), {});
    if (!again) { return tl::unexpected(again.error()); }
  }
  if (with == input::streamed && line_) { return start_on_line(c); }
  if (line_) { leave_line(sandbox_shell::on_line("")); }
  auto const secret = fmt::format("{}-{}", run_->name, random_name(shared::name_length));
  return begun(shell_.running(c, with, secret), with).map([&](child_process child) {
    return shell_execution{std::move(child), secret, exec_command(shell_.ending(secret)),
                           run_->working_dir()};
  });
}

/// It is most likely the last one, so it takes the files with it, and nobody has to come for them,
/// unless they are needed still.
result<shell_execution> shell_sandbox::start_on_line(command const& c) {
  auto line = *std::exchange(line_, std::nullopt);
  // A line that is dead shows in how it ends.
  (void)line.write(
      sandbox_shell::on_line(shell_.running(c, input::streamed, line_secret_, afterwards_)));
  return shell_execution{std::move(line), line_secret_, exec_command(shell_.ending(line_secret_)),
                         run_->working_dir(), afterwards_ == files_afterwards::go ? far_ : nullptr};
}

void shell_sandbox::leave_line(std::string_view last_word) {
  auto line = *std::exchange(line_, std::nullopt);
  if (!last_word.empty()) { (void)line.write(last_word); }
  line.close_input();
  auto const until = steady_clock::now() + to_clock(longest_ending);
  for (;;) {
    auto const progress = line.next(until, {});
    if (!progress || !std::holds_alternative<command_output>(*progress)) { return; }
  }
}

result<void> shell_sandbox::download(std::span<file_copy const> files, std::stop_token stop) {
  auto const& config = run_->options.config;
  if (!config.download_command) { return fail(errc::unavailable, "there is no download_command"); }
  auto const paths = text::joined(files, " ", [&](file_copy const& file) {
    return fmt::format("{}:{}", shell::quoted(run_->options.root + "/" + file.from),
                       shell::quoted(fs::absolute(file.to).string()));
  });
  auto const text = run_->filled(*config.download_command,
                                 {{"{sandbox_id}", id_}, {"{paths}", paths, filling::form::text}});
  auto const done = run_lifecycle(text, run_->working_dir(), config.timeout, {}, std::move(stop));
  if (!done) { return tl::unexpected(done.error()); }
  if (!done->status.ok()) { return failed_command("download_command", *done); }
  return {};
}

result<void> shell_sandbox::set_up(std::vector<support_file> const& files,
                                   std::stop_token const& stop) {
  files_ = files;
  *far_ = far_files::doubtful;
  auto env = run_->options.env;
  env.push_back({std::string{sandbox_variable}, id_});
  auto const script = shell_.setting_up(files, env);
  result<void> done;
  for (unsigned failures = 0; failures < shared::most_tries; ++failures) {
    if (failures > 0 && !pause(backoff(failures, 0.5), stop)) { break; }
    // A connection may break once; a command that changes the input does so each time.
    bool const at_last = failures + 1 == shared::most_tries;
    bool const by_input = !run_->has_no_input && !at_last;
    done = by_input ? set_up_by_input(script, stop) : set_up_by_arguments(script, stop);
    if (done && at_last) { run_->has_no_input = true; }
    if (done) { break; }
  }
  return done.map_error(doing("setting up sandbox {}", id_));
}

result<void> shell_sandbox::set_up_by_input(std::string const& script,
                                            std::stop_token const& stop) {
  auto const secret = fmt::format("{}-{}", run_->name, random_name(shared::name_length));
  auto line = begun(shell_.opening(script.size(), secret), input::streamed);
  if (!line) { return tl::unexpected(line.error()); }
  (void)line->write(script);  // one that is gone already shows below
  auto const until = steady_clock::now() + to_clock(longest_set_up);
  finished_process so_far;
  for (;;) {
    auto progress = line->next(until, stop);
    if (!progress) { return tl::unexpected(progress.error()); }
    if (auto const* some = std::get_if<command_output>(&*progress)) {
      (some->from == stream::out ? so_far.out : so_far.err) += some->bytes;
      if (so_far.out.find("ready-" + secret) == std::string::npos) { continue; }
      line_ = std::move(*line);
      line_secret_ = secret;
      takes_input_ = true;
      *far_ = far_files::there;
      return {};
    }
    if (auto const* ended = std::get_if<command_ended>(&*progress)) {
      so_far.status = ended->status;
      break;
    }
    if (stop.stop_requested()) { return fail(errc::sandbox, "it was stopped"); }
    break;  // a command that keeps all input until its end
  }
  bool const deaf = so_far.out.find("deaf-" + secret) != std::string::npos;
  if (!deaf && steady_clock::now() < until) { return no_contact(so_far); }
  run_->has_no_input = true;
  return set_up_by_arguments(script, stop);
}

result<void> shell_sandbox::set_up_by_arguments(std::string const& script,
                                                std::stop_token const& stop) {
  auto const secret = random_name(shared::name_length);
  result<finished_process> done;
  for (auto const& text : shell_.holding_script(script, secret)) {
    done = run(text, {}, longest_set_up, stop);
    if (!done) { return tl::unexpected(done.error()); }
    if (!done->status.ok()) { break; }
  }
  if (done->out.find("ready-" + secret) == std::string::npos) { return no_contact(*done); }
  *far_ = far_files::there;
  return {};
}

}  // namespace offload
