// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/framework/junit_matcher.hpp>

#include <offload/core/inline.hpp>
#include <offload/framework/placeholders.hpp>

#include <algorithm>
#include <utility>

namespace offload {
namespace junit_matcher_detail {

/// `text` as a dotted path: separators of files, classes and suites become points, and `.py` at the
/// end of a part is left out.
inline std::string dotted(std::string_view text) {
  std::string path;
  while (!text.empty()) {
    std::size_t length = 1;
    if (text.starts_with("::") || text.starts_with('/')) {
      length = text.front() == ':' ? 2 : 1;
      path += '.';
    } else if (text.starts_with(" > ")) {
      length = 3;
      path += '.';
    } else if (text.starts_with(".py") &&
               (text.size() == 3 || std::string_view{".:/ "}.find(text[3]) != text.npos)) {
      length = 3;
    } else {
      path += text.front();
    }
    text.remove_prefix(length);
  }
  return path;
}

inline bool begins_a_part(std::string_view path, std::size_t length) {
  return length == path.size() || path[path.size() - length - 1] == '.';
}

/// Length of the longest common end that begins where a part begins, in both paths.
inline std::size_t common_end(std::string_view a, std::string_view b) {
  auto const differ = std::mismatch(a.rbegin(), a.rend(), b.rbegin(), b.rend()).first - a.rbegin();
  auto length = static_cast<std::size_t>(differ);
  while (length > 0 && !(begins_a_part(a, length) && begins_a_part(b, length))) { --length; }
  return length;
}

}  // namespace junit_matcher_detail

OFFLOAD_INLINE junit_matcher::junit_matcher(std::span<test_id const> tests, std::string id_format)
    : id_format_{id_format.empty() ? "{name}" : std::move(id_format)} {
  for (auto const& id : tests) {
    positions_.emplace(id.value, paths_.size());
    paths_.push_back(junit_matcher_detail::dotted(id.value));
  }
}

OFFLOAD_INLINE junit_match junit_matcher::find(junit_case const& one) const {
  if (auto const test = exactly(one)) { return {junit_fit::exact, *test}; }
  return by_end(one);
}

OFFLOAD_INLINE std::optional<std::size_t> junit_matcher::exactly(junit_case const& one) const {
  for (auto const& spelling :
       {filled_in(id_format_, {{"{name}", one.name}, {"{classname}", one.classname}}), one.name,
        one.classname + "::" + one.name, one.place.file + "::" + one.name}) {
    if (auto const found = positions_.find(spelling); found != positions_.end()) {
      return found->second;
    }
  }
  return std::nullopt;
}

OFFLOAD_INLINE junit_match junit_matcher::by_end(junit_case const& one) const {
  if (one.name.empty()) { return {}; }
  auto const name = junit_matcher_detail::dotted(one.name);
  auto const path =
      one.classname.empty() ? name : junit_matcher_detail::dotted(one.classname) + "." + name;
  junit_match best;
  std::size_t longest = 0;
  for (std::size_t test = 0; test < paths_.size(); ++test) {
    auto const length = junit_matcher_detail::common_end(paths_[test], path);
    bool const whole = length == path.size() || length == paths_[test].size();
    if (length == 0 || length < longest || !(whole || length >= name.size())) { continue; }
    bool const same = length == path.size() && length == paths_[test].size();
    if (length == longest && !same) {
      if (best.fit != junit_fit::exact) { best.fit = junit_fit::several; }
      continue;
    }
    longest = length;
    best = {same                    ? junit_fit::exact
            : whole                 ? junit_fit::whole
            : length == name.size() ? junit_fit::name
                                    : junit_fit::partial,
            test};
  }
  return best;
}

}  // namespace offload
