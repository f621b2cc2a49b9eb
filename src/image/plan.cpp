// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "plan.hpp"

#include <offload/image/patch_names.hpp>

#include <cerrno>
#include <optional>
#include <ranges>
#include <utility>

namespace offload::image {
namespace {

using what = found::what;

constexpr std::string_view other_base =
    "the files differ from those that the patch was made from; nothing was changed";

bool is_link(file_kind kind) { return kind == file_kind::symlink; }

/// The folders that a path is in, the outermost first.
std::vector<std::string> folders_of(std::string const& path) {
  std::vector<std::string> folders;
  for (auto slash = path.find('/'); slash != path.npos; slash = path.find('/', slash + 1)) {
    folders.push_back(path.substr(0, slash));
  }
  return folders;
}

std::string_view name_of_kind(what is) {
  switch (is) {
    case what::nothing: return "missing";
    case what::file: return "a file";
    case what::symlink: return "a symbolic link";
    case what::folder: return "a folder";
    case what::other: break;
  }
  return "neither a file nor a symbolic link";
}

/// A submodule is a folder in the tree, and its contents are not in the patch.
bool is_submodule(file_change const& change, found const& old) {
  auto const kind = change.new_kind ? change.new_kind : change.old_kind;
  return kind ? *kind == file_kind::submodule
              : old.is == what::folder && std::holds_alternative<std::monostate>(change.contents);
}

/// The old file's permissions; what may read may execute, or nobody may, if that changes.
permissions permissions_for(file_change const& change, found const& old) {
  mode_t mode = old.status.st_mode & 07777;
  if (change.new_kind && change.new_kind != change.old_kind) {
    mode &= ~mode_t{0111};
    if (*change.new_kind == file_kind::executable) { mode |= (mode & 0444) >> 2; }
  }
  return {.mode = mode, .user = old.status.st_uid, .group = old.status.st_gid};
}

}  // namespace

result<std::vector<step>> plan::steps_for(std::vector<file_change> const& changes) {
  for (auto const& change : changes) {
    if (auto const done = claim(change); !done) { return tl::unexpected{done.error()}; }
  }
  if (auto const done = check_claims(); !done) { return tl::unexpected{done.error()}; }
  for (auto const& change : changes) {
    if (auto const done = stage(change); !done) { return tl::unexpected{done.error()}; }
  }
  for (auto const& path : removed_) {
    if (auto const done = clear_the_way(path); !done) { return tl::unexpected{done.error()}; }
  }
  for (auto const& [path, placed] : put_) {
    if (auto const done = clear_the_way(path); !done) { return tl::unexpected{done.error()}; }
  }
  return assembled();
}

result<void> plan::claim(file_change const& change) {
  if (change.kind == change_kind::deleted || change.kind == change_kind::renamed) {
    if (!removed_.insert(change.old_path).second) {
      return fail(errc::patch, "line {} of the patch: it removes {} a second time",
                  change.patch_line, shown(change.old_path));
    }
  }
  if (change.kind == change_kind::deleted) { return {}; }
  if (!put_.try_emplace(change.new_path).second) {
    return fail(errc::patch, "line {} of the patch: it writes {} a second time", change.patch_line,
                shown(change.new_path));
  }
  return {};
}

result<void> plan::check_claims() const {
  for (auto const& [path, placed] : put_) {
    for (auto const& folder : folders_of(path)) {
      if (put_.contains(folder)) {
        return fail(errc::patch, "the patch writes {}, and {} below it", shown(folder),
                    shown(path));
      }
    }
  }
  return {};
}

result<found> plan::base_of(file_change const& change) {
  if (change.kind == change_kind::created) { return found{}; }
  auto old = tree_.look(change.old_path);
  if (!old || old->is == what::folder) { return old; }
  auto const wrong = [&](std::string_view is, std::string_view instead) {
    error e{errc::patch, fmt::format("{} is {}, {}", shown(change.old_path), is, instead)};
    e.while_doing.push_back(
        fmt::format("reading what line {} of the patch changes", change.patch_line));
    e.hint = other_base;
    return tl::unexpected{e};
  };
  if (!old->blocked_by.empty()) {
    return wrong("out of reach", shown(old->blocked_by) + " is not a folder");
  }
  if (old->is == what::nothing && change.kind != change_kind::deleted) {
    return wrong("missing", "but the patch changes it");
  }
  bool const other_kind =
      change.old_kind && old->is != what::nothing &&
      (old->is == what::other || is_link(*change.old_kind) != (old->is == what::symlink));
  if (old->is == what::other || other_kind) {
    return wrong(name_of_kind(old->is), "but the patch expects another kind of file");
  }
  return old;
}

result<void> plan::stage(file_change const& change) {
  auto const old = base_of(change);
  if (!old) { return tl::unexpected{old.error()}; }
  if (is_submodule(change, *old)) {
    if (change.kind != change_kind::deleted) { put_[change.new_path].is_folder = true; }
    return {};
  }
  if (old->is == what::folder && change.kind != change_kind::deleted) {
    bool const was_submodule = change.old_kind == file_kind::submodule;
    if (!was_submodule) {
      return fail(errc::patch, "{} is a folder, but the patch changes it as a file",
                  shown(change.old_path));
    }
  }
  // A file to delete may not exist any more.
  bool const gone = old->is == what::nothing || old->is == what::folder;
  if (change.kind == change_kind::deleted && gone) { return {}; }
  return stage_contents(change, *old);
}

result<void> plan::stage_contents(file_change const& change, found const& old) {
  bool const had_contents = old.is == what::file || old.is == what::symlink;
  auto before = had_contents ? tree_.read(change.old_path, old) : result<std::string>{};
  if (!before) { return tl::unexpected{before.error()}; }
  auto const contents = patched(change, *before);
  if (!contents) { return tl::unexpected{contents.error()}; }
  if (change.kind == change_kind::deleted) { return {}; }

  auto const kind =
      change.new_kind.value_or(old.is == what::symlink ? file_kind::symlink : file_kind::regular);
  bool const executable = kind == file_kind::executable;
  std::optional<permissions> like;
  if (old.is == what::file) { like = permissions_for(change, old); }
  auto const number = is_link(kind) ? stage_.add_link(*contents)
                                    : stage_.add_file(*contents, executable ? 0777 : 0666, like);
  if (!number) { return tl::unexpected{number.error()}; }
  put_[change.new_path].number = *number;
  return {};
}

/// Finds what has to go before `path` can be put, or because it is removed.
result<void> plan::clear_the_way(std::string const& path) {
  auto const there = tree_.look(path);
  if (!there) { return tl::unexpected{there.error()}; }
  if (auto const ok = check_folders_of(path); !ok) { return ok; }
  switch (there->is) {
    case what::nothing: return {};
    case what::file:
    case what::symlink: taken_away_.insert(path); return {};
    case what::other: return fail(errc::patch, "{} is {}", shown(path), name_of_kind(there->is));
    case what::folder: break;
  }
  old_folders_.emplace(path, there->status.st_mode & 07777);
  auto const put = put_.find(path);
  if (put != put_.end() && put->second.is_folder) { return {}; }
  // A folder that is deleted, as a submodule's is, goes if it is empty.
  return put == put_.end() ? result<void>{} : clear_folder(path);
}

/// A file takes the place of a folder with all that is in it.
result<void> plan::clear_folder(std::string const& path) {
  std::vector<std::string> files;
  std::vector<std::string> folders;
  if (auto const listed = tree_.list(path, files, folders); !listed) { return listed; }
  for (auto const& file : files) {
    if (auto const problem = problem_of_path(file); !problem.empty()) {
      return fail(errc::patch, "cannot replace the folder {}: {} {}", shown(path), shown(file),
                  problem);
    }
    taken_away_.insert(file);
  }
  for (auto const& folder : folders) {
    if (auto const ok = check_folder(folder, false); !ok) { return ok; }
    cleared_.push_back({step::action::remove_folder, old_folders_[folder], folder});
  }
  return {};
}

result<void> plan::check_folders_of(std::string const& path) {
  for (auto const& folder : folders_of(path)) {
    if (auto const ok = check_folder(folder, put_.contains(path)); !ok) { return ok; }
  }
  return {};
}

result<void> plan::check_folder(std::string const& path, bool needed) {
  // Those of the removed paths come first; they need no folder that is not there.
  if (!seen_.insert(path + (needed ? "+" : "-")).second) { return {}; }
  auto const there = tree_.look(path);
  if (!there) { return tl::unexpected{there.error()}; }
  if (there->is == what::folder) {
    struct stat root {};
    if (::fstat(tree_.root(), &root) != 0) { return cannot("look at", ".", errno); }
    old_folders_.emplace(path, there->status.st_mode & 07777);
    if (there->status.st_dev == root.st_dev) { return {}; }
    return fail(errc::patch, "{} is on another file system than the project root", shown(path));
  }
  bool const goes = removed_.contains(path) && !put_.contains(path);
  if (there->is != what::nothing && !goes) {
    return fail(errc::patch, "{} is {}, not a folder, but the patch has files below it",
                shown(path), name_of_kind(there->is));
  }
  if (needed) { made_.insert(path); }
  return {};
}

std::vector<step> plan::assembled() const {
  using action = step::action;
  std::vector<step> steps;
  steps.reserve(taken_away_.size() + cleared_.size() + made_.size() + put_.size());
  for (auto const& path : taken_away_) { steps.push_back({action::take_away, steps.size(), path}); }
  steps.insert(steps.end(), cleared_.begin(), cleared_.end());
  for (auto const& path : made_) { steps.push_back({action::make_folder, 0, path}); }
  std::set<std::string> used;
  for (auto const& each : cleared_) { used.insert(each.path); }
  for (auto const& [path, placed] : put_) {
    for (auto& folder : folders_of(path)) { used.insert(std::move(folder)); }
    if (!placed.is_folder) {
      steps.push_back({action::put, placed.number, path});
    } else if (used.insert(path); !old_folders_.contains(path)) {
      steps.push_back({action::make_folder, 0, path});
    }
  }
  // Folders that nothing is left in, the innermost first.
  std::set<std::string> emptied;
  for (auto const& path : removed_) {
    if (old_folders_.contains(path)) { emptied.insert(path); }
    for (auto& folder : folders_of(path)) { emptied.insert(std::move(folder)); }
  }
  for (auto const& path : emptied | std::views::reverse) {
    auto const old = old_folders_.find(path);
    if (old == old_folders_.end() || used.contains(path) || put_.contains(path)) { continue; }
    steps.push_back({action::remove_folder, old->second, path});
  }
  return steps;
}

}  // namespace offload::image
