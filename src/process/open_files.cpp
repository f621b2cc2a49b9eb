// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "open_files.hpp"

#include <offload/process/open_files.hpp>

#include <sys/resource.h>

#include <algorithm>
#include <atomic>

namespace offload {
namespace {

/// The soft limit before it was raised; 0: it was not.
std::atomic<rlim_t> first_limit{0};

}  // namespace

open_file_limits limits_of_open_files() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) { return {}; }
  return {limit.rlim_cur, limit.rlim_max};
}

std::uint64_t allow_open_files(std::uint64_t needed) {
  auto const now = limits_of_open_files();
  if (now.soft >= needed) { return now.soft; }
  rlimit const raised{std::min<rlim_t>(needed, now.hard), now.hard};
  if (::setrlimit(RLIMIT_NOFILE, &raised) != 0) { return now.soft; }
  rlim_t none = 0;
  first_limit.compare_exchange_strong(none, now.soft);
  return raised.rlim_cur;
}

void restore_open_file_limit([[maybe_unused]] int pid) {
#ifdef __linux__
  auto const first = first_limit.load();
  if (first == 0) { return; }
  rlimit limit{};
  if (::prlimit(pid, RLIMIT_NOFILE, nullptr, &limit) != 0 || limit.rlim_cur <= first) { return; }
  limit.rlim_cur = first;
  ::prlimit(pid, RLIMIT_NOFILE, &limit, nullptr);
#endif
}

}  // namespace offload
