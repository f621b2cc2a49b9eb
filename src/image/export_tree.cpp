// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/image/base.hpp>
#include <offload/image/patch_names.hpp>
#include <offload/process/unique_fd.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "git_objects.hpp"
#include "tree.hpp"

namespace offload {
namespace {

using namespace image;

class exporter {
 public:
  explicit exporter(git_repository* git) : git_{git} {}

  /// Writes a folder of the commit into `folder`, which is there and empty.
  result<void> write(git_tree const* from, std::string const& folder) {
    for (std::size_t i = 0; i < git_tree_entrycount(from); ++i) {
      auto const* entry = git_tree_entry_byindex(from, i);
      if (auto const done = write_entry(entry, folder); !done) { return done; }
    }
    return {};
  }

  [[nodiscard]] std::size_t files() const { return files_; }

 private:
  result<void> write_entry(git_tree_entry const* entry, std::string const& folder) {
    std::string const name = git_tree_entry_name(entry);
    if (auto const problem = problem_of_path(name);
        !problem.empty() || name.find('/') != name.npos) {
      return fail(errc::io, "the commit contains an unsafe path: {}", shown(name));
    }
    auto const path = folder + "/" + name;
    switch (git_tree_entry_filemode(entry)) {
      case GIT_FILEMODE_TREE: return write_folder(entry, path);
      case GIT_FILEMODE_COMMIT: return make_folder(path);
      default: return write_file(entry, path);
    }
  }

  result<void> write_folder(git_tree_entry const* entry, std::string const& path) {
    git_tree_ptr below;
    if (git_tree_lookup(out{below}, git_, git_tree_entry_id(entry)) != 0) {
      return git_cannot("read a folder of the commit");
    }
    return make_folder(path).and_then([&] { return write(below.get(), path); });
  }

  static result<void> make_folder(std::string const& path) {
    if (::mkdir(path.c_str(), 0755) != 0) { return cannot("make the folder", path, errno); }
    return {};
  }

  result<void> write_file(git_tree_entry const* entry, std::string const& path) {
    auto const contents = blob_of(git_, *git_tree_entry_id(entry));
    if (!contents) { return tl::unexpected{contents.error()}; }
    ++files_;
    auto const mode = git_tree_entry_filemode(entry);
    if (mode == GIT_FILEMODE_LINK) {
      if (::symlink(contents->c_str(), path.c_str()) != 0) { return cannot("link", path, errno); }
      return {};
    }
    mode_t const permissions = mode == GIT_FILEMODE_BLOB_EXECUTABLE ? 0755 : 0644;
    unique_fd const file{
        ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, permissions)};
    if (!file || !write_all(file.get(), *contents)) { return cannot("write", path, errno); }
    return {};
  }

  git_repository* git_;
  std::size_t files_ = 0;
};

result<void> make_empty_folder(std::string const& folder) {
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  if (!failed && std::filesystem::is_empty(folder, failed)) { return {}; }
  if (failed) { return fail(errc::io, "cannot make the folder {}: {}", folder, failed.message()); }
  return fail(errc::io, "the folder {} is not empty", folder);
}

}  // namespace

result<std::size_t> export_tree(std::string const& project, std::string const& commit,
                                std::string const& folder) {
  auto const in = open_repository(project);
  if (!in) { return tl::unexpected{in.error()}; }
  auto const files = commit_of(in->git.get(), commit).and_then([](auto const& found) {
    return tree_of(found.get());
  });
  if (!files) { return tl::unexpected{files.error()}; }
  exporter to{in->git.get()};
  auto const done =
      make_empty_folder(folder).and_then([&] { return to.write(files->get(), folder); });
  if (!done) {
    auto framed = doing("exporting commit {:.8} to {}", commit, folder)(done.error());
    return tl::unexpected{framed};
  }
  return to.files();
}

}  // namespace offload
