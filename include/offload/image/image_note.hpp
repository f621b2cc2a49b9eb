// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace offload {

/// An image that was built from a commit.
struct cached_image {
  std::string id{};
  /// The hash of everything that went into it (image_inputs.hpp). None where Offload 0.9 wrote it.
  std::optional<std::string> inputs{};

  bool operator==(cached_image const&) const = default;
};

/// What a commit's note says about a configuration. A note is a JSON object:
/// `{"offload.toml": {"image_id": "im-1", "inputs": "…"}}`. Nothing when it is damaged.
[[nodiscard]] std::optional<cached_image> image_in_note(std::string_view note,
                                                        std::string_view config_key);

/// The note with this image in it. Everything else that it says stays; one that is damaged is
/// written anew.
[[nodiscard]] std::string with_image(std::string_view note, std::string_view config_key,
                                     cached_image const& image);

/// One note out of two that come from `base` (empty: from nothing), configuration by configuration.
/// Where both have changed the same one, ours stays.
[[nodiscard]] std::string merged_note(std::string_view base, std::string_view ours,
                                      std::string_view theirs);

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/image/image_note-inl.hpp>
#endif
