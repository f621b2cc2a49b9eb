// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/report/terminal.hpp>

#include <fmt/core.h>
#include <range/v3/range/conversion.hpp>
#include <range/v3/view/addressof.hpp>
#include <range/v3/view/filter.hpp>

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "github/github_output.hpp"
#include "github/github_parts.hpp"

namespace offload {
namespace {

constexpr std::size_t longest_name = 300;
constexpr std::size_t longest_text = 16'000;
constexpr std::size_t most_listed = 200;
constexpr std::size_t most_slow = 10;
/// The space that is kept for the parts after the failed tests.
constexpr std::size_t kept_for_the_rest = 64'000;

using records = std::vector<test_record const*>;

/// For a place where tags are known, but Markdown is not, such as `<pre>`.
std::string plain_in_html(std::string_view text) {
  std::string safe;
  for (char const c : text) {
    switch (c) {
      case '&': safe += "&amp;"; break;
      case '<': safe += "&lt;"; break;
      case '>': safe += "&gt;"; break;
      default: safe += c;
    }
  }
  return safe;
}

std::string code(std::string_view text) {
  return fmt::format("<code>{}</code>", plain_in_markdown(terminal::truncated(text, longest_name)));
}

std::string preformatted(std::string_view text) {
  return fmt::format("<pre>{}\n</pre>\n", plain_in_html(text));
}

class job_summary {
 public:
  job_summary(github_run const& run, std::size_t most_bytes) : run_{run}, most_{most_bytes} {
    for (auto const& record : run.summary.tests) { of(record.ended).push_back(&record); }
  }

  std::string render() {
    add_title();
    add_counts();
    add_failed();
    add_list(of(verdict::flaky), "Flaky: recovered", [](test_record const& record) {
      return fmt::format("passed in attempt {}", record.attempts);
    });
    add_not_run();
    add_slowest();
    add_how_to_repeat();
    return std::move(text_);
  }

 private:
  [[nodiscard]] records& of(verdict v) { return by_verdict_[static_cast<std::size_t>(v)]; }

  /// Adds `block`, all of it or nothing; `spare` bytes are for what comes later.
  bool add(std::string_view block, std::size_t spare = 0) {
    if (text_.size() + block.size() + spare > most_) { return false; }
    text_ += block;
    return true;
  }

  void add_missing(std::size_t n, std::string_view what) {
    if (n == 0) { return; }
    add(fmt::format("\n… and {} more {}{}.\n", n, what,
                    run_.report.empty() ? "" : ", see " + code(run_.report)));
  }

  void add_title() {
    auto const passed = of(verdict::passed).size() + of(verdict::flaky).size();
    std::string_view mark = "✅";
    std::string outcome = fmt::format("{} passed", passed);
    auto const put = [&](verdict which, std::string_view word, std::string_view sign) {
      if (of(which).empty()) { return; }
      outcome += fmt::format(", {} {}", of(which).size(), word);
      if (mark != "❌") { mark = sign; }
    };
    put(verdict::failed, "failed", "❌");
    put(verdict::not_run, "not run", "❌");
    put(verdict::flaky, "flaky", "⚠️");
    put(verdict::skipped, "skipped", mark);
    add(fmt::format("### {} Tests: {}\n\n", mark, outcome));
  }

  void add_counts() {
    auto const& all = run_.summary;
    add(fmt::format("{} tests in {}", all.tests.size(), terminal::short_duration(all.duration)));
    if (auto const n = all.sandboxes.size(); n > 0) {
      add(fmt::format(", in {} {}", n, n == 1 ? "sandbox" : "sandboxes"));
    }
    add(".");
    if (all.ended != run_end::complete) {
      auto const why = terminal::gist(all.why_stopped);
      add(fmt::format(" **The run did not complete{}{}.**", why.empty() ? "" : ": ",
                      plain_in_markdown(why)));
    }
    add("\n");
  }

  [[nodiscard]] std::string block_of(test_record const& record) const {
    auto const found = run_.bad.find(record.test.id.value);
    auto const why = terminal::gist(record.reason);
    auto block = fmt::format("\n<details><summary>{}{}{}</summary>\n\n",
                             code(terminal::visible(record.test.id.value)),
                             why.empty() ? "" : " — ", plain_in_markdown(why));
    auto const& place = record.test.place;
    if (!place.file.empty()) {
      block += fmt::format("{}, {} {}\n\n",
                           code(fmt::format("{}:{}", terminal::visible(place.file), place.line)),
                           record.attempts, record.attempts == 1 ? "attempt" : "attempts");
    }
    auto text = found == run_.bad.end() ? record.reason : found->second.text;
    text = without_terminal_codes(text);
    block += preformatted(terminal::truncated(text, longest_text));
    return block + "\n</details>\n";
  }

