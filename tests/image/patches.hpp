// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/image/apply_patch.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>

namespace offload::testing {

/// A new file `path` with the line `text`.
inline std::string patch_that_makes(std::string const& path, std::string const& text = "new") {
  return "diff --git a/" + path + " b/" + path + "\nnew file mode 100644\n--- /dev/null\n+++ b/" +
         path + "\n@@ -0,0 +1 @@\n+" + text + "\n";
}

/// Replaces the only line of `path`.
inline std::string patch_that_edits(std::string const& path, std::string const& from,
                                    std::string const& to) {
  return "diff --git a/" + path + " b/" + path + "\n--- a/" + path + "\n+++ b/" + path +
         "\n@@ -1 +1 @@\n-" + from + "\n+" + to + "\n";
}

inline std::string patch_that_deletes(std::string const& path, std::string const& text) {
  return "diff --git a/" + path + " b/" + path + "\ndeleted file mode 100644\n--- a/" + path +
         "\n+++ /dev/null\n@@ -1 +0,0 @@\n-" + text + "\n";
}

inline std::string patch_that_links(std::string const& path, std::string const& to) {
  return "diff --git a/" + path + " b/" + path + "\nnew file mode 120000\n--- /dev/null\n+++ b/" +
         path + "\n@@ -0,0 +1 @@\n+" + to + "\n\\ No newline at end of file\n";
}

/// What is below a folder: contents of files, "-> target" of links, "/" for all else.
inline std::map<std::string, std::string> tree_of(std::filesystem::path const& root) {
  std::map<std::string, std::string> tree;
  for (auto const& each : std::filesystem::recursive_directory_iterator{root}) {
    auto& what = tree[each.path().lexically_relative(root).string()];
    if (each.is_symlink()) {
      what = "-> " + std::filesystem::read_symlink(each.path()).string();
    } else if (!each.is_regular_file()) {
      what = "/";
    } else {
      std::ifstream file{each.path(), std::ios::binary};
      what.assign(std::istreambuf_iterator<char>{file}, {});
    }
  }
  return tree;
}

}  // namespace offload::testing
