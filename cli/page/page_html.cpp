// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "page/page_html.hpp"

#include <offload/core/cut_text.hpp>
#include <offload/report/terminal.hpp>

#include <fmt/core.h>
#include <range/v3/range/conversion.hpp>
#include <range/v3/view/enumerate.hpp>
#include <range/v3/view/filter.hpp>
#include <range/v3/view/iota.hpp>
#include <range/v3/view/take.hpp>
#include <range/v3/view/transform.hpp>

#include <algorithm>
#include <array>
#include <iterator>
#include <map>

#include "page/html_text.hpp"

namespace offload {
namespace {

constexpr std::size_t most_causes = 50;
constexpr std::size_t open_causes = 3;
constexpr std::size_t most_names = 50;
constexpr std::size_t most_flaky = 50;
constexpr std::size_t open_flaky = 5;
constexpr std::size_t most_reasons = 20;
constexpr std::size_t most_slow = 20;
constexpr std::size_t shown_text = 12 * 1024;
constexpr std::size_t shown_flaky_text = 3 * 1024;

using numbers = std::vector<std::size_t>;

/// The places of the tests for which this holds.
template <class Holds>
numbers numbers_of(std::span<test_record const> tests, Holds holds) {
  return ranges::views::iota(std::size_t{0}, tests.size()) |
         ranges::views::filter([&](std::size_t at) { return holds(tests[at]); }) |
         ranges::to<numbers>();
}

/// The findings: what somebody has to look at.
class findings_html {
 public:
  explicit findings_html(page_contents const& all)
      : all_{all}, tests_{all.summary.tests}, attempts_{attempts_by_test(all)} {}

  std::string make() {
    add_failures();
    add_flaky();
    add_not_run();
    if (all_.changes) { add_changes(*all_.changes); }
    add_troubles();
    return std::move(html_);
  }

 private:
  template <class... Args>
  void add(fmt::format_string<Args...> text, Args&&... args) {
    fmt::format_to(std::back_inserter(html_), text, std::forward<Args>(args)...);
  }

  void open_section(std::string_view id, std::string_view title, std::string_view remark) {
    add("<section id=\"{}\">\n<h2>{} <span class=\"remark\">{}</span></h2>\n", id, title, remark);
  }
  void close_section() { add("</section>\n"); }

  [[nodiscard]] numbers with_verdict(verdict v) const {
    return numbers_of(tests_, [v](test_record const& one) { return one.ended == v; });
  }

  [[nodiscard]] std::string const& text(std::uint32_t number) const {
    return all_.record.texts[number];
  }

  void add_names(numbers const& tests, std::string_view filter = {}) {
    add("<ul class=\"names\">\n");
    for (auto const test : tests | ranges::views::take(most_names)) {
      add("<li>{}</li>\n", linked_name(test, tests_[test]));
    }
    add("</ul>\n");
    add_more(most_names, tests.size(), filter);
  }

  void add_text(std::string_view what, std::size_t most) {
    if (!what.empty()) {
      add("<pre tabindex=\"0\">{}</pre>\n", escaped(text::two_ends(what, most)));
    }
  }

  void add_more(std::size_t shown, std::size_t all, std::string_view filter) {
    if (all <= shown) { return; }
    add("<p class=\"more\"{}>and {} more</p>\n",
        filter.empty() ? "" : fmt::format(" data-filter=\"{}\"", escaped(filter)), all - shown);
  }

  void add_failures() {
    auto const& causes = all_.causes;
    if (causes.empty()) { return; }
    std::size_t failed = 0;
    for (auto const& cause : causes) { failed += cause.tests.size(); }
    open_section(
        "failures", "Failures",
        fmt::format("{}, {}", tests_of(failed), count_of(causes.size(), "cause", "causes")));
    for (auto const& [i, cause] :
         ranges::views::enumerate(causes) | ranges::views::take(most_causes)) {
      add_cause(cause, i < open_causes ? " open" : "");
    }
    add_more(most_causes, causes.size(), "verdict=failed");
    close_section();
  }

