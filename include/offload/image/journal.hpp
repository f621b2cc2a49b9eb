// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace offload::image {

/// One change of the tree. Each can be taken back, whether it was done or not.
struct step {
  enum class action : char {
    take_away = 't',      ///< a file or link, to `old-N`
    remove_folder = 'r',  ///< if it is empty; `number` is its mode
    make_folder = 'm',
    put = 'p',  ///< `new-N` to its place
  };
  action is{};
  std::size_t number = 0;
  std::string path;
};

/// The steps as a text that is read again by the run after one that died.
[[nodiscard]] std::string journal_text(std::vector<step> const& steps);

/// The steps; none when the text is damaged, or has a path that leaves the root.
[[nodiscard]] std::optional<std::vector<step>> read_journal(std::string_view text);

}  // namespace offload::image

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/image/journal-inl.hpp>
#endif
