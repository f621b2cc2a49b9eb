// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/provider/custom.hpp>

#include <offload/core/contents_of.hpp>
#include <offload/core/keep_tail.hpp>
#include <offload/core/trimmed.hpp>
#include <offload/process/marked_processes.hpp>
#include <offload/process/pause.hpp>
#include <offload/provider/backoff.hpp>
#include <offload/provider/command_template.hpp>
#include <offload/provider/prices.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <atomic>
#include <random>
#include <utility>

#include "lifecycle.hpp"
#include "random_name.hpp"

namespace offload {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr std::size_t name_length = 12;
constexpr unsigned most_tries = 3;
constexpr seconds longest_set_up = 120s;
constexpr seconds longest_ending = 10s;
constexpr seconds longest_destruction = 60s;
/// A create command that is interrupted leaves nobody knows what: it may come to its end.
constexpr seconds patience_with_creation = 30s;

}  // namespace

/// What all sandboxes of a provider have in common.
struct custom_sandbox::shared {
  shared(custom_options o, sandbox_journal j) : options{std::move(o)}, journal{std::move(j)} {}

  [[nodiscard]] std::string filled(std::string const& text, std::vector<filling> more = {}) const {
    more.push_back({"{cpu_cores}", fmt::format("{}", options.config.cpu_cores)});
    return filled_command(text, more);
  }
  [[nodiscard]] std::string working_dir() const { return options.config.working_dir.value_or(""); }

  custom_options options;
  sandbox_journal journal;
  std::string const name = random_name(name_length);
  /// A hint only: no sandbox relies on it, it saves the others a try.
  mutable std::atomic<bool> has_no_input{false};
};

custom_execution::custom_execution(child_process child, std::string_view secret,
                                   std::string ending_command)
    : child_{std::move(child)}, ending_{secret}, ending_command_{std::move(ending_command)} {}

result<command_progress> custom_execution::next(deadline until, std::stop_token stop) {
  for (;;) {
    auto progress = child_.next(until, stop);
    if (!progress) { return progress; }
    if (auto* some = std::get_if<command_output>(&*progress)) {
      if (some->from == stream::err) {
        keep_tail(errors_, some->bytes);
        return progress;
      }
      some->bytes = ending_.feed(some->bytes);
      if (some->bytes.empty()) { continue; }
    } else if (auto const* ended = std::get_if<command_ended>(&*progress)) {
      if (auto const status = ending_.status()) { return command_ended{*status}; }
      return fail(errc::sandbox, "contact was lost: exec_command ended with {}{}",
                  to_string(ended->status), detail_of(errors_));
    }
    return progress;
  }
}

exit_status custom_execution::terminate() {
  auto const status = child_.terminate();
  // That it cannot be reached is no news here: its sandbox will be destroyed.
  (void)run_lifecycle(ending_command_, {}, longest_ending);
  return status;
}

custom_sandbox::custom_sandbox(std::shared_ptr<shared const> run, std::string id, fs::path entry,
                               sandbox_shell shell)
    : run_{std::move(run)},
      id_{std::move(id)},
      entry_{std::move(entry)},
      shell_{std::move(shell)} {}

custom_sandbox::~custom_sandbox() {
  if (run_ == nullptr) { return; }
  (void)run(shell_.cleaning_up(), {}, longest_ending, {});
  std::vector<filling> const with{{"{sandbox_id}", id_}};
  auto const text = run_->filled(run_->options.config.destroy_command, with);
  auto const limit = std::min(run_->options.config.timeout, longest_destruction);
  for (unsigned failures = 0; failures < most_tries; ++failures) {
    if (failures > 0) { pause(backoff(failures, 0.5)); }
    auto const done = run_lifecycle(text, run_->working_dir(), limit);
    if (done && done->status.ok()) {
      run_->journal.strike(entry_);
      return;
    }
  }
}

