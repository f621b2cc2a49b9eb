// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/run_event.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace offload {

/// `text` between tags, or in an attribute. Terminal colours are left out.
[[nodiscard]] std::string escaped(std::string_view text);

/// A name or another short text on one line.
[[nodiscard]] std::string escaped_line(std::string_view text, std::size_t columns = 400);

/// "12,345".
[[nodiscard]] std::string grouped(std::size_t n);

/// "1 test", "12,345 tests".
[[nodiscard]] std::string count_of(std::size_t n, std::string_view one, std::string_view many);
[[nodiscard]] std::string tests_of(std::size_t n);

/// A test's name, which the page's script turns into a link to its details.
[[nodiscard]] std::string linked_name(std::size_t index, test_record const& record);

}  // namespace offload
