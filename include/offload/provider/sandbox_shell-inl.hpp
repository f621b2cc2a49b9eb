// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/provider/sandbox_shell.hpp>

#include <offload/core/base64.hpp>
#include <offload/core/inline.hpp>
#include <offload/core/shell_words.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <charconv>

namespace offload {
namespace sandbox_shell_detail {

inline constexpr std::string_view mark_variable = "OFFLOAD_COMMAND";
/// Of one argument Linux takes 128 KiB; the rest of the command and a second quoting need room too.
inline constexpr std::size_t longest_chunk = 48 * 1024;

inline std::string exported(env_var const& v) {
  return fmt::format("export {}={}\n", v.name, shell::quoted(v.value));
}

/// As an entry of PATH or PYTHONPATH, before those that the sandbox has.
inline std::string prepended(env_var const& v) {
  return fmt::format("export {0}={1}\"${{{0}:+:${0}}}\"\n", v.name, shell::quoted(v.value));
}

/// Ends the processes that have `$mark` among their variables, and those that these have started:
/// one that is just becoming a program, or that was started with a clean environment, shows no
/// variables. All are found before the first is ended, as a process without a parent shows nothing;
/// then it looks again. It does not stop them first: a parent such as `sudo` would stop, too, and
/// stay so. Modal's script holds the same lines.
inline constexpr std::string_view ending_marked = R"(found=" "
ended=" "
take() {
  case $found in *" $1 "*) return ;; esac
  found="$found$1 "
  more=1
}
while :; do
  more=
  for path in $(grep -l "$mark" /proc/[0-9]*/environ 2>/dev/null); do
    path=${path#/proc/}
    take "${path%/environ}"
  done
  [ "$found" != " " ] || break
  set -- $(grep -H "^PPid:" /proc/[0-9]*/status 2>/dev/null)
  while [ $# -gt 1 ]; do
    path=${1#/proc/}
    case $found in *" $2 "*) take "${path%%/*}" ;; esac
    shift 2
  done
  [ -z "$more" ] || continue
  [ "$found" != "$ended" ] || break
  kill -KILL $found 2>/dev/null
  ended=$found
done
true
)";

/// For a shell of any kind.
inline std::string ending_where(std::string_view mark) {
  return fmt::format(
      "sh -c {}", shell::quoted(fmt::format("mark={}={}\n{}", mark_variable, mark, ending_marked)));
}

/// A step of a script that writes a file. A built-in does, unless a shell cannot hold the contents.
inline std::string file_with(std::string_view path, std::string_view contents) {
  if (contents.find('\0') == contents.npos) {
    return fmt::format("printf %s {} > {} &&\n", shell::quoted(contents), shell::quoted(path));
  }
  return fmt::format("printf %s {} | base64 -d > {} &&\n", base64::encoded(contents),
                     shell::quoted(path));
}

}  // namespace sandbox_shell_detail

OFFLOAD_INLINE std::string sandbox_shell::end_mark(std::string_view secret) {
  return fmt::format("\036offload-exit-{}:", secret);
}

OFFLOAD_INLINE std::string sandbox_shell::running(command const& c, input with,
                                                  std::string_view secret,
                                                  files_afterwards then) const {
  std::string text = "(\n";
  text += fmt::format("cd {} || exit\n", shell::quoted(root));
  if (!c.working_dir.empty()) {
    text += fmt::format("cd {} || exit\n", shell::quoted(c.working_dir));
  }
  text += fmt::format(". {}\n", shell::quoted(folder + "/env"));
  text += sandbox_shell_detail::exported(
      {std::string{sandbox_shell_detail::mark_variable}, std::string{secret}});
  for (auto const& v : c.env) { text += sandbox_shell_detail::exported(v); }
  for (auto const& v : c.search_paths) { text += sandbox_shell_detail::prepended(v); }
  text +=
      fmt::format("exec {}{}\n", shell::joined(c.argv), with == input::none ? " </dev/null" : "");
  text += ")\noffload_status=$?\n";
  if (then == files_afterwards::go) { text += cleaning_up() + "\n"; }
  text += fmt::format("printf '\\036offload-exit-%s:%d\\n' {} \"$offload_status\"", secret);
  return text;
}

OFFLOAD_INLINE std::string sandbox_shell::ending(std::string_view secret) const {
  return sandbox_shell_detail::ending_where(secret);
}

OFFLOAD_INLINE std::string sandbox_shell::cleaning_up_after(std::string_view run) {
  return fmt::format("{}\nrm -rf /tmp/offload-{}-*",
                     sandbox_shell_detail::ending_where(fmt::format("{}-", run)), run);
}

OFFLOAD_INLINE std::string sandbox_shell::setting_up(std::span<support_file const> files,
                                                     std::span<env_var const> env) const {
  std::string variables;
  for (auto const& v : env) { variables += sandbox_shell_detail::exported(v); }
  std::string script = sandbox_shell_detail::file_with(folder + "/env", variables);
  for (auto const& file : files) {
    script += sandbox_shell_detail::file_with(folder + "/" + file.name, file.contents);
  }
  // A script that was cut off does not reach this line.
  return script + "offload_set_up=done\n";
}

OFFLOAD_INLINE std::string sandbox_shell::reading_script(std::size_t bytes,
                                                         std::string_view secret) const {
  return fmt::format(
      "umask 077; mkdir -p {0} && head -c {1} > {0}/setup && . {0}/setup && "
      "[ \"$offload_set_up\" = done ] && echo ready-{2}",
      shell::quoted(folder), bytes, secret);
}

OFFLOAD_INLINE std::string sandbox_shell::opening(std::size_t bytes,
                                                  std::string_view secret) const {
  // When nobody hears the word, it is the subshell that a signal ends. Another attempt may have
  // come since: its files are left alone.
  auto const text = fmt::format(R"(offload_leave() {{
IFS= read -r offload_owner < {0}/owner
[ "$offload_owner" != {2} ] || {3}
}}
(
umask 077
offload_set_up=
mkdir -p {0} && echo {2} > {0}/owner && head -c {1} > {0}/setup && . {0}/setup &&
[ "$offload_set_up" = done ] && echo ready-{2}
) || {{
[ -s {0}/setup ] && offload_said= || offload_said=deaf-{2}
offload_leave
[ -z "$offload_said" ] || echo "$offload_said"
exit 1
}}
IFS= read -r offload_lines || {{
offload_leave
exit
}}
offload_text=
while [ "$offload_lines" -gt 0 ]; do
IFS= read -r offload_line || exit
offload_text="$offload_text$offload_line
"
offload_lines=$((offload_lines - 1))
done
eval "$offload_text")",
                                shell::quoted(folder), bytes, secret, cleaning_up());
  // A shell with the mark, so that `ending` finds it, too: it would remove files that others use.
  return fmt::format("{}={} exec sh -c {}", sandbox_shell_detail::mark_variable, secret,
                     shell::quoted(text));
}

