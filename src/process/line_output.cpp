// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/process/line_output.hpp>

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>
#include <utility>

namespace offload {

line_output::line_output(unique_fd owned, int fd, std::string name)
    : owned_{std::move(owned)}, fd_{fd}, name_{std::move(name)} {
  struct stat about {};
  kind_ = ::fstat(fd_, &about) == 0 && S_ISREG(about.st_mode) ? kind::file : kind::stream;
}

result<line_output> line_output::to_file(std::filesystem::path const& path) {
  unique_fd file{::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666)};
  if (!file) {
    auto const reason = errno;
    return fail(errc::io, "cannot open {}: {}", path.string(), std::strerror(reason));
  }
  auto const fd = file.get();
  return line_output{std::move(file), fd, path.string()};
}

line_output line_output::to_standard_output() {
  return {unique_fd{}, STDOUT_FILENO, "the standard output"};
}

line_output line_output::held_back(std::filesystem::path const& path) {
  line_output held{unique_fd{}, -1, path.string()};
  held.held_ = true;
  return held;
}

void line_output::release() {
  if (!std::exchange(held_, false)) { return; }
  auto opened = to_file(name_);
  if (!opened) {
    failure_ = std::move(opened.error());
    return;
  }
  owned_ = std::move(opened->owned_);
  fd_ = opened->fd_;
  kind_ = opened->kind_;
}

void line_output::write() {
  if (held_) { return; }
  while (!failure_ && written_ < kept_.size() && write_some(seconds{})) {}
  if (kept_.size() - written_ > too_much) { write_until(too_much / 2); }
  // Written bytes are removed once they are the larger part, so that each byte is moved only a few
  // times.
  if (failure_ || written_ > kept_.size() / 2) {
    kept_.erase(0, failure_ ? kept_.size() : written_);
    written_ = 0;
  }
}

void line_output::write_all() {
  release();
  write_until(0);
  kept_.clear();
  written_ = 0;
}

void line_output::write_until(std::size_t may_be_left) {
  while (!failure_ && kept_.size() - written_ > may_be_left) {
    if (!write_some(longest_wait) && !failure_) {
      fail_with(fmt::format("its reader has read nothing for {:g} s", longest_wait.count()));
    }
  }
}

/// Whether something was taken in time.
bool line_output::write_some(seconds patience) {
  auto wanted = kept_.size() - written_;
  if (kind_ == kind::stream) {
    pollfd waiting{.fd = fd_, .events = POLLOUT, .revents = 0};
    int found = 0;
    do {
      found = ::poll(&waiting, 1, static_cast<int>(patience.count() * 1000));
    } while (found < 0 && errno == EINTR);
    if (found <= 0) { return false; }
    if ((waiting.revents & POLLERR) != 0) {
      fail_with("its reader has closed it");
      return false;
    }
    // A pipe that says it is ready takes this much without blocking.
    wanted = std::min<std::size_t>(wanted, PIPE_BUF);
  }
  auto const done = ::write(fd_, kept_.data() + written_, wanted);
  if (done < 0 && errno == EINTR) { return true; }
  if (done < 0 && errno == EAGAIN) { return patience > seconds{}; }
  if (done < 0) {
    fail_with(std::strerror(errno));
    return false;
  }
  written_ += static_cast<std::size_t>(done);
  return true;
}

void line_output::fail_with(std::string const& why) {
  failure_ = error{errc::io, fmt::format("cannot write {}: {}", name_, why)};
}

}  // namespace offload
