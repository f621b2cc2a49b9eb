// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "github_parts.hpp"

#include <offload/core/trimmed.hpp>
#include <offload/report/terminal.hpp>

#include <algorithm>
#include <cctype>
#include <map>

namespace offload {
namespace {

/// The first line of a reason, with `#` for each number.
std::string cause_of(std::string_view reason) {
  reason = trimmed(reason);
  std::string cause;
  for (char const c : reason.substr(0, reason.find('\n'))) {
    bool const is_number = std::isxdigit(static_cast<unsigned char>(c)) != 0 &&
                           (std::isdigit(static_cast<unsigned char>(c)) != 0 ||
                            cause.ends_with('#') || cause.ends_with("#x"));
    if (!is_number) { cause += c; }
    if (is_number && !cause.ends_with('#')) { cause += '#'; }
  }
  return cause;
}

/// Where an escape sequence that begins `text` ends.
std::size_t length_of_sequence(std::string_view text) {
  if (text.size() < 2) { return text.size(); }
  if (text[1] == '[') {
    auto const last =
        std::ranges::find_if(text.substr(2), [](char c) { return c >= '@' && c <= '~'; });
    return std::min<std::size_t>(text.size(), static_cast<std::size_t>(last - text.begin()) + 1);
  }
  if (text[1] == ']') {  // a title or a link, up to a bell or an escape
    auto const end = text.find_first_of("\a\x1b", 2);
    if (end == text.npos) { return text.size(); }
    return text.substr(end, 2) == "\x1b\\" ? end + 2 : end + (text[end] == '\a' ? 1 : 0);
  }
  return 2;
}

}  // namespace

std::vector<std::vector<test_record const*>> by_cause(run_summary const& summary, verdict wanted) {
  std::map<std::string, std::size_t> position;
  std::vector<std::vector<test_record const*>> all;
  for (auto const& record : summary.tests) {
    if (record.ended != wanted) { continue; }
    auto const [found, is_new] = position.try_emplace(cause_of(record.reason), all.size());
    if (is_new) { all.emplace_back(); }
    all[found->second].push_back(&record);
  }
  return all;
}

std::string without_terminal_codes(std::string_view text) {
  std::string kept;
  std::size_t begin = 0;
  auto const keep_until = [&](std::size_t end) {
    if (end > begin) { kept += visible(text.substr(begin, end - begin)); }
  };
  for (std::size_t i = 0; i < text.size();) {
    bool const stays = text[i] == '\n' || text[i] == '\t';
    bool const is_line_end = text[i] == '\r' && text.substr(i + 1, 1) == "\n";
    if (!stays && !is_line_end && text[i] != '\x1b') {
      ++i;
      continue;
    }
    keep_until(i);
    if (stays) { kept += text[i]; }
    i += text[i] == '\x1b' ? length_of_sequence(text.substr(i)) : 1;
    begin = i;
  }
  keep_until(text.size());
  return kept;
}

}  // namespace offload
