// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/framework/nextest_script.hpp>

#include <offload/core/command.hpp>
#include <offload/core/inline.hpp>
#include <offload/core/shell_words.hpp>
#include <offload/framework/nextest_names.hpp>

#include <fmt/core.h>

#include <string_view>

namespace offload::nextest {
namespace nextest_script_detail {

inline constexpr std::string_view on_failed_listing = R"sh(failed() {
  status=$?
  echo "(while listing the group '$1')" >&2
  exit $status
}
)sh";

// The list of the first group is made by the command that builds. It names all binaries, also those
// without a selected test, so it is the description of the build as well, save for the name of one
// member. That name in quotes followed by a colon occurs nowhere else: within a string of JSON the
// quotes would be escaped.
inline constexpr std::string_view describe_build =
    R"sh(sed 's/"rust-suites":/"rust-binaries":/' "$dir/list" >"$dir/binaries.json" || exit
triple=$(sed -n 's/.*"host":{"platform":{"triple":"\([^"]*\)".*/\1/p' "$dir/list")
)sh";

// `cargo nextest` is rustup's cargo, then the toolchain's, then cargo-nextest: two starts of a
// program for nothing, a batch. Cargo is asked once what it would start and in which environment,
// by a subcommand that writes this down. Should that fail, `cargo nextest` it is.
inline constexpr std::string_view make_launcher =
    R"sh(echo 'exec cargo nextest "$@"' >"$dir/nextest"
cat >"$dir/cargo-offload-nextest-probe" <<'end'
#!/bin/sh
dir=$(dirname "$0")
PATH=$(printf %s "$PATH:" | sed "s|$dir:||; s|:\$||")
program=$(command -v cargo-nextest) || exit
case $program in (*\'*) exit 1 ;; esac
{
  export -p | grep -E '^export (CARGO|CARGO_HOME|RUST[A-Z_]*|(DY)?LD_[A-Z_]*|PATH)='
  echo "exec '$program' nextest \"\$@\""
} >"$dir/nextest.new" && sh -n "$dir/nextest.new" && mv "$dir/nextest.new" "$dir/nextest"
end
chmod +x "$dir/cargo-offload-nextest-probe"
PATH="$dir:$PATH" cargo offload-nextest-probe >/dev/null 2>&1 &
)sh";

inline constexpr std::string_view show_list = "cat \"$dir/list\" || exit\necho\n";

}  // namespace nextest_script_detail

OFFLOAD_INLINE std::vector<std::string> reused_build(std::string const& shared_dir) {
  return {"--binaries-metadata", shared_dir + "/binaries.json", "--cargo-metadata",
          shared_dir + "/cargo.json"};
}

OFFLOAD_INLINE std::vector<std::string> const& plain_command() {
  static std::vector<std::string> const command{"cargo", "nextest"};
  return command;
}

OFFLOAD_INLINE std::vector<std::string> launcher(std::vector<std::string> const& command,
                                                 std::string const& shell,
                                                 std::string const& shared_dir) {
  if (shared_dir.empty() || command != plain_command()) { return command; }
  return {shell, shared_dir + "/nextest"};
}

OFFLOAD_INLINE std::string listing_script(listing_request const& what) {
  auto const reuse = shell::joined(reused_build(what.shared_dir));
  auto const list = shell::joined(what.start) + " list --color never --message-format json";
  auto script = fmt::format("dir={}\n", shell::quoted(what.shared_dir));
  script += nextest_script_detail::on_failed_listing;
  for (auto const& group : what.groups) {
    bool const builds = &group == &what.groups.front();
    script += fmt::format("{} {} {} >\"$dir/list\" || failed {}\n", list,
                          builds ? shell::joined(what.build) : reuse, shell::joined(group.options),
                          shell::quoted(group.name));
    if (builds) {
      script += nextest_script_detail::describe_build;
      if (what.start == plain_command()) { script += nextest_script_detail::make_launcher; }
      script += fmt::format(
          "{} ${{triple:+--filter-platform \"$triple\"}} >\"$dir/cargo.json\" || {{\n"
          "  status=$?\n  wait\n  exit $status\n}}\nwait\n",
          shell::joined(what.metadata));
    }
    script += nextest_script_detail::show_list;
  }
  return script;
}

OFFLOAD_INLINE std::string rounds_script(std::span<std::vector<std::string> const> rounds,
                                         on_failure then) {
  // The trap lets this shell wait for nextest, which ends its tests, when the group is signalled.
  std::string script = "trap : HUP INT TERM\nstatus=0\n";
  bool first = true;
  for (auto const& words : rounds) {
    if (!first) {
      if (then == on_failure::stop) { script += "[ $status -eq 0 ] || exit $status\n"; }
      script += fmt::format("printf '%s\\n' {}\n", shell::quoted(next_round));
    }
    first = false;
    script += fmt::format("{} || {{ code=$?; [ $status -ne 0 ] || status=$code; }}\n",
                          shell::joined(words));
  }
  return script + "exit $status\n";
}

}  // namespace offload::nextest
