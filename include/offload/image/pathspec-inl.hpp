// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/image/pathspec.hpp>

#include <offload/core/inline.hpp>
#include <offload/core/path_glob.hpp>

#include <algorithm>
#include <filesystem>

namespace offload::image {
namespace pathspec_detail {

/// A spec, its signs in front taken off.
struct parsed_spec {
  std::string path{};
  bool from_root = false;
  bool leaves_out = false;
};

inline tl::unexpected<error> not_understood(std::string_view spec) {
  auto why = fail(errc::invalid_config, "build_inputs: `{}` is not a supported pathspec", spec);
  why.value().hint = "use paths and globs, with an optional `:!` or `:/` before them";
  return why;
}

/// `:(top,exclude)path`
inline result<parsed_spec> parse_long(std::string_view spec) {
  auto const end = spec.find(')');
  if (end == spec.npos) { return not_understood(spec); }
  parsed_spec made{.path = std::string{spec.substr(end + 1)}};
  for (auto words = spec.substr(2, end - 2); !words.empty();) {
    auto const word = words.substr(0, words.find(','));
    words.remove_prefix(std::min(words.size(), word.size() + 1));
    if (word == "top") {
      made.from_root = true;
    } else if (word == "exclude") {
      made.leaves_out = true;
    } else {
      return not_understood(spec);
    }
  }
  return made;
}

inline result<parsed_spec> parse_one(std::string_view spec) {
  if (spec.starts_with(":(")) { return parse_long(spec); }
  if (!spec.starts_with(':')) { return parsed_spec{.path = std::string{spec}}; }
  parsed_spec made;
  std::size_t at = 1;
  for (; at < spec.size() && std::string_view{"/!^"}.find(spec[at]) != std::string_view::npos;
       ++at) {
    (spec[at] == '/' ? made.from_root : made.leaves_out) = true;
  }
  if (at < spec.size() && spec[at] == ':') { ++at; }
  if (at == 1) { return not_understood(spec); }
  made.path = spec.substr(at);
  return made;
}

inline bool matches(std::string const& spec, std::string const& path) {
  if (spec.empty() || spec == path) { return true; }
  auto const folder = spec.ends_with('/') ? spec : spec + '/';
  return path.starts_with(folder) || glob::matches(glob::dialect::git, spec, path);
}

}  // namespace pathspec_detail

OFFLOAD_INLINE result<pathspec> pathspec::parse(std::vector<std::string> const& specs,
                                                std::string_view below) {
  pathspec made;
  for (auto const& spec : specs) {
    auto one = pathspec_detail::parse_one(spec);
    if (!one) { return tl::unexpected{one.error()}; }
    auto const whole = one->from_root ? one->path : std::string{below} + one->path;
    auto path = std::filesystem::path{whole}.lexically_normal().generic_string();
    if (path == ".") { path.clear(); }
    if (path == ".." || path.starts_with("../") || path.starts_with('/')) {
      return fail(errc::invalid_config, "build_inputs: `{}` is outside of the repository", spec);
    }
    (one->leaves_out ? made.left_out_ : made.taken_).push_back(std::move(path));
  }
  if (made.taken_.empty()) { made.taken_.emplace_back(); }
  return made;
}

OFFLOAD_INLINE bool pathspec::names(std::string const& path) const {
  auto const means = [&](std::string const& spec) { return pathspec_detail::matches(spec, path); };
  return std::ranges::any_of(taken_, means) && std::ranges::none_of(left_out_, means);
}

}  // namespace offload::image
