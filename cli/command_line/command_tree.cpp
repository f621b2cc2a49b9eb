// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "command_line/command_tree.hpp"

#include <offload/config/kinds.hpp>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "command_line/outline.hpp"
#include "command_line/usage.hpp"

namespace offload::cli {
namespace {

/// The names of all kinds, as the type of an option.
template <class Kinds>
std::string one_of(Kinds const& kinds) {
  std::string names;
  for (auto const kind : kinds) {
    names += (names.empty() ? "" : "|") + std::string{to_string(kind)};
  }
  return names;
}

/// Puts the commands into `app`. What they are given goes to `given`.
class command_tree {
 public:
  command_tree(CLI::App& app, command_choice& given) : app_{app}, given_{given} {}

  void declare() {
    app_.set_version_flag("-V,--version", "offload " OFFLOAD_VERSION);
    app_.require_subcommand(1);
    app_.add_option("-c,--config", given_.common.config, "The configuration (offload.toml)")
        ->type_name("PATH");
    app_.add_flag("-v,--verbose", given_.common.verbose, "Say more on standard error");
    std::string statuses = "Exit codes:\n";
    for (auto const& [status, meaning] : exit_statuses) {
      statuses += fmt::format("  {}  {}\n", status, meaning);
    }
    app_.footer(
        "Every command takes -c PATH for the configuration, and -v to say more.\n\n" + statuses +
        "\n"
        "First steps: `offload init` writes an offload.toml for the project in this folder,\n"
        "`offload run` runs its tests, `offload logs --failures` shows what went wrong.");
    add_run();
    add_collect();
    add_plan();
    add_validate();
    add_doctor();
    add_init();
    add_logs();
    add_report();
    add_build();
    add_cleanup();
    add_apply_diff();
    add_checkpoint_status();
    add_history();
    add_schema();
    add_completions();
    add_man();
    add_skills();
  }

 private:
  CLI::App* command(std::string const& name, std::string const& what, std::function<int()> run,
                    CLI::App* of = nullptr) {
    auto* added = (of == nullptr ? &app_ : of)->add_subcommand(name, what);
    added->fallthrough();
    added->callback([&given = given_, run = std::move(run)] { given.chosen = run; });
    return added;
  }

  static void add_html(CLI::App* to, std::optional<std::string>& file) {
    to->add_option("--html", file, "Write a page to read in a browser ({output_dir}/report.html)")
        ->type_name("[FILE]")
        ->expected(0, 1);
  }

  void add_run() {
    auto* c = command("run", "Discover the tests, run them in parallel, report one verdict a test",
                      [&given = given_] { return offload::cli::run(given.common, given.run); });
    c->add_option("-p,--parallel", given_.run.parallel, "Run in so many sandboxes (max_parallel)")
        ->check(problem_of_count)
        ->type_name("N");
    c->add_flag("--collect-only", given_.run.collect_only, "Only list the tests");
    c->add_option("--copy-dir", given_.run.copy_dirs,
                  "Copy a folder into the image; may be repeated")
        ->type_name("LOCAL:REMOTE")
        ->expected(1)
        ->allow_extra_args(false)  // or `[a,b]` would be two values
        ->take_all();
    c->add_option("--env", given_.run.env, "Set a variable in the sandboxes; may be repeated")
        ->type_name("KEY=VALUE")
        ->expected(1)
        ->allow_extra_args(false)  // or `[a,b]` would be two values
        ->take_all();
    c->add_flag("--no-cache", given_.run.no_cache, "Build images anew");
    c->add_option("--override-image-id", given_.run.override_image_id,
                  "Use this image (modal only)")
        ->type_name("ID");
    c->add_flag("--trace", given_.run.trace, "Write trace.json beside the results");
    c->add_flag("--show-estimated-cost", given_.run.show_estimated_cost,
                "Show what the run has cost");
    c->add_flag("--fail-fast", given_.run.fail_fast, "Stop at the first test that fails");
    c->add_flag("--ci", given_.run.ci, "Plain progress lines; also when CI=true");
    c->add_option("--shard", given_.run.shard,
                  "Only part I of N of the tests, for one machine of several")
        ->type_name("I/N");
    c->add_flag("--record-history", given_.run.record_history, "Add this run to the history");
    c->add_flag("--failed", given_.run.failed,
                "Only what failed, was flaky or did not run last time");
    c->add_option("--events", given_.run.events,
                  "Write what happens as JSON lines while it happens; - is the standard output")
        ->type_name("FILE");
    c->add_option("--github", given_.run.github,
                  "Annotations and a summary for GitHub Actions: auto, always or never (auto)")
        ->check(problem_of_github)
        ->type_name("auto|always|never");
    c->add_option("--flaky-exit-code", given_.run.flaky_exit_code,
                  "What to exit with when no test failed, but some were flaky (2)")
        ->check(problem_of_exit_code)
        ->type_name("N");
    add_html(c, given_.run.html);
  }

