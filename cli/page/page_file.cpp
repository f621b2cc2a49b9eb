// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "page/page_file.hpp"

#include <fmt/core.h>
#include <range/v3/range/conversion.hpp>
#include <range/v3/view/transform.hpp>

#include <algorithm>
#include <random>

#include "causes/failure_causes.hpp"
#include "page/html_text.hpp"
#include "page/page_html.hpp"
#include "page/page_json.hpp"

namespace offload {
namespace embedded {
std::string_view page_html();
std::string_view page_css();
std::string_view page_js();
std::string_view page_timeline();
}  // namespace embedded

namespace {

/// Only what carries this word, which no test can guess, runs as a script or counts as a style:
/// should a text ever get past the escaping, the browser does not follow it.
std::string nonce() {
  std::random_device source;
  std::string word;
  for (int i = 0; i < 4; ++i) { word += fmt::format("{:08x}", source()); }
  return word;
}

/// Of the page's icon, as a URL spells it.
std::string_view icon_colour(run_summary const& summary) {
  auto const outcome = page_outcome(summary);
  if (outcome == "passed") { return "%231a7f45"; }
  if (outcome == "flaky") { return "%23a85f00"; }
  return outcome == "failed" ? "%23c5221f" : "%237048b6";
}

std::vector<page_cause> causes_in(page_contents const& all) {
  auto const attempts = attempts_by_test(all);
  auto const tests = all.summary.tests;
  std::vector<std::size_t> failed;
  std::vector<bad_result> said;
  for (std::size_t i = 0; i < tests.size(); ++i) {
    if (tests[i].ended != verdict::failed) { continue; }
    failed.push_back(i);
    auto& words = said.emplace_back(bad_result{tests[i].test.id.value, tests[i].reason, {}});
    if (auto const* bad = last_bad(attempts[i])) {
      words.message = all.record.texts[bad->message];
      words.text = all.record.texts[bad->text];
    }
  }
  auto const test_of = [&](std::size_t member) { return failed[member]; };
  std::vector<page_cause> causes;
  for (auto& one : causes_of(said)) {
    causes.push_back(
        {std::move(one.handle), std::move(one.message), std::move(one.place),
         one.members | ranges::views::transform(test_of) | ranges::to<std::vector<std::size_t>>()});
  }
  return causes;
}

}  // namespace

page_attempt const* last_bad(std::span<page_attempt const* const> attempts) {
  auto const found = std::find_if(attempts.rbegin(), attempts.rend(),
                                  [](auto const* one) { return is_bad(one->ended); });
  return found == attempts.rend() ? nullptr : *found;
}

std::vector<std::vector<page_attempt const*>> attempts_by_test(page_contents const& contents) {
  std::vector<std::vector<page_attempt const*>> all(contents.summary.tests.size());
  for (auto const& one : contents.record.attempts) {
    if (one.test.value < all.size()) { all[one.test.value].push_back(&one); }
  }
  return all;
}

std::string filled(std::string_view text,
                   std::vector<std::pair<std::string_view, std::string>> const& by) {
  std::string whole;
  while (!text.empty()) {
    auto const begin = text.find("{{");
    whole += text.substr(0, begin);
    if (begin == text.npos) { break; }
    auto const end = text.find("}}", begin);
    auto const name = text.substr(begin + 2, end - begin - 2);
    auto const found = std::ranges::find(by, name, [](auto const& pair) { return pair.first; });
    if (found != by.end()) { whole += found->second; }
    text.remove_prefix(end + 2);
  }
  return whole;
}

std::string page_file_of(page_contents contents) {
  contents.causes = causes_in(contents);
  return filled(embedded::page_html(),
                {{"nonce", nonce()},
                 {"title", escaped(headline(contents.summary)) + " - Offload"},
                 {"colour", std::string{icon_colour(contents.summary)}},
                 {"style", std::string{embedded::page_css()}},
                 {"head", page_head(contents)},
                 {"findings", page_findings(contents)},
                 {"slowest", page_slowest(contents)},
                 {"data", page_json(contents)},
                 {"script", fmt::format("{}{}", embedded::page_timeline(), embedded::page_js())}});
}

}  // namespace offload
