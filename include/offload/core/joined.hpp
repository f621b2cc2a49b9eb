// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <string>
#include <string_view>

namespace offload::text {

/// The texts of `items`, with `between` between them. `text_of` makes a text of an item. (The joins
/// of fmt and range-v3 do the same; their headers take half a second of each file.)
template <class Items, class TextOf>
[[nodiscard]] std::string joined(Items const& items, std::string_view between,
                                 TextOf const& text_of) {
  std::string all;
  bool is_first = true;
  for (auto const& item : items) {
    if (!is_first) { all += between; }
    is_first = false;
    all += text_of(item);
  }
  return all;
}

template <class Items>
[[nodiscard]] std::string joined(Items const& items, std::string_view between) {
  return joined(items, between, [](auto const& item) -> auto const& { return item; });
}

}  // namespace offload::text
