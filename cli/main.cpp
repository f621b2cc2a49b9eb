// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/process/standard_streams.hpp>

#include <fmt/core.h>
#include <CLI/CLI.hpp>

#include <cstdio>
#include <exception>
#include <functional>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include "commands.hpp"
#include "usage.hpp"
#include "warn.hpp"

namespace {

using namespace offload::cli;

/// Runs a command. What it prints has to arrive: half a list is not to be taken for the whole.
int finished(std::function<int()> const& command) {
  try {
    int const code = command();
    if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0 && std::cout.flush()) { return code; }
    return fail_with({offload::errc::io, "cannot write to the standard output"});
  } catch (std::exception const& e) {  // fmt::print throws when it cannot
    return fail_with({offload::errc::io, e.what()});
  }
}

/// Takes the values of `--env` out of what others see of this process, as `ps` does.
void hide_values_of_env(int argc, char** argv) {
  constexpr std::string_view flag = "--env";
  for (int i = 1; i < argc; ++i) {
    std::string_view const word{argv[i]};
    bool const is_value = std::string_view{argv[i - 1]} == flag;
    if (!is_value && !(word.starts_with(flag) && word.substr(flag.size()).starts_with('='))) {
      continue;
    }
    // Without a key, all of it may be a value.
    auto const from = word.find('=', is_value ? 0 : flag.size() + 1);
    auto const whole = is_value ? 0 : flag.size() + 1;
    for (char* c = argv[i] + (from == word.npos ? whole : from + 1); *c != '\0'; ++c) { *c = '*'; }
  }
}

/// Builds the command line. `chosen` becomes what the user asked for.
class command_line {
 public:
  command_line() {
    app_.set_version_flag("-V,--version", "offload " OFFLOAD_VERSION);
    app_.require_subcommand(1);
    app_.add_option("-c,--config", common_.config, "The configuration (offload.toml)")
        ->type_name("PATH");
    app_.add_flag("-v,--verbose", common_.verbose, "Say more on standard error");
    app_.footer(
        "Every command takes -c PATH for the configuration, and -v to say more.\n\n"
        "Exit codes: 0 all tests passed, 1 a test failed or was not run (or an error), 2 no test\n"
        "failed but some were flaky.\n\n"
        "First steps: `offload init` writes an offload.toml for the project in this folder,\n"
        "`offload run` runs its tests, `offload logs --failures` shows what went wrong.");
    add_run();
    add_collect();
    add_plan();
    add_validate();
    add_init();
    add_logs();
    add_build();
    add_cleanup();
    add_apply_diff();
    add_checkpoint_status();
    add_history();
  }

  int run(int argc, char** argv) {
    try {
      app_.parse(argc, argv);
    } catch (CLI::ParseError const& e) {
      if (e.get_exit_code() == 0) {  // help and version
        return finished([&] { return app_.exit(e); });
      }
      return fail_with(explained(e));
    }
    hide_values_of_env(argc, argv);
    return finished(chosen_);
  }

 private:
  CLI::App* command(std::string const& name, std::string const& what, std::function<int()> run,
                    CLI::App* of = nullptr) {
    auto* added = (of == nullptr ? &app_ : of)->add_subcommand(name, what);
    added->fallthrough();
    added->callback([this, run = std::move(run)] { chosen_ = run; });
    return added;
  }

  /// What is wrong with the command line, in our words.
  [[nodiscard]] offload::error explained(CLI::ParseError const& e) const {
    using offload::errc;
    std::string const what = e.what();
    if (dynamic_cast<CLI::ArgumentMismatch const*>(&e) != nullptr) {
      bool const several = what.find("At Most") != std::string::npos;
      return {errc::invalid_usage, what.substr(0, what.find(':')) +
                                       (several ? " is given more than once" : " needs a value")};
    }
    auto const known = words();
    if (auto const rest = app_.remaining(true); !rest.empty()) {
      return unknown_word(rest.front(), known);
    }
    if (known.command.empty()) { return no_command(known); }
    auto const parts = app_.get_subcommand(known.command)->get_subcommands(nullptr);
    if (!parts.empty() && what == "A subcommand is required") {
      std::vector<std::string> names;
      for (auto const* part : parts) { names.push_back(part->get_name()); }
      return no_part(known.command, names);
    }
    return {errc::invalid_usage, what};
  }

