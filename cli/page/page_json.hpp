// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <string>

#include "page/page_file.hpp"

namespace offload {

/// What the page's script reads, as JSON that may stand inside of a <script> element: rows instead
/// of objects, as there are tens of thousands. page.js says what the columns are.
[[nodiscard]] std::string page_json(page_contents const& contents);

}  // namespace offload
