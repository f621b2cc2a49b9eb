// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/error.hpp>
#include <offload/process/temp_folder.hpp>

#include <git2.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace offload::image {

/// Ends a libgit2 object the way its kind is ended.
template <auto End>
struct git_end {
  void operator()(auto* object) const { End(object); }
};
using git_repository_ptr = std::unique_ptr<git_repository, git_end<git_repository_free>>;
using git_commit_ptr = std::unique_ptr<git_commit, git_end<git_commit_free>>;
using git_tree_ptr = std::unique_ptr<git_tree, git_end<git_tree_free>>;
using git_tree_entry_ptr = std::unique_ptr<git_tree_entry, git_end<git_tree_entry_free>>;
using git_blob_ptr = std::unique_ptr<git_blob, git_end<git_blob_free>>;
using git_index_ptr = std::unique_ptr<git_index, git_end<git_index_free>>;
using git_diff_ptr = std::unique_ptr<git_diff, git_end<git_diff_free>>;
using git_config_ptr = std::unique_ptr<git_config, git_end<git_config_free>>;
using git_reference_ptr = std::unique_ptr<git_reference, git_end<git_reference_free>>;
using git_remote_ptr = std::unique_ptr<git_remote, git_end<git_remote_free>>;
using git_signature_ptr = std::unique_ptr<git_signature, git_end<git_signature_free>>;
using git_transaction_ptr = std::unique_ptr<git_transaction, git_end<git_transaction_free>>;
using git_treebuilder_ptr = std::unique_ptr<git_treebuilder, git_end<git_treebuilder_free>>;
using git_odb_ptr = std::unique_ptr<git_odb, git_end<git_odb_free>>;

/// For the out parameter of a libgit2 function: `get(out(pointer))` fills a smart pointer.
template <class Pointer>
class out {
 public:
  explicit out(Pointer& into) : into_{into} {}
  out(out const&) = delete;
  out& operator=(out const&) = delete;
  ~out() { into_.reset(raw_); }
  // NOLINTNEXTLINE(google-explicit-constructor): it stands for the address of a raw pointer
  operator typename Pointer::pointer *() { return &raw_; }

 private:
  Pointer& into_;
  typename Pointer::pointer raw_ = nullptr;
};

/// Options of a comparison, as libgit2 sets them.
[[nodiscard]] git_diff_options default_diff_options();

/// libgit2's error message for this thread's last call.
[[nodiscard]] std::string git_says();

/// "cannot WHAT: Reference not found"
[[nodiscard]] tl::unexpected<error> git_cannot(std::string_view what);

/// A repository as it is on the disk. No configuration of the user counts, except for the ignore
/// file that `core.excludesFile` names.
struct repository {
  std::optional<temp_folder> settings{};  // outlives `git`, which reads it
  git_repository_ptr git{};
  std::string root{};   ///< of the working tree; ends with a slash
  std::string below{};  ///< where the folder that was asked for is in it; empty, or ends with one
};

/// The repository that `folder` is in; nothing when it is in none, or in one without files.
[[nodiscard]] result<std::optional<repository>> find_repository(std::string const& folder);
/// The same, where being in none is an error.
[[nodiscard]] result<repository> open_repository(std::string const& folder);

/// The commit and the tree with this id (40 hexadecimal digits).
[[nodiscard]] result<git_commit_ptr> commit_of(git_repository* git, std::string const& id);
[[nodiscard]] result<git_tree_ptr> tree_of(git_commit const* commit);

/// The bytes of a blob.
[[nodiscard]] result<std::string> blob_of(git_repository* git, git_oid const& id);

[[nodiscard]] std::string hex(git_oid const& id);

}  // namespace offload::image
