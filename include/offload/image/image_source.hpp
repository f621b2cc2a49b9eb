// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/config/config.hpp>
#include <offload/config/copy_dir.hpp>
#include <offload/image/base.hpp>
#include <offload/image/concept.hpp>
#include <offload/image/image_cache.hpp>

#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace offload {

/// Which images a run may start from.
struct image_request {
  config c{};
  std::string config_path = "offload.toml";
  std::string project = ".";  ///< the folder of the project
  std::vector<copy_dir> more_copy_dirs{};
  bool use_cache = true;
  std::string given_image{};      ///< to be used as it is, whatever is in it; empty: none
  std::string remote = "origin";  ///< whose notes are looked at and written, where there is one
};

/// The image of a git repository: the cached one of the base commit, else one that is built from
/// that commit, each with the thin diff to the working tree; else one of the whole folder.
///
/// An image is remembered when nothing has changed since its commit, or when a sandbox has shown
/// that the diff fits it: a build that has used the working tree instead is not taken for that of
/// the commit by a later run.
///
/// What does not work on the way (a remote, a note, a diff) costs time and is said, not the run. A
/// build that fails is an error.
class image_source {
 public:
  explicit image_source(image_request asked) : asked_{std::move(asked)} {}

  [[nodiscard]] result<run_image> next(image_builder const& build, preparation_sink const& say,
                                       std::stop_token stop);
  [[nodiscard]] bool has_more() const { return next_ != step::none; }
  void confirm(preparation_sink const& say, std::stop_token stop);

 private:
  enum class step { find, build_base, build_folder, none };

  [[nodiscard]] result<void> look_at_repository(preparation_sink const& say);
  [[nodiscard]] result<std::optional<std::string>> cached(preparation_sink const& say,
                                                          std::stop_token const& stop);
  [[nodiscard]] result<std::optional<std::string>> cached_in(image_cache& cache,
                                                             preparation_sink const& say,
                                                             std::stop_token const& stop);
  [[nodiscard]] result<run_image> build_base(image_builder const& build,
                                             preparation_sink const& say,
                                             std::stop_token const& stop);
  [[nodiscard]] result<run_image> build_folder(image_builder const& build,
                                               preparation_sink const& say);
  [[nodiscard]] result<void> share(image_cache& cache, std::string const& id,
                                   std::stop_token const& stop) const;
  [[nodiscard]] std::string_view base_name() const;

  image_request asked_;
  step next_ = step::find;
  std::optional<base_commit> base_;
  std::string inputs_;
  std::string patch_;
  std::string unconfirmed_;           ///< the image that is to be remembered, if any
  std::optional<image_cache> cache_;  ///< nothing where it is not to be used
};
static_assert(ImageSource<image_source>);

}  // namespace offload
