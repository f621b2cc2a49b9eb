// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/error.hpp>

#include <array>
#include <string_view>

namespace offload {

/// What `[provider] type` may be. `custom` is spelt "default" there.
enum class provider_kind { local, custom, modal };

/// What `[framework] type` may be. `custom` is spelt "default" there.
enum class framework_kind { pytest, nextest, vitest, ctest, custom };

inline constexpr std::array all_provider_kinds{provider_kind::local, provider_kind::custom,
                                               provider_kind::modal};
inline constexpr std::array all_framework_kinds{framework_kind::pytest, framework_kind::nextest,
                                                framework_kind::vitest, framework_kind::ctest,
                                                framework_kind::custom};

/// The name in offload.toml and on the command line.
[[nodiscard]] std::string_view to_string(provider_kind kind);
[[nodiscard]] std::string_view to_string(framework_kind kind);

/// The kind of this name. The error lists the names there are, and the hint the nearest of them.
[[nodiscard]] result<provider_kind> provider_kind_named(std::string_view name);

/// Likewise; "cargo", of old documentation, is another name of `nextest`.
[[nodiscard]] result<framework_kind> framework_kind_named(std::string_view name);

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/config/kinds-inl.hpp>
#endif