  [[nodiscard]] vocabulary words() const {
    auto const flags_of = [](CLI::App const& app) {
      std::vector<std::string> flags;
      for (auto const* option : app.get_options()) {
        for (auto const& name : option->get_snames()) { flags.push_back("-" + name); }
        for (auto const& name : option->get_lnames()) { flags.push_back("--" + name); }
      }
      return flags;
    };
    vocabulary known{.flags = {}, .global_flags = flags_of(app_)};
    for (auto const* command : app_.get_subcommands(nullptr)) {
      known.flags[command->get_name()] = flags_of(*command);
    }
    for (auto const* given : app_.get_subcommands()) { known.command = given->get_name(); }
    return known;
  }

  void add_run() {
    auto* c = command("run", "Discover the tests, run them in parallel, report one verdict a test",
                      [this] { return offload::cli::run(common_, run_); });
    c->add_option("-p,--parallel", run_.parallel, "Run in so many sandboxes (max_parallel)")
        ->check(problem_of_count)
        ->type_name("N");
    c->add_flag("--collect-only", run_.collect_only, "Only list the tests");
    c->add_option("--copy-dir", run_.copy_dirs, "Copy a folder into the image; may be repeated")
        ->type_name("LOCAL:REMOTE")
        ->expected(1)
        ->allow_extra_args(false)  // or `[a,b]` would be two values
        ->take_all();
    c->add_option("--env", run_.env, "Set a variable in the sandboxes; may be repeated")
        ->type_name("KEY=VALUE")
        ->expected(1)
        ->allow_extra_args(false)  // or `[a,b]` would be two values
        ->take_all();
    c->add_flag("--no-cache", run_.no_cache, "Build images anew");
    c->add_option("--override-image-id", run_.override_image_id, "Use this image (modal only)")
        ->type_name("ID");
    c->add_flag("--trace", run_.trace, "Write trace.json beside the results");
    c->add_flag("--show-estimated-cost", run_.show_estimated_cost, "Show what the run has cost");
    c->add_flag("--fail-fast", run_.fail_fast, "Stop at the first test that fails");
    c->add_flag("--ci", run_.ci, "Plain progress lines; also when CI=true");
    c->add_option("--shard", run_.shard,
                  "Only part I of N of the tests, for one machine of several")
        ->type_name("I/N");
    c->add_flag("--record-history", run_.record_history, "Add this run to the history");
    c->add_flag("--failed", run_.failed, "Only what failed, was flaky or did not run last time");
  }

  void add_collect() {
    auto* c = command("collect", "List the tests of every group",
                      [this] { return offload::cli::collect(common_, collect_); });
    c->add_option("-f,--format", collect_.format, "text or json")->type_name("FORMAT");
    c->add_option("--shard", collect_.shard, "Only part I of N")->type_name("I/N");
  }

  void add_plan() {
    auto* c = command("plan", "Say what a run would take with more or fewer sandboxes",
                      [this] { return offload::cli::plan(common_, plan_); });
    c->add_option("-p,--parallel", plan_.parallel, "Look at up to so many sandboxes")
        ->check(problem_of_count)
        ->type_name("N");
    c->add_option("--deadline", plan_.deadline, "Recommend what is done within so many seconds")
        ->check(CLI::PositiveNumber)
        ->type_name("SECONDS");
    c->add_option("--budget", plan_.budget, "Recommend what costs no more than so many US dollars")
        ->check(CLI::PositiveNumber)
        ->type_name("DOLLARS");
    c->add_option("--start-up", plan_.start_up, "What a sandbox takes until its first test")
        ->check(CLI::NonNegativeNumber)
        ->type_name("SECONDS");
    c->add_flag("--json", plan_.json, "As JSON");
  }

