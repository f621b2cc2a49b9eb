// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/image/base.hpp>
#include <offload/image/pathspec.hpp>

#include <string_view>
#include <utility>

#include "git_objects.hpp"

namespace offload {
namespace {

using namespace image;

/// Whether two trees differ at a path that the pathspec names. No tree is one without files.
result<bool> differ(git_repository* git, git_tree* before, git_tree* after, pathspec const& where) {
  auto options = default_diff_options();
  options.flags = GIT_DIFF_SKIP_BINARY_CHECK | GIT_DIFF_INCLUDE_TYPECHANGE;
  options.ignore_submodules = GIT_SUBMODULE_IGNORE_NONE;
  git_diff_ptr diff;
  if (git_diff_tree_to_tree(out{diff}, git, before, after, &options) != 0) {
    return git_cannot("compare two commits");
  }
  for (std::size_t i = 0; i < git_diff_num_deltas(diff.get()); ++i) {
    auto const* delta = git_diff_get_delta(diff.get(), i);
    if (where.names(delta->new_file.path)) { return true; }
  }
  return false;
}

tl::unexpected<error> too_shallow(git_commit const* last) {
  auto why = fail(errc::not_found,
                  "the history of this shallow clone ends at {:.8}, before any commit that changed "
                  "a build input",
                  hex(*git_commit_id(last)));
  why.value().hint =
      "fetch the whole history: `git fetch --unshallow`; with GitHub's checkout action, "
      "`fetch-depth: 0`";
  return why;
}

/// Whether a shallow clone has cut off the parents of this commit. libgit2 from 1.7 on hides them.
bool is_cut_off(git_repository* git, git_commit const* commit) {
  if (git_repository_is_shallow(git) != 1) { return false; }
  std::string_view const header{git_commit_raw_header(commit)};
  return header.starts_with("parent ") || header.find("\nparent ") != header.npos;
}

/// Walks back from HEAD, at each merge to a parent that has the same build inputs, until none has.
class walk {
 public:
  walk(git_repository* git, pathspec const& inputs) : git_{git}, inputs_{inputs} {}

  result<std::optional<git_commit_ptr>> from(git_commit_ptr at) {
    while (true) {
      if (git_commit_parentcount(at.get()) == 0) {
        if (is_cut_off(git_, at.get())) { return too_shallow(at.get()); }
        auto const touched = changed(nullptr, at.get());
        if (!touched) { return tl::unexpected{touched.error()}; }
        if (!*touched) { return std::nullopt; }
        return std::optional{std::move(at)};
      }
      auto parent = same_parent(at.get());
      if (!parent) { return tl::unexpected{parent.error()}; }
      if (!*parent) { return std::optional{std::move(at)}; }
      at = std::move(*parent);
    }
  }

 private:
  result<bool> changed(git_commit const* before, git_commit const* after) {
    git_tree_ptr old;
    if (before != nullptr) {
      auto tree = tree_of(before);
      if (!tree) { return tl::unexpected{tree.error()}; }
      old = std::move(*tree);
    }
    auto const now = tree_of(after);
    if (!now) { return tl::unexpected{now.error()}; }
    return differ(git_, old.get(), now->get(), inputs_);
  }

  /// The first parent with the same build inputs; none when all differ.
  result<git_commit_ptr> same_parent(git_commit const* of) {
    for (unsigned i = 0; i < git_commit_parentcount(of); ++i) {
      git_commit_ptr parent;
      if (git_commit_parent(out{parent}, of, i) != 0) {
        if (is_cut_off(git_, of)) { return too_shallow(of); }
        return git_cannot("read a parent of commit " + hex(*git_commit_id(of)));
      }
      auto const differs = changed(parent.get(), of);
      if (!differs) { return tl::unexpected{differs.error()}; }
      if (!*differs) { return parent; }
    }
    return git_commit_ptr{};
  }

  git_repository* git_;
  pathspec const& inputs_;
};

/// The commit that is checked out; null when there is none yet.
result<git_commit_ptr> head_of(git_repository* git) {
  git_oid id;
  int const code = git_reference_name_to_id(&id, git, "HEAD");
  if (code == GIT_ENOTFOUND || code == GIT_EUNBORNBRANCH) { return git_commit_ptr{}; }
  if (code != 0) { return git_cannot("find out what HEAD is"); }
  return commit_of(git, hex(id));
}

std::size_t commits_between(git_repository* git, git_oid const& head, git_oid const& base) {
  std::size_t ahead = 0;
  std::size_t behind = 0;
  git_graph_ahead_behind(&ahead, &behind, git, &head, &base);
  return ahead;
}

}  // namespace

result<std::optional<base_commit>> find_base(std::string const& project,
                                             std::optional<checkpoint_config> const& checkpoint) {
  auto const in = find_repository(project);
  if (!in) { return tl::unexpected{in.error()}; }
  if (!*in) { return std::nullopt; }
  auto* const git = (*in)->git.get();
  auto head = head_of(git);
  if (!head) { return tl::unexpected{head.error()}; }
  if (!*head) { return std::nullopt; }
  git_oid const head_id = *git_commit_id(head->get());
  if (!checkpoint) { return base_commit{hex(head_id), hex(head_id), 0}; }
  auto const inputs = pathspec::parse(checkpoint->build_inputs, (*in)->below);
  if (!inputs) { return tl::unexpected{inputs.error()}; }
  auto const base = walk{git, *inputs}.from(std::move(*head));
  if (!base) { return tl::unexpected{base.error()}; }
  if (!*base) { return std::nullopt; }
  git_oid const base_id = *git_commit_id((*base)->get());
  return base_commit{hex(base_id), hex(head_id), commits_between(git, head_id, base_id)};
}

}  // namespace offload
