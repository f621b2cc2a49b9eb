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
#include <optional>
#include <set>

namespace offload {
namespace {

namespace fs = std::filesystem;

std::optional<int> number(std::string_view text) {
  int value = 0;
  auto const [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failed != std::errc{} || end != text.data() + text.size()) { return std::nullopt; }
  return value;
}

/// The clock tick at which a process started, which tells it from a later one of the same number.
std::string start_time(int pid) {
  auto const stat = contents_of(fmt::format("/proc/{}/stat", pid));
  // The second field, the name in parentheses, may hold spaces; the start time is the 22nd.
  std::size_t at = stat.rfind(')');
  for (int field = 2; field < 22 && at != std::string::npos; ++field) {
    at = stat.find(' ', at + 1);
  }
  if (at == std::string::npos) { return {}; }
  return stat.substr(at + 1, stat.find(' ', at + 1) - at - 1);
}

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

/// Kills the processes whose environment `is_due` picks. Killing a parent leaves its children to be
/// found in the next round.
template <class Predicate>
std::size_t kill_where(Predicate is_due) {
#ifdef __linux__
  std::set<int> ended;  // one that takes a moment to die is seen again
  for (int round = 0; round < 5; ++round) {
    std::size_t killed = 0;
    std::error_code failed;
    for (auto const& entry : fs::directory_iterator{"/proc", failed}) {
      auto const pid = number(entry.path().filename().native());
      if (!pid || *pid == ::getpid()) { continue; }
      // Opened first, so that the signal cannot reach a successor of the same number.
      unique_fd const process{static_cast<int>(::syscall(SYS_pidfd_open, *pid, 0))};
      if (!process || !is_due(entry.path(), contents_of(entry.path() / "environ"))) { continue; }
      if (::syscall(SYS_pidfd_send_signal, process.get(), SIGKILL, nullptr, 0) == 0) {
        ++killed;
        ended.insert(*pid);
      }
    }
    if (killed == 0) { break; }
  }
  return ended.size();
#else
  (void)is_due;
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
    return id && id->starts_with(prefix);
  });
}

std::size_t end_processes_of_runner(std::string_view runner, creations those) {
  return kill_where([&](fs::path const&, std::string const& bytes) {
    if (those == creations::spare && variable(bytes, creation_variable)) { return false; }
    return variable(bytes, runner_variable) == runner;
  });
}

std::size_t end_processes_of_dead_runners() {
  auto const own_namespace = pid_namespace("/proc/self");
  return kill_where([&](fs::path const& process, std::string const& bytes) {
    auto const runner = variable(bytes, runner_variable);
    if (variable(bytes, creation_variable)) { return false; }
    return runner && !is_running(*runner) && pid_namespace(process) == own_namespace;
  });
}

}  // namespace offload
