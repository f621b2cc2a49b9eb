// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/process/file_access.hpp>
#include <offload/process/unique_fd.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace offload::files {
namespace {

namespace fs = std::filesystem;

unique_fd opened(fs::path const& path, int flags) {
  return unique_fd{::open(path.c_str(), flags | O_CLOEXEC, 0666)};
}

tl::unexpected<error> failed(std::string_view what, fs::path const& path) {
  auto const reason = errno;
  return fail(errc::io, "cannot {} {}: {}", what, path.string(), std::strerror(reason));
}

/// Calls `write_some(bytes)` until all is written or it fails.
template <class WriteSome>
bool write_all_by(WriteSome write_some, std::string_view bytes) {
  while (!bytes.empty()) {
    auto const written = write_some(bytes);
    if (written < 0 && errno == EINTR) { continue; }
    if (written < 0) { return false; }
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

bool write_all(int fd, std::string_view bytes) {
  return write_all_by([fd](std::string_view some) { return ::write(fd, some.data(), some.size()); },
                      bytes);
}

result<void> append(fs::path const& path, std::string_view bytes) {
  auto const file = opened(path, O_WRONLY | O_CREAT | O_APPEND);
  if (!file) { return failed("open", path); }
  if (!write_all(file.get(), bytes)) { return failed("write", path); }
  return {};
}

result<void> write(fs::path const& path, old_bytes old, std::initializer_list<piece> pieces) {
  auto const file = opened(path, O_WRONLY | O_CREAT | (old == old_bytes::emptied ? O_TRUNC : 0));
  if (!file) { return failed("open", path); }
  for (auto const& piece : pieces) {
    auto at = static_cast<off_t>(piece.at);
    auto const write_some = [&](std::string_view some) {
      auto const written = ::pwrite(file.get(), some.data(), some.size(), at);
      at += written > 0 ? written : 0;
      return written;
    };
    if (!write_all_by(write_some, piece.bytes)) { return failed("write", path); }
  }
  return {};
}

result<std::string> read_whole(fs::path const& path) {
  auto const file = opened(path, O_RDONLY);
  if (!file) { return failed("open", path); }
  struct stat about {};
  std::string text;
  // One byte more than there is, to meet the end without growing.
  auto const expected = ::fstat(file.get(), &about) == 0 ? about.st_size : 0;
  text.resize(static_cast<std::size_t>(expected) + 1);
  std::size_t size = 0;
  while (true) {
    if (size == text.size()) { text.resize(2 * size); }
    auto const got = ::read(file.get(), text.data() + size, text.size() - size);
    if (got < 0 && errno == EINTR) { continue; }
    if (got < 0) { return failed("read", path); }
    if (got == 0) { break; }
    size += static_cast<std::size_t>(got);
  }
  text.resize(size);
  return text;
}

}  // namespace offload::files
