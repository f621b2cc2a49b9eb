// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/error.hpp>
#include <offload/core/execution.hpp>
#include <offload/image/image_note.hpp>

#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

namespace offload {

/// Which images were built from which commits: git notes under `refs/notes/offload-images`, shared
/// through a remote repository.
///
/// Remote operations run the git program. They never ask for a password, never force anything, and
/// change no configuration of git; until their deadline they may wait. A failed one is worth a
/// warning, no more.
class image_cache {
 public:
  static constexpr std::string_view ref = "refs/notes/offload-images";

  /// The cache of the repository that `project` is in; an error when it is in none.
  [[nodiscard]] static result<image_cache> open(std::string const& project);

  image_cache(image_cache&&) noexcept;
  image_cache& operator=(image_cache&&) noexcept;
  ~image_cache();

  /// How notes name a configuration: a relative path as it is, but for `./`; an absolute one
  /// relative to the root of the repository.
  [[nodiscard]] result<std::string> config_key(std::string const& config_path) const;

  /// The image of a commit and a configuration, whatever its inputs were. What the remote had when
  /// it was last fetched is looked at, too.
  [[nodiscard]] result<std::optional<cached_image>> find(std::string const& commit,
                                                         std::string const& config_key) const;
  /// The image's id, if it was made from these inputs. An entry that does not say what it was made
  /// from is no hit.
  [[nodiscard]] result<std::optional<std::string>> find(std::string const& commit,
                                                        std::string const& config_key,
                                                        std::string const& inputs) const;

  /// Adds an image to the notes of this repository, beside what has been fetched.
  [[nodiscard]] result<void> add(std::string const& commit, std::string const& config_key,
                                 cached_image const& image);

  [[nodiscard]] bool has_remote(std::string const& name) const;

  /// Looks at the remote's notes. Changes no reference of this repository. A remote without notes
  /// is fine.
  [[nodiscard]] result<void> fetch(std::string const& remote, deadline until,
                                   std::stop_token stop = {});
  /// Takes what has been fetched into the notes of this repository. Of two who have changed the
  /// same entry, this repository wins.
  [[nodiscard]] result<void> adopt();
  /// Sends the notes of this repository. When others were faster, theirs are fetched and adopted
  /// first, a few times.
  [[nodiscard]] result<void> push(std::string const& remote, deadline until,
                                  std::stop_token stop = {});

 private:
  class notes;  // hides libgit2
  explicit image_cache(std::unique_ptr<notes> of);

  std::unique_ptr<notes> notes_;
};

}  // namespace offload
