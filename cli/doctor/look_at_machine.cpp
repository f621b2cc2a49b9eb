// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/core/contents_of.hpp>
#include <offload/process/open_files.hpp>
#include <offload/process/unique_fd.hpp>

#include <fcntl.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string_view>
#include <thread>
#include <variant>

#include "gather.hpp"

namespace offload::cli {
namespace {

namespace fs = std::filesystem;
using std::chrono::system_clock;

std::optional<std::uint64_t> number_in(std::string_view text) {
  std::uint64_t value = 0;
  auto const failed = std::from_chars(text.data(), text.data() + text.size(), value).ec;
  return failed == std::errc{} ? std::optional{value} : std::nullopt;
}

/// This process's folder among the control groups (version 2), seen from here or from its
/// container; empty: there is none.
std::string control_group() {
  auto const text = contents_of("/proc/self/cgroup");
  constexpr std::string_view unified = "0::";
  auto const at = text.rfind(unified);
  if (at == text.npos) { return {}; }
  auto own = "/sys/fs/cgroup" + text.substr(at + unified.size(), text.find('\n', at) - at - 3);
  std::error_code failed;
  return fs::exists(own + "/memory.max", failed) ? own : "/sys/fs/cgroup";
}

std::optional<std::uint64_t> left_in(std::string const& group, std::string const& name) {
  auto const most = number_in(contents_of(group + "/" + name + ".max"));
  auto const now = number_in(contents_of(group + "/" + name + ".current"));
  if (!most || !now) { return std::nullopt; }
  return *most - std::min(*most, *now);
}

std::optional<std::uint64_t> lower_of(std::optional<std::uint64_t> a,
                                      std::optional<std::uint64_t> b) {
  if (!a || !b) { return a ? a : b; }
  return std::min(*a, *b);
}

std::optional<std::uint64_t> available_memory() {
  auto const text = contents_of("/proc/meminfo");
  constexpr std::string_view key = "MemAvailable:";
  auto const at = text.find(key);
  if (at == text.npos) { return std::nullopt; }
  auto const digit = text.find_first_not_of(' ', at + key.size());
  auto const kilobytes = number_in(std::string_view{text}.substr(digit));
  return kilobytes ? std::optional{*kilobytes * 1024} : std::nullopt;
}

double processors(std::string const& group) {
  auto count = static_cast<double>(std::max(1U, std::thread::hardware_concurrency()));
#ifdef __linux__
  cpu_set_t ours;
  if (::sched_getaffinity(0, sizeof ours, &ours) == 0) { count = CPU_COUNT(&ours); }
#endif
  auto const text = contents_of(group + "/cpu.max");  // "max 100000" or "150000 100000"
  auto const quota = number_in(text);
  auto const period =
      number_in(std::string_view{text}.substr(std::min(text.size(), text.find(' ') + 1)));
  if (quota && period && *period > 0) {
    count = std::min(count, static_cast<double>(*quota) / static_cast<double>(*period));
  }
  return count;
}

/// The limit counts the threads of a user, root's excepted.
std::optional<std::uint64_t> processes_left(std::string const& group) {
  auto left = left_in(group, "pids");
  rlimit limit{};
  if (::getuid() != 0 && ::getrlimit(RLIMIT_NPROC, &limit) == 0 &&
      limit.rlim_cur != RLIM_INFINITY) {
    left = lower_of(left, limit.rlim_cur);
  }
  return left;
}

space_facts space_of(std::string what, std::string const& path) {
  space_facts facts{.what = std::move(what), .path = path};
  struct statvfs found {};
  if (::statvfs(nearest_existing(path).c_str(), &found) == 0) {
    facts.free_bytes = static_cast<std::uint64_t>(found.f_bavail) * found.f_frsize;
    facts.known = true;
  }
  return facts;
}

/// A file that has no name, and is gone when it is closed.
unique_fd nameless_file(std::string const& folder) {
  return unique_fd{::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600)};
}

std::string temporary_folder() {
  std::error_code failed;
  auto const found = fs::temp_directory_path(failed);
  return failed ? "/tmp" : found.string();
}

system_clock::time_point time_of(timespec const& t) {
  return system_clock::time_point{std::chrono::duration_cast<system_clock::duration>(
      std::chrono::seconds{t.tv_sec} + std::chrono::nanoseconds{t.tv_nsec})};
}

}  // namespace

std::string nearest_existing(std::string const& path) {
  std::error_code failed;
  auto folder = fs::absolute(path, failed);
  while (!fs::exists(folder, failed) && folder.has_relative_path()) {
    folder = folder.parent_path();
  }
  return folder.string();
}

machine_facts look_at_machine(config const* c) {
  machine_facts facts{
      .runs_tests_here = c != nullptr && std::holds_alternative<local_provider_config>(c->provider),
      .max_parallel = c != nullptr ? c->run.max_parallel : run_config{}.max_parallel};
  if (c != nullptr) { facts.provider = kind_of(c->provider); }
  facts.open_files_hard = limits_of_open_files().hard;
  auto const group = control_group();
  facts.processes_left = processes_left(group);
  facts.processors = processors(group);
  facts.memory_left = lower_of(left_in(group, "memory"), available_memory());
  facts.spaces.push_back(
      space_of("results", c != nullptr ? c->report.output_dir : report_config{}.output_dir));
  facts.spaces.push_back(space_of("temporary files", temporary_folder()));
  return facts;
}

output_facts look_at_output(config const& c) {
  output_facts facts{.path = c.report.output_dir};
  auto const folder = nearest_existing(facts.path);
  std::error_code failed;
  if (!fs::is_directory(folder, failed)) {
    facts.problem = folder + " is not a folder";
  } else if (auto const file = nameless_file(folder);
             !file && errno != EOPNOTSUPP && errno != EISDIR) {
    facts.problem = std::strerror(errno);
  } else if (::access(folder.c_str(), W_OK) != 0) {
    facts.problem = std::strerror(errno);
  }
  return facts;
}

clock_watch::clock_watch() : wall_{system_clock::now()}, steady_{steady_clock::now()} {}

clock_facts clock_watch::seen() const {
  auto const now = system_clock::now();
  clock_facts facts{.drift = seconds{now - wall_} - seconds{steady_clock::now() - steady_}};
  if (auto const file = nameless_file("."); file && ::write(file.get(), "x", 1) == 1) {
    struct stat found {};
    if (::fstat(file.get(), &found) == 0) {
      facts.files_are_timed = true;
      facts.ahead_of_files = seconds{now - time_of(found.st_mtim)};
    }
  }
  struct stat program {};
  if (::stat("/proc/self/exe", &program) == 0) {
    facts.before_this_program = now + std::chrono::hours{24} < time_of(program.st_mtim);
  }
  return facts;
}

}  // namespace offload::cli
