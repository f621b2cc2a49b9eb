// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/core/contents_of.hpp>
#include <offload/process/file_access.hpp>
#include <offload/process/marked_processes.hpp>
#include <offload/process/temp_folder.hpp>
#include <offload/process/unique_fd.hpp>

#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/core.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <string>
#include <utility>

namespace offload {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view prefix = "offload-";
constexpr std::string_view lock_name = ".lock";

fs::path temporary_place() {
  std::error_code no_such_place;
  auto const place = fs::temp_directory_path(no_such_place);
  return no_such_place ? fs::path{"/tmp"} : place;
}

/// The lock has its name only when it is held: if it is free, its owner has ended. The file names
/// the owner.
unique_fd locked(fs::path const& folder) {
  auto const unready = folder / ".new-lock";
  unique_fd file{::open(unready.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600)};
  if (file && ::flock(file.get(), LOCK_EX | LOCK_NB) == 0) {
    std::error_code ignored;
    std::ofstream{unready} << this_runner();
    fs::rename(unready, folder / lock_name, ignored);
  }
  return file;
}

bool is_abandoned(fs::path const& folder) {
  struct stat found {};
  if (::lstat(folder.c_str(), &found) != 0 || !S_ISDIR(found.st_mode)) { return false; }
  if (found.st_uid != ::geteuid()) { return false; }
  unique_fd const file{::open((folder / lock_name).c_str(), O_RDWR | O_NOFOLLOW | O_CLOEXEC)};
  return file && ::flock(file.get(), LOCK_EX | LOCK_NB) == 0;
}

bool is_of_this_process(fs::path const& folder) {
  return contents_of(folder / lock_name) == this_runner();
}

/// The lock goes last, so that the next run finds what could not be removed.
void remove_folder(fs::path const& folder) {
  std::error_code ignored;
  for (auto const& entry : fs::directory_iterator{folder, ignored}) {
    if (entry.path().filename() != lock_name) { fs::remove_all(entry.path(), ignored); }
  }
  fs::remove_all(folder, ignored);
}

void remove_folders_where(bool (*is_due)(fs::path const&)) {
  std::error_code ignored;
  for (auto const& entry : fs::directory_iterator{temporary_place(), ignored}) {
    bool const like_ours = entry.path().filename().native().starts_with(prefix);
    if (like_ours && is_due(entry.path())) { remove_folder(entry.path()); }
  }
}

}  // namespace

void remove_abandoned_temp_folders() { remove_folders_where(is_abandoned); }

void remove_own_temp_folders() { remove_folders_where(is_of_this_process); }

struct temp_folder::made_folder {
  explicit made_folder(fs::path at) : path{std::move(at)} {}
  made_folder(made_folder const&) = delete;
  made_folder& operator=(made_folder const&) = delete;
  ~made_folder() { remove_folder(path); }

  fs::path path;
  unique_fd lock{};
};

temp_folder::temp_folder(fs::path path) : folder_{std::make_unique<made_folder>(std::move(path))} {}
temp_folder::temp_folder(temp_folder&&) noexcept = default;
temp_folder& temp_folder::operator=(temp_folder&&) noexcept = default;
temp_folder::~temp_folder() = default;

fs::path const& temp_folder::path() const { return folder_->path; }

result<temp_folder> temp_folder::make(std::span<support_file const> files) {
  std::string name = temporary_place() / fmt::format("{}XXXXXX", prefix);
  if (::mkdtemp(name.data()) == nullptr) {
    return fail(errc::io, "cannot make a temporary folder {}: {}", name, std::strerror(errno));
  }
  temp_folder folder{fs::path{name}};
  folder.folder_->lock = locked(folder.path());
  for (auto const& file : files) {
    auto const written =
        files::write(folder.path() / file.name, files::old_bytes::emptied, {{0, file.contents}});
    if (!written) { return tl::unexpected(written.error()); }
  }
  return folder;
}

}  // namespace offload
