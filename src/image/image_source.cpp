// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/image/image_source.hpp>

#include <offload/image/image_inputs.hpp>
#include <offload/image/thin_diff.hpp>
#include <offload/process/temp_folder.hpp>

#include <fmt/core.h>

#include <filesystem>
#include <utility>

namespace offload {
namespace {

using namespace std::chrono_literals;

/// The time limit for sharing an image. A remote that does not answer delays a run no longer than
/// this.
constexpr seconds longest_remote_work = 20s;
constexpr std::size_t short_id = 8;

deadline soon() { return steady_clock::now() + to_clock(longest_remote_work); }

}  // namespace

result<run_image> image_source::next(image_builder const& build, preparation_sink const& say,
                                     std::stop_token stop) {
  if (!asked_.given_image.empty()) {
    next_ = step::none;
    say("[cache] not used: image " + asked_.given_image + " was given");
    return run_image{.id = asked_.given_image};
  }
  if (next_ == step::find) {
    if (auto const looked = look_at_repository(say); !looked) {
      return tl::unexpected(looked.error());
    }
  }
  if (next_ == step::find) {
    next_ = step::build_base;
    auto const id = cached(say, stop);
    if (!id) { return tl::unexpected(id.error()); }
    if (*id) { return run_image{.id = **id, .from_cache = true, .patch = patch_}; }
  }
  if (next_ == step::build_base) {
    next_ = step::build_folder;
    return build_base(build, say, stop);
  }
  next_ = step::none;
  unconfirmed_.clear();
  return build_folder(build, say);
}

/// Finds the base, and what has changed since. Without them only the folder is left.
result<void> image_source::look_at_repository(preparation_sink const& say) {
  auto const folder_because = [&](std::string const& why) {
    say("[cache] " + why + ": building the whole folder");
    next_ = step::build_folder;
    return result<void>{};
  };
  auto base = find_base(asked_.project, asked_.c.checkpoint);
  if (!base) { return folder_because(base.error().message); }
  if (!*base) { return folder_because("there is no commit yet"); }
  base_ = std::move(*base);
  auto diff = make_thin_diff(asked_.project, base_->id);
  if (!diff) { return folder_because("cannot make a diff: " + diff.error().message); }
  for (auto const& each : diff->repositories) {
    say(fmt::format("[prepare] {} is a nested git repository: its changes are not copied", each));
  }
  patch_ = std::move(diff->patch);
  auto const inputs = image_inputs(asked_.c, asked_.project, asked_.more_copy_dirs);
  if (!inputs) { return tl::unexpected(inputs.error()); }
  inputs_ = hash_of(*inputs);
  return {};
}

std::string_view image_source::base_name() const {
  return asked_.c.checkpoint ? "Checkpoint" : "Latest-commit";
}

result<std::optional<std::string>> image_source::cached(preparation_sink const& say,
                                                        std::stop_token const& stop) {
  auto const id = base_->id.substr(0, short_id);
  if (!asked_.use_cache) {
    say(fmt::format("[cache] not used -- building base {}", id));
    return std::nullopt;
  }
  auto cache = image_cache::open(asked_.project);
  if (!cache) {
    say("[cache] not used: " + cache.error().message);
    return std::nullopt;
  }
  auto found = cached_in(*cache, say, stop);
  cache_ = std::move(*cache);
  if (!found) {
    say("[cache] not used: " + found.error().message);
    return std::nullopt;
  }
  if (*found) {
    say(fmt::format("[cache] {} hit: using cached image from {}", base_name(), id));
    if (patch_.empty()) { say("[prepare] No changes since checkpoint, reusing image"); }
  } else {
    say(fmt::format("[cache] {} miss: no cached image for {} -- building base", base_name(), id));
  }
  return found;
}

/// Looks here, and only when there is nothing, at the remote.
result<std::optional<std::string>> image_source::cached_in(image_cache& cache,
                                                           preparation_sink const& say,
                                                           std::stop_token const& stop) {
  auto const key = cache.config_key(asked_.config_path);
  if (!key) { return tl::unexpected(key.error()); }
  auto found = cache.find(base_->id, *key, inputs_);
  if (!found || *found || !cache.has_remote(asked_.remote)) { return found; }
  if (auto const fetched = cache.fetch(asked_.remote, soon(), stop); !fetched) {
    say("[cache] cannot read the remote's images: " + fetched.error().message);
    return found;
  }
  found = cache.find(base_->id, *key, inputs_);
  if (found && *found) { (void)cache.adopt(); }  // spares the next run the remote
  return found;
}

result<run_image> image_source::build_base(image_builder const& build, preparation_sink const& say,
                                           std::stop_token const& stop) {
  auto const context = temp_folder::make();
  if (!context) { return tl::unexpected(context.error()); }
  auto const folder = (context->path() / "context").string();
  if (auto const exported = export_tree(asked_.project, base_->id, folder); !exported) {
    return tl::unexpected(exported.error());
  }
  if (auto const added = add_repository(asked_.project, base_->id, folder, stop); !added) {
    say("[prepare] the image has no .git: " + added.error().message);
  }
  auto id = build(folder);
  if (!id) { return tl::unexpected(id.error()); }
  unconfirmed_ = *id;
  if (patch_.empty()) { confirm(say, stop); }
  return run_image{.id = std::move(*id), .from_cache = false, .patch = patch_};
}

void image_source::confirm(preparation_sink const& say, std::stop_token stop) {
  auto const id = std::exchange(unconfirmed_, {});
  if (id.empty() || !cache_) { return; }
  if (auto const shared = share(*cache_, id, stop); !shared) {
    say("[cache] cannot share the image: " + shared.error().message);
  }
}

result<void> image_source::share(image_cache& cache, std::string const& id,
                                 std::stop_token const& stop) const {
  auto const key = cache.config_key(asked_.config_path);
  if (!key) { return tl::unexpected(key.error()); }
  if (auto const added = cache.add(base_->id, *key, {id, inputs_}); !added) { return added; }
  return cache.has_remote(asked_.remote) ? cache.push(asked_.remote, soon(), stop) : result<void>{};
}

result<run_image> image_source::build_folder(image_builder const& build,
                                             preparation_sink const& say) {
  std::error_code failed;
  auto const folder = std::filesystem::canonical(asked_.project, failed);
  if (failed) { return fail(errc::io, "cannot find {}: {}", asked_.project, failed.message()); }
  if (base_) { say("[cache] full build: building the image from the current folder"); }
  return build(folder.string()).map([](std::string id) { return run_image{.id = std::move(id)}; });
}

}  // namespace offload