  /// First a test of each cause, as their texts may be all that there is room for.
  void add_failed() {
    auto const causes = by_cause(run_, verdict::failed);
    if (causes.empty()) { return; }
    add("\n#### Failed\n");
    std::size_t left = of(verdict::failed).size();
    bool has_room = true;
    auto const add_one = [&](test_record const& record) {
      has_room = has_room && add(block_of(record), kept_for_the_rest);
      left -= has_room ? 1 : 0;
    };
    for (auto const& tests : causes) {
      if (tests.size() > 1) {
        add(fmt::format("\n{} tests fail like this one:\n", tests.size()), kept_for_the_rest);
      }
      add_one(*tests.front());
    }
    if (causes.size() < of(verdict::failed).size() && has_room) { add("\nThe others:\n"); }
    for (auto const& tests : causes) {
      for (std::size_t i = 1; i < tests.size(); ++i) { add_one(*tests[i]); }
    }
    add_missing(left, "failed tests");
  }

  template <class Remark>
  void add_list(records const& tests, std::string_view title, Remark const& remark) {
    if (tests.empty()) { return; }
    add(fmt::format("\n#### {}\n\n", title));
    std::size_t shown = 0;
    for (auto const* test : tests) {
      auto const line =
          fmt::format("- {}: {}\n", code(terminal::visible(test->test.id.value)), remark(*test));
      if (shown == most_listed || !add(line, 2'000)) { break; }
      ++shown;
    }
    add_missing(tests.size() - shown, "tests");
  }

  void add_not_run() {
    add_list(of(verdict::not_run), "Not run", [](test_record const& record) {
      return plain_in_markdown(terminal::gist(record.reason));
    });
  }

  void add_slowest() {
    auto slowest =
        run_.summary.tests | ranges::views::addressof |
        ranges::views::filter([](auto const* each) { return each->longest >= seconds{0.001}; }) |
        ranges::to<records>();
    std::ranges::stable_sort(slowest, {}, [](auto const* each) { return -each->longest; });
    slowest.resize(std::min(slowest.size(), most_slow));
    if (slowest.empty()) { return; }
    std::string rows =
        "\n<details><summary>Slowest tests</summary>\n\n| took | test |\n|--:|---|\n";
    for (auto const* test : slowest) {
      rows += fmt::format("| {} | {} |\n", terminal::short_duration(test->longest),
                          code(terminal::visible(test->test.id.value)));
    }
    add(rows + "\n</details>\n", 1'000);
  }

  void add_how_to_repeat() {
    if (run_.repeat_all.empty()) { return; }
    bool const has_open = !of(verdict::failed).empty() || !of(verdict::not_run).empty() ||
                          !of(verdict::flaky).empty();
    std::string block = "\n<details><summary>Repeat it on your machine</summary>\n\n";
    block += preformatted(run_.repeat_all);
    if (has_open && !run_.repeat_failed.empty()) {
      block += fmt::format(
          "\nor, with the report of this run as {}, only the tests that did not pass:\n\n{}",
          code(run_.report), preformatted(run_.repeat_failed));
    }
    add(block + "\n</details>\n");
  }

  github_run const& run_;
  std::size_t most_;
  std::array<records, 5> by_verdict_{};
  std::string text_;
};

}  // namespace

std::string plain_in_markdown(std::string_view text) {
  std::string safe;
  for (char const c : terminal::visible(text)) {
    bool const means_nothing = static_cast<unsigned char>(c) >= 0x80 || c == ' ' || c == '.' ||
                               c == ',' || c == '/' || c == '-' ||
                               std::isalnum(static_cast<unsigned char>(c)) != 0;
    safe += means_nothing ? std::string(1, c) : fmt::format("&#{};", static_cast<int>(c));
  }
  return safe;
}

std::string job_summary_of(github_run const& run, std::size_t most_bytes) {
  return job_summary{run, most_bytes}.render();
}

}  // namespace offload
