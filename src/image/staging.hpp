// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/image/journal.hpp>

#include <sys/types.h>

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tree.hpp"

namespace offload::image {

/// Mode and owner for a file that takes the place of another.
struct permissions {
  mode_t mode = 0;
  uid_t user = 0;
  gid_t group = 0;
};

/// The folder in a tree where new contents wait and old ones are kept until all is well.
///
/// Its journal is there exactly while the tree may be half changed, so opening a folder with a
/// journal undoes its steps. One process at a time can have it open.
class staging {
 public:
  [[nodiscard]] static result<staging> open(tree& below);

  staging(staging&&) noexcept = default;
  staging& operator=(staging&&) = delete;
  /// Removes the folder, unless there are steps in it that could not be taken back.
  ~staging();

  /// Writes new contents; returns their number. Without `like` a new file's mode is `created`.
  [[nodiscard]] result<std::size_t> add_file(std::string_view contents, mode_t created,
                                             std::optional<permissions> const& like);
  [[nodiscard]] result<std::size_t> add_link(std::string const& leads_to);

  /// Does all steps, or takes back those it has done.
  [[nodiscard]] result<void> commit(std::vector<step> const& steps);

 private:
  staging(tree& below, unique_fd folder) : tree_{&below}, folder_{std::move(folder)} {}

  [[nodiscard]] result<void> recover();
  [[nodiscard]] result<void> write_journal(std::vector<step> const& steps);
  [[nodiscard]] result<void> perform(step const& each);
  [[nodiscard]] result<void> take_back(std::vector<step> const& steps);
  [[nodiscard]] result<void> take_back(step const& each);
  [[nodiscard]] bool has(std::string const& name) const;
  void clear();

  tree* tree_;
  unique_fd folder_;  ///< none after a move
  std::size_t staged_ = 0;
};

}  // namespace offload::image
