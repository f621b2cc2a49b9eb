// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/process/child_process.hpp>
#include <offload/process/open_files.hpp>
#include <offload/process/unique_fd.hpp>

#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/resource.h>

#include <cstdlib>
#include <string>
#include <vector>

namespace offload {
namespace {

using namespace std::chrono_literals;

void limit_open_files(rlim_t soft) {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = soft;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

std::string said_by_shell(std::string const& script) {
  auto const done = run_process({"/bin/sh", "-c", script}, {}, "", steady_clock::now() + 20s);
  return done ? done->out : to_string(done.error());
}

/// Runs a check in a process of its own, as the limits are the process's.
#define EXPECT_ELSEWHERE(check) \
  EXPECT_EXIT(std::_Exit((check) ? 0 : 1), ::testing::ExitedWithCode(0), "")

TEST(OpenFilesDeathTest, AreAllowedAsFarAsTheHardLimitLets) {
  EXPECT_ELSEWHERE([] {
    limit_open_files(64);
    return allow_open_files(50) == 64 && allow_open_files(200) == 200 &&
           limits_of_open_files().soft == 200 &&
           allow_open_files(1'000'000'000'000) == limits_of_open_files().hard;
  }());
}

TEST(OpenFilesDeathTest, OfChildProcessesAreLimitedAsOursWereAtFirst) {
  EXPECT_ELSEWHERE([] {
    limit_open_files(64);
    allow_open_files(200);
    allow_open_files(300);
    return said_by_shell("sleep 0.1; ulimit -n") == "64\n";
  }());
}

/// With each number of free descriptors a command either runs to its end or does not begin: nobody
/// waits for an end that he cannot see.
TEST(OpenFilesDeathTest, ThatAreFewLetACommandRunOrFail) {
  EXPECT_ELSEWHERE([] {
    auto ran = 0;
    for (rlim_t free = 0; free < 12; ++free) {
      unique_fd const lowest{::open("/dev/null", O_RDONLY)};
      limit_open_files(static_cast<rlim_t>(lowest.get()) + free);
      auto const done = run_process({"/bin/true"}, {}, "", steady_clock::now() + 20s);
      limit_open_files(1024);
      bool const well = done
                            ? done->status.ok()
                            : done.error().message.find("Too many open files") != std::string::npos;
      if (!well) { return false; }
      ran += done ? 1 : 0;
    }
    return 0 < ran && ran < 12;
  }());
}

}  // namespace
}  // namespace offload
