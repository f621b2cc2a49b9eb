// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "logs/test_log.hpp"

#include <offload/core/junit.hpp>
#include <offload/process/file_access.hpp>
#include <offload/report/handle.hpp>
#include <offload/report/junit_writer.hpp>

#include <re2/re2.h>

#include <algorithm>
#include <memory>
#include <system_error>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace offload {
namespace {

namespace fs = std::filesystem;

/// Decides by the name alone whether a test is shown.
class name_filter {
 public:
  static result<name_filter> from(test_log_query const& query) {
    name_filter filter;
    filter.names_.insert(query.tests.begin(), query.tests.end());
    filter.handle_ = query.handle;
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
           (handle_.empty() || handle_ == handle_of('t', name)) &&
           (!regex_ || re2::RE2::PartialMatch(name, *regex_));
  }

 private:
  std::unordered_set<std::string> names_;
  std::string handle_;
  std::unique_ptr<re2::RE2> regex_;
};

/// Suites stand in the order in which batches ended; attempts were made in the order in which they
/// began, which the numbers of their batches tell.
void number_attempts(test_log_entry& entry) {
  auto& all = entry.attempts;
  std::vector<std::pair<std::uint32_t, std::size_t>> order;
  for (std::size_t i = 0; i < all.size(); ++i) {
    order.emplace_back(all[i].batch.value_or(static_cast<std::uint32_t>(i)), i);
  }
  std::ranges::sort(order);
  std::vector<logged_attempt> sorted;
  sorted.reserve(all.size());
  for (auto const& [batch, i] : order) {
    sorted.push_back(std::move(all[i]));
    sorted.back().number = static_cast<unsigned>(sorted.size());
  }
  all = std::move(sorted);
}

void gather(test_log_entry& entry, junit_case&& one, bool outputs) {
  if (entry.place.file.empty()) { entry.place = std::move(one.place); }
  bool const is_good = one.ended == outcome::passed;
  if (!is_good && !is_bad(one.ended)) {
    auto& reason = one.message.empty() ? one.text : one.message;
    if (!reason.empty()) { entry.reason = std::move(reason); }
  }
  if (one.ended == outcome::not_run) { return; }
  bool const with_output = outputs || is_bad(one.ended);
  entry.attempts.push_back({.ended = one.ended,
                            .took = one.time,
                            .sandbox = std::move(one.hostname),
                            .batch = one.suite_id,
                            .message = std::move(one.message),
                            .text = std::move(one.text),
                            .out = with_output ? std::move(one.out) : std::string{},
                            .err = with_output ? std::move(one.err) : std::string{}});
}

template <class Wanted>
bool has_attempt(test_log_entry const& entry, Wanted wanted) {
  return std::ranges::any_of(entry.attempts, wanted, &logged_attempt::ended);
}

bool has_error(test_log_entry const& entry) {
  return has_attempt(entry, [](outcome ended) { return ended == outcome::errored; });
}

bool has_failure(test_log_entry const& entry) {
  return has_attempt(entry,
                     [](outcome ended) { return is_bad(ended) && ended != outcome::errored; });
}

log_status status_of(test_log_entry const& entry) {
  bool const passed = has_attempt(entry, [](outcome ended) { return ended == outcome::passed; });
  if (has_attempt(entry, is_bad)) {
    if (passed) { return log_status::flaky; }
    return has_failure(entry) ? log_status::failed : log_status::error;
  }
  if (passed) { return log_status::passed; }
  return entry.attempts.empty() ? log_status::not_run : log_status::skipped;
}

bool is_wanted(test_log_entry const& entry, test_log_query const& query) {
  if (!query.failures && !query.errors && !query.flaky && !query.not_run) { return true; }
  return (query.failures && has_failure(entry)) || (query.errors && has_error(entry)) ||
         (query.flaky && entry.status == log_status::flaky) ||
         (query.not_run && entry.status == log_status::not_run);
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

void log_counts::add(log_status s) {
  switch (s) {
    case log_status::passed: ++passed; return;
    case log_status::failed: ++failed; return;
    case log_status::error: ++error; return;
    case log_status::skipped: ++skipped; return;
    case log_status::flaky: ++flaky; return;
    case log_status::not_run: ++not_run; return;
  }
}

seconds test_log_entry::longest() const {
  seconds longest{};
  for (auto const& one : attempts) { longest = std::max(longest, one.took.value_or(seconds{})); }
  return longest;
}

std::string handle_of(test_log_entry const& entry) { return handle_of('t', entry.name); }

result<test_log> read_test_log(std::string_view xml, test_log_query const& query) {
  auto const filter = name_filter::from(query);
  if (!filter) { return tl::unexpected(filter.error()); }
  std::unordered_map<std::string, test_log_entry> tests;
  auto const report = read_junit(xml, [&](junit_case one) {
    auto const& name = one.name.empty() ? one.classname : one.name;
    if (!filter->lets_pass(name)) { return; }
    auto& entry = tests[name];
    gather(entry, std::move(one), query.outputs);
  });
  test_log log;
  log.damage = report.damage;
  log.selection = selection_of(xml);
  for (auto& [name, entry] : tests) {
    entry.status = status_of(entry);
    log.counts.add(entry.status);
    if (!is_wanted(entry, query)) { continue; }
    entry.name = name;
    number_attempts(entry);
    log.entries.push_back(std::move(entry));
  }
  std::ranges::sort(log.entries, {}, &test_log_entry::name);
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

void keep_slowest(test_log& log, std::size_t most) {
  std::erase_if(log.entries, [](auto const& entry) { return entry.attempts.empty(); });
  std::ranges::sort(log.entries, [](auto const& a, auto const& b) {
    return std::pair{b.longest(), std::string_view{a.name}} <
           std::pair{a.longest(), std::string_view{b.name}};
  });
  if (log.entries.size() > most) {
    log.entries.erase(log.entries.begin() + static_cast<std::ptrdiff_t>(most), log.entries.end());
  }
}

}  // namespace offload
