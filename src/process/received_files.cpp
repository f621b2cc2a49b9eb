// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/process/file_access.hpp>
#include <offload/process/received_files.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace offload {
namespace {

namespace fs = std::filesystem;

constexpr int folder_flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

tl::unexpected<error> cannot_write(std::string_view path) {
  auto const reason = errno;
  return fail(errc::io, "cannot write {}: {}", path, std::strerror(reason));
}

bool is_step(std::string_view name) {
  return !name.empty() && name != "." && name != ".." && name.find('\0') == name.npos;
}

/// The folder `name` in `parent`, made if there is nothing of that name.
unique_fd folder_in(unique_fd const& parent, std::string const& name) {
  if (::mkdirat(parent.get(), name.c_str(), 0777) != 0 && errno != EEXIST) { return {}; }
  return unique_fd{::openat(parent.get(), name.c_str(), folder_flags)};
}

}  // namespace

result<void> received_files::begin(std::string_view path) {
  end();
  path_ = path;
  std::error_code failed;
  fs::create_directories(folder_, failed);
  parent_ = unique_fd{::open(folder_.c_str(), folder_flags & ~O_NOFOLLOW)};
  if (!parent_) { return cannot_write(folder_.native()); }
  for (auto rest = path;;) {
    auto const slash = rest.find('/');
    name_ = rest.substr(0, slash);
    if (!is_step(name_)) {
      return fail(errc::io, "{} is not a path below {}", path, folder_.native());
    }
    if (slash == rest.npos) { break; }
    parent_ = folder_in(parent_, name_);
    if (!parent_) { return cannot_write(path_); }
    rest.remove_prefix(slash + 1);
  }
  (void)::unlinkat(parent_.get(), name_.c_str(), 0);
  constexpr int new_file = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
  file_ = unique_fd{::openat(parent_.get(), name_.c_str(), new_file, 0666)};
  if (!file_) { return cannot_write(path_); }
  return {};
}

result<void> received_files::write(std::string_view bytes) {
  if (!files::write_all(file_.get(), bytes)) { return cannot_write(path_); }
  return {};
}

void received_files::drop() {
  if (!file_) { return; }
  end();
  (void)::unlinkat(parent_.get(), name_.c_str(), 0);
}

}  // namespace offload
