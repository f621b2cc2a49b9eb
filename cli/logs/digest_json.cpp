// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "logs/digest_json.hpp"

#include <offload/core/json.hpp>

#include <range/v3/range/conversion.hpp>
#include <range/v3/view/enumerate.hpp>
#include <range/v3/view/take.hpp>
#include <range/v3/view/transform.hpp>

#include <algorithm>
#include <array>
#include <string>
#include <unordered_set>

namespace offload {
namespace {

constexpr int version = 1;

std::string word_of(log_status s) {
  switch (s) {
    case log_status::passed: return "passed";
    case log_status::failed: return "failed";
    case log_status::error: return "error";
    case log_status::skipped: return "skipped";
    case log_status::flaky: return "flaky";
    case log_status::not_run: return "not_run";
  }
  return "unknown";
}

std::string word_of(outcome ended) {
  switch (ended) {
    case outcome::passed: return "passed";
    case outcome::failed: return "failed";
    case outcome::timed_out: return "timed_out";
    case outcome::errored: return "error";
    case outcome::skipped: return "skipped";
    case outcome::not_run: return "not_run";
  }
  return "unknown";
}

/// Bytes that are not UTF-8 become U+FFFD: a report may hold anything.
std::string text_of(json const& document) { return to_json(document) + "\n"; }

json counts_of(log_counts const& counts) {
  return {{"tests", counts.tests()},  {"passed", counts.passed}, {"failed", counts.failed},
          {"error", counts.error},    {"flaky", counts.flaky},   {"skipped", counts.skipped},
          {"not_run", counts.not_run}};
}

class document {
 public:
  document(log_digest const& digest, digest_limits const& limits, result_files const& files)
      : digest_{digest}, limits_{limits}, files_{files} {
    auto const detailed = std::min(limits.details, digest.by_need.size());
    told_.insert(digest.by_need.begin(),
                 digest.by_need.begin() + static_cast<std::ptrdiff_t>(detailed));
    left_details_ = digest.by_need.size() - detailed;
  }

  std::string render(json_context const& context) {
    json all{{"version", version}, {"report", context.report}};
    if (digest_.log->damage) { all["damage"] = *digest_.log->damage; }
    all["counts"] = counts_of(digest_.log->counts);
    all["tests"] = tests();
    all["causes"] = causes();
    all["cut"] = nullptr;
    if (left_tests_ + left_causes_ + left_details_ > 0) {
      all["cut"] = {{"tests", left_tests_},
                    {"causes", left_causes_},
                    {"attempts_of_tests", left_details_},
                    {"more", std::string{context.command} + " --format json --show HANDLE"}};
    }
    return text_of(all);
  }

 private:
  /// In the order of the log, with a limit for each status.
  json tests() {
    json::list list;
    std::array<std::size_t, 6> taken{};
    for (std::size_t i = 0; i < digest_.log->entries.size(); ++i) {
      auto const& entry = digest_.log->entries[i];
      auto& n = taken.at(static_cast<std::size_t>(status_of(entry)));
      if (n < limits_.names || told_.contains(i)) {
        ++n;
        list.push_back(test(i));
      } else {
        ++left_tests_;
      }
    }
    return list;
  }

  json test(std::size_t at) {
    auto const& entry = digest_.log->entries[at];
    json one{{"name", entry.id.value},
             {"handle", handle_of(entry)},
             {"status", word_of(status_of(entry))}};
    bool const is_bad_one = entry.ended == verdict::failed || entry.ended == verdict::flaky;
    if (is_bad_one && !told_.contains(at)) { return one; }
    if (!entry.place.file.empty()) { one["file"] = entry.place.file; }
    if (entry.place.line > 0) { one["line"] = entry.place.line; }
    if (!entry.reason.empty()) { one["reason"] = entry.reason; }
    one["seconds"] = longest_of(entry).count();
    json::list attempts;
    for (auto const& [k, tried] : ranges::views::enumerate(entry.attempts)) {
      attempts.push_back(attempt(entry, tried, cause_of(at, k)));
    }
    one["attempts"] = std::move(attempts);
    return one;
  }

  /// The handle of a bad attempt's cause.
  [[nodiscard]] std::string cause_of(std::size_t entry, std::size_t attempt) const {
    for (auto i = digest_.first_bad[entry]; i < digest_.bad.size(); ++i) {
      if (digest_.bad[i].entry != entry) { break; }
      if (digest_.bad[i].attempt == attempt) { return digest_.causes[digest_.cause_of[i]].handle; }
    }
    return {};
  }

