// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <string>

#include "page/page_file.hpp"

namespace offload {

/// The input of the page's script, as JSON that is safe inside a <script> element: rows instead of
/// objects, as there are tens of thousands. page.js says what the columns are.
[[nodiscard]] std::string page_json(page_contents const& contents);

}  // namespace offload