OFFLOAD_INLINE std::string sandbox_shell::on_line(std::string_view command) {
  auto const lines = command.empty() ? 0 : std::ranges::count(command, '\n') + 1;
  return fmt::format("{}\n{}{}", lines, command, command.empty() ? "" : "\n");
}

OFFLOAD_INLINE std::vector<std::string> sandbox_shell::holding_script(
    std::string_view script, std::string_view secret) const {
  std::vector<std::string> commands;
  auto const coded = base64::encoded(script);
  for (std::size_t at = 0; at < coded.size(); at += sandbox_shell_detail::longest_chunk) {
    auto const chunk = std::string_view{coded}.substr(at, sandbox_shell_detail::longest_chunk);
    commands.push_back(
        fmt::format("umask 077; mkdir -p {0} && : > {0}/owner && "
                    "printf %s {1} {2} {0}/setup",
                    shell::quoted(folder), chunk, at == 0 ? ">" : ">>"));
  }
  commands.back() +=
      fmt::format(" && cd {0} && base64 -d < setup | sh -e && rm setup && echo ready-{1}",
                  shell::quoted(folder), secret);
  return commands;
}

OFFLOAD_INLINE std::string sandbox_shell::cleaning_up() const {
  return fmt::format("rm -rf {}", shell::quoted(folder));
}

OFFLOAD_INLINE std::string end_mark_reader::feed(std::string_view bytes) {
  held_ += bytes;
  if (found_) { return {}; }
  auto const at = held_.find(mark_);
  found_ = at != held_.npos;
  auto keep_from = at;
  if (!found_) {
    // The longest end of it that the mark begins with.
    keep_from = held_.size() - std::min(held_.size(), mark_.size() - 1);
    while (!mark_.starts_with(std::string_view{held_}.substr(keep_from))) { ++keep_from; }
  }
  auto output = held_.substr(0, keep_from);
  held_.erase(0, found_ ? keep_from + mark_.size() : keep_from);
  return output;
}

OFFLOAD_INLINE std::optional<exit_status> end_mark_reader::status() const {
  if (!found_ || held_.find('\n') == held_.npos) { return std::nullopt; }
  int code = 0;
  std::from_chars(held_.data(), held_.data() + held_.size(), code);
  constexpr int signalled = 128;
  constexpr int last_signal = 64;
  bool const by_signal = code > signalled && code <= signalled + last_signal;
  return exit_status{code, by_signal ? code - signalled : 0};
}

}  // namespace offload
