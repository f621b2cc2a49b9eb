// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/image/thin_diff.hpp>

#include <gtest/gtest.h>

#include <filesystem>
#include <random>
#include <string>
#include <system_error>
#include <vector>

#include "diffed.hpp"

namespace offload {
namespace {

using namespace testing;
namespace fs = std::filesystem;

/// A random file, which often shares a name or contents with others.
class random_edits {
 public:
  random_edits(git_repo const& repo, unsigned seed) : repo_{repo}, random_{seed} {}

  void several() {
    for (int i = 0; i < 15; ++i) { one(); }
  }

 private:
  unsigned below(unsigned end) { return static_cast<unsigned>(random_() % end); }

  std::string name() {
    std::vector<std::string> const parts{"a", "b c", "d\xc3\xa9", "e\"f", "[g]"};
    std::string made = parts[below(5)];
    for (auto depth = below(3); depth > 0; --depth) { made += "/" + parts[below(5)]; }
    return made;
  }

  std::string contents() {
    if (below(8) == 0) { return binary + std::string(below(300), 'x'); }
    std::string text;
    for (auto lines = below(40); lines > 0; --lines) {
      text += "line " + std::to_string(below(6)) + (below(6) == 0 ? "\r\n" : "\n");
    }
    return below(4) == 0 ? text + "end" : text;
  }

  static bool is_file(fs::path const& path) {
    std::error_code not_there;
    return fs::is_regular_file(fs::symlink_status(path, not_there));
  }
  static bool is_link(fs::path const& path) {
    std::error_code not_there;
    return fs::is_symlink(fs::symlink_status(path, not_there));
  }
  static void remove(fs::path const& path) {
    std::error_code not_there;
    fs::remove_all(path, not_there);
  }

  /// Makes room for a file: what is in its way goes.
  void clear(fs::path const& path) {
    fs::path at = repo_.path();
    for (auto const& part : path.lexically_relative(repo_.path())) {
      at /= part;
      if (is_link(at) || (at != path && is_file(at))) { fs::remove(at); }
    }
    remove(path);
    fs::create_directories(path.parent_path());
  }

  void one() {
    auto const path = repo_ / name();
    auto const what = below(10);
    if (what == 0) {
      remove(path);
    } else if (what == 1 && is_file(path)) {
      make_executable(path);
    } else if (what == 2) {
      clear(path);
      fs::create_symlink("nowhere/" + name(), path);  // git apply trips over links in a circle
    } else if (what == 3) {
      move_to(path);
    } else {
      clear(path);
      put_file(path, contents());
    }
  }

  void move_to(fs::path const& path) {
    auto const from = repo_ / name();
    if (!is_file(from)) { return; }
    auto const kept = contents_of(from);
    fs::remove(from);
    clear(path);
    put_file(path, kept);
  }

  git_repo const& repo_;
  std::mt19937 random_;
};

TEST(ThinDiff, LeadsToTheWorkingTreeAfterAnyEdits) {
  for (unsigned seed = 1; seed <= 25; ++seed) {
    SCOPED_TRACE(seed);
    git_repo repo;
    random_edits edits{repo, seed};
    edits.several();
    auto const base = repo.commit();
    edits.several();
    if (seed % 3 == 0) { repo.commit(); }
    if (seed % 2 == 0) { repo.git({"add", "-A"}); }
    edits.several();

    expect_exact(repo, base);
    if (::testing::Test::HasFailure()) { return; }
  }
}

}  // namespace
}  // namespace offload
