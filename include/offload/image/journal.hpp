// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace offload::image {

/// One change of the tree. It can be undone whether or not it was done.
struct step {
  enum class action : char {
    take_away = 't',      ///< moves a file or link to `old-N`
    remove_folder = 'r',  ///< removes an empty folder; `number` is its mode
    make_folder = 'm',
    put = 'p',  ///< moves `new-N` to its place
  };
  action is{};
  std::size_t number = 0;
  std::string path;
};

/// The steps as text. After a crash, the next call reads it.
[[nodiscard]] std::string journal_text(std::vector<step> const& steps);

/// The steps; none if the text is damaged or contains a path that leaves the root.
[[nodiscard]] std::optional<std::vector<step>> read_journal(std::string_view text);

}  // namespace offload::image

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/image/journal-inl.hpp>
#endif
