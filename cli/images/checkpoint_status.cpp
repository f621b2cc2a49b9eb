// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/image/base.hpp>
#include <offload/image/image_cache.hpp>
#include <offload/image/image_inputs.hpp>
#include <offload/image/thin_diff.hpp>

#include <fmt/core.h>

#include "command_line/commands.hpp"
#include "command_line/print.hpp"
#include "command_line/warn.hpp"

namespace offload::cli {
namespace {

constexpr seconds longest_fetch{20};

void show(std::string_view label, std::string_view value) { print("{:<20}{}\n", label, value); }

/// Looks at the remote's notes, if there is a remote. Only one that was asked for has to be there.
result<void> look_at_remote(image_cache& cache, std::string const& asked_for) {
  auto const remote = asked_for.empty() ? "origin" : asked_for;
  if (!cache.has_remote(remote)) {
    if (asked_for.empty()) { return {}; }
    return fail(errc::invalid_usage, "this repository has no remote `{}`", asked_for);
  }
  auto const fetched = cache.fetch(remote, steady_clock::now() + to_clock(longest_fetch));
  if (!fetched) { warn("cannot read the remote's images: " + to_string(fetched.error())); }
  return {};
}

/// The image that the next run finds; empty when there is none.
result<std::string> find_image(image_cache const& cache, config const& c,
                               std::string const& config_path, std::string const& base) {
  auto const key = cache.config_key(config_path);
  if (!key) { return tl::unexpected{key.error()}; }
  auto const inputs = image_inputs(c, ".");
  if (!inputs) { return tl::unexpected{inputs.error()}; }
  auto const found = cache.find(base, *key);
  if (!found) { return tl::unexpected{found.error()}; }
  if (!*found) { return std::string{}; }
  if ((*found)->inputs == hash_of(*inputs)) { return (*found)->id; }
  warn(fmt::format("{} cannot be used: {}", (*found)->id,
                   (*found)->inputs ? "it was built from another Dockerfile, folders or settings"
                                    : "its note does not say what it was built from"));
  return std::string{};
}

std::string base_text(base_commit const& base, config const& c) {
  auto const id = base.id.substr(0, 8);
  if (!c.checkpoint) { return id + " (latest commit, HEAD)"; }
  return fmt::format("{} (checkpoint, {} commits back)", id, base.commits_back);
}

std::string mode_text(base_commit const& base, config const& c, bool has_image,
                      std::size_t changed) {
  if (!has_image) {
    return c.checkpoint ? "full build (no cached checkpoint image)"
                        : "full build (no cached image for HEAD)";
  }
  if (!c.checkpoint) {
    return changed == 0 ? "use cached image directly (nothing has changed since HEAD)"
                        : "thin diff (uncommitted changes only)";
  }
  if (changed > 0) { return fmt::format("thin diff ({} files changed since checkpoint)", changed); }
  return base.id == base.head ? "use checkpoint image directly (HEAD is the checkpoint)"
                              : "use checkpoint image directly (no files changed since)";
}

result<void> print_status(config const& c, std::string const& config_path,
                          std::string const& remote) {
  auto cache = image_cache::open(".");
  if (!cache) { return tl::unexpected{cache.error()}; }
  auto const head = find_base(".", std::nullopt);
  if (!head) { return tl::unexpected{head.error()}; }
  show("HEAD:", *head ? (*head)->id.substr(0, 8) : "(none)");
  auto const base = find_base(".", c.checkpoint);
  if (!base) { return tl::unexpected{base.error()}; }
  if (!*base) {
    show("Base commit:", "(none)");
    show("Cached image:", "(none)");
    show("Next run mode:",
         *head ? "full build (no checkpoint found)" : "full build (no commit yet)");
    return {};
  }
  show("Base commit:", base_text(**base, c));
  if (auto const looked = look_at_remote(*cache, remote); !looked) { return looked; }
  auto const image = find_image(*cache, c, config_path, (*base)->id);
  if (!image) { return tl::unexpected{image.error()}; }
  show("Cached image:", image->empty() ? "(none)" : *image);
  auto const diff = image->empty() ? result<thin_diff>{} : make_thin_diff(".", (*base)->id);
  if (!diff) { return tl::unexpected{diff.error()}; }
  show("Next run mode:", mode_text(**base, c, !image->empty(), diff->files));
  return {};
}

}  // namespace

int checkpoint_status(common_options const& common, checkpoint_status_options const& options) {
  auto const loaded = load_or_complain(common.config);
  if (!loaded) { return 1; }
  auto const printed = print_status(*loaded, common.config, options.remote);
  return printed ? 0 : fail_with(printed.error());
}

}  // namespace offload::cli