  [[nodiscard]] json attempt(recorded_test const& entry, recorded_attempt const& one,
                             std::string const& cause) const {
    json told{
        {"number", one.number}, {"handle", handle_of(entry, one)}, {"outcome", word_of(one.ended)}};
    if (one.took) { told["seconds"] = one.took->count(); }
    if (!one.sandbox.empty()) { told["sandbox"] = one.sandbox; }
    if (one.batch) { told["batch"] = one.batch->value; }
    if (!cause.empty()) { told["cause"] = cause; }
    auto const add_text = [&](char const* key, std::string const& text) {
      auto part = excerpt(text, limits_.detail_bytes);
      if (!part.empty()) { told[key] = std::move(part); }
    };
    add_text("message", one.message);
    add_text("text", one.text);
    add_text("out", one.out);
    add_text("err", one.err);
    if (auto logs = files_.logs_of(one); !logs.empty()) { told["logs"] = std::move(logs); }
    if (auto paths = files_.artifacts_of(one); !paths.empty()) {
      told["artifacts"] = std::move(paths);
    }
    return told;
  }

  json causes() {
    auto list = digest_.causes | ranges::views::take(limits_.causes) |
                ranges::views::transform([&](failure_cause const& one) { return cause(one); }) |
                ranges::to<json::list>();
    left_causes_ = digest_.causes.size() - list.size();
    return list;
  }

  [[nodiscard]] json cause(failure_cause const& one) const {
    json told{{"handle", one.handle},
              {"tests", one.tests},
              {"message", excerpt(one.message, longest_message)}};
    if (!one.place.empty()) { told["place"] = one.place; }
    json::list names;
    auto last = digest_limits::all;
    for (auto const member : one.members) {
      if (names.size() == limits_.cause_names) { break; }
      auto const entry = digest_.bad[member].entry;
      if (entry != last) { names.push_back(digest_.log->entries[entry].id.value); }
      last = entry;
    }
    if (!names.empty()) { told["names"] = std::move(names); }
    if (limits_.example_bytes > 0) {
      auto const ref = digest_.example_of(one);
      auto const& entry = digest_.entry_of(ref);
      auto const& attempt = digest_.attempt_of(ref);
      told["example"] = {{"test", entry.id.value},
                         {"attempt", handle_of(entry, attempt)},
                         {"text", excerpt(whole_text(attempt), limits_.example_bytes)}};
    }
    return told;
  }

  static constexpr std::size_t longest_message = 400;

  log_digest const& digest_;
  digest_limits const& limits_;
  result_files const& files_;
  std::unordered_set<std::size_t> told_;  ///< entries with their attempts
  std::size_t left_tests_{}, left_causes_{}, left_details_{};
};

}  // namespace

std::string render_json(log_digest const& digest, digest_limits const& limits,
                        result_files const& files, json_context const& context) {
  return document{digest, limits, files}.render(context);
}

std::string json_within(std::size_t budget, log_digest const& digest, result_files const& files,
                        json_context const& context) {
  auto text = fitted(
      [&](digest_limits const& limits) { return render_json(digest, limits, files, context); },
      budget);
  if (!text.empty()) { return text; }
  text = text_of({{"version", version}, {"counts", counts_of(digest.log->counts)}});
  return text.size() <= budget ? text : std::string{};
}

std::string render_json(log_comparison const& changes, std::size_t names,
                        json_context const& context) {
  json all{
      {"version", version}, {"report", context.report}, {"same_selection", changes.same_selection}};
  json kinds = json::object{};
  std::size_t left = 0;
  for (auto const& [kind, some] : ranges::views::enumerate(changes.changes)) {
    json::list list;
    for (auto const& one : some | ranges::views::take(names)) {
      json told{{"name", one.name}};
      if (one.before) {
        told["before"] = word_of(*one.before);
        told["seconds_before"] = one.took_before.count();
      }
      if (one.now) {
        told["now"] = word_of(*one.now);
        told["seconds"] = one.took_now.count();
      }
      list.push_back(std::move(told));
    }
    left += some.size() - list.size();
    std::string key{to_string(static_cast<change>(kind))};
    std::ranges::replace(key, ' ', '_');
    kinds[key] = {{"tests", some.size()}, {"names", std::move(list)}};
  }
  all["changes"] = std::move(kinds);
  all["cut"] = nullptr;
  if (left > 0) { all["cut"] = {{"names", left}}; }
  return text_of(all);
}

}  // namespace offload
