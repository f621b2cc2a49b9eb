// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "history/merge_driver.hpp"

#include <offload/core/contents_of.hpp>
#include <offload/core/time.hpp>
#include <offload/process/child_process.hpp>
#include <offload/process/file_access.hpp>
#include <offload/process/folder_lock.hpp>

#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace offload {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view driver_name = "offload-history";
constexpr std::string_view title = "Offload test history merger";
constexpr seconds longest_git{30};

/// git in one folder, run to its end.
class local_git {
 public:
  explicit local_git(fs::path folder) : folder_{std::move(folder)} {}

  [[nodiscard]] result<finished_process> run(std::vector<std::string> arguments) const {
    start_options options{.working_dir = folder_.string()};
    options.env.set("LC_ALL", "C");
    arguments.insert(arguments.begin(), "git");
    auto ended = run_process(arguments, options, {}, steady_clock::now() + to_clock(longest_git));
    if (!ended && ended.error().code == errc::not_found) {
      ended.error().hint = "install git: it calls the merge driver";
    }
    return ended;
  }

  /// Fails with what git says when its exit status is none of success.
  [[nodiscard]] result<std::string> output_of(std::vector<std::string> arguments) const {
    auto ended = run(std::move(arguments));
    if (!ended) { return tl::unexpected(ended.error()); }
    if (ended->status.ok()) { return std::move(ended->out); }
    return fail(errc::process, "git says: {}", ended->err.substr(0, ended->err.find('\n')));
  }

  /// The value of a key of the repository's configuration; empty when there is none.
  [[nodiscard]] result<std::string> config(std::string const& key) const {
    return run({"config", "--local", "--get", key}).map([](finished_process const& ended) {
      return ended.out.substr(0, ended.out.find('\n'));
    });
  }

 private:
  fs::path folder_;
};

/// The nearest folder above the file that exists.
fs::path existing_folder(fs::path const& file) {
  std::error_code unknown;
  auto folder = fs::absolute(file, unknown).parent_path();
  while (!fs::is_directory(folder, unknown) && folder.has_relative_path()) {
    folder = folder.parent_path();
  }
  return folder;
}

result<fs::path> root_of_repository(local_git const& git, fs::path const& history) {
  auto top = git.output_of({"rev-parse", "--show-toplevel"});
  if (top && !top->empty()) { return fs::path{top->substr(0, top->find_last_not_of('\n') + 1)}; }
  if (!top && top.error().code == errc::not_found) { return tl::unexpected(top.error()); }
  return tl::unexpected(
      error{errc::invalid_usage, "the history " + history.string() + " is not in a git repository",
            "Run this command in a working tree of the repository that contains the history."});
}

/// Where git finds the file: a link is a file of its own.
fs::path path_in(fs::path const& root, fs::path const& history) {
  std::error_code unknown;
  auto const folder = fs::weakly_canonical(fs::absolute(history, unknown).parent_path(), unknown);
  return (folder / history.filename()).lexically_relative(fs::weakly_canonical(root, unknown));
}

/// Whether git gives the file to the driver.
result<bool> is_assigned(local_git const& git, std::string const& relative) {
  return git.output_of({"check-attr", "-z", "merge", "--", relative})
      .map([](std::string const& told) {
        using namespace std::string_literals;
        return told.ends_with("\0merge\0"s + std::string{driver_name} + "\0"s);
      });
}

result<void> append_line(fs::path const& file, std::string const& line) {
  auto const before = contents_of(file.string());
  bool const is_whole = before.empty() || before.ends_with('\n');
  return files::append(file, (is_whole ? "" : "\n") + line + '\n');
}

result<setup_step> assign(local_git const& git, std::string const& relative,
                          merge_driver_setup const& setup) {
  auto const before = is_assigned(git, relative);
  if (!before) { return tl::unexpected(before.error()); }
  if (*before) { return setup_step::was_done; }
  if (auto const added = append_line(setup.attributes, setup.line); !added) {
    return tl::unexpected(added.error());
  }
  auto const after = is_assigned(git, relative);
  if (!after) { return tl::unexpected(after.error()); }
  if (*after) { return setup_step::done; }
  return fail(errc::process, "git ignores `{}` in {}: another attributes file overrides it",
              setup.line, setup.attributes.string());
}

/// A driver that somebody has written, as through `uv run`, is theirs.
result<setup_step> configure(local_git const& git, merge_driver_setup& setup) {
  auto const key = fmt::format("merge.{}.", driver_name);
  auto const before = git.config(key + "driver");
  if (!before) { return tl::unexpected(before.error()); }
  if (before->find("history merge") != before->npos) {
    setup.driver = *before;
    return setup_step::was_done;
  }
  for (auto const& [name, value] :
       {std::pair{key + "name", std::string{title}}, std::pair{key + "driver", setup.driver}}) {
    if (auto const set = git.output_of({"config", "--local", name, value}); !set) {
      return tl::unexpected(set.error());
    }
  }
  return setup_step::done;
}

}  // namespace

std::string attributes_line(std::string const& relative) {
  std::string pattern;
  bool needs_quotes = relative.starts_with('"') || relative.starts_with('#');
  for (char const c : relative) {
    needs_quotes = needs_quotes || c == ' ' || c == '\t';
    if (std::string_view{"*?[\\!"}.find(c) != std::string_view::npos) { pattern += '\\'; }
    pattern += c;
  }
  if (needs_quotes) {
    std::string quoted{'"'};
    for (char const c : pattern) {
      if (c == '"' || c == '\\') { quoted += '\\'; }
      quoted += c;
    }
    pattern = quoted + '"';
  }
  return fmt::format("{} merge={}", pattern, driver_name);
}

result<merge_driver_setup> set_up_merge_driver(fs::path const& path) {
  auto const root = root_of_repository(local_git{existing_folder(path)}, path);
  if (!root) { return tl::unexpected(root.error()); }
  // git itself does not wait for another process that writes the same configuration.
  auto const turn = folder_lock::take(*root, longest_git);
  if (!turn) { return tl::unexpected(turn.error()); }
  local_git const git{*root};
  auto const relative = path_in(*root, path).string();
  merge_driver_setup setup{.attributes = *root / ".gitattributes",
                           .line = attributes_line(relative),
                           .driver = merge_driver_command};
  auto const assigned = assign(git, relative, setup);
  if (!assigned) { return tl::unexpected(assigned.error()); }
  setup.attributes_step = *assigned;
  auto const configured = configure(git, setup);
  if (!configured) { return tl::unexpected(configured.error()); }
  setup.config_step = *configured;
  return setup;
}

}  // namespace offload
