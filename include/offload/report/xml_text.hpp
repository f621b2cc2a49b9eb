// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <string>
#include <string_view>

namespace offload {

enum class xml_use {
  name,     ///< an attribute that is compared: nothing is left out
  message,  ///< an attribute that is read
  text,     ///< the contents of an element
  plain,    ///< no XML: what a reader of `text` gets back
};

/// Appends `text` such that an XML reader gets back the same bytes, as far as XML 1.0 allows. White
/// space in attributes and carriage returns are written as references. Bytes that are not UTF-8,
/// U+FFFE and U+FFFF become U+FFFD. Other control characters become their visible form (`\x1b`).
/// Terminal colours and similar sequences are removed, except in names.
void append_xml(std::string& to, std::string_view text, xml_use use);

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/report/xml_text-inl.hpp>
#endif
