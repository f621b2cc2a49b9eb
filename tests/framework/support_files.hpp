// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/support_file.hpp>

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace offload::testing {

/// The names of these modules, without what follows the dot.
inline std::set<std::string> module_names(std::vector<support_file> const& files) {
  std::set<std::string> names;
  for (auto const& file : files) { names.insert(file.name.substr(0, file.name.find('.'))); }
  return names;
}

/// The names that begin like this in the texts of the files: of all modules that they import.
inline std::set<std::string> names_in(std::vector<support_file> const& files,
                                      std::string_view begin) {
  std::set<std::string> names;
  for (auto const& [_, text] : files) {
    for (auto at = text.find(begin); at != text.npos; at = text.find(begin, at + 1)) {
      auto const end = text.find_first_not_of("abcdefghijklmnopqrstuvwxyz_", at);
      names.emplace(text.substr(at, end - at));
    }
  }
  return names;
}

}  // namespace offload::testing
