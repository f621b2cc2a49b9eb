// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/core/cut_text.hpp>
#include <offload/core/shell_words.hpp>

#include <fmt/core.h>

#include <cstdio>
#include <utility>

#include "command_line/commands.hpp"
#include "command_line/print.hpp"
#include "command_line/warn.hpp"
#include "logs/digest_json.hpp"
#include "logs/digest_text.hpp"
#include "logs/explain.hpp"
#include "logs/log_text.hpp"
#include "logs/run_results.hpp"
#include "logs/test_log.hpp"

namespace offload::cli {
namespace {

constexpr std::size_t piece_size = std::size_t{256} * 1024;

bool asks_for_status(logs_options const& o) {
  return o.failures || o.errors || o.flaky || o.not_run;
}
bool asks_for_names(logs_options const& o) { return !o.tests.empty() || !o.test_regex.empty(); }

result<void> check(logs_options const& o) {
  if (o.format != "text" && o.format != "json") {
    return fail(errc::invalid_usage, "--format must be text or json, not `{}`", o.format);
  }
  bool const filters = asks_for_status(o) || asks_for_names(o) || o.slowest > 0;
  if (!o.show.empty() && (filters || o.since_last)) {
    return fail(errc::invalid_usage, "--show cannot be combined with filters");
  }
  if (o.since_last && (asks_for_status(o) || o.slowest > 0)) {
    return fail(errc::invalid_usage, "--since-last can be combined with --test and --test-regex {}",
                "only");
  }
  return {};
}

test_log_query query_of(logs_options const& o) {
  test_log_query query{.failures = o.failures,
                       .errors = o.errors,
                       .flaky = o.flaky,
                       .not_run = o.not_run,
                       .tests = o.tests,
                       .regex = o.test_regex};
  if (o.budget > 0 && !asks_for_status(o) && !asks_for_names(o) && o.slowest == 0) {
    query.failures = query.errors = query.flaky = query.not_run = true;  // what needs a look
  }
  return query;
}

/// One invocation of the command.
class logs_command {
 public:
  logs_command(common_options const& common, logs_options const& options,
               report_config const& report)
      : options_{options},
        report_{report},
        source_{report_path(report, which_run::last).string()},
        files_{report.output_dir},
        command_{logs_command_for(common.config)} {}

  result<void> run() {
    if (options_.since_last) { return show_changes(); }
    if (!options_.show.empty()) { return show_one(); }
    auto log = read(query_of(options_));
    if (!log) { return tl::unexpected(log.error()); }
    if (options_.slowest > 0) { keep_slowest(*log, options_.slowest); }
    if (log->entries.empty() && !wants_digest()) {
      print_to(stderr, "No matching test results found.\n");
      say_what_else_is_bad(log->counts);
      return {};
    }
    if (wants_digest()) {
      print_digest(digest_of(*log));
    } else if (options_.slowest > 0) {
      print_slowest(*log);
    } else {
      print_whole(*log);
    }
    return {};
  }

 private:
  [[nodiscard]] bool is_json() const { return options_.format == "json"; }
  [[nodiscard]] bool wants_digest() const {
    return is_json() || (options_.budget > 0 && options_.slowest == 0);
  }
  [[nodiscard]] json_context context() const { return {source_, command_}; }

  /// `--failures` alone shows no errors, such as what fails outside of tests.
  void say_what_else_is_bad(log_counts const& counts) const {
    auto const say = [&](std::size_t count, std::string_view how, std::string_view option) {
      if (count == 0) { return; }
      print_to(stderr, "{} {}: `{} {}` shows {}\n", count, how, command_, option,
               count == 1 ? "it" : "them");
    };
    if (!options_.errors) { say(counts.error, counts.error == 1 ? "error" : "errors", "--errors"); }
    if (!options_.failures) { say(counts.failed, "failed", "--failures"); }
    if (!options_.not_run) { say(counts.not_run, "not run", "--not-run"); }
  }

  [[nodiscard]] result<test_log> read(test_log_query const& query,
                                      which_run which = which_run::last) {
    auto const wanted = record_query_of(query);
    if (!wanted) { return tl::unexpected(wanted.error()); }
    auto read = read_results(report_, which, *wanted);
    if (!read) { return tl::unexpected(std::move(read.error())); }
    if (!report_.junit && which == which_run::last) { source_ = read->source.string(); }
    auto log = log_of(std::move(read->record), query);
    if (log.damage) {
      warn(fmt::format("the report is damaged: {}: {}", read->source.string(), *log.damage));
    }
    return log;
  }

