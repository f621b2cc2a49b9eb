// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/image/thin_diff.hpp>

#include <offload/image/blob_id.hpp>
#include <offload/image/docker_ignore.hpp>
#include <offload/process/file_access.hpp>

#include <filesystem>
#include <map>
#include <optional>
#include <system_error>
#include <utility>

#include "changed_paths.hpp"
#include "git_objects.hpp"
#include "patch_writer.hpp"
#include "tree.hpp"

namespace offload {
namespace {

using namespace image;

/// The contents of a path before and after.
struct change {
  std::string path{};
  std::optional<file_state> before{};
  std::optional<file_state> after{};
};

result<docker_ignore> read_ignore(std::string const& project) {
  auto const path = std::filesystem::path{project} / ".dockerignore";
  std::error_code unknown;
  if (!std::filesystem::exists(path, unknown)) { return docker_ignore{}; }
  return files::read_whole(path).and_then(
      [](auto const& text) { return docker_ignore::parse(text); });
}

class comparison {
 public:
  comparison(repository const& in, git_tree* base, tree files)
      : in_{in}, base_{base}, files_{std::move(files)} {}

  /// Nothing when both sides are the same.
  result<std::optional<change>> at(std::string const& path) {
    auto before = in_commit(path);
    if (!before) { return tl::unexpected{before.error()}; }
    auto after = on_disk(path);
    if (!after) { return tl::unexpected{after.error()}; }
    bool const same =
        before->has_value() == after->has_value() &&
        (!*before || ((*before)->kind == (*after)->kind && (*before)->id == (*after)->id));
    if (same) { return std::nullopt; }
    return change{path, std::move(*before), std::move(*after)};
  }

 private:
  result<std::optional<file_state>> in_commit(std::string const& path) {
    git_tree_entry_ptr entry;
    int const code = git_tree_entry_bypath(out{entry}, base_, path.c_str());
    if (code == GIT_ENOTFOUND) { return std::nullopt; }
    if (code != 0) { return git_cannot("look up " + path + " in the commit"); }
    if (git_tree_entry_type(entry.get()) != GIT_OBJECT_BLOB) { return std::nullopt; }
    auto const& id = *git_tree_entry_id(entry.get());
    auto contents = blob_of(in_.git.get(), id);
    if (!contents) { return tl::unexpected{contents.error()}; }
    auto const mode = git_tree_entry_filemode(entry.get());
    auto const kind = mode == GIT_FILEMODE_LINK              ? file_kind::symlink
                      : mode == GIT_FILEMODE_BLOB_EXECUTABLE ? file_kind::executable
                                                             : file_kind::regular;
    return file_state{kind, std::move(*contents), hex(id)};
  }

  result<std::optional<file_state>> on_disk(std::string const& path) {
    auto const there = files_.look(path);
    if (!there) { return tl::unexpected{there.error()}; }
    bool const link = there->is == found::what::symlink;
    if (!link && there->is != found::what::file) { return std::nullopt; }
    auto contents = files_.read(path, *there);
    if (!contents) {
      auto why = contents.error();
      why.hint = "make it readable, or name it in .dockerignore or .gitignore";
      return tl::unexpected{why};
    }
    auto const kind = link                                     ? file_kind::symlink
                      : (there->status.st_mode & S_IXUSR) != 0 ? file_kind::executable
                                                               : file_kind::regular;
    auto id = blob_id(*contents);
    return file_state{kind, std::move(*contents), std::move(id)};
  }

  repository const& in_;
  git_tree* base_;
  tree files_;
};

/// Takes deleted files that are somewhere else now, as they were, out of the changes.
class moved_files {
 public:
  explicit moved_files(std::vector<change>& changes) {
    for (auto& each : changes) {
      if (each.before && !each.after && !each.before->contents.empty() &&
          each.before->kind != file_kind::symlink) {
        deleted_.emplace(each.before->id, &each);
      }
    }
  }

  /// Where a created file was before; the deletion there becomes a change of nothing.
  std::optional<change> origin_of(change const& created) {
    if (created.before || created.after->kind == file_kind::symlink) { return std::nullopt; }
    auto const found = deleted_.find(created.after->id);
    if (found == deleted_.end()) { return std::nullopt; }
    auto origin = std::exchange(*found->second, {});
    deleted_.erase(found);
    return origin;
  }

 private:
  std::multimap<std::string, change*> deleted_;
};

/// Of renames first, which take deletions away.
result<thin_diff> written(std::vector<change> changes) {
  thin_diff made;
  moved_files moved{changes};
  for (auto& each : changes) {
    if (!each.after) { continue; }
    if (auto const origin = moved.origin_of(each)) {
      write_rename(made.patch, origin->path, origin->before->kind, each.path, each.after->kind);
      each = {};
      ++made.files;
    }
  }
  for (auto const& each : changes) {
    if (each.path.empty()) { continue; }
    if (auto const done = write_change(made.patch, each.path, each.before, each.after); !done) {
      return tl::unexpected{done.error()};
    }
    ++made.files;
  }
  return made;
}

result<std::vector<change>> changes_of(repository const& in, git_tree* base,
                                       docker_ignore const& ignore,
                                       std::set<std::string> const& paths) {
  auto files = tree::open(in.root);
  if (!files) { return tl::unexpected{files.error()}; }
  comparison compared{in, base, std::move(*files)};
  std::vector<change> changes;
  for (auto const& path : paths) {
    if (path.starts_with(in.below) && ignore.leaves_out(path.substr(in.below.size()))) { continue; }
    auto found = compared.at(path);
    if (!found) { return tl::unexpected{found.error()}; }
    if (*found) { changes.push_back(std::move(**found)); }
  }
  return changes;
}

}  // namespace

result<thin_diff> make_thin_diff(std::string const& project, std::string const& base) {
  auto const in = open_repository(project);
  if (!in) { return tl::unexpected{in.error()}; }
  auto const ignore = read_ignore(project);
  if (!ignore) { return tl::unexpected{ignore.error()}; }
  auto const files = commit_of(in->git.get(), base).and_then([](auto const& commit) {
    return tree_of(commit.get());
  });
  if (!files) { return tl::unexpected{files.error()}; }
  auto const paths = find_changed_paths(*in, files->get());
  if (!paths) { return tl::unexpected{paths.error()}; }
  auto made = changes_of(*in, files->get(), *ignore, paths->files).and_then(written);
  if (made) { made->repositories.assign(paths->repositories.begin(), paths->repositories.end()); }
  return made;
}

}  // namespace offload
