// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/error.hpp>
#include <offload/core/preparation_sink.hpp>

#include <concepts>
#include <functional>
#include <stop_token>
#include <string>

namespace offload {

/// The image that sandboxes of a run start from.
struct run_image {
  std::string id{};         ///< the provider's id; empty if the provider has no images
  bool from_cache = false;  ///< made by an earlier run; it may no longer exist
  std::string patch{};      ///< to apply in each sandbox; empty if there is none
};

/// Builds an image from the files in a folder. Returns its id.
using image_builder = std::function<result<std::string>(std::string const& context_dir)>;

/// Provides images that the sandboxes of one run can start from, the best one first.
///
/// `I` models `ImageSource` when, for an lvalue `i`:
///   1. `i.next(build, say, stop)` returns the best image that it has not returned before, and
///      builds it by `build` if necessary. It returns an error if that build fails;
///   2. `i.has_more()` says whether there is another one;
///   3. `i.confirm(say, stop)` is called when a sandbox has started from the last image, so that
///      the image can be kept for later runs.
/// Only one thread may use it at a time.
template <class I>
concept ImageSource =
    std::movable<I> && requires(I& i, I const& seen, image_builder const& build,
                                preparation_sink const& say, std::stop_token stop) {
      { i.next(build, say, stop) } -> std::same_as<result<run_image>>;
      { seen.has_more() } -> std::same_as<bool>;
      { i.confirm(say, stop) } -> std::same_as<void>;
    };

}  // namespace offload
