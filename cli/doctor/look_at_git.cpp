// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/process/child_process.hpp>
#include <offload/report/output_layout.hpp>
#include <offload/report/terminal.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "gather.hpp"

namespace offload::cli {
namespace {

struct git_answer {
  bool started{};
  int code = -1;
  std::string out{};
  std::string err{};

  [[nodiscard]] bool yes() const { return code == 0; }
};

/// Who says how ssh is started: the user, or nobody.
enum class ssh_is { configured, plain };

/// Git with these arguments: nobody is there to type a password, and it writes no index.
git_answer git(std::vector<std::string> arguments, ssh_is ssh = ssh_is::configured) {
  arguments.insert(arguments.begin(), "git");
  auto env = environment::inherited();
  env.set("GIT_TERMINAL_PROMPT", "0");
  env.set("GIT_OPTIONAL_LOCKS", "0");
  env.set("GIT_ASKPASS", "false");
  env.set("SSH_ASKPASS_REQUIRE", "never");
  if (ssh == ssh_is::plain) { env.set("GIT_SSH_COMMAND", "ssh -o BatchMode=yes"); }
  env.set("LC_ALL", "C");
  auto const ended =
      run_process(arguments, {.env = std::move(env)}, {}, steady_clock::now() + to_clock(patience));
  if (!ended) {
    return {.started = ended.error().code != errc::not_found, .err = to_string(ended.error())};
  }
  return {true, ended->status.code, ended->out, ended->err};
}

bool uses_images(config const& c) {
  if (auto const* shell = std::get_if<shell_provider_config>(&c.provider)) {
    return shell->prepare_command.has_value();
  }
  return std::holds_alternative<modal_provider_config>(c.provider);
}

void look_at_remote(git_facts& facts) {
  if (!git({"remote", "get-url", "origin"}).yes()) {
    facts.remote = remote_state::none;
    return;
  }
  auto const env = environment::inherited();
  bool const own_ssh =
      env.get("GIT_SSH_COMMAND") || env.get("GIT_SSH") || git({"config", "core.sshCommand"}).yes();
  auto const answer = git({"ls-remote", "origin", "refs/notes/offload-images"},
                          own_ssh ? ssh_is::configured : ssh_is::plain);
  facts.remote = answer.yes() ? remote_state::reachable : remote_state::unreachable;
  if (answer.yes()) {
    facts.remote_said = answer.out.empty() ? "it has no image notes yet" : "it has image notes";
  } else {
    facts.remote_said = terminal::gist(answer.err);
  }
}

void look_at_configured(config const& c, git_facts& facts) {
  if (c.checkpoint) {
    facts.has_checkpoint = true;
    for (auto const& input : c.checkpoint->build_inputs) {
      facts.build_inputs.push_back({input, !git({"ls-files", "--", input}).out.empty()});
    }
  }
  if (facts.images_are_used) { look_at_remote(facts); }
  if (c.history) {
    facts.history_path = c.history->path;
    auto const attribute = git({"check-attr", "merge", "--", c.history->path});
    facts.has_merge_driver = attribute.out.ends_with(": offload-history\n") &&
                             git({"config", "merge.offload-history.driver"}).yes();
  }
  facts.output_dir = c.report.output_dir;
  auto const file = facts.output_dir + "/" + std::string{output_layout::junit_report};
  auto const ignored = git({"check-ignore", "-q", file});
  facts.ignores_output = ignored.code != 1;  // 128: it is outside of the repository
}

}  // namespace

git_facts look_at_git(config const* c) {
  git_facts facts{.images_are_used = c != nullptr && uses_images(*c),
                  .has_checkpoint = c != nullptr && c->checkpoint.has_value()};
  auto const inside = git({"rev-parse", "--is-inside-work-tree"});
  facts.has_git = inside.started;
  facts.is_repository = inside.yes() && inside.out.starts_with("true");
  if (!facts.is_repository) { return facts; }
  facts.has_commit = git({"rev-parse", "--verify", "-q", "HEAD"}).yes();
  if (!facts.has_commit) { return facts; }
  facts.is_shallow = git({"rev-parse", "--is-shallow-repository"}).out.starts_with("true");
  if (auto const changed = git({"status", "--porcelain"}); changed.yes()) {
    facts.changed_files = static_cast<std::size_t>(std::ranges::count(changed.out, '\n'));
  }
  if (c != nullptr) { look_at_configured(*c, facts); }
  return facts;
}

}  // namespace offload::cli
