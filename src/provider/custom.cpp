// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/provider/custom.hpp>

#include <offload/core/keep_tail.hpp>
#include <offload/process/marked_processes.hpp>
#include <offload/process/pause.hpp>
#include <offload/provider/backoff.hpp>
#include <offload/provider/command_template.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <atomic>
#include <fstream>
#include <iterator>
#include <random>
#include <utility>

#include "lifecycle.hpp"
#include "random_name.hpp"

namespace offload {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

/// In US dollars; for sandboxes that are not preempted.
constexpr double price_of_a_core_second = 0.00003942;
constexpr std::size_t name_length = 12;
constexpr unsigned most_tries = 3;
constexpr seconds longest_set_up = 120s;
constexpr seconds longest_ending = 10s;
constexpr seconds longest_destruction = 60s;
/// A create command that is interrupted leaves nobody knows what: it may come to its end.
constexpr seconds patience_with_creation = 30s;

std::string contents_of(fs::path const& path) {
  std::ifstream file{path, std::ios::binary};
  return trimmed({std::istreambuf_iterator<char>{file}, {}});
}

/// Where Offload's files are in a sandbox.
std::string sandbox_folder(std::string_view run, slot_id slot) {
  return fmt::format("/tmp/offload-{}-{}", run, slot.value);
}

tl::unexpected<error> no_contact(finished_process const& done) {
  return fail(errc::sandbox, "exec_command ended with {}{}", to_string(done.status),
              detail_of(done.err));
}

}  // namespace

/// What all sandboxes of a provider have in common.
struct custom_sandbox::shared {
  shared(custom_options o, sandbox_journal j, std::string n)
      : options{std::move(o)}, journal{std::move(j)}, name{std::move(n)} {}

  [[nodiscard]] std::string filled(std::string const& text, std::vector<filling> more = {}) const {
    more.push_back({"{cpu_cores}", fmt::format("{}", options.config.cpu_cores)});
    return filled_command(text, more);
  }
  [[nodiscard]] std::string working_dir() const { return options.config.working_dir.value_or(""); }
  /// Strikes it from the journal when that has worked.
  void destroy(std::string const& id, fs::path const& entry) const;

  custom_options options;
  sandbox_journal journal;
  std::string name;
  /// A hint only: no sandbox relies on it, it saves the others a try.
  mutable std::atomic<bool> has_no_input{false};
};

void custom_sandbox::shared::destroy(std::string const& id, fs::path const& entry) const {
  std::vector<filling> const with{{"{sandbox_id}", id}};
  auto const text = filled(options.config.destroy_command, with);
  auto const limit = std::min(options.config.timeout, longest_destruction);
  if (destroyed_by(text, working_dir(), limit)) { journal.strike(entry); }
}

custom_execution::custom_execution(child_process child, std::string_view secret,
                                   std::string ending_command, std::string working_dir,
                                   std::shared_ptr<far_files> files)
    : child_{std::move(child)},
      ending_{secret},
      ending_command_{std::move(ending_command)},
      working_dir_{std::move(working_dir)},
      files_{std::move(files)} {}

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
      if (auto const status = ending_.status()) {
        if (files_) { *files_ = far_files::none; }
        return command_ended{*status};
      }
      // What it ran may go on in the sandbox, where other tests are to run next.
      end_far_side();
      return fail(errc::sandbox, "contact was lost: exec_command ended with {}{}",
                  to_string(ended->status), detail_of(errors_));
    }
    return progress;
  }
}

exit_status custom_execution::terminate() {
  auto const status = child_.terminate();
  end_far_side();
  return status;
}

void custom_execution::end_far_side() const {
  if (files_) { *files_ = far_files::doubtful; }
  // That it cannot be reached is no news: a sandbox that cannot, will be destroyed.
  for (unsigned tries = 0; tries < 2; ++tries) {
    auto const done = run_lifecycle(ending_command_, working_dir_, longest_ending);
    if (!done || done->status.ok()) { return; }
  }
}