custom_sandbox& custom_sandbox::operator=(custom_sandbox&& other) noexcept {
  std::swap(run_, other.run_);
  std::swap(id_, other.id_);
  std::swap(entry_, other.entry_);
  std::swap(shell_, other.shell_);
  std::swap(takes_input_, other.takes_input_);
  return *this;
}

std::string custom_sandbox::exec_command(std::string text) const {
  return run_->filled(run_->options.config.exec_command,
                      {{"{sandbox_id}", id_}, {"{command}", std::move(text)}});
}

result<finished_process> custom_sandbox::run(std::string text, std::string_view given,
                                             seconds limit, std::stop_token stop) const {
  return run_lifecycle(exec_command(std::move(text)), run_->working_dir(), limit, given,
                       std::move(stop));
}

result<custom_execution> custom_sandbox::start(command const& c, input with) {
  auto const secret = random_name(name_length);
  start_options options{.working_dir = run_->working_dir(), .with = with};
  options.env.set(runner_variable, this_runner());
  auto const text = exec_command(shell_.running(c, with, secret));
  return child_process::start({"/bin/sh", "-c", text}, options).map([&](child_process child) {
    return custom_execution{std::move(child), secret, exec_command(shell_.ending(secret))};
  });
}

result<void> custom_sandbox::download(std::span<file_copy const> files, std::stop_token stop) {
  auto const& config = run_->options.config;
  if (!config.download_command) { return fail(errc::unavailable, "there is no download_command"); }
  std::string paths;
  for (auto const& file : files) {
    auto const from = run_->options.root + "/" + file.from;
    paths += fmt::format("{}{}:{}", paths.empty() ? "" : " ", shell_quoted(from),
                         shell_quoted(fs::absolute(file.to).string()));
  }
  auto const text = run_->filled(*config.download_command,
                                 {{"{sandbox_id}", id_}, {"{paths}", paths, filling::form::text}});
  auto const done = run_lifecycle(text, run_->working_dir(), config.timeout, {}, std::move(stop));
  if (!done) { return tl::unexpected(done.error()); }
  if (!done->status.ok()) { return failed_command("download_command", *done); }
  return {};
}

result<void> custom_sandbox::set_up(std::vector<support_file> const& files,
                                    std::stop_token const& stop) {
  auto env = run_->options.env;
  env.push_back({std::string{sandbox_variable}, id_});
  auto const script = shell_.setting_up(files, env);
  result<void> done;
  for (unsigned failures = 0; failures < most_tries; ++failures) {
    if (failures > 0 && !pause(backoff(failures, 0.5), stop)) { break; }
    done = run_->has_no_input ? set_up_by_arguments(script, stop) : set_up_by_input(script, stop);
    if (done) { break; }
  }
  return done.map_error(doing("setting up sandbox {}", id_));
}

result<void> custom_sandbox::set_up_by_input(std::string const& script,
                                             std::stop_token const& stop) {
  auto const secret = random_name(name_length);
  auto const done = run(shell_.reading_script(script.size(), secret), script, longest_set_up, stop);
  if (done && done->out.find("ready-" + secret) != std::string::npos) {
    takes_input_ = true;
    return {};
  }
  auto by_arguments = set_up_by_arguments(script, stop);
  if (by_arguments) { run_->has_no_input = true; }
  return by_arguments;
}

result<void> custom_sandbox::set_up_by_arguments(std::string const& script,
                                                 std::stop_token const& stop) {
  auto const secret = random_name(name_length);
  result<finished_process> done;
  for (auto const& text : shell_.holding_script(script, secret)) {
    done = run(text, {}, longest_set_up, stop);
    if (!done) { return tl::unexpected(done.error()); }
    if (!done->status.ok()) { break; }
  }
  if (done->out.find("ready-" + secret) != std::string::npos) { return {}; }
  return fail(errc::sandbox, "exec_command ended with {}{}", to_string(done->status),
              detail_of(done->err));
}

result<custom_provider> custom_provider::make(custom_options options) {
  auto journal = sandbox_journal::open(options.journal, options.config.destroy_command,
                                       options.config.working_dir.value_or(""));
  return std::move(journal).map([&](sandbox_journal opened) {
    return custom_provider{
        std::make_shared<custom_sandbox::shared>(std::move(options), std::move(opened))};
  });
}

