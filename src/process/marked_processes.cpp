// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/core/contents_of.hpp>
#include <offload/process/marked_processes.hpp>
#include <offload/process/unique_fd.hpp>

#include <fmt/format.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <charconv>
#include <filesystem>
#include <map>
#include <optional>
#include <utility>

namespace offload {
namespace {

namespace fs = std::filesystem;

std::optional<int> number(std::string_view text) {
  int value = 0;
  auto const [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failed != std::errc{} || end != text.data() + text.size()) { return std::nullopt; }
  return value;
}

/// A field of /proc/PID/stat, counted from one as proc(5) does; empty when the process is gone.
std::string stat_field(int pid, int which) {
  auto const stat = contents_of(fmt::format("/proc/{}/stat", pid));
  // The second field, the name in parentheses, may hold spaces.
  std::size_t at = stat.rfind(')');
  for (int field = 2; field < which && at != std::string::npos; ++field) {
    at = stat.find(' ', at + 1);
  }
  if (at == std::string::npos) { return {}; }
  return stat.substr(at + 1, stat.find(' ', at + 1) - at - 1);
}

/// The clock tick at which a process started, which tells it from a later one of the same number.
std::string start_time(int pid) { return stat_field(pid, 22); }

int parent_of(int pid) { return number(stat_field(pid, 4)).value_or(0); }

/// The value of `name` in the bytes of a /proc/PID/environ.
std::optional<std::string_view> variable(std::string_view environ_bytes, std::string_view name) {
  while (!environ_bytes.empty()) {
    auto const entry = environ_bytes.substr(0, environ_bytes.find('\0'));
    if (entry.size() > name.size() && entry.starts_with(name) && entry[name.size()] == '=') {
      return entry.substr(name.size() + 1);
    }
    environ_bytes.remove_prefix(std::min(entry.size() + 1, environ_bytes.size()));
  }
  return std::nullopt;
}

enum class mark { due, none, spared };

#ifdef __linux__
/// Opened first, so that the signal cannot reach a successor of the same number.
void kill_if_started(int pid, std::string const& at) {
  unique_fd const process{static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))};
  if (!process || start_time(pid) != at) { return; }
  ::syscall(SYS_pidfd_send_signal, process.get(), SIGKILL, nullptr, 0);
}

template <class Visit>
void for_each_other_process(Visit visit) {
  std::error_code failed;
  for (auto const& entry : fs::directory_iterator{"/proc", failed}) {
    auto const pid = number(entry.path().filename().native());
    if (pid && *pid != ::getpid()) { visit(*pid, entry.path()); }
  }
}
#endif

/// Kills the processes that `mark_of` says are due, and what they have started: one that is just
/// becoming a program, or that was started with a clean environment, shows no mark. All are found
/// before the first is killed, as one without a parent shows nothing; then it looks again. They are
/// not stopped first: a parent such as `sudo` or `nsenter` would stop, too, and stay so.
template <class Mark>
std::size_t kill_where(Mark mark_of) {
#ifdef __linux__
  std::map<int, std::string> found;  // with their start times
  auto const is_due = [&](int pid, fs::path const& process) {
    auto const marked = mark_of(process, contents_of(process / "environ"));
    if (marked != mark::none) { return marked == mark::due; }
    return !found.empty() && found.contains(parent_of(pid));
  };
  auto const finds_more = [&] {
    auto const before = found.size();
    for_each_other_process([&](int pid, fs::path const& process) {
      if (found.contains(pid) || !is_due(pid, process)) { return; }
      auto started = start_time(pid);
      // Asked again, as another may have got the number before the start time was read.
      if (is_due(pid, process)) { found.emplace(pid, std::move(started)); }
    });
    return found.size() > before;
  };
  for (std::size_t killed = 0;; killed = found.size()) {
    while (finds_more()) {}
    if (found.size() == killed) { return killed; }
    for (auto const& [pid, started] : found) { kill_if_started(pid, started); }
  }
#else
  (void)mark_of;
  return 0;
#endif
}

/// Numbers of processes mean something within one namespace only (a container has its own).
std::string pid_namespace(fs::path const& process) {
  std::error_code failed;
  return fs::read_symlink(process / "ns/pid", failed).native();
}

}  // namespace

std::string this_runner() { return fmt::format("{}:{}", ::getpid(), start_time(::getpid())); }

bool is_running(std::string_view runner) {
  auto const colon = runner.find(':');
  auto const pid = number(runner.substr(0, colon));
  if (!pid || colon == std::string_view::npos) { return true; }
  return start_time(*pid) == runner.substr(colon + 1);
}

bool is_marked(int pid, std::string_view name, std::string_view value) {
  auto const bytes = contents_of(fmt::format("/proc/{}/environ", pid));
  return variable(bytes, name) == value;
}

std::size_t end_processes_of_sandboxes(std::string_view prefix) {
  return kill_where([&](fs::path const&, std::string const& bytes) {
    auto const id = variable(bytes, sandbox_variable);
    return id && id->starts_with(prefix) ? mark::due : mark::none;
  });
}

std::size_t end_processes_of_runner(std::string_view runner, creations those) {
  return kill_where([&](fs::path const&, std::string const& bytes) {
    if (those == creations::spare && variable(bytes, creation_variable)) { return mark::spared; }
    return variable(bytes, runner_variable) == runner ? mark::due : mark::none;
  });
}

std::size_t end_processes_of_dead_runners() {
  auto const own_namespace = pid_namespace("/proc/self");
  return kill_where([&](fs::path const& process, std::string const& bytes) {
    if (variable(bytes, creation_variable)) { return mark::spared; }
    auto const runner = variable(bytes, runner_variable);
    bool const is_due = runner && !is_running(*runner) && pid_namespace(process) == own_namespace;
    return is_due ? mark::due : mark::none;
  });
}

}  // namespace offload
