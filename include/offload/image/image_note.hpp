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
  /// The hash of its inputs (image_inputs.hpp). None if Offload 0.9 wrote the note.
  std::optional<std::string> inputs{};

  bool operator==(cached_image const&) const = default;
};

/// The entry of a configuration in a commit's note. A note is a JSON object: `{"offload.toml":
/// {"image_id": "im-1", "inputs": "…"}}`. Nothing if it is damaged.
[[nodiscard]] std::optional<cached_image> image_in_note(std::string_view note,
                                                        std::string_view config_key);

/// The note with this image added. Its other entries are kept. A damaged note is replaced.
[[nodiscard]] std::string with_image(std::string_view note, std::string_view config_key,
                                     cached_image const& image);

/// Merges two notes that come from `base` (empty: none), configuration by configuration. If both
/// changed the same entry, ours wins.
[[nodiscard]] std::string merged_note(std::string_view base, std::string_view ours,
                                      std::string_view theirs);

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/image/image_note-inl.hpp>
#endif
