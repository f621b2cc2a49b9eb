// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/process/child_process.hpp>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "support/temp_dir.hpp"

namespace offload::testing {

/// Runs the real git, without the configuration of whoever runs the tests. Its output, or a
/// failure.
inline std::string git_in(std::filesystem::path const& folder, std::vector<std::string> arguments,
                          std::string_view input = {}) {
  start_options options;
  options.working_dir = folder.string();
  options.env.set("GIT_CONFIG_GLOBAL", "/dev/null");
  options.env.set("GIT_CONFIG_SYSTEM", "/dev/null");
  for (auto const* who : {"AUTHOR", "COMMITTER"}) {
    options.env.set("GIT_" + std::string{who} + "_NAME", "Tester");
    options.env.set("GIT_" + std::string{who} + "_EMAIL", "tester@example.org");
  }
  arguments.insert(arguments.begin(), "git");
  auto const ended = run_process(arguments, options, input);
  if (!ended || !ended->status.ok()) {
    ADD_FAILURE() << "git " << arguments[1] << ": "
                  << (ended ? ended->err : to_string(ended.error()));
    return {};
  }
  return ended->out;
}

/// A repository with a working tree in a folder of its own.
class git_repo {
 public:
  git_repo() { git({"init", "-q", "-b", "main"}); }

  std::string git(std::vector<std::string> arguments, std::string_view input = {}) const {
    auto said = git_in(path(), std::move(arguments), input);
    while (said.ends_with('\n')) { said.pop_back(); }
    return said;
  }
  /// Commits everything; the commit's id.
  std::string commit(std::string const& message = "change") const {
    git({"add", "-A"});
    git({"commit", "-q", "--allow-empty", "-m", message});
    return head();
  }
  [[nodiscard]] std::string head() const { return git({"rev-parse", "HEAD"}); }

  void put(std::string_view name, std::string_view contents = "") const {
    put_file(folder_ / name, contents);
  }
  void remove(std::string_view name) const { std::filesystem::remove_all(folder_ / name); }

  [[nodiscard]] std::filesystem::path const& path() const { return folder_.path(); }
  [[nodiscard]] std::string text() const { return path().string(); }
  std::filesystem::path operator/(std::string_view below) const { return folder_ / below; }

 private:
  temp_dir folder_;
};

/// Every file below a folder but for `.git`: its kind and contents.
inline std::map<std::string, std::string> files_in(std::filesystem::path const& folder) {
  namespace fs = std::filesystem;
  std::map<std::string, std::string> found;
  for (fs::recursive_directory_iterator at{folder}, end; at != end; ++at) {
    auto const name = at->path().lexically_relative(folder).string();
    if (name == ".git") {
      at.disable_recursion_pending();
    } else if (at->is_symlink()) {
      found[name] = "link " + fs::read_symlink(at->path()).string();
    } else if (at->is_regular_file()) {
      bool const runs = (at->status().permissions() & fs::perms::owner_exec) != fs::perms::none;
      found[name] = (runs ? "exec " : "file ") + contents_of(at->path());
    }
  }
  return found;
}

}  // namespace offload::testing