custom_sandbox::custom_sandbox(std::shared_ptr<shared const> run, std::string id, fs::path entry,
                               sandbox_shell shell)
    : run_{std::move(run)},
      id_{std::move(id)},
      entry_{std::move(entry)},
      shell_{std::move(shell)} {}

custom_sandbox::~custom_sandbox() {
  if (run_ == nullptr) { return; }
  if (line_) {
    leave_line("");
  } else if (*far_ != far_files::none) {
    clean_up();
  }
  run_->destroy(id_, entry_);
}

void custom_sandbox::clean_up() const {
  for (unsigned tries = 0; tries < 2; ++tries) {
    auto const done = run(shell_.cleaning_up(), {}, longest_ending, {});
    if (!done || done->status.ok()) { return; }
  }
}

custom_sandbox& custom_sandbox::operator=(custom_sandbox&& other) noexcept {
  std::swap(run_, other.run_);
  std::swap(id_, other.id_);
  std::swap(entry_, other.entry_);
  std::swap(shell_, other.shell_);
  std::swap(files_, other.files_);
  std::swap(takes_input_, other.takes_input_);
  std::swap(line_, other.line_);
  std::swap(line_secret_, other.line_secret_);
  std::swap(far_, other.far_);
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

result<child_process> custom_sandbox::begun(std::string text, input with) const {
  start_options options{.working_dir = run_->working_dir(), .with = with};
  options.env.set(runner_variable, this_runner());
  return child_process::start({"/bin/sh", "-c", exec_command(std::move(text))}, options);
}

result<custom_execution> custom_sandbox::start(command const& c, input with) {
  if (*far_ != far_files::there) {
    auto const again = set_up(std::exchange(files_, {}), {});
    if (!again) { return tl::unexpected(again.error()); }
  }
  if (with == input::streamed && line_) { return start_on_line(c); }
  if (line_) { leave_line(on_line("")); }
  auto const secret = fmt::format("{}-{}", run_->name, random_name(name_length));
  return begun(shell_.running(c, with, secret), with).map([&](child_process child) {
    return custom_execution{std::move(child), secret, exec_command(shell_.ending(secret)),
                            run_->working_dir()};
  });
}

/// It is most likely the last one, so it takes the files with it, and nobody has to come for them.
result<custom_execution> custom_sandbox::start_on_line(command const& c) {
  auto line = *std::exchange(line_, std::nullopt);
  // A line that is dead shows in how it ends.
  (void)line.write(on_line(shell_.running(c, input::streamed, line_secret_, files_afterwards::go)));
  return custom_execution{std::move(line), line_secret_, exec_command(shell_.ending(line_secret_)),
                          run_->working_dir(), far_};
}

void custom_sandbox::leave_line(std::string_view last_word) {
  auto line = *std::exchange(line_, std::nullopt);
  if (!last_word.empty()) { (void)line.write(last_word); }
  line.close_input();
  auto const until = steady_clock::now() + to_clock(longest_ending);
  for (;;) {
    auto const progress = line.next(until, {});
    if (!progress || !std::holds_alternative<command_output>(*progress)) { return; }
  }
}

result<void> custom_sandbox::set_up(std::vector<support_file> const& files,
                                    std::stop_token const& stop) {
  files_ = files;
  *far_ = far_files::doubtful;
  auto env = run_->options.env;
  env.push_back({std::string{sandbox_variable}, id_});
  auto const script = shell_.setting_up(files, env);
  result<void> done;
  for (unsigned failures = 0; failures < most_tries; ++failures) {
    if (failures > 0 && !pause(backoff(failures, 0.5), stop)) { break; }
    // A connection may break once; whoever mangles input does so each time.
    bool const at_last = failures + 1 == most_tries;
    bool const by_input = !run_->has_no_input && !at_last;
    done = by_input ? set_up_by_input(script, stop) : set_up_by_arguments(script, stop);
    if (done && at_last) { run_->has_no_input = true; }
    if (done) { break; }
  }
  return done.map_error(doing("setting up sandbox {}", id_));
}

result<void> custom_sandbox::set_up_by_input(std::string const& script,
                                             std::stop_token const& stop) {
  auto const secret = fmt::format("{}-{}", run_->name, random_name(name_length));
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
    break;  // whoever keeps all input until its end
  }
  bool const deaf = so_far.out.find("deaf-" + secret) != std::string::npos;
  if (!deaf && steady_clock::now() < until) { return no_contact(so_far); }
  run_->has_no_input = true;
  return set_up_by_arguments(script, stop);
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
  if (done->out.find("ready-" + secret) == std::string::npos) { return no_contact(*done); }
  *far_ = far_files::there;
  return {};
}

