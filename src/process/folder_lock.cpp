// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/process/folder_lock.hpp>
#include <offload/process/thread.hpp>

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <future>
#include <optional>
#include <string>
#include <utility>

namespace offload {
namespace {

namespace fs = std::filesystem;

constexpr char const* lock_file = ".offload.lock";

enum class lock_outcome { held, taken_by_another, impossible };

lock_outcome try_to_lock(unique_fd const& fd) {
  if (fd && ::flock(fd.get(), LOCK_EX | LOCK_NB) == 0) { return lock_outcome::held; }
  return fd && errno == EWOULDBLOCK ? lock_outcome::taken_by_another : lock_outcome::impossible;
}

/// Waits in the kernel's queue: who tries again and again instead finds the lock taken by others
/// who come later, for as long as they are many. A lock knows no time limit, so a thread of its own
/// waits; when that comes too late, it gives the lock back as soon as it has it.
result<std::optional<unique_fd>> locked_within(unique_fd fd, seconds patience) {
  std::packaged_task<unique_fd()> wait{[fd = std::move(fd)]() mutable {
    while (::flock(fd.get(), LOCK_EX) != 0 && errno == EINTR) {}
    return std::move(fd);
  }};
  auto locked = wait.get_future();
  auto waiting = start_thread(std::move(wait));
  if (!waiting) { return tl::unexpected(waiting.error()); }
  waiting->detach();
  if (locked.wait_for(patience) != std::future_status::ready) { return std::nullopt; }
  return locked.get();
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
  if (outcome == lock_outcome::taken_by_another) {
    auto locked = locked_within(std::move(fd), patience);
    if (!locked) { return tl::unexpected(locked.error()); }
    if (!*locked) {
      return fail(errc::io, "another run of Offload has been writing in {} for {:g} s",
                  folder.string(), patience.count());
    }
    fd = std::move(**locked);
  }
  return folder_lock{std::move(fd)};
}

}  // namespace offload
