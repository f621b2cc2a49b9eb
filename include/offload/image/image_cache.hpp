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

/// The cache of images by commit. It is stored in git notes under `refs/notes/offload-images` and
/// shared through a remote repository.
///
/// Remote operations run the git program. They never ask for a password, never force a push and do
/// not change git's configuration. They may block until their deadline. A failure deserves only a
/// warning.
class image_cache {
 public:
  static constexpr std::string_view ref = "refs/notes/offload-images";

  /// Opens the cache of the repository that contains `project`; an error if there is none.
  [[nodiscard]] static result<image_cache> open(std::string const& project);

  image_cache(image_cache&&) noexcept;
  image_cache& operator=(image_cache&&) noexcept;
  ~image_cache();

  /// The name of a configuration in notes: a relative path without its `./`, or an absolute path
  /// made relative to the root of the repository.
  [[nodiscard]] result<std::string> config_key(std::string const& config_path) const;

  /// The image of a commit and a configuration, whatever its inputs were. Also searches the notes
  /// that were last fetched from the remote.
  [[nodiscard]] result<std::optional<cached_image>> find(std::string const& commit,
                                                         std::string const& config_key) const;
  /// The image's id, if it was built from these inputs. An entry without inputs does not match.
  [[nodiscard]] result<std::optional<std::string>> find(std::string const& commit,
                                                        std::string const& config_key,
                                                        std::string const& inputs) const;

  /// Adds an image to the notes of this repository. Fetched notes are kept.
  [[nodiscard]] result<void> add(std::string const& commit, std::string const& config_key,
                                 cached_image const& image);

  [[nodiscard]] bool has_remote(std::string const& name) const;

  /// Fetches the remote's notes. Does not change the notes reference of this repository. A remote
  /// without notes is not an error.
  [[nodiscard]] result<void> fetch(std::string const& remote, deadline until,
                                   std::stop_token stop = {});
  /// Merges the fetched notes into the notes of this repository. If both changed the same entry,
  /// the entry of this repository wins.
  [[nodiscard]] result<void> adopt();
  /// Pushes the notes of this repository. If the remote has newer notes, they are fetched and
  /// merged first; this is repeated a few times.
  [[nodiscard]] result<void> push(std::string const& remote, deadline until,
                                  std::stop_token stop = {});

 private:
  class notes;  // hides libgit2
  explicit image_cache(std::unique_ptr<notes> of);

  std::unique_ptr<notes> notes_;
};

}  // namespace offload
