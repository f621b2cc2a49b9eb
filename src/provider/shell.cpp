// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/provider/shell.hpp>

#include <offload/core/contents_of.hpp>
#include <offload/core/shell_words.hpp>
#include <offload/core/trimmed.hpp>
#include <offload/process/pause.hpp>
#include <offload/provider/backoff.hpp>
#include <offload/provider/prices.hpp>

#include <fmt/core.h>

#include <random>
#include <utility>

#include "lifecycle.hpp"
#include "random_name.hpp"
#include "shell_shared.hpp"

namespace offload {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

/// A create command that is interrupted leaves an unknown state, so it may finish.
constexpr seconds patience_with_creation = 30s;

/// Where Offload's files are in a sandbox.
std::string sandbox_folder(std::string_view run, slot_id slot) {
  return fmt::format("/tmp/offload-{}-{}", run, slot.value);
}

}  // namespace

result<shell_provider> shell_provider::make(shell_options options) {
  auto run = random_name(shell_sandbox::shared::name_length);
  auto const& config = options.config;
  filling const cores{"{cpu_cores}", fmt::format("{}", config.cpu_cores)};
  auto const clean = filled_command(
      config.exec_command,
      std::vector<filling>{cores, {"{command}", sandbox_shell::cleaning_up_after(run)}});
  auto const destroy = filled_command(config.destroy_command, std::vector<filling>{cores});
  auto journal =
      sandbox_journal::open(options.journal, destroy, config.working_dir.value_or(""), clean);
  return std::move(journal).map([&](sandbox_journal opened) {
    return shell_provider{std::make_shared<shell_sandbox::shared>(
        std::move(options), std::move(opened), std::move(run))};
  });
}

fs::path shell_provider::journal() const { return run_->journal.folder(); }

bool shell_provider::builds_images() const {
  return run_->options.config.prepare_command.has_value();
}

result<std::string> shell_provider::build_image(std::string const& context_dir,
                                                preparation_sink const& say, std::stop_token stop) {
  auto const& options = run_->options;
  auto const text = fmt::format("{}{} --context-dir={}",
                                run_->filled(options.config.prepare_command.value_or("")),
                                options.prepare_flags, shell::quoted(context_dir));
  result<std::string> image;
  for (unsigned failures = 0; failures < shell_sandbox::shared::most_tries; ++failures) {
    if (failures > 0) {
      say(fmt::format("retrying after: {}", image.error().message));
      if (!pause(backoff(failures, 0.5), stop)) { break; }
    }
    image = image_by(text, say, stop);
    if (image || !may_get_better(image.error()) || stop.stop_requested()) { break; }
  }
  return image.map_error(doing("running prepare_command"));
}

result<std::string> shell_provider::image_by(std::string const& text, preparation_sink const& say,
                                             std::stop_token const& stop) const {
  auto const done =
      run_lifecycle_aloud(text, run_->working_dir(), run_->options.config.timeout, say, stop);
  if (!done) { return tl::unexpected(done.error()); }
  if (!done->status.ok()) { return failed_command("prepare_command", *done); }
  std::string const out{text::trimmed(done->out)};
  if (out.empty()) {
    return tl::unexpected(
        error{errc::sandbox, "prepare_command printed no image id",
              "it must print the image id as the last line of its standard output"});
  }
  return out.substr(out.find_last_of('\n') + 1);  // npos + 1 is 0
}

result<shell_sandbox> shell_provider::create(sandbox_spec const& spec, std::stop_token stop) {
  for (unsigned failures = 0;; ++failures) {
    auto sandbox = try_to_create(spec, failures, stop);
    if (sandbox || !may_get_better(sandbox.error()) ||
        failures + 1 == shell_sandbox::shared::most_tries) {
      return sandbox;
    }
    double const random = static_cast<double>(std::random_device{}() % 1000) / 1000;
    if (!pause(backoff(failures + 1, random), stop)) { return sandbox; }
  }
}

result<shell_sandbox> shell_provider::try_to_create(sandbox_spec const& spec, unsigned number,
                                                    std::stop_token const& stop) {
  auto entry = run_->journal.entry(fmt::format("{}-{}", spec.slot.value, number));
  auto id = made(entry, spec.image, stop);
  if (!id) { return tl::unexpected(id.error()); }
  sandbox_shell shell{run_->options.root, sandbox_folder(run_->name, spec.slot)};
  shell_sandbox sandbox{run_, std::move(*id), std::move(entry), std::move(shell)};
  if (spec.files_stay) { sandbox.keep_files(); }
  return sandbox.set_up(spec.files, stop).map([&] { return std::move(sandbox); });
}

cost_estimate shell_provider::estimated_cost(seconds alive) const {
  return modal_cost(run_->options.config.cpu_cores, 0, alive);
}

result<std::string> shell_provider::made(fs::path const& entry, std::string const& image,
                                         std::stop_token const& stop) const {
  std::vector<filling> fillings;
  if (!image.empty()) { fillings.push_back({"{image_id}", image}); }
  auto const text =
      sandbox_journal::recorded(run_->filled(run_->options.config.create_command, fillings), entry);
  auto const done = run_creation(text, entry, run_->working_dir(), run_->options.config.timeout,
                                 patience_with_creation, stop);
  auto const [id, before] = printed_id(contents_of(entry));
  if (done && done->status.ok() && !id.empty()) {
    if (!before.empty() && run_->options.warn) {
      run_->options.warn("create_command printed more than the sandbox id: " + before);
    }
    return id;
  }
  // One that has said what it has made, and failed then, has made it.
  id.empty() ? run_->journal.strike(entry) : run_->destroy(id, entry);
  if (!done) { return tl::unexpected(done.error()); }
  if (!done->status.ok()) { return failed_command("create_command", *done); }
  return tl::unexpected(error{errc::sandbox, "create_command printed no sandbox id",
                              "the last line of its standard output must be the id"});
}

}  // namespace offload
