// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "command_line/command_tree.hpp"

#include <offload/config/kinds.hpp>
#include <offload/core/joined.hpp>

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

constexpr std::string_view env_flag = "--env";

/// The names of all kinds, as the type of an option.
template <class Kinds>
std::string one_of(Kinds const& kinds) {
  return text::joined(kinds, "|", [](auto kind) { return to_string(kind); });
}

/// Adds the commands to `app`. Their arguments are stored in `given`.
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
    to->add_option("--html", file, "Write an HTML report ({output_dir}/report.html)")
        ->type_name("[FILE]")
        ->expected(0, 1);
  }

  void add_run() {
    auto* c =
        command("run", "Discover the tests, run them in parallel and report one verdict per test",
                [&given = given_] { return offload::cli::run(given.common, given.run); });
    c->add_option("-p,--parallel", given_.run.parallel,
                  "Number of parallel sandboxes (max_parallel)")
        ->check(problem_of_count)
        ->type_name("N");
    c->add_flag("--collect-only", given_.run.collect_only, "List the tests without running them");
    c->add_option("--copy-dir", given_.run.copy_dirs,
                  "Copy a folder into the image; may be repeated")
        ->type_name("LOCAL:REMOTE")
        ->expected(1)
        ->allow_extra_args(false)  // or `[a,b]` would be two values
        ->take_all();
    c->add_option(std::string{env_flag}, given_.run.env,
                  "Set a variable in the sandboxes; may be repeated")
        ->type_name("KEY=VALUE")
        ->expected(1)
        ->allow_extra_args(false)  // or `[a,b]` would be two values
        ->take_all();
    c->add_flag("--no-cache", given_.run.no_cache, "Build images again, without the cache");
    c->add_option("--override-image-id", given_.run.override_image_id,
                  "Use this image (modal only)")
        ->type_name("ID");
    c->add_flag("--trace", given_.run.trace, "Write a timeline to trace.json, beside the results");
    c->add_flag("--show-estimated-cost", given_.run.show_estimated_cost,
                "Show the estimated cost of the run");
    c->add_flag("--fail-fast", given_.run.fail_fast, "Stop at the first test that fails");
    c->add_flag("--explain-workers", given_.run.explain_workers,
                "Say whether workers are forks, and if not, why");
    c->add_flag("--ci", given_.run.ci, "Print plain progress lines; the default when CI=true");
    c->add_option("--shard", given_.run.shard,
                  "Run part I of N of the tests, for one of several machines")
        ->type_name("I/N");
    c->add_flag("--record-history", given_.run.record_history, "Add this run to the history");
    c->add_flag("--failed", given_.run.failed,
                "Run only tests that failed, were flaky or did not run last time");
    c->add_option("--events", given_.run.events,
                  "Write events as JSON lines while the run goes on; - is the standard output")
        ->type_name("FILE");
    c->add_option("--github", given_.run.github,
                  "Write annotations and a summary for GitHub Actions (auto)")
        ->check(problem_of_github)
        ->type_name("auto|always|never");
    c->add_option("--flaky-exit-code", given_.run.flaky_exit_code,
                  "Exit code when no test failed but some were flaky (2)")
        ->check(problem_of_exit_code)
        ->type_name("N");
    add_html(c, given_.run.html);
  }

  void add_collect() {
    auto* c = command("collect", "List the tests of every group", [&given = given_] {
      return offload::cli::collect(given.common, given.collect);
    });
    c->add_option("-f,--format", given_.collect.format, "Output format")->type_name("text|json");
    c->add_option("--shard", given_.collect.shard, "List part I of N")->type_name("I/N");
  }

  void add_plan() {
    auto* c = command("plan", "Forecast the time and cost of a run with more or fewer sandboxes",
                      [&given = given_] { return offload::cli::plan(given.common, given.plan); });
    c->add_option("-p,--parallel", given_.plan.parallel, "Largest number of sandboxes to look at")
        ->check(problem_of_count)
        ->type_name("N");
    c->add_option("--deadline", given_.plan.deadline,
                  "Recommend the fewest sandboxes that finish within this time")
        ->check(CLI::PositiveNumber.description(""))
        ->type_name("SECONDS");
    c->add_option("--budget", given_.plan.budget,
                  "Recommend the most sandboxes that cost no more than this")
        ->check(CLI::PositiveNumber.description(""))
        ->type_name("DOLLARS");
    c->add_option("--start-up", given_.plan.start_up,
                  "Time from the creation of a sandbox to its first test")
        ->check(CLI::NonNegativeNumber.description(""))
        ->type_name("SECONDS");
    c->add_flag("--json", given_.plan.json, "Print JSON");
  }

  void add_validate() {
    command("validate", "Check the configuration and show what it means",
            [&given = given_] { return offload::cli::validate(given.common); });
  }

  void add_doctor() {
    auto* c =
        command("doctor", "Check what runs need on this machine, and say what to fix",
                [&given = given_] { return offload::cli::doctor(given.common, given.doctor); });
    c->add_option("--format", given_.doctor.format, "Output format (text)")->type_name("text|json");
  }

  void add_init() {
    auto* c = command("init", "Write an offload.toml that fits the project in this folder",
                      [&given = given_] { return offload::cli::init(given.init); });
    c->add_option("-p,--provider", given_.init.provider, "Provider of the sandboxes (local)")
        ->type_name(one_of(all_provider_kinds));
    c->add_option("-f,--framework", given_.init.framework,
                  "Test framework (found from the project's files)")
        ->type_name(one_of(all_framework_kinds));
  }

  void add_logs() {
    auto* c = command("logs", "Show the results of the last run, test by test",
                      [&given = given_] { return offload::cli::logs(given.common, given.logs); });
    c->add_flag("--failures", given_.logs.failures, "Show only tests that failed");
    c->add_flag("--errors", given_.logs.errors, "Show only tests that ended with an error");
    c->add_option("--test", given_.logs.tests, "Show only this test; may be repeated")
        ->type_name("ID")
        ->expected(1)
        ->allow_extra_args(false)  // or `[a,b]` would be two values
        ->take_all();
    c->add_option("--test-regex", given_.logs.test_regex,
                  "Show only tests whose name matches this regular expression")
        ->type_name("RE");
    c->add_flag("--flaky", given_.logs.flaky, "Show only tests that failed and then passed");
    c->add_flag("--not-run", given_.logs.not_run, "Show only tests that were not run");
    c->add_option("--slowest", given_.logs.slowest, "Show the N slowest tests, one per line")
        ->check(problem_of_count)
        ->type_name("N");
    c->add_flag("--since-last", given_.logs.since_last, "Show what changed since the previous run");
    c->add_option("--show", given_.logs.show, "Show one cause, test or attempt, by its handle")
        ->type_name("HANDLE");
    c->add_option("-f,--format", given_.logs.format, "Output format (text)")->type_name("FORMAT");
    c->add_option("--budget", given_.logs.budget,
                  "Largest output in bytes: counts, names, causes, then details")
        ->check(problem_of_count)
        ->type_name("BYTES");
  }

  void add_report() {
    auto* c = command("report", "Write the reports of a run again, from its events",
                      [&given = given_] { return offload::cli::report(given.report); });
    c->add_option("FILE", given_.report.events,
                  "A file written by `offload run --events`; - is the standard input")
        ->type_name("")
        ->required();
    c->add_option("--output-dir", given_.report.output_dir,
                  "Write the JUnit report and the logs to this folder")
        ->type_name("DIR");
    c->add_flag("--trace", given_.report.trace, "Write trace.json as well");
    add_html(c, given_.report.html);
    c->add_flag("--show-estimated-cost", given_.report.show_estimated_cost,
                "Show the estimated cost of the run");
  }

  void add_build() {
    auto* c = command("build", "Build the image of the sandboxes and print its id",
                      [&given = given_] { return offload::cli::build(given.common, given.run); });
    c->add_flag("--no-cache", given_.run.no_cache, "Build it again, without the cache");
  }

  void add_cleanup() {
    command("cleanup", "Destroy sandboxes left by crashed runs",
            [] { return offload::cli::cleanup(); });
  }

  void add_apply_diff() {
    auto* c = command("apply-diff", "Apply a git patch to files, all of it or nothing",
                      [&given = given_] { return offload::cli::apply_diff(given.apply_diff); });
    c->add_option("PATCH", given_.apply_diff.patch, "Patch file; - is the standard input")
        ->type_name("")
        ->required();
    c->add_option("--project-root", given_.apply_diff.project_root,
                  "Folder that holds the files (.)")
        ->type_name("DIR");
  }

  void add_checkpoint_status() {
    auto* c =
        command("checkpoint-status", "Show which commit and image the next run starts from",
                [&given = given_] {
                  return offload::cli::checkpoint_status(given.common, given.checkpoint_status);
                });
    c->add_option("--remote", given_.checkpoint_status.remote,
                  "Git remote whose image cache is read (origin)")
        ->type_name("NAME");
  }

  void add_history() {
    auto* c = app_.add_subcommand("history", "Manage the history of durations and failures");
    c->fallthrough()->require_subcommand(1);
    auto* merge = command(
        "merge", "Merge two history files; the result goes into OURS",
        [&given = given_] { return offload::cli::history_merge(given.history_merge); }, c);
    merge->add_option("BASE", given_.history_merge.base, "The common ancestor of both")
        ->type_name("")
        ->required();
    merge->add_option("OURS", given_.history_merge.ours, "Our file, which gets the result")
        ->type_name("")
        ->required();
    merge->add_option("THEIRS", given_.history_merge.theirs, "Their file")
        ->type_name("")
        ->required();
    auto* import = command(
        "import", "Add JUnit reports, or the .test_durations of pytest-split",
        [&given = given_] { return offload::cli::history_import(given.common, given.imported); },
        c);
    import->add_option("FILE", given_.imported, "Report to import; may be repeated")
        ->type_name("")
        ->required();
    command(
        "setup-merge-driver", "Register Offload as git's merge driver for the history file",
        [&given = given_] { return offload::cli::history_setup_merge_driver(given.common); }, c);
  }

  void add_schema() {
    command("schema", "Print the JSON schema of offload.toml, for editors",
            [] { return offload::cli::schema(); });
  }

  void add_completions() {
    auto* c = command("completions", "Print the completion script for a shell",
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
        "install", "Write the skills into this project, where agents look for them",
        [&given = given_] { return offload::cli::skills_install(given.skills); }, c);
    install->add_option("--dir", given_.skills.folder, "Folder to write the skills to")
        ->type_name("DIR");
    install->add_flag("--list", given_.skills.list, "List the skills without writing them");
    install->add_flag_callback(
        "--force", [&given = given_] { given.skills.existing = existing_files::overwritten; },
        "Overwrite files that were changed here");
  }

  CLI::App& app_;
  command_choice& given_;
};

}  // namespace

void hide_values_of_env(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    std::string_view const word{argv[i]};
    bool const is_value = std::string_view{argv[i - 1]} == env_flag;
    if (!is_value &&
        !(word.starts_with(env_flag) && word.substr(env_flag.size()).starts_with('='))) {
      continue;
    }
    // Without a key, all of it may be a value.
    auto const from = word.find('=', is_value ? 0 : env_flag.size() + 1);
    auto const whole = is_value ? 0 : env_flag.size() + 1;
    for (char* c = argv[i] + (from == word.npos ? whole : from + 1); *c != '\0'; ++c) { *c = '*'; }
  }
}

void declare_commands(CLI::App& app, command_choice& given) { command_tree{app, given}.declare(); }

}  // namespace offload::cli
