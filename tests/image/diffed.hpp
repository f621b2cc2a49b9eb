// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/image/apply_patch.hpp>
#include <offload/image/base.hpp>
#include <offload/image/thin_diff.hpp>

#include <gtest/gtest.h>

#include <string>

#include "git_repo.hpp"

namespace offload::testing {

inline void make_executable(std::filesystem::path const& path) {
  namespace fs = std::filesystem;
  fs::permissions(path, fs::perms::owner_exec, fs::perm_options::add);
}

inline std::string binary_contents() {
  using namespace std::string_literals;
  return "\0\1\2binary\0"s;
}
inline std::string const binary = binary_contents();

/// The thin diff of a repository, or a failure.
inline thin_diff diff_of(git_repo const& repo, std::string const& base) {
  auto made = make_thin_diff(repo.text(), base);
  if (!made) { ADD_FAILURE() << to_string(made.error()); }
  return std::move(made).value_or(thin_diff{});
}

/// What git and what our applier make of the base with this patch have to be these files.
inline void expect_made(git_repo const& repo, std::string const& base, thin_diff const& diff,
                        std::map<std::string, std::string> const& wanted) {
  for (bool const by_git : {true, false}) {
    temp_dir const there;
    auto const exported = export_tree(repo.text(), base, there.path().string());
    ASSERT_TRUE(exported) << to_string(exported.error());
    if (diff.patch.empty()) {
      EXPECT_EQ(files_in(there.path()), wanted);
    } else if (by_git) {
      git_in(there.path(), {"-c", "core.autocrlf=false", "apply", "--whitespace=nowarn"},
             diff.patch);
      EXPECT_EQ(files_in(there.path()), wanted) << diff.patch;
    } else {
      auto const applied = apply_patch(diff.patch, there.path().string());
      ASSERT_TRUE(applied) << to_string(applied.error()) << "\n" << diff.patch;
      EXPECT_EQ(files_in(there.path()), wanted) << diff.patch;
    }
  }
}

/// The diff since `base` has to lead to exactly what is in the working tree.
inline void expect_exact(git_repo const& repo, std::string const& base) {
  expect_made(repo, base, diff_of(repo, base), files_in(repo.path()));
}

}  // namespace offload::testing