  void add_cause(page_cause const& cause, std::string_view open) {
    auto const first = cause.tests.front();
    auto const message =
        terminal::gist(cause.message.empty() ? tests_[first].reason : cause.message, 300);
    add("<details class=\"cause\" id=\"{}\"{}>\n<summary><span class=\"times\">{}</span>"
        "<span class=\"what\">{}</span>",
        escaped(cause.handle), open, tests_of(cause.tests.size()),
        escaped_line(message.empty() ? "failed without a message" : message));
    if (!cause.place.empty()) { add("<span class=\"where\">{}</span>", escaped_line(cause.place)); }
    add("</summary>\n<div class=\"inside\">\n");
    if (auto const* bad = last_bad(attempts_[first])) {
      std::string_view const whole = text(bad->text);
      std::string_view const said = text(bad->message);
      add_text(!whole.empty() ? whole : said == message ? std::string_view{} : said, shown_text);
    }
    add_names(cause.tests, fmt::format("cause={}", cause.handle));
    add("</div>\n</details>\n");
  }

  void add_flaky() {
    auto const flaky = with_verdict(verdict::flaky);
    if (flaky.empty()) { return; }
    open_section("flaky", "Flaky tests",
                 fmt::format("{}: failed, then passed on a retry", tests_of(flaky.size())));
    for (auto const& [i, test] :
         ranges::views::enumerate(flaky) | ranges::views::take(most_flaky)) {
      auto const& attempts = attempts_[test];
      add("<details class=\"flaky\"{}>\n<summary><span class=\"times\">{}</span>{}</summary>\n"
          "<div class=\"inside\">\n<ol class=\"sides\">\n",
          i < open_flaky ? " open" : "", count_of(attempts.size(), "attempt", "attempts"),
          linked_name(test, tests_[test]));
      for (auto const* one : attempts) { add_side(*one); }
      add("</ol>\n</div>\n</details>\n");
    }
    add_more(most_flaky, flaky.size(), "verdict=flaky");
    close_section();
  }

  void add_side(page_attempt const& one) {
    auto const& sandbox = all_.record.sandboxes[all_.record.batches[one.batch].sandbox];
    add("<li class=\"{}\"><p><b>Attempt {}: {}</b> after {} in {}</p>\n",
        is_bad(one.ended) ? "bad" : "good", one.number, to_string(one.ended),
        terminal::short_duration(one.duration), escaped_line(sandbox.name, 60));
    if (is_bad(one.ended)) {
      if (auto const message = terminal::gist(text(one.message), 300); !message.empty()) {
        add("<p class=\"message\">{}</p>\n", escaped_line(message));
      }
      add_text(text(one.text), shown_flaky_text);
    }
    add("</li>\n");
  }

  void add_not_run() {
    auto const missing = with_verdict(verdict::not_run);
    if (missing.empty()) { return; }
    open_section("not-run", "Not run", tests_of(missing.size()));
    std::map<std::string_view, numbers> by_reason;
    for (auto const test : missing) { by_reason[tests_[test].reason].push_back(test); }
    std::vector<std::pair<std::string_view, numbers>> groups{by_reason.begin(), by_reason.end()};
    std::ranges::stable_sort(
        groups, [](auto const& a, auto const& b) { return a.second.size() > b.second.size(); });
    for (auto const& [why, tests] : groups | ranges::views::take(most_reasons)) {
      auto const reason = terminal::gist(why, 300);
      add("<h3>{} <span class=\"remark\">{}</span></h3>\n",
          escaped_line(reason.empty() ? "for an unknown reason" : reason), tests_of(tests.size()));
      add_names(tests, "verdict=not_run");
    }
    if (groups.size() > most_reasons) {
      add("<p class=\"more\">and {} more reasons</p>\n", groups.size() - most_reasons);
    }
    close_section();
  }

  void add_change(std::string_view kind, std::string_view title, std::size_t count,
                  auto const& add_all) {
    if (count == 0) { return; }
    add("<details class=\"change {}\"{}>\n<summary><span class=\"times\">{}</span>"
        "<span class=\"what\">{}</span></summary>\n<div class=\"inside\">\n",
        kind, kind == "worse" && count <= most_names ? " open" : "", count, title);
    add_all();
    add("</div>\n</details>\n");
  }

