// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/error.hpp>

#include <array>
#include <string_view>

namespace offload {

/// The values of `[provider] type`. `shell` is spelt "default" there.
enum class provider_kind { local, shell, modal };

/// The values of `[framework] type`. `command` is spelt "default" there.
enum class framework_kind { pytest, nextest, vitest, ctest, command };

inline constexpr std::array all_provider_kinds{provider_kind::local, provider_kind::shell,
                                               provider_kind::modal};
inline constexpr std::array all_framework_kinds{framework_kind::pytest, framework_kind::nextest,
                                                framework_kind::vitest, framework_kind::ctest,
                                                framework_kind::command};

/// The name in offload.toml and on the command line.
[[nodiscard]] std::string_view to_string(provider_kind kind);
[[nodiscard]] std::string_view to_string(framework_kind kind);

/// The kind with this name. The error lists all names; the hint gives the nearest one.
[[nodiscard]] result<provider_kind> provider_kind_named(std::string_view name);

/// The same for frameworks. "cargo", used in old documentation, is another name for `nextest`.
[[nodiscard]] result<framework_kind> framework_kind_named(std::string_view name);

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/config/kinds-inl.hpp>
#endif