  void add_validate() {
    command("validate", "Check the configuration and show what it means",
            [this] { return offload::cli::validate(common_); });
  }

  void add_init() {
    auto* c = command("init", "Write an offload.toml that fits the project in this folder",
                      [this] { return offload::cli::init(init_); });
    c->add_option("-p,--provider", init_.provider, "local, default or modal (local)")
        ->type_name("NAME");
    c->add_option("-f,--framework", init_.framework,
                  "pytest, nextest, vitest, ctest or default (what the files show)")
        ->type_name("NAME");
  }

  void add_logs() {
    auto* c = command("logs", "Show the results of the last run, test by test",
                      [this] { return offload::cli::logs(common_, logs_); });
    c->add_flag("--failures", logs_.failures, "Only tests with a failure");
    c->add_flag("--errors", logs_.errors, "Only tests with an error");
    c->add_option("--test", logs_.tests, "Only this test; may be repeated")
        ->type_name("ID")
        ->expected(1)
        ->allow_extra_args(false)  // or `[a,b]` would be two values
        ->take_all();
    c->add_option("--test-regex", logs_.test_regex, "Only tests whose name holds this expression")
        ->type_name("RE");
  }

  void add_build() {
    auto* c = command("build", "Make the image of the sandboxes and print its id",
                      [this] { return offload::cli::build(common_, run_); });
    c->add_flag("--no-cache", run_.no_cache, "Build it anew");
  }

  void add_cleanup() {
    command("cleanup", "Destroy sandboxes that runs which died have left behind",
            [] { return offload::cli::cleanup(); });
  }

  void add_apply_diff() {
    auto* c = command("apply-diff", "Apply a git patch to files, all of it or nothing",
                      [this] { return offload::cli::apply_diff(apply_diff_); });
    c->add_option("PATCH", apply_diff_.patch, "The patch; - is the standard input")
        ->type_name("")
        ->required();
    c->add_option("--project-root", apply_diff_.project_root, "Where the files are (.)")
        ->type_name("DIR");
  }

  void add_checkpoint_status() {
    auto* c =
        command("checkpoint-status", "Show which commit and image the next run starts from",
                [this] { return offload::cli::checkpoint_status(common_, checkpoint_status_); });
    c->add_option("--remote", checkpoint_status_.remote, "Whose images to look at (origin)")
        ->type_name("NAME");
  }

  void add_history() {
    auto* c = app_.add_subcommand("history", "Look after the history of durations and failures");
    c->fallthrough()->require_subcommand(1);
    auto* merge = command(
        "merge", "Merge two history files; the result goes into OURS",
        [this] { return offload::cli::history_merge(history_merge_); }, c);
    merge->add_option("BASE", history_merge_.base, "What both have grown from")
        ->type_name("")
        ->required();
    merge->add_option("OURS", history_merge_.ours, "Gets the result")->type_name("")->required();
    merge->add_option("THEIRS", history_merge_.theirs, "The other one")->type_name("")->required();
    auto* import = command(
        "import", "Add JUnit reports, or the .test_durations of pytest-split",
        [this] { return offload::cli::history_import(common_, imported_); }, c);
    import->add_option("FILE", imported_, "A report; may be repeated")->type_name("")->required();
    command(
        "setup-merge-driver", "Have git merge the history file with Offload",
        [this] { return offload::cli::history_setup_merge_driver(common_); }, c);
  }

  CLI::App app_{"Runs a project's test suite in parallel, in many sandboxes.", "offload"};
  common_options common_;
  run_options run_;
  collect_options collect_;
  plan_options plan_;
  init_options init_;
  logs_options logs_;
  checkpoint_status_options checkpoint_status_;
  history_merge_options history_merge_;
  std::vector<std::string> imported_;
  apply_diff_options apply_diff_;
  std::function<int()> chosen_;
};

}  // namespace

int main(int argc, char** argv) {
  offload::open_standard_streams();
  return command_line{}.run(argc, argv);
}