  void add_changed(std::string_view kind, std::string_view title,
                   std::vector<test_index> const& tests) {
    add_change(kind, title, tests.size(), [&] {
      add_names(tests | ranges::views::transform(&test_index::value) | ranges::to<numbers>(),
                fmt::format("change={}", title));
    });
  }

  void add_changes(run_comparison const& changes) {
    bool const none = changes == run_comparison{};
    open_section("changes", "Since the run before",
                 none ? "no test has changed" : "what has changed");
    add_changed("worse", "newly failing", changes.newly_failing);
    add_changed("worse", "newly flaky", changes.newly_flaky);
    add_changed("same", "still failing", changes.still_failing);
    add_changed("better", "fixed", changes.fixed);
    add_change("same", "much slower", changes.slower.size(), [&] { add_slower(changes.slower); });
    add_changed("same", "new", changes.added);
    add_change("same", "gone", changes.gone.size(), [&] { add_gone(changes.gone); });
    close_section();
  }

  void add_slower(std::vector<slower_test> const& slower) {
    add("<ul class=\"names\">\n");
    for (auto const& one : slower | ranges::views::take(most_names)) {
      auto const test = one.test.value;
      add("<li>{} <span class=\"remark\">{}, before {}</span></li>\n",
          linked_name(test, tests_[test]), terminal::short_duration(one.now),
          terminal::short_duration(one.before));
    }
    add("</ul>\n");
    add_more(most_names, slower.size(), "");
  }

  void add_gone(std::vector<test_id> const& gone) {
    add("<ul class=\"names\">\n");
    for (auto const& test : gone | ranges::views::take(most_names)) {
      add("<li><span class=\"name\">{}</span></li>\n", escaped_line(test.value));
    }
    add("</ul>\n");
    add_more(most_names, gone.size(), "");
  }

  void add_troubles() {
    auto const& troubles = all_.record.troubles;
    if (troubles.empty()) { return; }
    open_section("warnings", "Warnings", std::to_string(troubles.size()));
    add("<ul class=\"troubles\">\n");
    for (auto const& one : troubles) { add("<li>{}</li>\n", escaped_line(one, 1000)); }
    add("</ul>\n");
    close_section();
  }

  page_contents const& all_;
  std::span<test_record const> tests_;
  std::vector<std::vector<page_attempt const*>> attempts_;
  std::string html_;
};

}  // namespace

std::string page_findings(page_contents const& contents) { return findings_html{contents}.make(); }

std::string page_slowest(page_contents const& contents) {
  auto const tests = contents.summary.tests;
  auto order = numbers_of(tests, [](test_record const& one) { return one.longest > seconds{}; });
  auto const shown = std::min(order.size(), most_slow);
  if (shown == 0) { return {}; }
  std::ranges::partial_sort(
      order, order.begin() + static_cast<std::ptrdiff_t>(shown), [&](std::size_t a, std::size_t b) {
        return tests[a].longest != tests[b].longest ? tests[a].longest > tests[b].longest : a < b;
      });
  auto const most = tests[order.front()].longest;
  std::string html =
      "<section id=\"slowest\">\n<h2>Slowest tests</h2>\n<table class=\"slowest\">\n"
      "<tbody>\n";
  for (auto const test : order | ranges::views::take(shown)) {
    auto const& one = tests[test];
    html += fmt::format(
        "<tr><td class=\"time\">{}</td><td class=\"share\"><svg class=\"long\" width=\"100%\" "
        "height=\"8\" aria-hidden=\"true\"><rect width=\"{:.1f}%\" height=\"8\" "
        "rx=\"3\"/></svg></td>"
        "<td>{}</td></tr>\n",
        terminal::short_duration(one.longest), 100.0 * (one.longest / most),
        linked_name(test, one));
  }
  return html + "</tbody>\n</table>\n</section>\n";
}

}  // namespace offload
