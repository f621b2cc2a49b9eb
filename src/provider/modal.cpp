// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/provider/modal.hpp>

#include <offload/core/base64.hpp>
#include <offload/core/json.hpp>
#include <offload/core/run_to_end.hpp>
#include <offload/core/shell_words.hpp>
#include <offload/process/marked_processes.hpp>
#include <offload/process/temp_folder.hpp>
#include <offload/provider/prices.hpp>

#include <fmt/core.h>

#include <array>
#include <fstream>
#include <mutex>
#include <span>
#include <utility>

#include "limits.hpp"
#include "random_name.hpp"

namespace offload {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr std::size_t name_length = 12;
constexpr unsigned most_tries = 3;
constexpr seconds longest_build = 3600s;
constexpr seconds longest_creation = 600s;
constexpr seconds longest_download = 600s;
constexpr seconds longest_cancelling = 15s;
/// Modal takes less than 64 KiB. The script sends longer shell text by a file.
constexpr std::size_t longest_arguments = 50'000;
/// Over what the script itself allows, for its answer to come.
constexpr seconds patience = 30s;
/// How much output of a command may be on its way to somebody who does not read.
constexpr std::size_t output_window = 1024 * 1024;

std::string text_of(json const& fields) { return to_json(fields, {.ascii_only = true}); }

json object_of(std::span<env_var const> env) {
  json::object object;
  for (auto const& v : env) { object.push_back({v.name, v.value}); }
  return object;
}

deadline within(seconds time) { return steady_clock::now() + to_clock(time); }

/// A shell that puts folders in front of search paths, and then becomes the program.
std::vector<std::string> with_search_paths(command const& c) {
  if (c.search_paths.empty()) { return c.argv; }
  std::string text;
  for (auto const& v : c.search_paths) {
    text += fmt::format("export {0}={1}\"${{{0}:+:${0}}}\"\n", v.name, shell::quoted(v.value));
  }
  std::vector<std::string> argv{"sh", "-c", text + "exec \"$@\"", "sh"};
  argv.insert(argv.end(), c.argv.begin(), c.argv.end());
  return argv;
}

/// A crash of our own process says nothing about images and sandboxes.
bool has_bad_luck(modal_service const& service, unsigned attempt, std::stop_token const& stop) {
  return !service.is_alive() && attempt < most_tries && !stop.stop_requested();
}

exit_status status_of(int code) {
  constexpr int signalled = 128;
  constexpr int last_signal = 64;
  bool const by_signal = code > signalled && code <= signalled + last_signal;
  return {code, by_signal ? code - signalled : 0};
}

}  // namespace

/// The state that all sandboxes of a provider share.
struct modal_sandbox::shared {
  shared(modal_options o, sandbox_journal j) : options{std::move(o)}, journal{std::move(j)} {}
  shared(shared const&) = delete;
  shared& operator=(shared const&) = delete;
  ~shared() {
    if (!now) { return; }
    // A process that crashed may have left sandboxes.
    if (auto const serving = service({}); serving && (*serving)->close()) {
      journal.strike(all_sandboxes());
    }
  }

  /// The process that serves; a new one when there is none any more.
  [[nodiscard]] result<std::shared_ptr<modal_service>> service(std::stop_token const& stop) {
    std::scoped_lock const lock{mutex};
    if (!now || !now->is_alive()) {
      if (now && options.warn) { options.warn(now->why_dead() + "; starting another one"); }
      auto argv = options.script;
      argv.emplace_back("serve");
      auto started = modal_service::start(argv, name, stop);
      if (!started && started.error().code == errc::process && !stop.stop_requested()) {
        started = modal_service::start(argv, name, stop);
      }
      if (!started) { return tl::unexpected(doing("starting Modal's script")(started.error())); }
      now = std::move(*started);
      // Modal knows the sandboxes of this run by its name, also one that is made for a run that
      // has been killed meanwhile.
      std::ofstream{all_sandboxes(), std::ios::binary} << "run:" << name << "\n";
    }
    return now;
  }

  [[nodiscard]] fs::path all_sandboxes() const { return journal.entry("run"); }

  modal_options options;
  sandbox_journal journal;
  std::string const name = random_name(name_length);
  std::mutex mutex{};
  std::shared_ptr<modal_service> now{};
};

modal_execution::modal_execution(std::shared_ptr<modal_service> service, modal_call call)
    : service_{std::move(service)}, call_{std::move(call)} {}

modal_execution::~modal_execution() {
  if (service_ != nullptr && call_) {
    service_->tell("cancel", fmt::format("{{\"request\":{}}}", call_->id()));
  }
}

