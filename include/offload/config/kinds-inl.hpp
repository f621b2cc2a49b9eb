// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/config/kinds.hpp>
#include <offload/core/inline.hpp>
#include <offload/core/joined.hpp>
#include <offload/core/nearest.hpp>

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace offload {
namespace kinds_detail {

template <class Kind>
result<Kind> kind_named(std::string_view name, std::span<Kind const> kinds, std::string_view what) {
  std::vector<std::string_view> names;
  for (auto const kind : kinds) {
    if (to_string(kind) == name) { return kind; }
    names.push_back(to_string(kind));
  }

  auto unknown = error{errc::invalid_config, fmt::format("unknown {} `{}`, expected one of: {}",
                                                         what, name, text::joined(names, ", "))};
  if (auto const meant = text::nearest(name, names)) {
    unknown.hint = fmt::format("Did you mean `{}`?", *meant);
  }
  return tl::unexpected(std::move(unknown));
}

}  // namespace kinds_detail

OFFLOAD_INLINE std::string_view to_string(provider_kind kind) {
  switch (kind) {
    case provider_kind::local: return "local";
    case provider_kind::shell: return "default";
    case provider_kind::modal: return "modal";
  }
  return "unknown";
}

OFFLOAD_INLINE std::string_view to_string(framework_kind kind) {
  switch (kind) {
    case framework_kind::pytest: return "pytest";
    case framework_kind::nextest: return "nextest";
    case framework_kind::vitest: return "vitest";
    case framework_kind::ctest: return "ctest";
    case framework_kind::command: return "default";
  }
  return "unknown";
}

OFFLOAD_INLINE result<provider_kind> provider_kind_named(std::string_view name) {
  return kinds_detail::kind_named<provider_kind>(name, all_provider_kinds, "provider");
}

OFFLOAD_INLINE result<framework_kind> framework_kind_named(std::string_view name) {
  if (name == "cargo") { return framework_kind::nextest; }
  return kinds_detail::kind_named<framework_kind>(name, all_framework_kinds, "framework");
}

}  // namespace offload