  void add_collect() {
    auto* c = command("collect", "List the tests of every group", [&given = given_] {
      return offload::cli::collect(given.common, given.collect);
    });
    c->add_option("-f,--format", given_.collect.format, "How to print them")
        ->type_name("text|json");
    c->add_option("--shard", given_.collect.shard, "Only part I of N")->type_name("I/N");
  }

  void add_plan() {
    auto* c = command("plan", "Say what a run would take with more or fewer sandboxes",
                      [&given = given_] { return offload::cli::plan(given.common, given.plan); });
    c->add_option("-p,--parallel", given_.plan.parallel, "Look at up to so many sandboxes")
        ->check(problem_of_count)
        ->type_name("N");
    c->add_option("--deadline", given_.plan.deadline,
                  "Recommend what is done within so many seconds")
        ->check(CLI::PositiveNumber.description(""))
        ->type_name("SECONDS");
    c->add_option("--budget", given_.plan.budget,
                  "Recommend what costs no more than so many US dollars")
        ->check(CLI::PositiveNumber.description(""))
        ->type_name("DOLLARS");
    c->add_option("--start-up", given_.plan.start_up, "What a sandbox takes until its first test")
        ->check(CLI::NonNegativeNumber.description(""))
        ->type_name("SECONDS");
    c->add_flag("--json", given_.plan.json, "As JSON");
  }

  void add_validate() {
    command("validate", "Check the configuration and show what it means",
            [&given = given_] { return offload::cli::validate(given.common); });
  }

  void add_doctor() {
    auto* c =
        command("doctor", "Check what runs need here, and say what to fix",
                [&given = given_] { return offload::cli::doctor(given.common, given.doctor); });
    c->add_option("--format", given_.doctor.format, "How to say it (text)")->type_name("text|json");
  }

  void add_init() {
    auto* c = command("init", "Write an offload.toml that fits the project in this folder",
                      [&given = given_] { return offload::cli::init(given.init); });
    c->add_option("-p,--provider", given_.init.provider, "Where sandboxes come from (local)")
        ->type_name(one_of(all_provider_kinds));
    c->add_option("-f,--framework", given_.init.framework,
                  "What runs the tests (what the files show)")
        ->type_name(one_of(all_framework_kinds));
  }

  void add_logs() {
    auto* c = command("logs", "Show the results of the last run, test by test",
                      [&given = given_] { return offload::cli::logs(given.common, given.logs); });
    c->add_flag("--failures", given_.logs.failures, "Only tests with a failure");
    c->add_flag("--errors", given_.logs.errors, "Only tests with an error");
    c->add_option("--test", given_.logs.tests, "Only this test; may be repeated")
        ->type_name("ID")
        ->expected(1)
        ->allow_extra_args(false)  // or `[a,b]` would be two values
        ->take_all();
    c->add_option("--test-regex", given_.logs.test_regex,
                  "Only tests whose name holds this expression")
        ->type_name("RE");
    c->add_flag("--flaky", given_.logs.flaky, "Only tests that failed and then passed");
    c->add_flag("--not-run", given_.logs.not_run, "Only tests that were not run");
    c->add_option("--slowest", given_.logs.slowest, "The N slowest tests, a line each")
        ->check(problem_of_count)
        ->type_name("N");
    c->add_flag("--since-last", given_.logs.since_last, "What has changed since the run before");
    c->add_option("--show", given_.logs.show, "One cause, test or attempt, by its handle")
        ->type_name("HANDLE");
    c->add_option("-f,--format", given_.logs.format, "text or json")->type_name("FORMAT");
    c->add_option("--budget", given_.logs.budget,
                  "Say it in so many bytes: counts, names, causes, then details")
        ->check(problem_of_count)
        ->type_name("BYTES");
  }

