// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/error.hpp>

#include <git2.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace offload::image {

/// The notes of a notes commit: the blob for each annotated commit, by its 40 digits. Other files
/// in the tree are kept under their paths, as long as they are at its root.
struct note_tree {
  struct entry {
    git_oid id{};
    git_filemode_t mode = GIT_FILEMODE_BLOB;

    bool operator==(entry const& other) const {
      return git_oid_equal(&id, &other.id) != 0 && mode == other.mode;
    }
  };
  std::map<std::string, entry> entries{};
};

/// Reads the tree of a notes commit, in whatever folders git has put the notes.
[[nodiscard]] result<note_tree> read_notes(git_repository* git, git_oid const& notes_commit);

/// Commits notes in Offload's own name, on top of `parents`. No reference is changed.
[[nodiscard]] result<git_oid> commit_notes(git_repository* git, note_tree const& notes,
                                           std::vector<git_oid> const& parents);

/// A notes commit with everything that two of them have, or one of the two when it has all.
[[nodiscard]] result<git_oid> merge_notes(git_repository* git, git_oid const& ours,
                                          git_oid const& theirs);

}  // namespace offload::image
