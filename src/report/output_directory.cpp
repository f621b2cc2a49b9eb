// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/process/file_access.hpp>
#include <offload/report/output_directory.hpp>
#include <offload/report/output_layout.hpp>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <set>
#include <string_view>
#include <system_error>
#include <vector>

namespace offload {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view mark_title =
    "# Made by Offload. The next run removes what is listed here.\n";

bool is_log_name(std::string_view name) { return batch_of_log(name).has_value(); }

/// Whether a path leads to something below the folder that it is relative to, by its words alone.
bool is_below(fs::path const& relative) {
  return !relative.empty() && relative.is_relative() && relative.has_filename() &&
         std::none_of(relative.begin(), relative.end(),
                      [](fs::path const& step) { return step == ".." || step == "."; });
}

bool is_real_folder(fs::path const& path) {
  std::error_code failed;
  return fs::symlink_status(path, failed).type() == fs::file_type::directory;
}

bool exists_itself(fs::path const& path) {
  std::error_code failed;
  auto const status = fs::symlink_status(path, failed);
  return fs::status_known(status) && fs::exists(status);
}

/// Removes `relative` with all that is in it, unless the way there leads through a link.
void remove_below(fs::path const& folder, fs::path const& relative) {
  auto way = folder;
  for (auto const& step : relative.parent_path()) {
    way /= step;
    if (!is_real_folder(way)) { return; }
  }
  std::error_code ignored;
  fs::remove_all(folder / relative, ignored);
}

template <class IsOurs>
void remove_files(fs::path const& folder, IsOurs is_ours) {
  if (!is_real_folder(folder)) { return; }
  std::error_code failed;
  std::vector<fs::path> ours;
  for (fs::directory_iterator one{folder, failed}, end; !failed && one != end;
       one.increment(failed)) {
    if (is_ours(one->path().filename().string())) { ours.push_back(one->path()); }
  }
  for (auto const& path : ours) {
    if (!is_real_folder(path)) { fs::remove(path, failed); }
  }
}

result<void> make_folder(fs::path const& path) {
  std::error_code failed;
  fs::create_directories(path, failed);
  if (fs::is_directory(path, failed)) { return {}; }
  if (fs::exists(path, failed)) {
    return tl::unexpected(error{errc::io, path.string() + " is not a folder",
                                "Move it away, or set another `output_dir` in [report]."});
  }
  fs::create_directories(path, failed);
  return fail(errc::io, "cannot make the folder {}: {}", path.string(), failed.message());
}

}  // namespace

result<output_directory> output_directory::prepare(fs::path path) {
  if (path.empty()) { path = "."; }
  if (auto made = make_folder(path); !made) { return tl::unexpected(std::move(made.error())); }
  auto const mark_path = path / output_layout::mark;
  bool const used_before = exists_itself(mark_path);
  auto const flags = O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW;
  output_directory made{path, unique_fd{::open(mark_path.c_str(), flags, 0666)}};
  if (!made.mark_) {
    auto const reason = errno;
    return fail(errc::io, "cannot open {}: {}", mark_path.string(), std::strerror(reason));
  }
  auto ready = made.take_hold();
  if (ready) {
    ready = used_before ? made.remove_leftovers() : files::append(mark_path, mark_title);
  }
  for (auto const folder : {output_layout::logs, output_layout::junit_parts}) {
    if (ready) { ready = make_folder(path / folder); }
  }
  if (!ready) { return tl::unexpected(std::move(ready.error())); }
  return made;
}

result<void> output_directory::take_hold() {
  // A file system that knows no locks is used without.
  if (::flock(mark_.get(), LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK) { return {}; }
  return tl::unexpected(
      error{errc::io, "another run of Offload is writing to " + path_.string(),
            "Wait for it to end, or give this run a folder of its own: `output_dir` in [report]."});
}

result<void> output_directory::remove_leftovers() {
  auto const list = files::read_whole(path_ / output_layout::mark);
  if (!list) { return tl::unexpected(list.error()); }
  remove_files(path_ / output_layout::logs, is_log_name);
  remove_files(path_ / output_layout::junit_parts, is_junit_part_name);
  std::set<std::string> still_there;
  for (std::string_view rest = *list; !rest.empty();) {
    auto const line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    if (!line.starts_with("./") || !is_below(line.substr(2))) { continue; }
    fs::path const relative{line.substr(2)};
    remove_below(path_, relative);
    if (exists_itself(path_ / relative)) { still_there.insert(relative.string()); }
  }
  if (::ftruncate(mark_.get(), 0) != 0) {
    auto const reason = errno;
    return fail(errc::io, "cannot write {}: {}", (path_ / output_layout::mark).string(),
                std::strerror(reason));
  }
  std::string text{mark_title};
  for (auto const& relative : still_there) { text += "./" + relative + "\n"; }
  recorded_.assign(still_there.begin(), still_there.end());
  return files::append(path_ / output_layout::mark, text);
}

result<void> output_directory::record(fs::path const& relative) {
  auto const name = relative.string();
  if (!is_below(relative) || name.find('\n') != name.npos) {
    return fail(errc::io, "{} is not a path below {}", name, path_.string());
  }
  if (std::ranges::find(recorded_, name) != recorded_.end() || exists_itself(path_ / relative)) {
    return {};
  }
  recorded_.push_back(name);
  return files::append(path_ / output_layout::mark, "./" + name + "\n");
}

}  // namespace offload