  void add_report() {
    auto* c = command("report", "Make the reports of a run again from its events",
                      [&given = given_] { return offload::cli::report(given.report); });
    c->add_option("FILE", given_.report.events,
                  "What `offload run --events` has written; - is the standard input")
        ->type_name("")
        ->required();
    c->add_option("--output-dir", given_.report.output_dir,
                  "Write JUnit report and logs below this folder")
        ->type_name("DIR");
    c->add_flag("--trace", given_.report.trace, "Write trace.json, too");
    add_html(c, given_.report.html);
    c->add_flag("--show-estimated-cost", given_.report.show_estimated_cost,
                "Show what the run has cost");
  }

  void add_build() {
    auto* c = command("build", "Make the image of the sandboxes and print its id",
                      [&given = given_] { return offload::cli::build(given.common, given.run); });
    c->add_flag("--no-cache", given_.run.no_cache, "Build it anew");
  }

  void add_cleanup() {
    command("cleanup", "Destroy sandboxes that runs which died have left behind",
            [] { return offload::cli::cleanup(); });
  }

  void add_apply_diff() {
    auto* c = command("apply-diff", "Apply a git patch to files, all of it or nothing",
                      [&given = given_] { return offload::cli::apply_diff(given.apply_diff); });
    c->add_option("PATCH", given_.apply_diff.patch, "The patch; - is the standard input")
        ->type_name("")
        ->required();
    c->add_option("--project-root", given_.apply_diff.project_root, "Where the files are (.)")
        ->type_name("DIR");
  }

  void add_checkpoint_status() {
    auto* c =
        command("checkpoint-status", "Show which commit and image the next run starts from",
                [&given = given_] {
                  return offload::cli::checkpoint_status(given.common, given.checkpoint_status);
                });
    c->add_option("--remote", given_.checkpoint_status.remote, "Whose images to look at (origin)")
        ->type_name("NAME");
  }

  void add_history() {
    auto* c = app_.add_subcommand("history", "Look after the history of durations and failures");
    c->fallthrough()->require_subcommand(1);
    auto* merge = command(
        "merge", "Merge two history files; the result goes into OURS",
        [&given = given_] { return offload::cli::history_merge(given.history_merge); }, c);
    merge->add_option("BASE", given_.history_merge.base, "What both have grown from")
        ->type_name("")
        ->required();
    merge->add_option("OURS", given_.history_merge.ours, "Gets the result")
        ->type_name("")
        ->required();
    merge->add_option("THEIRS", given_.history_merge.theirs, "The other one")
        ->type_name("")
        ->required();
    auto* import = command(
        "import", "Add JUnit reports, or the .test_durations of pytest-split",
        [&given = given_] { return offload::cli::history_import(given.common, given.imported); },
        c);
    import->add_option("FILE", given_.imported, "A report; may be repeated")
        ->type_name("")
        ->required();
    command(
        "setup-merge-driver", "Have git merge the history file with Offload",
        [&given = given_] { return offload::cli::history_setup_merge_driver(given.common); }, c);
  }

  void add_schema() {
    command("schema", "Print the JSON schema of offload.toml, for editors",
            [] { return offload::cli::schema(); });
  }

  void add_completions() {
    auto* c = command("completions", "Print the script by which a shell completes command lines",
                      [&app = app_, &given = given_] {
                        return offload::cli::completions(given.shell, outline_of(app));
                      });
    c->add_option("SHELL", given_.shell, "The shell")->type_name("bash|zsh|fish")->required();
  }

  void add_man() {
    command("man", "Print the manual page, for man",
            [&app = app_] { return offload::cli::man(outline_of(app)); });
  }

  void add_skills() {
    auto* c = app_.add_subcommand("skills", "Instructions for coding agents");
    c->fallthrough()->require_subcommand(1);
    auto* install = command(
        "install", "Write them into this project, where agents look for them",
        [&given = given_] { return offload::cli::skills_install(given.skills); }, c);
    install->add_option("--dir", given_.skills.folder, "Into this folder")->type_name("DIR");
    install->add_flag("--list", given_.skills.list, "Only say which there are");
    install->add_flag_callback(
        "--force", [&given = given_] { given.skills.existing = existing_files::overwritten; },
        "Overwrite what was changed here");
  }

  CLI::App& app_;
  command_choice& given_;
};

}  // namespace

void declare_commands(CLI::App& app, command_choice& given) { command_tree{app, given}.declare(); }

}  // namespace offload::cli
