// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/image/patch.hpp>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "staging.hpp"
#include "tree.hpp"

namespace offload::image {

/// Finds the steps that make of a tree what a patch says, and stages the contents that they put.
///
/// All old contents are those before the patch, as git means it: two files can change places.
class plan {
 public:
  plan(tree& below, staging& stage) : tree_{below}, stage_{stage} {}

  /// Reads, checks and stages; changes nothing outside of the staging folder.
  [[nodiscard]] result<std::vector<step>> steps_for(std::vector<file_change> const& changes);

 private:
  struct placement {
    bool is_folder = false;  // a submodule's
    std::size_t number = 0;
  };

  [[nodiscard]] result<void> claim(file_change const& change);
  [[nodiscard]] result<void> check_claims() const;
  [[nodiscard]] result<void> stage(file_change const& change);
  [[nodiscard]] result<void> stage_contents(file_change const& change, found const& old);
  [[nodiscard]] result<found> base_of(file_change const& change);
  [[nodiscard]] result<void> clear_the_way(std::string const& path);
  [[nodiscard]] result<void> clear_folder(std::string const& path);
  [[nodiscard]] result<void> check_folders_of(std::string const& path);
  [[nodiscard]] result<void> check_folder(std::string const& path, bool needed);
  [[nodiscard]] std::vector<step> assembled() const;

  tree& tree_;
  staging& stage_;
  std::set<std::string> removed_;              // deleted, or renamed to elsewhere
  std::map<std::string, placement> put_;       // what is there at the end
  std::set<std::string> taken_away_;           // what is there now and goes
  std::vector<step> cleared_;                  // folders that a file takes the place of
  std::set<std::string> made_;                 // folders that are to be made
  std::set<std::string> seen_;                 // folders that have been checked
  std::map<std::string, mode_t> old_folders_;  // folders that exist, with their modes
};

}  // namespace offload::image
