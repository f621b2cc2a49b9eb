// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/report/terminal.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <ctime>

#include "page/html_text.hpp"
#include "page/page_html.hpp"

namespace offload {
namespace {

struct verdict_word {
  verdict which;
  std::string_view name;   ///< for the style sheet and the filter
  std::string_view title;  ///< for people
};
/// In the order in which they want to be seen.
constexpr std::array words{verdict_word{verdict::failed, "failed", "Failed"},
                           verdict_word{verdict::not_run, "not_run", "Not run"},
                           verdict_word{verdict::flaky, "flaky", "Flaky"},
                           verdict_word{verdict::skipped, "skipped", "Skipped"},
                           verdict_word{verdict::passed, "passed", "Passed"}};

std::size_t count(run_summary const& summary, verdict which) {
  return static_cast<std::size_t>(std::ranges::count(summary.tests, which, &test_record::ended));
}

std::string utc(std::chrono::system_clock::time_point when, char const* format) {
  auto const since_1970 = std::chrono::system_clock::to_time_t(when);
  std::tm fields{};
  gmtime_r(&since_1970, &fields);
  std::array<char, 32> text{};
  return {text.data(), std::strftime(text.data(), text.size(), format, &fields)};
}

std::string bar(run_summary const& summary) {
  std::string html = R"(<svg class="bar" width="100%" height="10" aria-hidden="true">)";
  double at = 0;
  for (auto const& word : words) {
    auto const share = 100.0 * static_cast<double>(count(summary, word.which)) /
                       static_cast<double>(summary.tests.size());
    if (share <= 0) { continue; }
    html += fmt::format(R"(<rect class="{}" x="{:.3f}%" width="{:.3f}%" height="10"/>)", word.name,
                        at, share);
    at += share;
  }
  return html + "</svg>\n";
}

std::string counts(run_summary const& summary) {
  std::string html = "<dl class=\"counts\">\n";
  for (auto const& word : words) {
    auto const n = count(summary, word.which);
    html += fmt::format(R"(<div class="count {}{}" data-filter="{}"><dt>{}</dt><dd>{}</dd></div>)"
                        "\n",
                        word.name, n == 0 ? " none" : "", word.name, word.title, grouped(n));
  }
  return html + "</dl>\n";
}

std::string fact(std::string_view title, std::string_view value) {
  return fmt::format("<div><dt>{}</dt><dd>{}</dd></div>\n", title, value);
}

std::string facts(page_contents const& all) {
  auto const& summary = all.summary;
  auto html = std::string{"<dl class=\"facts\">\n"};
  html += fact("Duration", terminal::short_duration(summary.duration));
  if (summary.discovery > seconds{}) {
    html += fact("Listing the tests", terminal::short_duration(summary.discovery));
  }
  if (summary.first_test > seconds{}) {
    html += fact("First test after", terminal::short_duration(summary.first_test));
  }
  seconds alive{}, busy{};
  for (auto const& one : summary.sandboxes) {
    alive += one.alive;
    busy += one.busy;
  }
  html += fact("Sandboxes", std::to_string(summary.sandboxes.size()));
  if (alive > seconds{}) {
    html += fact("Busy", fmt::format("{:.0f}%", 100 * std::clamp(busy / alive, 0.0, 1.0)));
  }
  if (busy > seconds{}) { html += fact("Time in tests", terminal::short_duration(busy)); }
  if (summary.cost && summary.cost->dollars > 0) {
    html += fact("Estimated cost", fmt::format("${:.4f}", summary.cost->dollars));
  }
  return html + "</dl>\n";
}

std::string early_end(run_summary const& summary) {
  if (summary.ended == run_end::complete) { return {}; }
  auto const why = terminal::gist(summary.why_stopped, 300);
  auto const otherwise =
      summary.ended == run_end::interrupted ? "it was interrupted" : "it was stopped";
  return fmt::format("<p class=\"early\">The run ended early: {}.</p>\n",
                     why.empty() ? otherwise : escaped_line(why));
}

}  // namespace

std::string_view page_outcome(run_summary const& summary) {
  if (summary.tests.empty()) { return "empty"; }
  if (count(summary, verdict::failed) > 0) { return "failed"; }
  if (count(summary, verdict::not_run) > 0 || summary.ended != run_end::complete) {
    return "incomplete";
  }
  return count(summary, verdict::flaky) > 0 ? "flaky" : "passed";
}

std::string headline(run_summary const& summary) {
  auto const outcome = page_outcome(summary);
  if (outcome == "empty") { return "There were no tests"; }
  if (outcome == "failed") { return tests_of(count(summary, verdict::failed)) + " failed"; }
  if (auto const n = count(summary, verdict::not_run); n > 0) {
    return fmt::format("{} {} not run", tests_of(n), n == 1 ? "was" : "were");
  }
  if (outcome == "incomplete") { return "The run ended early"; }
  if (outcome == "flaky") {
    return fmt::format("All tests passed, {} on a retry", count(summary, verdict::flaky));
  }
  return "All tests passed";
}

std::string page_head(page_contents const& contents) {
  auto const& summary = contents.summary;
  auto const began = contents.options.clock.started;
  auto html = fmt::format(
      "<header class=\"head {}\">\n<p class=\"made\"><b>Offload</b> <span>{}</span> "
      "<span>{}</span> <time datetime=\"{}\">{}</time></p>\n<h1>{}</h1>\n",
      page_outcome(summary), escaped_line(contents.options.framework),
      tests_of(summary.tests.size()), utc(began, "%Y-%m-%dT%H:%M:%SZ"),
      utc(began, "%-d %b %Y, %H:%M UTC"), headline(summary));
  html += early_end(summary);
  if (!summary.tests.empty()) { html += bar(summary) + counts(summary); }
  return html + facts(contents) + "</header>\n";
}

}  // namespace offload
