// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/image/base.hpp>
#include <offload/process/child_process.hpp>

#include <string>
#include <utility>
#include <vector>

#include "git_objects.hpp"

namespace offload {
namespace {

using namespace std::chrono_literals;
constexpr seconds longest_copying = 300s;

result<void> git_in(std::string const& folder, std::vector<std::string> arguments,
                    std::stop_token const& stop) {
  start_options options{.working_dir = folder};
  for (auto const* name : {"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"}) {
    options.env.unset(name);
  }
  arguments.insert(arguments.begin(), {"git", "-c", "core.hooksPath=/dev/null", "-c", "gc.auto=0",
                                       "-c", "protocol.file.allow=always"});
  auto const done =
      run_process(arguments, options, {}, steady_clock::now() + to_clock(longest_copying), stop);
  if (!done) { return tl::unexpected{done.error()}; }
  if (done->status.ok()) { return {}; }
  auto const said = done->err.substr(0, done->err.find('\n'));
  return fail(errc::process, "git ended with {}: {}", to_string(done->status), said);
}

}  // namespace

result<void> add_repository(std::string const& project, std::string const& commit,
                            std::string const& folder, std::stop_token stop) {
  auto const in = image::open_repository(project);
  if (!in) { return tl::unexpected{in.error()}; }
  for (auto const& words : std::vector<std::vector<std::string>>{
           {"init", "-q", "--template="},
           {"fetch", "-q", "--depth=1", "--no-tags", in->root, commit},
           {"update-ref", "refs/heads/main", commit},
           {"symbolic-ref", "HEAD", "refs/heads/main"},
           {"reset", "-q"}}) {
    if (auto const done = git_in(folder, words, stop); !done) { return done; }
  }
  return {};
}

}  // namespace offload
