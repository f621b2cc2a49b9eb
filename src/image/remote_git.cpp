// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "remote_git.hpp"

#include <offload/process/child_process.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>
#include <vector>

namespace offload::image {
namespace {

/// No questions on a terminal or in a window, messages in English, and the repository that we mean.
start_options without_questions(std::string const& root) {
  start_options options;
  options.working_dir = root;
  for (auto const* name : {"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY",
                           "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_COMMON_DIR", "GIT_NAMESPACE",
                           "GIT_PREFIX", "SSH_ASKPASS"}) {
    options.env.unset(name);
  }
  using setting = std::pair<char const*, char const*>;
  for (auto const& [name, value] :
       {setting{"GIT_TERMINAL_PROMPT", "0"}, setting{"GIT_ASKPASS", "false"},
        setting{"SSH_ASKPASS_REQUIRE", "never"}, setting{"GCM_INTERACTIVE", "never"},
        setting{"LC_ALL", "C"}}) {
    options.env.set(name, value);
  }
  return options;
}

/// How ssh is started: as the user has it, but without questions where it is plain ssh.
void silence_ssh(start_options& options, std::string const& configured) {
  auto command = std::string{options.env.get("GIT_SSH_COMMAND").value_or(configured)};
  if (command.empty() && options.env.get("GIT_SSH")) { return; }
  if (command.empty()) { command = "ssh"; }
  auto const program = command.substr(0, command.find(' '));
  if (program != "ssh" && !program.ends_with("/ssh")) { return; }
  options.env.set("GIT_SSH_COMMAND", command + " -o BatchMode=yes");
}

result<finished_process> run_git(remote_git const& with, std::vector<std::string> const& arguments,
                                 start_options const& options) {
  std::vector<std::string> argv{"git", "-c", "gc.auto=0", "-c", "maintenance.auto=false"};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  return run_process(argv, options, {}, with.until, with.stop);
}

result<finished_process> run_git(remote_git const& with,
                                 std::vector<std::string> const& arguments) {
  auto options = without_questions(with.root);
  auto const ssh = run_git(with, {"config", "core.sshCommand"}, options);
  if (!ssh) { return ssh; }
  silence_ssh(options, ssh->out.substr(0, ssh->out.find('\n')));
  return run_git(with, arguments, options);
}

/// The line in which git says what went wrong.
std::string reason(std::string_view said) {
  std::string last;
  while (!said.empty()) {
    auto const line = said.substr(0, said.find('\n'));
    said.remove_prefix(std::min(said.size(), line.size() + 1));
    for (std::string_view const mark : {"fatal: ", "error: ", "remote: "}) {
      if (line.starts_with(mark) && line.size() > mark.size()) { return std::string{line}; }
    }
    if (!line.empty()) { last = line; }
  }
  return last;
}

bool holds(std::string_view text, std::string_view what) { return text.find(what) != text.npos; }

template <std::size_t Count>
bool holds_one(std::string_view text, std::array<std::string_view, Count> const& marks) {
  return std::any_of(marks.begin(), marks.end(), [&](auto mark) { return holds(text, mark); });
}

bool is_a_race(std::string_view said) {
  return holds_one(said, std::array<std::string_view, 6>{
                             "[rejected]", "cannot lock ref", "failed to update ref",
                             "incorrect old value", "but expected", "failed to lock"});
}

bool is_refused(std::string_view said) {
  return holds_one(
      said, std::array<std::string_view, 4>{"[remote rejected]", "denied", "403", "not allowed"});
}

}  // namespace

result<bool> remote_git::fetch(std::string_view ref, std::string const& to) const {
  // `--refmap=`: or git updates what the user's refspecs name, by force if they have a plus
  auto const ended = run_git(
      *this, {"fetch", "--quiet", "--no-tags", "--no-prune", "--no-recurse-submodules",
              "--no-write-fetch-head", "--refmap=", "--", remote, fmt::format("+{}:{}", ref, to)});
  if (!ended) { return tl::unexpected{ended.error()}; }
  if (ended->status.ok()) { return true; }
  if (holds(ended->err, "couldn't find remote ref")) { return false; }
  return fail(errc::process, "`git fetch {}` failed: {}", remote, reason(ended->err));
}

result<remote_git::push_outcome> remote_git::push(std::string const& commit,
                                                  std::string_view ref) const {
  auto const ended =
      run_git(*this, {"push", "--porcelain", "--no-verify", "--no-follow-tags",
                      "--no-force-with-lease", "--recurse-submodules=no", "--signed=no", "--",
                      remote, fmt::format("{}:{}", commit, ref)});
  if (!ended) { return tl::unexpected{ended.error()}; }
  if (ended->status.ok()) { return push_outcome::done; }
  if (is_a_race(ended->out) || is_a_race(ended->err)) { return push_outcome::others_were_faster; }
  auto why = fail(errc::process, "`git push {}` failed: {}", remote, reason(ended->err));
  if (is_refused(ended->out) || is_refused(ended->err)) {
    why.value().hint = "allow pushing to refs/notes/offload-images, so that others find the image";
  }
  return why;
}

}  // namespace offload::image
