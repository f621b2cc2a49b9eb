// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/core/contents_of.hpp>
#include <offload/framework/junit_matcher.hpp>
#include <offload/history/file.hpp>
#include <offload/history/import.hpp>
#include <offload/process/child_process.hpp>
#include <offload/process/environment.hpp>
#include <offload/process/marked_processes.hpp>
#include <offload/process/stop_signals.hpp>

#include <fmt/core.h>

#include <sys/stat.h>
#include <algorithm>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "command_line/commands.hpp"
#include "command_line/print.hpp"
#include "command_line/warn.hpp"
#include "history/merge_driver.hpp"
#include "run/leftovers.hpp"
#include "run/run_local.hpp"

namespace offload::cli {
namespace {

namespace fs = std::filesystem;

/// A file that has to be there, unlike the history of a first run.
result<history> load_existing(std::string const& path) {
  std::error_code unknown;
  if (!fs::exists(path, unknown)) { return fail(errc::not_found, "there is no file {}", path); }
  return load_history(path);
}

/// The history's settings; a configuration without them, or none at all, has the defaults.
std::optional<history_config> history_settings(common_options const& common) {
  std::error_code unknown;
  if (common.config == common_options{}.config && !fs::exists(common.config, unknown)) {
    return history_config{};
  }
  auto const loaded = load_or_complain(common.config);
  if (!loaded) { return std::nullopt; }
  return loaded->history.value_or(history_config{});
}

/// A file to import, and what it holds.
struct timing_file {
  std::string path{};
  junit_document read{};
  history_run run{};
};

std::int64_t time_of_change(std::string const& path) {
  struct stat about {};
  if (::stat(path.c_str(), &about) != 0) { return 0; }
  return std::int64_t{about.st_mtim.tv_sec} * 1000 + about.st_mtim.tv_nsec / 1'000'000;
}

result<timing_file> read_file(std::string const& path) {
  std::error_code unknown;
  if (!fs::is_regular_file(path, unknown)) {
    return fail(errc::not_found, "there is no file {}", path);
  }
  auto const text = contents_of(path);
  auto read = read_timings(text);
  if (!read) { return tl::unexpected(doing("reading {}", path)(read.error())); }
  return timing_file{path, std::move(*read), imported_run(text, time_of_change(path))};
}

result<std::vector<timing_file>> read_files(std::vector<std::string> const& paths) {
  std::vector<timing_file> files;
  for (auto const& path : paths) {
    auto file = read_file(path);
    if (!file) { return tl::unexpected(file.error()); }
    if (file->read.damage) { warn(fmt::format("{} is damaged: {}", path, *file->read.damage)); }
    files.push_back(std::move(*file));
  }
  return files;
}

/// Only a case without a class is named by its id. For other cases, only the list of tests gives
/// the id.
bool needs_listing(std::vector<timing_file> const& files) {
  return std::ranges::any_of(files, [](timing_file const& file) {
    return std::ranges::any_of(file.read.cases,
                               [](junit_case const& one) { return !one.classname.empty(); });
  });
}

std::string id_format_of(framework_config const& framework) {
  return std::visit(
      [](auto const& c) -> std::string {
        if constexpr (requires { c.test_id_format; }) { return c.test_id_format; }
        return "{name}";
      },
      framework);
}

/// Names the cases by the ids of their tests, and drops those that fit none.
void name_by_ids(timing_file& file, std::vector<test_id> const& ids, junit_matcher const& matcher) {
  std::vector<junit_case> named;
  for (auto& one : file.read.cases) {
    if (!one.classname.empty()) {
      auto const found = matcher.find(one);
      if (found.fit < junit_fit::whole) { continue; }
      one.name = ids[found.test].value;
    }
    named.push_back(std::move(one));
  }
  if (auto const dropped = file.read.cases.size() - named.size(); dropped > 0) {
    warn(fmt::format("{}: {} of {} cases match no test of this configuration", file.path, dropped,
                     file.read.cases.size()));
  }
  file.read.cases = std::move(named);
}

result<void> find_ids(launch const& asked, std::vector<timing_file>& files,
                      std::stop_token const& stop) {
  auto const found = list_tests(asked, stop);
  if (!found) { return tl::unexpected(found.error()); }
  std::vector<test_id> ids;
  for (auto const& test : found->tests()) { ids.push_back(test.id); }
  junit_matcher const matcher{ids, id_format_of(asked.c.framework)};
  for (auto& file : files) { name_by_ids(file, ids, matcher); }
  return {};
}

result<void> add_to_history(history_config const& to, std::string const& config_path,
                            std::vector<timing_file> const& files) {
  auto const damaged = update_history(to.path, [&](history& all) {
    for (auto const& file : files) {
      auto const added =
          add_imported(all, config_path, file.read.cases, file.run, to.reservoir_size);
      print("{}: {} attempts added to {}\n", file.path, added, to.path);
    }
  });
  if (!damaged) { return tl::unexpected(damaged.error()); }
  for (auto const& text : described(to.path, *damaged)) { warn(text); }
  return {};
}

}  // namespace

int history_merge(history_merge_options const& options) {
  // A base that cannot be read is none: the sides are merged as they are.
  auto const base = load_history(options.base).value_or(history{});
  auto const ours = load_existing(options.ours);
  if (!ours) { return fail_with(ours.error()); }
  auto const theirs = load_existing(options.theirs);
  if (!theirs) { return fail_with(theirs.error()); }
  for (auto const& [path, side] :
       {std::pair{&options.ours, &*ours}, std::pair{&options.theirs, &*theirs}}) {
    for (auto const& text : described(*path, side->damaged())) { warn(text); }
  }
  auto const all = merged(base, *ours, *theirs);
  auto const saved = save_history(options.ours, text_with_damaged(all));
  return saved ? 0 : fail_with(saved.error());
}

int history_setup_merge_driver(common_options const& common) {
  auto const settings = history_settings(common);
  if (!settings) { return 1; }
  auto const setup = set_up_merge_driver(settings->path);
  if (!setup) { return fail_with(setup.error()); }
  auto const step = [](setup_step how) { return how == setup_step::done ? "added" : "unchanged"; };
  print("{}: {} ({})\n", setup->attributes.string(), setup->line, step(setup->attributes_step));
  print("git config merge.offload-history.driver: {} ({})\n", setup->driver,
        step(setup->config_step));
  auto const path = std::string{environment::inherited().get("PATH").value_or("")};
  if (!find_program(setup->driver.substr(0, setup->driver.find(' ')), path)) {
    warn("git cannot find the driver: its program is not in PATH");
  }
  return 0;
}

int history_import(common_options const& common, std::vector<std::string> const& paths) {
  auto const asked = launch_or_complain(common, {});
  if (!asked) { return 1; }
  if (!asked->c.history) {
    return fail_with({errc::invalid_config,
                      fmt::format("{} has no [history] section to import into", common.config),
                      "Add a line `[history]` to it."});
  }
  auto files = read_files(paths);
  if (!files) { return fail_with(files.error()); }
  if (needs_listing(*files)) {
    last_sweep const sweep;
    stop_signals const signals{[] { leave_at_once(creations::end); }};
    if (auto const named = find_ids(*asked, *files, signals.token()); !named) {
      int const code = fail_with(named.error());
      return signals.received() == 0 ? code : 128 + signals.received();
    }
  }
  auto const added = add_to_history(*asked->c.history, common.config, *files);
  return added ? 0 : fail_with(added.error());
}

}  // namespace offload::cli
