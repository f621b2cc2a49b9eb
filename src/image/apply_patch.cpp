// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/image/apply_patch.hpp>
#include <offload/image/patch.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "plan.hpp"
#include "staging.hpp"
#include "tree.hpp"

namespace offload {
namespace {

result<std::string> read_patch(std::string const& file) {
  bool const is_input = file == "-";
  unique_fd const opened{is_input ? -1 : ::open(file.c_str(), O_RDONLY | O_CLOEXEC)};
  std::string text;
  if ((!is_input && !opened) || !image::read_all(is_input ? STDIN_FILENO : opened.get(), text)) {
    return fail(errno == ENOENT ? errc::not_found : errc::io, "cannot read the patch {}: {}", file,
                std::strerror(errno));
  }
  return text;
}

}  // namespace

result<std::size_t> apply_patch(std::string_view patch, std::string const& root) {
  auto const changes = parse_patch(patch);
  if (!changes) { return tl::unexpected{changes.error()}; }
  auto tree = image::tree::open(root);
  if (!tree) { return tl::unexpected{tree.error()}; }
  auto staging = image::staging::open(*tree);
  if (!staging) { return tl::unexpected{staging.error()}; }
  return image::plan{*tree, *staging}
      .steps_for(*changes)
      .and_then([&](std::vector<image::step> const& steps) { return staging->commit(steps); })
      .map([&] { return changes->size(); });
}

result<std::size_t> apply_patch_file(std::string const& file, std::string const& root) {
  auto const patch = read_patch(file);
  if (!patch) { return tl::unexpected{patch.error()}; }
  return apply_patch(*patch, root).map_error(doing("applying {} to {}", file, root));
}

}  // namespace offload
