// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/report/terminal.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <utility>

#include "github/github_output.hpp"
#include "github/github_parts.hpp"

namespace offload {
namespace {

constexpr std::size_t longest_title = 200;
constexpr std::size_t longest_message = 1'000;

std::string_view word_of(annotation_level level) {
  switch (level) {
    case annotation_level::error: return "error";
    case annotation_level::warning: return "warning";
    case annotation_level::notice: return "notice";
  }
  return "notice";
}

enum class command_part { message, property };

/// As the documentation of workflow commands wants it.
std::string escaped(std::string_view text, command_part part) {
  bool const in_property = part == command_part::property;
  std::string safe;
  for (char const c : text) {
    switch (c) {
      case '%': safe += "%25"; break;
      case '\r': safe += "%0D"; break;
      case '\n': safe += "%0A"; break;
      case ':': safe += in_property ? "%3A" : ":"; break;
      case ',': safe += in_property ? "%2C" : ","; break;
      default: safe += c;
    }
  }
  return safe;
}

bool is_in_path(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '/' || c == '.' || c == '_' ||
         c == '-';
}

/// The places, `path:line`, that a text names.
std::vector<source_place> places_in(std::string_view text) {
  std::vector<source_place> all;
  for (auto at = text.find(':'); at != text.npos; at = text.find(':', at + 1)) {
    auto begin = at;
    while (begin > 0 && is_in_path(text[begin - 1])) { --begin; }
    unsigned line = 0;
    for (auto i = at + 1; i < text.size() && line < 10'000'000; ++i) {
      if (std::isdigit(static_cast<unsigned char>(text[i])) == 0) { break; }
      line = line * 10 + static_cast<unsigned>(text[i] - '0');
    }
    if (begin < at && line > 0) {
      all.push_back({std::string{text.substr(begin, at - begin)}, line});
    }
  }
  return all;
}

/// Where it went wrong: the first line of the test's file that its text names, or else where the
/// test begins. Of a test without a file, the first place that is in the repository.
source_place place_of_failure(github_run const& run, test_record const& record) {
  auto const found = run.bad.find(record.test.id.value);
  auto place = record.test.place;
  if (found == run.bad.end()) { return place; }
  if (place.file.empty()) { place = found->second.place; }
  constexpr std::size_t most_places = 50;
  auto named = places_in(found->second.text);
  named.resize(std::min(named.size(), most_places));
  for (auto const& each : named) {
    bool const is_its = place.file.empty()
                            ? run.in_repository && run.in_repository(each.file).has_value()
                            : each.file.ends_with(place.file) && each.line >= place.line;
    if (is_its) { return {place.file.empty() ? each.file : place.file, each.line}; }
  }
  return place;
}

std::string_view word_of(outcome ended) {
  switch (ended) {
    case outcome::timed_out: return "Timed out";
    case outcome::errored: return "Error in";
    default: return "Failed";
  }
}

class annotation_list {
 public:
  explicit annotation_list(github_run const& run) : run_{run} {}

  std::vector<github_annotation> made() {
    add_failures();
    add_warnings();
    add_flaky();
    return std::move(all_);
  }

 private:
  /// The others are only counted, since each annotation needs a search for its file.
  [[nodiscard]] static bool is_full(std::vector<github_annotation> const& wanted) {
    return wanted.size() >= most_annotations;
  }

  /// Adds as many of `wanted` as GitHub shows, and says what is missing of `total`.
  void add(std::vector<github_annotation> wanted, std::string_view what) {
    auto const total = wanted.size();
    if (total > most_annotations) {
      wanted.resize(most_annotations - 1);
      wanted.push_back({.level = wanted.front().level,
                        .title = fmt::format("{} more {}", total - wanted.size(), what),
                        .message = run_.report.empty()
                                       ? std::string{"The summary of the job lists them."}
                                       : fmt::format("The summary of the job lists them, and {}.",
                                                     run_.report)});
    }
    all_.insert(all_.end(), std::make_move_iterator(wanted.begin()),
                std::make_move_iterator(wanted.end()));
  }