result<custom_provider> custom_provider::make(custom_options options) {
  auto name = random_name(name_length);
  auto const& config = options.config;
  filling const cores{"{cpu_cores}", fmt::format("{}", config.cpu_cores)};
  auto const clean = filled_command(
      config.exec_command, std::vector<filling>{cores, {"{command}", cleaning_up_after(name)}});
  auto const destroy = filled_command(config.destroy_command, std::vector<filling>{cores});
  auto journal =
      sandbox_journal::open(options.journal, destroy, config.working_dir.value_or(""), clean);
  return std::move(journal).map([&](sandbox_journal opened) {
    return custom_provider{std::make_shared<custom_sandbox::shared>(
        std::move(options), std::move(opened), std::move(name))};
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
  auto const out = trimmed(done->out);
  if (out.empty()) {
    return tl::unexpected(error{errc::sandbox, "prepare_command printed no image",
                                "the last line of its standard output is the image's id"});
  }
  return out.substr(out.find_last_of('\n') + 1);  // npos + 1 is 0
}

result<custom_sandbox> custom_provider::create(sandbox_spec const& spec, std::stop_token stop) {
  for (unsigned failures = 0;; ++failures) {
    auto sandbox = try_to_create(spec, failures, stop);
    if (sandbox || !may_get_better(sandbox.error()) || failures + 1 == most_tries) {
      return sandbox;
    }
    double const random = static_cast<double>(std::random_device{}() % 1000) / 1000;
    if (!pause(backoff(failures + 1, random), stop)) { return sandbox; }
  }
}

result<custom_sandbox> custom_provider::try_to_create(sandbox_spec const& spec, unsigned number,
                                                      std::stop_token const& stop) {
  auto entry = run_->journal.entry(fmt::format("{}-{}", spec.slot.value, number));
  auto id = made(entry, spec.image, stop);
  if (!id) { return tl::unexpected(id.error()); }
  sandbox_shell shell{run_->options.root, sandbox_folder(run_->name, spec.slot)};
  custom_sandbox sandbox{run_, std::move(*id), std::move(entry), std::move(shell)};
  return sandbox.set_up(spec.files, stop).map([&] { return std::move(sandbox); });
}

cost_estimate custom_provider::estimated_cost(seconds alive) const {
  auto const cpu_seconds = run_->options.config.cpu_cores * alive.count();
  return {cpu_seconds * price_of_a_core_second, cpu_seconds};
}

result<std::string> custom_provider::made(fs::path const& entry, std::string const& image,
                                          std::stop_token const& stop) const {
  std::vector<filling> fillings;
  if (!image.empty()) { fillings.push_back({"{image_id}", image}); }
  auto const text =
      sandbox_journal::recorded(run_->filled(run_->options.config.create_command, fillings), entry);
  auto const done = run_creation(text, entry, run_->working_dir(), run_->options.config.timeout,
                                 patience_with_creation, stop);
  auto id = contents_of(entry);
  if (done && done->status.ok() && !id.empty()) { return id; }
  // One that has said what it has made, and failed then, has made it.
  id.empty() ? run_->journal.strike(entry) : run_->destroy(id, entry);
  if (!done) { return tl::unexpected(done.error()); }
  if (!done->status.ok()) { return failed_command("create_command", *done); }
  return tl::unexpected(error{errc::sandbox, "create_command printed no sandbox id",
                              "it prints the id, and nothing else, on standard output"});
}

}  // namespace offload
