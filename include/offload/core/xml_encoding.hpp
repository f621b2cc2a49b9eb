// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/error.hpp>

#include <string>
#include <string_view>

namespace offload {

/// An XML text as UTF-8: by its byte order mark, the bytes of its first tag, or its declaration
/// (`encoding="ISO-8859-1"`), in this order. `scratch` holds the text if it had to change. Bytes
/// that its encoding does not have become U+FFFD. The error says that this system does not know
/// the encoding.
[[nodiscard]] result<std::string_view> xml_as_utf8(std::string_view xml, std::string& scratch);

}  // namespace offload
