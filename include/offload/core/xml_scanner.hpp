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
  std::size_t end{};  ///< behind the `>`
};

/// Finds the tags of an XML text that may be broken or cut anywhere. It knows just enough (quotes,
/// comments, CDATA, instructions) not to take text for a tag; it does not match tags up.
class xml_scanner {
 public:
  /// `text` outlives the scanner.
  explicit xml_scanner(std::string_view text) : text_{text} {}

  /// The next tag; none at the end.
  [[nodiscard]] std::optional<xml_tag> next();

  /// Whether the text ended inside a tag, comment or the like.
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

/// `element` with what tinyxml2 stumbles over replaced: NUL bytes and references to characters that
/// do not exist become U+FFFD, references to surrogate pairs the character they mean. `scratch`
/// holds the text when it had to change.
[[nodiscard]] std::string_view digestible(std::string_view element, std::string& scratch);

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/core/xml_scanner-inl.hpp>
#endif
