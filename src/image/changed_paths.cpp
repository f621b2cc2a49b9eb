// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "changed_paths.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <string_view>

#include "git_objects.hpp"
#include "tree.hpp"

namespace offload::image {
namespace {

using namespace std::string_view_literals;

bool is_attributes_file(std::string_view path) {
  constexpr auto name = ".gitattributes"sv;
  return path == name || (path.ends_with(name) && path[path.size() - name.size() - 1] == '/');
}

/// Whether attributes may make git convert contents between the disk and a commit.
bool may_convert(std::string_view attributes) {
  constexpr std::array words{"text"sv, "crlf"sv, "eol"sv, "ident"sv, "filter"sv, "encoding"sv};
  for (auto const word : words) {
    if (attributes.find(word) != attributes.npos) { return true; }
  }
  return false;
}

std::string contents_at(tree& files, std::string const& path) {
  auto const there = files.look(path);
  if (!there || there->is != found::what::file) { return {}; }
  return files.read(path, *there).value_or("");
}

void add_deltas(changed_paths& to, git_diff const* diff) {
  for (std::size_t i = 0; i < git_diff_num_deltas(diff); ++i) {
    auto const* delta = git_diff_get_delta(diff, i);
    std::string path =
        delta->new_file.path != nullptr ? delta->new_file.path : delta->old_file.path;
    if (path.ends_with('/')) {  // a folder that libgit2 does not look into
      path.pop_back();
      to.repositories.insert(path);
      continue;
    }
    if (delta->old_file.path != nullptr) { to.files.insert(delta->old_file.path); }
    to.files.insert(path);
  }
}

/// Whether the file has not been touched since git looked at it for its index.
bool as_in_index(git_index_entry const& entry, struct stat const& now) {
  auto const low = [](auto value) { return static_cast<std::uint32_t>(value); };
#ifdef __APPLE__
  auto const& changed = now.st_mtimespec;
#else
  auto const& changed = now.st_mtim;
#endif
  return entry.mtime.seconds == static_cast<std::int32_t>(changed.tv_sec) &&
         entry.mtime.nanoseconds == low(changed.tv_nsec) && entry.file_size == low(now.st_size) &&
         entry.ino == low(now.st_ino);
}

bool same_size_as_blob(git_odb* objects, git_index_entry const& entry) {
  std::size_t size = 0;
  git_object_t type{};
  return git_odb_read_header(&size, &type, objects, &entry.id) == 0 && size == entry.file_size;
}

/// Adds files whose contents git converts: libgit2 compares them converted, we as they are.
result<void> add_converted(changed_paths& to, repository const& in, git_index* index) {
  git_odb_ptr objects;
  if (git_repository_odb(out{objects}, in.git.get()) != 0) {
    return git_cannot("open the objects");
  }
  for (std::size_t i = 0; i < git_index_entrycount(index); ++i) {
    auto const& entry = *git_index_get_byindex(index, i);
    struct stat now {};
    if ((entry.mode & S_IFMT) == S_IFREG &&
        ::fstatat(AT_FDCWD, (in.root + entry.path).c_str(), &now, AT_SYMLINK_NOFOLLOW) == 0 &&
        !(as_in_index(entry, now) && same_size_as_blob(objects.get(), entry))) {
      to.files.insert(entry.path);
    }
  }
  return {};
}

/// Adds files that git was told not to look at, where there are some nevertheless; takes those out
/// that a sparse checkout has left out. Says whether git may convert contents.
bool look_through_index(changed_paths& to, tree& files, git_index* index) {
  bool converts = false;
  for (std::size_t i = 0; i < git_index_entrycount(index); ++i) {
    auto const& entry = *git_index_get_byindex(index, i);
    if ((entry.mode & S_IFMT) == GIT_FILEMODE_COMMIT) { to.repositories.insert(entry.path); }
    bool const left_out = (entry.flags_extended & GIT_INDEX_ENTRY_SKIP_WORKTREE) != 0;
    if (left_out || (entry.flags & GIT_INDEX_ENTRY_VALID) != 0) {
      auto const there = files.look(entry.path);
      bool const exists = there && there->is != found::what::nothing;
      if (exists || !left_out) {
        to.files.insert(entry.path);
      } else {
        to.files.erase(entry.path);
      }
    }
    converts =
        converts || (is_attributes_file(entry.path) && may_convert(contents_at(files, entry.path)));
  }
  return converts;
}

}  // namespace

result<changed_paths> find_changed_paths(repository const& in, git_tree* base) {
  changed_paths paths;
  git_index_ptr index;
  if (git_repository_index(out{index}, in.git.get()) != 0) {
    return git_cannot("read git's index");
  }
  auto options = default_diff_options();
  options.flags = GIT_DIFF_INCLUDE_UNTRACKED | GIT_DIFF_RECURSE_UNTRACKED_DIRS |
                  GIT_DIFF_INCLUDE_UNREADABLE | GIT_DIFF_INCLUDE_TYPECHANGE |
                  GIT_DIFF_SKIP_BINARY_CHECK;
  options.ignore_submodules = GIT_SUBMODULE_IGNORE_ALL;
  git_diff_ptr diff;
  if (git_diff_tree_to_workdir_with_index(out{diff}, in.git.get(), base, &options) != 0) {
    return git_cannot("compare the working tree with its commit");
  }
  add_deltas(paths, diff.get());
  auto files = tree::open(in.root);
  if (!files) { return tl::unexpected{files.error()}; }
  bool converts = look_through_index(paths, *files, index.get());
  for (auto const& path : paths.files) {
    converts = converts || (is_attributes_file(path) && may_convert(contents_at(*files, path)));
  }
  auto const own = std::string{git_repository_commondir(in.git.get())} + "info/attributes";
  converts = converts || ::access(own.c_str(), F_OK) == 0;
  if (converts) {
    if (auto const added = add_converted(paths, in, index.get()); !added) {
      return tl::unexpected{added.error()};
    }
  }
  return paths;
}

}  // namespace offload::image
