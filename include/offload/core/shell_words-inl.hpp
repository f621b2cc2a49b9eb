// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/shell_words.hpp>

#include <offload/core/inline.hpp>
#include <offload/core/joined.hpp>

#include <algorithm>

namespace offload::shell {
namespace shell_words_detail {

/// Reads one word at a time from the front of a command line.
class word_reader {
 public:
  explicit word_reader(std::string_view text) : rest_{text} {}

  [[nodiscard]] bool at_end() {
    auto const start = rest_.find_first_not_of(" \t\r\n");
    rest_.remove_prefix(start == std::string_view::npos ? rest_.size() : start);
    return rest_.empty();
  }

  [[nodiscard]] result<std::string> next() {
    std::string word;
    while (!rest_.empty()) {
      char const c = take();
      if (c == ' ' || c == '\t' || c == '\r' || c == '\n') { break; }
      auto const read = c == '\''   ? single_quoted(word)
                        : c == '"'  ? double_quoted(word)
                        : c == '\\' ? escaped(word)
                                    : plain(word, c);
      if (!read) { return tl::unexpected(read.error()); }
    }
    return word;
  }

 private:
  char take() {
    char const c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }

  static result<void> plain(std::string& word, char c) {
    word += c;
    return {};
  }

  result<void> escaped(std::string& word) {
    if (rest_.empty()) { return fail(errc::invalid_config, "the text ends with a backslash"); }
    if (char const c = take(); c != '\n') { word += c; }
    return {};
  }

  result<void> single_quoted(std::string& word) {
    auto const end = rest_.find('\'');
    if (end == std::string_view::npos) {
      return fail(errc::invalid_config, "a single quote (') is not closed");
    }
    word += rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    return {};
  }

  result<void> double_quoted(std::string& word) {
    while (!rest_.empty()) {
      char const c = take();
      if (c == '"') { return {}; }
      bool const escapes = c == '\\' && !rest_.empty() &&
                           std::string_view{"$`\"\\\n"}.find(rest_.front()) != rest_.npos;
      if (!escapes) {
        word += c;
      } else if (char const next = take(); next != '\n') {
        word += next;
      }
    }
    return fail(errc::invalid_config, "a double quote (\") is not closed");
  }

  std::string_view rest_;
};

inline bool needs_no_quotes(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view{"_-./:,+@%="}.find(c) != std::string_view::npos;
}

}  // namespace shell_words_detail

OFFLOAD_INLINE result<std::vector<std::string>> split(std::string_view text) {
  std::vector<std::string> words;
  shell_words_detail::word_reader reader{text};
  while (!reader.at_end()) {
    auto word = reader.next();
    if (!word) { return tl::unexpected(std::move(word.error())); }
    words.push_back(std::move(*word));
  }
  return words;
}

OFFLOAD_INLINE std::string quoted(std::string_view word) {
  // A word like `A=b` is safe as an argument, but not as the first word of a command line.
  auto const plain = !word.empty() &&
                     std::ranges::all_of(word, shell_words_detail::needs_no_quotes) &&
                     word.find('=') == std::string_view::npos;
  if (plain) { return std::string{word}; }

  std::string text = "'";
  for (char const c : word) {
    if (c == '\'') {
      text += R"('\'')";
    } else {
      text += c;
    }
  }
  return text + "'";
}

OFFLOAD_INLINE std::string joined(std::vector<std::string> const& words) {
  return text::joined(words, " ", quoted);
}

}  // namespace offload::shell
