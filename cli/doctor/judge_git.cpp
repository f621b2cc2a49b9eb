// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <fmt/core.h>

#include "judge.hpp"

namespace offload::cli {
namespace {

/// Where nothing depends on git, its state is only worth telling.
finding matters(bool much, std::string check, std::string what, std::string fix) {
  return much ? doubtful(std::move(check), std::move(what), std::move(fix))
              : fine(std::move(check), std::move(what) + "; nothing here needs it");
}

finding judge_tree(std::optional<std::size_t> changed_files) {
  if (!changed_files) {
    return doubtful("git", "`git status` did not answer in time",
                    "run it by hand: a thin diff has to look at the same files");
  }
  if (*changed_files == 0) { return fine("git", "the working tree has no uncommitted changes"); }
  return fine("git",
              fmt::format("{} files differ from the commit; the tests run on the changed files",
                          *changed_files));
}

void judge_base(git_facts const& facts, findings& found) {
  if (facts.is_shallow) {
    found.push_back(matters(facts.images_are_used, "git.shallow",
                            "this clone is shallow: older commits are missing",
                            "`git fetch --unshallow`; with GitHub's checkout action "
                            "`fetch-depth: 0`"));
  }
  for (auto const& input : facts.build_inputs) {
    found.push_back(
        input.is_in_git
            ? fine("git.build_inputs", fmt::format("build input {} is in git", input.pathspec))
            : broken("git.build_inputs",
                     fmt::format("build input {} matches no file in git", input.pathspec),
                     "correct [checkpoint] build_inputs (paths are relative to this folder), or "
                     "commit the file"));
  }
}

void judge_remote(git_facts const& facts, findings& found) {
  switch (facts.remote) {
    case remote_state::not_asked: return;
    case remote_state::none:
      found.push_back(doubtful("git.remote", "there is no remote `origin` to share images through",
                               "`git remote add origin URL`; without one, each machine builds its "
                               "own images"));
      return;
    case remote_state::reachable:
      found.push_back(fine("git.remote", "the remote `origin` answers: " + facts.remote_said));
      return;
    case remote_state::unreachable:
      found.push_back(doubtful(
          "git.remote", "cannot reach the remote `origin`: " + facts.remote_said,
          "make `git ls-remote origin` work without a password; until then images are not shared"));
  }
}

}  // namespace

findings judge(git_facts const& facts) {
  bool const needed = facts.images_are_used || facts.has_checkpoint;
  if (!facts.has_git) { return {matters(needed, "git", "git is not installed", "install git")}; }
  if (!facts.is_repository) {
    return {matters(
        needed, "git", "this folder is not in a git repository",
        "`git init`, or start Offload in the project's folder: images are cached by commit")};
  }
  if (!facts.has_commit) {
    return {matters(needed, "git", "this repository has no commit yet", "commit the project")};
  }
  findings found;
  found.push_back(judge_tree(facts.changed_files));
  judge_base(facts, found);
  judge_remote(facts, found);
  if (!facts.history_path.empty()) {
    found.push_back(
        facts.has_merge_driver
            ? fine("git.merge_driver", "git merges " + facts.history_path + " with Offload")
            : doubtful("git.merge_driver",
                       "git would merge " + facts.history_path + " line by line",
                       "`offload history setup-merge-driver`"));
  }
  if (!facts.ignores_output) {
    found.push_back(
        doubtful("git.ignore",
                 fmt::format("git does not ignore {}, where results are written", facts.output_dir),
                 fmt::format("add the line /{}/ to .gitignore", facts.output_dir)));
  }
  return found;
}

}  // namespace offload::cli