result<command_progress> modal_execution::next(deadline until, std::stop_token const& stop) {
  for (;;) {
    if (!call_) { return fail(errc::sandbox, "the command has ended"); }
    auto said = call_->next(until, stop);
    if (!said) {
      if (stop.stop_requested()) { return stop_was_requested{}; }
      return deadline_passed{};
    }
    if (auto* some = std::get_if<command_output>(&*said)) {
      not_granted_ += some->bytes.size();
      if (not_granted_ > output_window / 2) {
        service_->tell("more",
                       fmt::format("{{\"exec\":{},\"bytes\":{}}}", call_->id(), not_granted_));
        not_granted_ = 0;
      }
      return std::move(*some);
    }
    if (auto const* done = std::get_if<modal_answer>(&*said)) {
      call_.reset();
      return command_ended{status_of(done->code)};
    }
    if (auto* failed = std::get_if<error>(&*said)) {
      call_.reset();
      return tl::unexpected(std::move(*failed));
    }
    has_started_ = true;
    send_input();
  }
}

void modal_execution::send_input() {
  if (!call_ || !has_started_ || (input_.empty() && !input_ends_)) { return; }
  service_->tell("stdin", fmt::format(R"({{"exec":{},"base64":"{}","eof":{}}})", call_->id(),
                                      base64::encoded(std::exchange(input_, {})),
                                      std::exchange(input_ends_, false)));
}

result<void> modal_execution::write(std::string_view bytes) {
  if (!call_) { return fail(errc::sandbox, "the command has ended"); }
  input_ += bytes;
  send_input();
  return {};
}

void modal_execution::close_input() {
  input_ends_ = true;
  send_input();
}

exit_status modal_execution::terminate() {
  constexpr int killed = 9;
  if (auto call = std::exchange(call_, std::nullopt)) {
    service_->tell("cancel", fmt::format("{{\"request\":{}}}", call->id()));
    (void)call->answer(within(longest_cancelling), {});
  }
  return {128 + killed, killed};
}

modal_sandbox::modal_sandbox(std::shared_ptr<shared> run, std::string id, std::string files)
    : run_{std::move(run)}, id_{std::move(id)}, files_{std::move(files)} {}

modal_sandbox::~modal_sandbox() {
  if (run_ == nullptr) { return; }
  auto const service = run_->service({});
  if (!service) { return; }
  // Sandboxes that cannot be ended now are ended with the service.
  (void)(*service)
      ->ask("terminate", text_of({{"sandbox", id_}}))
      .answer(within(longest_destruction), {});
}

result<modal_execution> modal_sandbox::start(command const& c, input with) {
  auto const service = run_->service({});
  if (!service) { return tl::unexpected(service.error()); }
  auto const folder = c.working_dir.empty() ? fs::path{run_->options.root}
                                            : fs::path{run_->options.root} / c.working_dir;
  auto env = c.env;
  env.push_back({std::string{sandbox_variable}, id_});
  json fields{{"sandbox", id_},
              {"env", object_of(env)},
              {"workdir", folder.string()},
              {"stdin", with == input::streamed},
              {"window", output_window}};
  auto argv = with_search_paths(c);
  auto text = shell::joined(argv);
  if (text.size() < longest_arguments) {
    fields["argv"] = std::move(argv);
  } else {
    fields["command"] = "exec " + std::move(text);
  }
  return modal_execution{*service, (*service)->ask("exec", text_of(fields))};
}

result<void> modal_sandbox::download(std::span<file_copy const> files, std::stop_token stop) {
  auto const service = run_->service(stop);
  if (!service) { return tl::unexpected(service.error()); }
  for (auto const& file : files) {
    json const fields{{"sandbox", id_},
                      {"remote", (fs::path{run_->options.root} / file.from).string()},
                      {"local", fs::absolute(file.to).string()}};
    auto call = (*service)->ask("get", text_of(fields));
    if (auto const done = call.answer(within(longest_download), stop); !done) {
      (*service)->tell("cancel", fmt::format("{{\"request\":{}}}", call.id()));
      return tl::unexpected(done.error());
    }
  }
  return {};
}

result<void> modal_sandbox::set_up(std::vector<support_file> const& files,
                                   std::stop_token const& stop) {
  auto const secret = random_name(name_length);
  sandbox_shell const shell{run_->options.root, files_};
  auto const script = shell.setting_up(files, {});
  command const reading{.argv = {"sh", "-c", shell.reading_script(script.size(), secret)},
                        .working_dir = "/"};
  auto running = start(reading, input::streamed);
  if (!running) { return tl::unexpected(running.error()); }
  if (auto const written = running->write(script); !written) { return written; }
  auto const done = run_to_end(*running, within(longest_set_up), stop);
  if (!done) { return tl::unexpected(doing("setting up sandbox {}", id_)(done.error())); }
  if (done->output_tail.find("ready-" + secret) != std::string::npos) { return {}; }
  return fail(errc::sandbox, "sandbox {} cannot be set up: {}: {}", id_, to_string(done->status),
              done->output_tail);
}