  [[nodiscard]] github_annotation at_test(annotation_level level, test_record const& record) const {
    auto const place = place_of_failure(run_, record);
    github_annotation one{.level = level};
    if (auto file = run_.in_repository ? run_.in_repository(place.file) : std::nullopt) {
      one.file = std::move(*file);
      one.line = place.line;
    }
    return one;
  }

  [[nodiscard]] github_annotation of_failure(test_record const& record, std::size_t twins) const {
    auto one = at_test(annotation_level::error, record);
    auto const found = run_.bad.find(record.test.id.value);
    auto const ended = found == run_.bad.end() ? outcome::failed : found->second.ended;
    one.title = fmt::format("{}: {}", word_of(ended), terminal::visible(record.test.id.value));
    one.message = terminal::truncated(without_terminal_codes(record.reason), longest_message);
    if (one.message.empty()) { one.message = "It says no more."; }
    if (record.attempts > 1) { one.message += fmt::format("\n({} attempts)", record.attempts); }
    if (twins > 0) {
      one.message +=
          fmt::format("\n{} more {} like this.", twins, twins == 1 ? "test fails" : "tests fail");
    }
    return one;
  }

  void add_failures() {
    auto const causes = by_cause(run_, verdict::failed);
    std::vector<github_annotation> wanted;
    for (auto const& tests : causes) {
      wanted.push_back(is_full(wanted) ? github_annotation{}
                                       : of_failure(*tests.front(), tests.size() - 1));
    }
    for (auto const& tests : by_cause(run_, verdict::not_run)) {
      wanted.push_back(
          {.title = fmt::format("Not run: {}", tests.size() == 1
                                                   ? terminal::visible(tests.front()->test.id.value)
                                                   : fmt::format("{} tests", tests.size())),
           .message = terminal::gist(tests.front()->reason)});
    }
    for (auto const& tests : causes) {
      for (std::size_t i = 1; i < tests.size(); ++i) {
        wanted.push_back(is_full(wanted) ? github_annotation{} : of_failure(*tests[i], 0));
      }
    }
    add(std::move(wanted), "failures");
  }

  void add_warnings() {
    std::vector<github_annotation> wanted;
    for (auto const& text : run_.warnings) {
      wanted.push_back({.level = annotation_level::warning, .title = "Offload", .message = text});
    }
    add(std::move(wanted), "warnings");
  }

  void add_flaky() {
    std::vector<github_annotation> wanted;
    for (auto const& record : run_.summary.tests) {
      if (record.ended != verdict::flaky) { continue; }
      if (is_full(wanted)) {
        wanted.emplace_back();
        continue;
      }
      auto one = at_test(annotation_level::notice, record);
      one.title = fmt::format("Flaky: {}", terminal::visible(record.test.id.value));
      one.message = fmt::format("recovered: passed in attempt {}", record.attempts);
      if (auto const why = terminal::gist(record.reason); !why.empty()) {
        one.message += "; before that: " + why;
      }
      wanted.push_back(std::move(one));
    }
    add(std::move(wanted), "flaky tests");
  }

  github_run const& run_;
  std::vector<github_annotation> all_;
};

}  // namespace

std::string workflow_command(github_annotation const& one) {
  std::string properties;
  auto const add = [&properties](std::string_view name, std::string_view value) {
    properties += fmt::format("{}{}={}", properties.empty() ? " " : ",", name,
                              escaped(value, command_part::property));
  };
  if (!one.file.empty()) { add("file", one.file); }
  if (!one.file.empty() && one.line > 0) { add("line", fmt::format("{}", one.line)); }
  if (!one.title.empty()) { add("title", terminal::truncated(one.title, longest_title)); }
  return fmt::format("::{}{}::{}\n", word_of(one.level), properties,
                     escaped(one.message, command_part::message));
}

std::vector<github_annotation> annotations_of(github_run const& run) {
  return annotation_list{run}.made();
}

}  // namespace offload
