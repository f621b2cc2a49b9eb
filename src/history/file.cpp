// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/history/file.hpp>

#include <offload/process/file_access.hpp>
#include <offload/process/folder_lock.hpp>
#include <offload/process/unique_fd.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string_view>
#include <system_error>
#include <utility>

namespace offload {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_described = 5;

tl::unexpected<error> failed(std::string_view what, fs::path const& path) {
  auto const reason = errno;
  return fail(errc::io, "cannot {} {}: {}", what, path.string(), std::strerror(reason));
}

/// The file itself, where `path` is a link to it.
fs::path target_of(fs::path const& path) {
  std::error_code unknown;
  auto target = fs::weakly_canonical(path, unknown);
  return unknown ? path : target;
}

fs::path folder_of(fs::path const& file) {
  return file.has_parent_path() ? file.parent_path() : fs::path{"."};
}

/// The next write replaces a temporary file that a crash has left.
fs::path unfinished(fs::path path) { return path.replace_extension(".jsonl.tmp"); }

result<void> append_damaged(fs::path const& path, std::vector<damaged_line> const& lines) {
  if (lines.empty()) { return {}; }
  std::string text;
  for (auto const& line : lines) { text += line.text + "\n"; }
  return files::append(damaged_path(path), text);
}

}  // namespace

fs::path damaged_path(fs::path const& path) { return fs::path{path} += ".damaged"; }

result<history> load_history(fs::path const& path) {
  std::error_code failed;
  (void)fs::status(path, failed);
  if (failed == std::errc::no_such_file_or_directory) { return history{}; }
  return files::read_whole(path).map([](std::string const& text) { return history::parse(text); });
}

result<void> save_history(fs::path const& path, std::string const& text) {
  auto const target = target_of(path);
  auto const made = unfinished(target);
  struct stat before {};
  bool const exists = ::stat(target.c_str(), &before) == 0;
  unique_fd file{::open(made.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0666)};
  if (!file) { return failed("write", made); }
  if (exists) { (void)::fchmod(file.get(), before.st_mode & 07777); }
  result<void> written;
  bool const whole = files::write_all(file.get(), text);
  if (!whole || (::fsync(file.get()) != 0 && errno != EINVAL)) { written = failed("write", made); }
  file = {};
  if (written && std::rename(made.c_str(), target.c_str()) != 0) {
    written = failed("replace", target);
  }
  if (!written) { (void)::unlink(made.c_str()); }
  unique_fd const folder{::open(folder_of(target).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (folder) { (void)::fsync(folder.get()); }
  return written;
}

result<std::vector<damaged_line>> update_history(fs::path const& path,
                                                 std::function<void(history&)> const& change,
                                                 seconds patience) {
  auto const target = target_of(path);
  std::error_code ignored;
  fs::create_directories(folder_of(target), ignored);
  // On the folder, as the file is replaced.
  auto const lock = folder_lock::take(folder_of(target), patience);
  if (!lock) { return tl::unexpected(lock.error()); }
  auto now = load_history(target);
  if (!now) { return tl::unexpected(now.error()); }
  // First aside, then out of the file: a crash in between keeps a line twice, and loses none.
  if (auto const kept = append_damaged(path, now->damaged()); !kept) {
    return tl::unexpected(kept.error());
  }
  change(*now);
  if (auto const saved = save_history(target, now->text()); !saved) {
    return tl::unexpected(saved.error());
  }
  return now->damaged();
}

std::vector<std::string> described(fs::path const& path, std::vector<damaged_line> const& lines) {
  std::vector<std::string> all;
  for (auto const& line : lines) {
    if (all.size() == most_described) {
      all.push_back(fmt::format("{}: {} more lines cannot be read", path.string(),
                                lines.size() - most_described));
      break;
    }
    all.push_back(
        fmt::format("{}:{}: this line cannot be read: {}", path.string(), line.number, line.why));
  }
  return all;
}

}  // namespace offload