result<modal_provider> modal_provider::make(modal_options options) {
  auto const destroy = shell::joined(options.script) + " destroy {sandbox_id}";
  auto journal = sandbox_journal::open(options.journal, destroy, "");
  return std::move(journal).map([&](sandbox_journal opened) {
    return modal_provider{
        std::make_shared<modal_sandbox::shared>(std::move(options), std::move(opened))};
  });
}

fs::path modal_provider::journal() const { return run_->journal.folder(); }

result<std::string> modal_provider::built(std::string const& fields, preparation_sink const& say,
                                          std::stop_token const& stop) {
  for (unsigned attempt = 1;; ++attempt) {
    auto const service = run_->service(stop);
    if (!service) { return tl::unexpected(service.error()); }
    (*service)->listen(say);
    auto call = (*service)->ask("build", fields);
    auto const done = call.answer(within(longest_build + patience), stop);
    (*service)->listen({});
    if (done) { return done->image; }
    (*service)->tell("cancel", fmt::format("{{\"request\":{}}}", call.id()));
    if (!has_bad_luck(**service, attempt, stop)) { return tl::unexpected(done.error()); }
  }
}

result<std::string> modal_provider::build_image(std::string const& context_dir,
                                                preparation_sink const& say, std::stop_token stop) {
  auto const& config = run_->options.config;
  json fields{{"context", context_dir},
              {"include_cwd", config.include_cwd},
              {"include_cwd_to", run_->options.root},
              {"copy_dirs", json::list{}},
              {"seconds", longest_build.count()}};
  if (config.dockerfile) { fields["dockerfile"] = *config.dockerfile; }
  for (auto const& dir : config.copy_dirs) { fields["copy_dirs"].append(to_string(dir)); }
  if (!run_->options.sandbox_init_cmd.empty()) {
    fields["init_cmd"] = run_->options.sandbox_init_cmd;
  }
  return built(text_of(fields), say, stop);
}

result<std::string> modal_provider::patch_image(std::string const& image, image_patch const& what,
                                                preparation_sink const& say, std::stop_token stop) {
  json fields{{"base", image}, {"root", what.root}, {"seconds", longest_build.count()}};
  std::array const files{support_file{"offload.patch", what.patch},
                         support_file{"offload-apply-diff", what.applier}};
  auto const folder =
      temp_folder::make(std::span{files}.first(what.patch.empty() ? 0 : files.size()));
  if (!folder) { return tl::unexpected(folder.error()); }
  if (!what.patch.empty()) {
    fields["patch"] = (folder->path() / files[0].name).string();
    fields["applier"] = (folder->path() / files[1].name).string();
  }
  if (!what.post_patch_cmd.empty()) { fields["post_patch_cmd"] = what.post_patch_cmd; }
  return built(text_of(fields), say, stop);
}

result<modal_sandbox> modal_provider::create(sandbox_spec const& spec, std::stop_token stop) {
  for (unsigned attempt = 1;; ++attempt) {
    auto const service = run_->service(stop);
    if (!service) { return tl::unexpected(service.error()); }
    auto made = created_by(**service, spec, stop);
    if (made || !has_bad_luck(**service, attempt, stop)) { return made; }
  }
}

result<modal_sandbox> modal_provider::created_by(modal_service& service, sandbox_spec const& spec,
                                                 std::stop_token const& stop) const {
  auto const& options = run_->options;
  json fields{{"image", spec.image},           {"cpu", options.config.cpu_cores},
              {"workdir", options.root},       {"timeout", options.config.sandbox_timeout.count()},
              {"env", object_of(options.env)}, {"seconds", longest_creation.count()}};
  if (options.config.memory_gb) { fields["memory_gb"] = *options.config.memory_gb; }
  if (!options.config.experimental_options.empty()) {
    fields["experimental_options"] = parse_json(options.config.experimental_options);
  }
  auto call = service.ask("create", text_of(fields));
  auto const made = call.answer(within(longest_creation + patience), stop);
  if (!made) {
    service.tell("cancel", fmt::format("{{\"request\":{}}}", call.id()));
    return tl::unexpected(made.error());
  }
  modal_sandbox sandbox{run_, made->sandbox,
                        fmt::format("/tmp/offload-{}-{}", run_->name, spec.slot.value)};
  return sandbox.set_up(spec.files, stop).map([&] { return std::move(sandbox); });
}

cost_estimate modal_provider::estimated_cost(seconds alive) const {
  auto const& config = run_->options.config;
  return modal_cost(config.cpu_cores, config.memory_gb.value_or(0), alive);
}

}  // namespace offload
