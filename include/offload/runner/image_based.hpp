// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/run_to_end.hpp>
#include <offload/core/support_file.hpp>
#include <offload/core/trimmed.hpp>
#include <offload/image/concept.hpp>
#include <offload/provider/concept.hpp>

#include <fmt/core.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace offload {

/// How a sandbox gets from its image to the files of the working tree.
struct image_use {
  std::string_view applier{};    ///< the bytes of offload-apply-diff; lives as long as the run
  std::string repo_root{};       ///< where the repository is, seen from where commands run
  std::string post_patch_cmd{};  ///< shell command that must run on these files; may be empty
  seconds post_patch_limit{3600};
};

/// The one command that brings the files of a sandbox up to date. `files` is the sandbox's folder
/// with `patch_files`.
[[nodiscard]] command patching_command(std::string const& files, run_image const& image,
                                       image_use const& how);
/// The files that the command needs. Their views point into both arguments.
[[nodiscard]] std::vector<support_file> patch_files(run_image const& image, image_use const& how);

/// Why the files could not be brought up to date; nothing when they are. Sets `at_fault` when
/// another image may help.
[[nodiscard]] std::optional<error> patching_failure(ended_command const& done, bool& at_fault);

/// A provider whose sandboxes start from the best image that an image source has, and have the
/// files of the working tree.
///
/// When the first sandboxes show that an image is unusable (it is gone, or the patch does not fit
/// it), all sandboxes continue with the source's next image.
template <ImageProvider P, ImageSource I>
class image_based {
 public:
  static constexpr std::string_view name = P::name;
  using sandbox_type = sandbox_of<P>;

  image_based(P provider, I source, image_use how)
      : run_{std::make_unique<shared>(std::move(provider), std::move(source), std::move(how))} {}

  [[nodiscard]] result<void> prepare(preparation_sink const& say, std::stop_token stop) {
    std::scoped_lock const lock{run_->making};
    run_->say = say;
    if (!run_->provider.builds_images()) { return {}; }
    return take_next(stop);
  }

  [[nodiscard]] result<sandbox_type> create(sandbox_spec const& spec, std::stop_token stop) {
    for (;;) {
      auto const from = current();
      bool image_is_at_fault = false;
      auto made = create_from(*from, spec, image_is_at_fault, stop);
      if (made && !from->proven.exchange(true)) { confirm(from, stop); }
      if (made || !image_is_at_fault || from->proven || stop.stop_requested()) { return made; }
      if (auto const better = replace(from, made.error(), stop); !better) {
        return tl::unexpected(better.error());
      }
    }
  }

  /// The image that sandboxes start from; empty when there is none.
  [[nodiscard]] std::string image() const { return current()->image.id; }

  [[nodiscard]] cost_estimate estimated_cost(seconds alive) const
    requires requires(P const& p) { p.estimated_cost(alive); }
  {
    return run_->provider.estimated_cost(alive);
  }

 private:
  struct prepared {
    run_image image{};
    std::atomic<bool> proven = false;  ///< a sandbox has come up from it
  };
  struct shared {
    shared(P p, I s, image_use h)
        : provider{std::move(p)}, source{std::move(s)}, how{std::move(h)} {}

    P provider;
    I source;
    image_use how;
    std::mutex making{};  ///< of the source; held while an image is made: all wait for the same one
    preparation_sink say{};
    std::mutex pointing{};  ///< of `now`
    std::shared_ptr<prepared> now = std::make_shared<prepared>();
    std::vector<std::shared_ptr<prepared>> before{};  ///< sandboxes refer to their patches
  };

  [[nodiscard]] std::shared_ptr<prepared> current() const {
    std::scoped_lock const lock{run_->pointing};
    return run_->now;
  }

  [[nodiscard]] result<void> take_next(std::stop_token const& stop) {
    auto image = best_image(stop);
    if constexpr (patches_images<P>) {
      while (image && !is_up_to_date(*image)) {
        auto patched = patch(*image, stop);
        if (patched) {
          image = run_image{.id = std::move(*patched)};
          break;
        }
        if (!run_->source.has_more() || stop.stop_requested()) {
          return tl::unexpected(patched.error());
        }
        tell_of_fallback(image->id, patched.error());
        image = best_image(stop);
      }
    }
    if (!image) { return tl::unexpected(image.error()); }
    auto next = std::make_shared<prepared>();
    next->image = std::move(*image);
    std::scoped_lock const lock{run_->pointing};
    run_->before.push_back(std::exchange(run_->now, std::move(next)));
    return {};
  }

  [[nodiscard]] result<run_image> best_image(std::stop_token const& stop) {
    return run_->source.next(
        [&](std::string const& context_dir) {
          return run_->provider.build_image(context_dir, run_->say, stop);
        },
        run_->say, stop);
  }

  [[nodiscard]] bool is_up_to_date(run_image const& image) const {
    return image.id.empty() || (image.patch.empty() && run_->how.post_patch_cmd.empty());
  }

  [[nodiscard]] result<std::string> patch(run_image const& image, std::stop_token const& stop)
    requires patches_images<P>
  {
    auto const& how = run_->how;
    return run_->provider.patch_image(
        image.id, {how.repo_root, image.patch, how.applier, how.post_patch_cmd}, run_->say, stop);
  }

  void tell_of_fallback(std::string const& image, error const& why) const {
    run_->say(fmt::format("[cache] image {} cannot be used, falling back: {}", image, why.message));
  }

  /// Takes the next image, unless another thread has found one meanwhile.
  [[nodiscard]] result<void> replace(std::shared_ptr<prepared> const& bad, error const& why,
                                     std::stop_token const& stop) {
    std::scoped_lock const lock{run_->making};
    if (current() != bad) { return {}; }
    if (!run_->source.has_more()) { return tl::unexpected(why); }
    tell_of_fallback(bad->image.id, why);
    return take_next(stop);
  }

  void confirm(std::shared_ptr<prepared> const& good, std::stop_token const& stop) {
    std::scoped_lock const lock{run_->making};
    if (current() == good) { run_->source.confirm(run_->say, stop); }
  }

  [[nodiscard]] result<sandbox_type> create_from(prepared const& from, sandbox_spec spec,
                                                 bool& image_is_at_fault,
                                                 std::stop_token const& stop) {
    auto const more = patch_files(from.image, run_->how);  // nothing where the image was patched
    spec.files.insert(spec.files.end(), more.begin(), more.end());
    spec.image = from.image.id;
    auto sandbox = run_->provider.create(spec, stop);
    if (!sandbox) {
      auto const code = sandbox.error().code;
      image_is_at_fault = code == errc::image || (from.image.from_cache && code == errc::sandbox);
      return sandbox;
    }
    if (auto failed = bring_up_to_date(*sandbox, from.image, image_is_at_fault, stop)) {
      return tl::unexpected(std::move(*failed));
    }
    return sandbox;
  }

  [[nodiscard]] std::optional<error> bring_up_to_date(sandbox_type& sandbox, run_image const& image,
                                                      bool& image_is_at_fault,
                                                      std::stop_token const& stop) {
    auto const& how = run_->how;
    if (patches_images<P> || is_up_to_date(image)) { return std::nullopt; }
    auto running = sandbox.start(patching_command(sandbox.files(), image, how), input::none);
    if (!running) { return running.error(); }
    auto const until = steady_clock::now() + to_clock(how.post_patch_limit);
    auto const done = run_to_end(*running, until, stop);
    return done ? patching_failure(*done, image_is_at_fault) : std::optional{done.error()};
  }

  std::unique_ptr<shared> run_;
};

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/runner/image_based-inl.hpp>
#endif
