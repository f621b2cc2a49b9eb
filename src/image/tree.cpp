// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "tree.hpp"

#include <offload/image/patch_names.hpp>

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

namespace offload::image {
namespace {

constexpr int folder_flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

found::what kind_of(mode_t mode) {
  if (S_ISREG(mode)) { return found::what::file; }
  if (S_ISLNK(mode)) { return found::what::symlink; }
  return S_ISDIR(mode) ? found::what::folder : found::what::other;
}

struct close_folder {
  void operator()(DIR* folder) const { ::closedir(folder); }
};

/// The names in a folder.
bool names_in(int parent, std::string const& name, std::vector<std::string>& names) {
  int const fd = ::openat(parent, name.c_str(), folder_flags);
  std::unique_ptr<DIR, close_folder> const folder{fd < 0 ? nullptr : ::fdopendir(fd)};
  if (!folder) { return false; }
  errno = 0;
  while (auto const* entry = ::readdir(folder.get())) {
    std::string_view const each = entry->d_name;
    if (each != "." && each != "..") { names.emplace_back(each); }
  }
  return errno == 0;
}

}  // namespace

result<tree> tree::open(std::string const& root) {
  unique_fd fd{::open(root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (!fd) { return cannot("open the project root", root, errno); }
  return tree{std::move(fd)};
}

int tree::folder_of(std::string_view path) {
  auto const slash = path.rfind('/');
  if (slash == path.npos) { return root_.get(); }
  auto const folder = path.substr(0, slash);
  if (last_ && folder == last_path_) { return last_.get(); }
  unique_fd reached;
  for (std::string_view rest = folder; !rest.empty();) {
    std::string const part{rest.substr(0, rest.find('/'))};
    unique_fd next{::openat(reached ? reached.get() : root_.get(), part.c_str(), folder_flags)};
    if (!next) { return -1; }
    reached = std::move(next);
    rest.remove_prefix(std::min(rest.size(), part.size() + 1));
  }
  last_ = std::move(reached);
  last_path_ = folder;
  return last_.get();
}

result<found> tree::look(std::string_view path) {
  found there;
  int const folder = folder_of(path);
  if (folder < 0 && errno == ENOENT) { return there; }
  // A symbolic link on the way is ELOOP or ENOTDIR, as the system likes.
  if (folder < 0 && (errno == ENOTDIR || errno == ELOOP)) {
    auto const above = path.substr(0, path.rfind('/'));
    return look(above).map([&](found&& outer) {
      there.blocked_by = outer.blocked_by.empty() ? std::string{above} : outer.blocked_by;
      return there;
    });
  }
  if (folder < 0) { return cannot("reach", path, errno); }
  auto const name = name_of(path);
  if (::fstatat(folder, name.c_str(), &there.status, AT_SYMLINK_NOFOLLOW) == 0) {
    there.is = kind_of(there.status.st_mode);
    return there;
  }
  if (errno == ENOENT) { return there; }
  return cannot("look at", path, errno);
}

result<std::string> tree::read(std::string_view path, found const& there) {
  auto const name = name_of(path);
  int const folder = folder_of(path);
  std::string contents;
  if (there.is == found::what::symlink) {
    contents.resize(static_cast<std::size_t>(there.status.st_size) + 1);
    auto const size = ::readlinkat(folder, name.c_str(), contents.data(), contents.size());
    if (size < 0) { return cannot("read the symbolic link", path, errno); }
    contents.resize(static_cast<std::size_t>(size));
    return contents;
  }
  unique_fd const file{
      ::openat(folder, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)};
  contents.reserve(static_cast<std::size_t>(there.status.st_size) + 1);
  if (!file || !read_all(file.get(), contents)) { return cannot("read", path, errno); }
  return contents;
}

result<void> tree::list(std::string const& path, std::vector<std::string>& files,
                        std::vector<std::string>& folders) {
  std::vector<std::string> names;
  int const parent = folder_of(path);
  if (parent < 0 || !names_in(parent, name_of(path), names)) {
    return cannot("list the folder", path, errno);
  }
  for (auto const& name : names) {
    auto const each = path + "/" + name;
    auto const there = look(each);
    if (!there) { return tl::unexpected{there.error()}; }
    if (there->is != found::what::folder) {
      files.push_back(each);
    } else if (auto const below = list(each, files, folders); !below) {
      return below;
    }
  }
  folders.push_back(path);
  return {};
}

tl::unexpected<error> cannot(std::string_view what, std::string_view path, int errno_value) {
  return fail(errc::io, "cannot {} {}: {}", what, shown(path), std::strerror(errno_value));
}

bool read_all(int fd, std::string& into) {
  constexpr std::size_t piece = 64 * 1024;
  struct stat status {};
  std::size_t const expected = ::fstat(fd, &status) == 0 && S_ISREG(status.st_mode)
                                   ? std::size_t(status.st_size) + 1
                                   : piece;
  for (std::size_t used = into.size();;) {
    into.resize(used + expected);
    auto const got = ::read(fd, into.data() + used, expected);
    if (got < 0 && errno == EINTR) { continue; }
    used += got > 0 ? static_cast<std::size_t>(got) : 0;
    into.resize(used);
    if (got <= 0) { return got == 0; }
  }
}

bool write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    auto const put = ::write(fd, bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) { continue; }
    if (put < 0) { return false; }
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
  return true;
}

}  // namespace offload::image
