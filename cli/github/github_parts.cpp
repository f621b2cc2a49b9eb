// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "github/github_parts.hpp"

#include <offload/report/terminal.hpp>

#include <range/v3/range/conversion.hpp>
#include <range/v3/view/transform.hpp>

#include <algorithm>

#include "causes/failure_causes.hpp"

namespace offload {
namespace {

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

std::vector<std::vector<test_record const*>> by_cause(github_run const& run, verdict wanted) {
  std::vector<test_record const*> tests;
  std::vector<bad_result> results;
  for (auto const& record : run.summary.tests) {
    if (record.ended != wanted) { continue; }
    auto const said = run.bad.find(record.test.id.value);
    tests.push_back(&record);
    results.push_back({.test = record.test.id.value,
                       .message = record.reason,
                       .text = said == run.bad.end() ? std::string_view{} : said->second.text});
  }
  auto const test_of = [&](std::size_t member) { return tests[member]; };
  std::vector<std::vector<test_record const*>> all;
  for (auto const& cause : causes_of(results)) {
    all.push_back(cause.members | ranges::views::transform(test_of) |
                  ranges::to<std::vector<test_record const*>>());
  }
  return all;
}

std::string without_terminal_codes(std::string_view text) {
  std::string kept;
  std::size_t begin = 0;
  auto const keep_until = [&](std::size_t end) {
    if (end > begin) { kept += terminal::visible(text.substr(begin, end - begin)); }
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
