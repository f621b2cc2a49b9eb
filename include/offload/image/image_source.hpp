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

/// Options for the choice of a run's image.
struct image_request {
  config c{};
  std::string config_path = "offload.toml";
  std::string project = ".";  ///< the folder of the project
  std::vector<copy_dir> more_copy_dirs{};
  bool use_cache = true;
  std::string given_image{};      ///< to use unchanged; empty: none
  std::string remote = "origin";  ///< its notes are read and written, if it exists
};

/// The image of a git repository: first the cached image of the base commit, then one that is built
/// from that commit, both with the thin diff to the working tree; last, one that is built from the
/// whole folder.
///
/// An image is stored in the cache if nothing has changed since its commit, or once the diff has
/// been applied to it in a sandbox. This excludes images of builds that used the working tree
/// instead of the commit.
///
/// A failure of a remote, a note or a diff is reported and costs time, but does not fail the run. A
/// failed build is an error.
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
  std::string unconfirmed_;           ///< the image that is not yet in the cache, if any
  std::optional<image_cache> cache_;  ///< none if it is not used
};
static_assert(ImageSource<image_source>);

}  // namespace offload
