// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/report/test_log.hpp>

#include <offload/core/junit.hpp>
#include <offload/process/file_access.hpp>

#include <fmt/core.h>
#include <re2/re2.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <system_error>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace offload {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t piece_size = std::size_t{256} * 1024;

/// What is known of one test while its attempts are read.
struct gathered {
  test_log_entry entry;
  bool passed = false;
  bool skipped = false;
  std::vector<std::uint32_t> batches{};      ///< of all attempts
  std::vector<std::uint32_t> bad_batches{};  ///< of the bad ones, as in `entry.bad`
};

void number_attempts(gathered& test) {
  auto& bad = test.entry.bad;
  for (std::size_t i = 0; i < bad.size(); ++i) {
    auto const own = test.bad_batches[i];
    auto const earlier = std::ranges::count_if(test.batches, [&](auto b) { return b < own; });
    bad[i].number = static_cast<unsigned>(earlier) + 1;
  }
  std::ranges::stable_sort(bad, {}, &bad_attempt::number);
}

/// Decides by the name alone whether a test is shown.
class name_filter {
 public:
  static result<name_filter> from(test_log_query const& query) {
    name_filter filter;
    filter.names_.insert(query.tests.begin(), query.tests.end());
    if (query.regex.empty()) { return filter; }
    filter.regex_ = std::make_unique<re2::RE2>(query.regex, re2::RE2::Quiet);
    if (!filter.regex_->ok()) {
      return fail(errc::invalid_usage, "Invalid --test-regex pattern '{}': {}", query.regex,
                  filter.regex_->error());
    }
    return filter;
  }

  [[nodiscard]] bool lets_pass(std::string const& name) const {
    return (names_.empty() || names_.contains(name)) &&
           (!regex_ || re2::RE2::PartialMatch(name, *regex_));
  }

 private:
  std::unordered_set<std::string> names_;
  std::unique_ptr<re2::RE2> regex_;
};

void gather(gathered& into, junit_case&& one) {
  auto& entry = into.entry;
  // Suites stand in the order in which batches ended; attempts were made in the order in which they
  // began, which their numbers tell.
  auto const batch = one.suite_id.value_or(static_cast<std::uint32_t>(into.batches.size()));
  if (one.ended != outcome::not_run) {
    ++entry.attempts;
    into.batches.push_back(batch);
  }
  if (is_bad(one.ended)) {
    into.bad_batches.push_back(batch);
    entry.bad.push_back({0, one.ended, std::move(one.message), std::move(one.text)});
  } else if (one.ended == outcome::passed) {
    into.passed = true;
  } else {
    into.skipped |= one.ended == outcome::skipped;
    entry.reason = one.message.empty() ? std::move(one.text) : std::move(one.message);
  }
}

bool has_failure(test_log_entry const& entry) {
  return std::any_of(entry.bad.begin(), entry.bad.end(),
                     [](bad_attempt const& one) { return one.ended != outcome::errored; });
}

bool has_error(test_log_entry const& entry) {
  return std::any_of(entry.bad.begin(), entry.bad.end(),
                     [](bad_attempt const& one) { return one.ended == outcome::errored; });
}

log_status status_of(gathered const& test) {
  if (!test.entry.bad.empty()) {
    if (test.passed) { return log_status::flaky; }
    return has_failure(test.entry) ? log_status::failed : log_status::error;
  }
  if (test.passed) { return log_status::passed; }
  return test.skipped ? log_status::skipped : log_status::not_run;
}

bool is_wanted(test_log_entry const& entry, test_log_query const& query) {
  if (!query.failures && !query.errors) { return true; }
  return (query.failures && has_failure(entry)) || (query.errors && has_error(entry));
}

void append_line(std::string& to, std::string_view line) {
  if (line.empty()) { return; }
  to += line;
  if (!line.ends_with('\n')) { to += '\n'; }
}

void append_text(std::string& to, bad_attempt const& one) {
  std::string_view const text = one.text;
  bool const repeated = text.starts_with(one.message) &&
                        (text.size() == one.message.size() || text[one.message.size()] == '\n');
  if (!repeated) { append_line(to, one.message); }
  append_line(to, text);
}

bool says_the_same(bad_attempt const& a, bad_attempt const& b) {
  return a.ended == b.ended && a.message == b.message && a.text == b.text;
}

}  // namespace

std::string_view to_string(log_status s) {
  switch (s) {
    case log_status::passed: return "PASSED";
    case log_status::failed: return "FAILED";
    case log_status::error: return "ERROR";
    case log_status::skipped: return "SKIPPED";
    case log_status::flaky: return "FLAKY";
    case log_status::not_run: return "NOT RUN";
  }
  return "UNKNOWN";
}

result<test_log> read_test_log(std::string_view xml, test_log_query const& query) {
  auto const filter = name_filter::from(query);
  if (!filter) { return tl::unexpected(filter.error()); }
  std::unordered_map<std::string, gathered> tests;
  auto const report = read_junit(xml, [&](junit_case one) {
    auto& name = one.name.empty() ? one.classname : one.name;
    if (!filter->lets_pass(name)) { return; }
    gather(tests[name], std::move(one));
  });
  test_log log;
  log.damage = report.damage;
  for (auto& [name, test] : tests) {
    if (!is_wanted(test.entry, query)) { continue; }
    test.entry.name = name;
    number_attempts(test);
    test.entry.status = status_of(test);
    log.entries.push_back(std::move(test.entry));
  }
  std::sort(log.entries.begin(), log.entries.end(),
            [](auto const& a, auto const& b) { return a.name < b.name; });
  return log;
}

result<test_log> read_test_log_file(fs::path const& path, test_log_query const& query) {
  std::error_code failed;
  if (!fs::exists(path, failed)) {
    return tl::unexpected(error{errc::not_found, "No test results found at " + path.string(),
                                "Run `offload run` first."});
  }
  auto const xml = read_whole_file(path);
  if (!xml) { return tl::unexpected(xml.error()); }
  return read_test_log(*xml, query);
}

void append_text(std::string& to, test_log_entry const& entry) {
  to += fmt::format("=== {} [{}] ===\n", entry.name, to_string(entry.status));
  if (entry.bad.empty()) { append_line(to, entry.reason); }
  // Failures come before errors, each in the order in which they happened.
  for (bool const errors : {false, true}) {
    for (auto one = entry.bad.begin(); one != entry.bad.end(); ++one) {
      bool const is_twin = std::any_of(entry.bad.begin(), one, [&](bad_attempt const& earlier) {
        return says_the_same(earlier, *one);
      });
      if (is_twin || (one->ended == outcome::errored) != errors) { continue; }
      if (entry.attempts > 1) {
        to += fmt::format("--- attempt {} of {} ---\n", one->number, entry.attempts);
      }
      append_text(to, *one);
    }
  }
  to += '\n';
}

result<void> print(test_log const& log, std::FILE* to) {
  std::string piece;
  auto const write = [&] {
    bool const written = std::fwrite(piece.data(), 1, piece.size(), to) == piece.size();
    piece.clear();
    return written;
  };
  bool written = true;
  for (auto const& entry : log.entries) {
    append_text(piece, entry);
    if (piece.size() >= piece_size) { written = written && write(); }
  }
  written = written && write() && std::fflush(to) == 0;
  if (!written) {
    auto const reason = errno;
    return fail(errc::io, "cannot print the results: {}", std::strerror(reason));
  }
  return {};
}

}  // namespace offload