fs::path custom_provider::journal() const { return run_->journal.folder(); }

bool custom_provider::builds_images() const {
  return run_->options.config.prepare_command.has_value();
}

result<std::string> custom_provider::build_image(std::string const& context_dir,
                                                 preparation_sink const& say,
                                                 std::stop_token stop) {
  auto const& options = run_->options;
  auto const text = fmt::format("{}{} --context-dir={}",
                                run_->filled(options.config.prepare_command.value_or("")),
                                options.prepare_flags, shell_quoted(context_dir));
  result<std::string> image;
  for (unsigned failures = 0; failures < most_tries; ++failures) {
    if (failures > 0) {
      say(fmt::format("retrying after: {}", image.error().message));
      if (!pause(backoff(failures, 0.5), stop)) { break; }
    }
    image = image_by(text, say, stop);
    if (image || !may_get_better(image.error()) || stop.stop_requested()) { break; }
  }
  return image.map_error(doing("running prepare_command"));
}

result<std::string> custom_provider::image_by(std::string const& text, preparation_sink const& say,
                                              std::stop_token const& stop) const {
  auto const done =
      run_lifecycle_aloud(text, run_->working_dir(), run_->options.config.timeout, say, stop);
  if (!done) { return tl::unexpected(done.error()); }
  if (!done->status.ok()) { return failed_command("prepare_command", *done); }
  std::string const out{trimmed(done->out)};
  if (out.empty()) {
    return tl::unexpected(error{errc::sandbox, "prepare_command printed no image",
                                "the last line of its standard output is the image's id"});
  }
  return out.substr(out.find_last_of('\n') + 1);  // npos + 1 is 0
}

result<custom_sandbox> custom_provider::create(sandbox_spec const& spec, std::stop_token stop) {
  result<std::string> id;
  fs::path entry;
  for (unsigned failures = 0; failures < most_tries; ++failures) {
    double const random = static_cast<double>(std::random_device{}() % 1000) / 1000;
    if (failures > 0 && !pause(backoff(failures, random), stop)) { break; }
    entry = run_->journal.entry(fmt::format("{}-{}", spec.slot.value, failures));
    id = made(entry, spec.image, stop);
    if (id || !may_get_better(id.error()) || stop.stop_requested()) { break; }
  }
  if (!id) { return tl::unexpected(id.error()); }
  sandbox_shell shell{run_->options.root,
                      fmt::format("/tmp/offload-{}-{}", run_->name, spec.slot.value)};
  custom_sandbox sandbox{run_, std::move(*id), std::move(entry), std::move(shell)};
  return sandbox.set_up(spec.files, stop).map([&] { return std::move(sandbox); });
}

cost_estimate custom_provider::estimated_cost(seconds alive) const {
  return modal_cost(run_->options.config.cpu_cores, 0, alive);
}

result<std::string> custom_provider::made(fs::path const& entry, std::string const& image,
                                          std::stop_token const& stop) const {
  std::vector<filling> fillings;
  if (!image.empty()) { fillings.push_back({"{image_id}", image}); }
  // It writes into the journal itself: what it has made is known even if nobody is left to read it.
  auto const text = fmt::format("exec > {}\n{}", shell_quoted(entry.string()),
                                run_->filled(run_->options.config.create_command, fillings));
  auto const done = run_lifecycle_patiently(text, run_->working_dir(), run_->options.config.timeout,
                                            patience_with_creation, stop);
  std::string id{trimmed(contents_of(entry))};
  if (done && done->status.ok() && !id.empty()) { return id; }
  run_->journal.strike(entry);
  if (!done) { return tl::unexpected(done.error()); }
  if (!done->status.ok()) { return failed_command("create_command", *done); }
  return tl::unexpected(error{errc::sandbox, "create_command printed no sandbox id",
                              "it prints the id, and nothing else, on standard output"});
}

}  // namespace offload
