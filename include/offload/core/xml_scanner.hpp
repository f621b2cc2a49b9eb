// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace offload {

enum class xml_tag_kind { opening, closing, empty };

struct xml_tag {
  xml_tag_kind kind{};
  std::string_view name;  ///< without a namespace prefix
  std::size_t begin{};
  std::size_t end{};  ///< after the `>`
};

/// Finds the tags of an XML text that may be broken or truncated. It recognises quotes, comments,
/// CDATA and processing instructions, so that it does not mistake text for a tag. It does not match
/// opening and closing tags.
class xml_scanner {
 public:
  /// `text` must outlive the scanner.
  explicit xml_scanner(std::string_view text) : text_{text} {}

  /// Returns the next tag; none at the end.
  [[nodiscard]] std::optional<xml_tag> next();

  /// Whether the text ended inside a tag, a comment or a similar construct.
  [[nodiscard]] bool cut() const { return cut_; }

  [[nodiscard]] std::string_view text(std::size_t begin, std::size_t end) const {
    return text_.substr(begin, end - begin);
  }

 private:
  std::optional<xml_tag> read_tag();
  bool skip_past(std::string_view closing, std::size_t from);
  bool skip_declaration();

  std::string_view text_;
  std::size_t at_{};
  bool cut_{};
};

/// Returns `element` without what tinyxml2 cannot read: NUL bytes and references to invalid
/// characters become U+FFFD, references to surrogate pairs become the character itself, and an `&`
/// that begins no reference becomes `&amp;`.
/// `scratch` holds the text if it had to change.
[[nodiscard]] std::string_view digestible(std::string_view element, std::string& scratch);

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/core/xml_scanner-inl.hpp>
#endif
