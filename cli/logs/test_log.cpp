// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "logs/test_log.hpp"

#include <offload/report/handle.hpp>
#include <offload/report/terminal.hpp>

#include <re2/re2.h>

#include <algorithm>
#include <memory>
#include <unordered_set>
#include <utility>

namespace offload {
namespace {

/// Decides by the name alone whether a test is shown.
class name_filter {
 public:
  static result<name_filter> from(test_log_query const& query) {
    name_filter filter;
    filter.names_.insert(query.tests.begin(), query.tests.end());
    filter.handle_ = query.handle;
    if (query.regex.empty()) { return filter; }
    filter.regex_ = std::make_shared<re2::RE2 const>(query.regex, re2::RE2::Quiet);
    if (!filter.regex_->ok()) {
      return fail(errc::invalid_usage, "Invalid --test-regex pattern '{}': {}", query.regex,
                  filter.regex_->error());
    }
    return filter;
  }

  [[nodiscard]] bool lets_pass(std::string_view name) const {
    return (names_.empty() || names_.contains(std::string{name}) ||
            names_.contains(terminal::visible(name))) &&
           (handle_.empty() || handle_ == handle_of('t', name)) && (!regex_ || is_found_in(name));
  }

 private:
  /// RE2 takes a string_view of its own; in Debian 13 it is not made from the standard's.
  [[nodiscard]] bool is_found_in(std::string_view name) const {
    return re2::RE2::PartialMatch({name.data(), name.size()}, *regex_);
  }

  std::unordered_set<std::string> names_;
  std::string handle_;
  std::shared_ptr<re2::RE2 const> regex_;
};

template <class Wanted>
bool has_attempt(recorded_test const& entry, Wanted wanted) {
  return std::ranges::any_of(entry.attempts, wanted, &recorded_attempt::ended);
}

bool has_error(recorded_test const& entry) {
  return has_attempt(entry, [](outcome ended) { return ended == outcome::errored; });
}

bool has_failure(recorded_test const& entry) {
  return has_attempt(entry,
                     [](outcome ended) { return is_bad(ended) && ended != outcome::errored; });
}

bool is_wanted(recorded_test const& entry, test_log_query const& query) {
  if (!query.failures && !query.errors && !query.flaky && !query.not_run) { return true; }
  return (query.failures && has_failure(entry)) || (query.errors && has_error(entry)) ||
         (query.flaky && entry.ended == verdict::flaky) ||
         (query.not_run && entry.ended == verdict::not_run);
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

log_status status_of(recorded_test const& entry) {
  switch (entry.ended) {
    case verdict::passed: return log_status::passed;
    case verdict::failed:
      return has_error(entry) && !has_failure(entry) ? log_status::error : log_status::failed;
    case verdict::flaky: return log_status::flaky;
    case verdict::skipped: return log_status::skipped;
    case verdict::not_run: return log_status::not_run;
  }
  return log_status::not_run;
}

seconds longest_of(recorded_test const& entry) { return entry.longest.value_or(seconds{}); }

std::string handle_of(recorded_test const& entry) { return handle_of('t', entry.id.value); }

result<record_query> record_query_of(test_log_query const& query) {
  return name_filter::from(query).map([&](name_filter filter) {
    return record_query{
        .wants = [filter = std::move(filter)](auto name) { return filter.lets_pass(name); },
        .good_outputs = query.outputs};
  });
}

test_log log_of(run_record record, test_log_query const& query) {
  test_log log{.damage = std::move(record.damage), .selection = std::move(record.selection)};
  for (auto& test : record.tests) {
    log.counts.add(status_of(test));
    if (is_wanted(test, query)) { log.entries.push_back(std::move(test)); }
  }
  return log;
}

void keep_slowest(test_log& log, std::size_t most) {
  std::erase_if(log.entries, [](auto const& entry) { return entry.attempts.empty(); });
  std::ranges::sort(log.entries, [](auto const& a, auto const& b) {
    return std::pair{longest_of(b), std::string_view{a.id.value}} <
           std::pair{longest_of(a), std::string_view{b.id.value}};
  });
  if (log.entries.size() > most) {
    log.entries.erase(log.entries.begin() + static_cast<std::ptrdiff_t>(most), log.entries.end());
  }
}

}  // namespace offload
