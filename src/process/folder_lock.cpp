// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/process/folder_lock.hpp>
#include <offload/process/pause.hpp>

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>
#include <cstring>
#include <random>
#include <string>

namespace offload {
namespace {

namespace fs = std::filesystem;

constexpr char const* lock_file = ".offload.lock";
constexpr seconds between_tries{0.01};

enum class lock_outcome { held, taken_by_another, impossible };

lock_outcome try_to_lock(unique_fd const& fd) {
  if (fd && ::flock(fd.get(), LOCK_EX | LOCK_NB) == 0) { return lock_outcome::held; }
  return fd && errno == EWOULDBLOCK ? lock_outcome::taken_by_another : lock_outcome::impossible;
}

/// Processes that wait for the same lock do not try in step.
seconds next_try() {
  thread_local std::minstd_rand random{std::random_device{}()};
  return between_tries * std::uniform_real_distribution{0.5, 1.5}(random);
}

}  // namespace

result<folder_lock> folder_lock::take(fs::path const& folder, seconds patience) {
  unique_fd fd{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (!fd) {
    auto const reason = errno;
    return fail(errc::io, "cannot open the folder {}: {}", folder.string(), std::strerror(reason));
  }
  auto outcome = try_to_lock(fd);
  if (outcome == lock_outcome::impossible) {
    fd = unique_fd{
        ::open((folder / lock_file).c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0666)};
    outcome = try_to_lock(fd);
  }
  auto const until = steady_clock::now() + to_clock(patience);
  while (outcome == lock_outcome::taken_by_another) {
    if (steady_clock::now() >= until) {
      return fail(errc::io, "another run of Offload has been writing in {} for {:g} s",
                  folder.string(), patience.count());
    }
    pause(next_try());
    outcome = try_to_lock(fd);
  }
  return folder_lock{std::move(fd)};
}

}  // namespace offload