  static void write(std::string_view text) { print_text(stdout, text); }

  void print_whole(test_log const& log) {
    std::string piece;
    for (auto const& entry : log.entries) {
      append_text(piece, entry, files_);
      if (piece.size() < piece_size) { continue; }
      write(piece);
      if (std::ferror(stdout) != 0) { return; }  // nobody reads the rest
      piece.clear();
    }
    write(piece);
  }

  void print_slowest(test_log const& log) {
    if (options_.budget == 0) { return write(duration_lines(log, digest_limits::all)); }
    auto const most = largest_that(
        [&](std::size_t n) { return duration_lines(log, n).size() <= options_.budget; },
        log.entries.size());
    return write(text::head_of(duration_lines(log, most), options_.budget));
  }

  void print_digest(log_digest const& digest) {
    auto const budget = options_.budget;
    if (is_json()) {
      return write(budget > 0 ? json_within(budget, digest, files_, context())
                              : render_json(digest, {}, files_, context()));
    }
    return write(text_within(budget, digest, files_, command_));
  }

  result<void> show_changes() {
    auto const query = query_of({.tests = options_.tests, .test_regex = options_.test_regex});
    auto const now = read(query);
    if (!now) { return tl::unexpected(now.error()); }
    auto const before = read(query, which_run::before_last);
    if (!before) { return tl::unexpected(before.error()); }
    auto const changes = compare_logs(*before, *now);
    auto const budget = options_.budget;
    if (!is_json()) {
      write(budget > 0 ? text_within(budget, changes) : render_text(changes, digest_limits::all));
      return {};
    }
    if (budget == 0) {
      write(render_json(changes, digest_limits::all, context()));
      return {};
    }
    auto const fits = [&](std::size_t n) {
      return render_json(changes, n, context()).size() <= budget;
    };
    if (fits(0)) { write(render_json(changes, largest_that(fits, budget), context())); }
    return {};
  }

  [[nodiscard]] error unknown_handle() const {
    return {errc::not_found,
            fmt::format("the last run has no cause, test or attempt named {}", options_.show),
            fmt::format("`{} --budget 4000` lists those of the last run.", command_)};
  }

  result<void> show_one() { return options_.show.starts_with('c') ? show_cause() : show_test(); }

  result<void> show_cause() {
    auto const log = read({.failures = true, .errors = true});
    if (!log) { return tl::unexpected(log.error()); }
    auto const all = digest_of(*log);
    for (auto const& cause : all.causes) {
      if (cause.handle != options_.show) { continue; }
      auto const members = log_of(all, cause);
      auto digest = digest_of(members);
      std::erase_if(digest.causes, [&](auto const& one) { return one.handle != cause.handle; });
      if (is_json() || options_.budget > 0) {
        print_digest(digest);
        return {};
      }
      digest_limits limits;
      limits.cause_names = limits.details = 0;  // the names stand above, the example tells
      write(render_text(digest, limits, files_, command_));
      return {};
    }
    return tl::unexpected(unknown_handle());
  }

  result<void> show_test() {
    auto const dot = options_.show.find('.');
    auto log = read({.handle = options_.show.substr(0, dot), .outputs = true});
    if (!log) { return tl::unexpected(log.error()); }
    for (auto& entry : log->entries) {
      if (dot == std::string::npos) { continue; }
      std::erase_if(entry.attempts,
                    [&](auto const& one) { return handle_of(entry, one) != options_.show; });
    }
    std::erase_if(log->entries, [&](auto const& entry) {
      return dot != std::string::npos && entry.attempts.empty();
    });
    if (log->entries.empty()) { return tl::unexpected(unknown_handle()); }
    if (wants_digest()) {
      print_digest(digest_of(*log));
      return {};
    }
    std::string text;
    for (auto const& entry : log->entries) {
      for (auto const& one : entry.attempts) { text += text_of(entry, one, files_); }
      if (entry.attempts.empty()) { append_text(text, entry, files_); }
    }
    write(text);
    return {};
  }

  logs_options const& options_;
  report_config const& report_;
  std::string source_;  ///< where the results are, for those who want more
  result_files files_;
  std::string command_;
};

}  // namespace

int logs(common_options const& common, logs_options const& options) {
  if (auto const fits = check(options); !fits) { return fail_with(fits.error()); }
  auto const loaded = load_or_complain(common.config);
  if (!loaded) { return 1; }
  auto const done = logs_command{common, options, loaded->report}.run();
  return done ? 0 : fail_with(done.error());
}

}  // namespace offload::cli
