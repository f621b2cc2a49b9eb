// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "logs/log_digest.hpp"

#include <offload/core/cut_text.hpp>

#include <fmt/core.h>
#include <range/v3/view/enumerate.hpp>

#include <algorithm>
#include <unordered_set>
#include <utility>

namespace offload {
namespace {

/// Names may take so much of a budget before the causes have their part.
constexpr std::size_t share_of_names = 4;

/// Widens one limit after the other as long as the rendering stays within the budget.
class fitting {
 public:
  fitting(digest_rendering const& render, std::size_t budget) : render_{render}, budget_{budget} {}

  std::string run() {
    limits_ = {0, 0, 0, 0, 0, 0};
    if (!fits(limits_, budget_)) { return {}; }
    auto const bare = render_(limits_).size();
    auto const room = budget_ - bare;
    widen(&digest_limits::names, bare + room / share_of_names);
    if (limits_.names == 0 && fits({1, 0, 0, 0, 0, 0}, bare + room / 2)) { limits_.names = 1; }
    widen(&digest_limits::causes, budget_);
    widen(&digest_limits::example_bytes, budget_);
    widen(&digest_limits::cause_names, budget_);
    widen(&digest_limits::names, budget_);
    limits_.detail_bytes = digest_limits::all;
    widen(&digest_limits::details, budget_);
    if (limits_.details == 0) {
      // One test is told in part rather than none.
      limits_.details = 1;
      limits_.detail_bytes = 0;
      if (fits(limits_, budget_)) {
        widen(&digest_limits::detail_bytes, budget_);
      } else {
        limits_.details = 0;
      }
    }
    auto text = render_(limits_);
    return text.size() <= budget_ ? text : std::string{};
  }

 private:
  [[nodiscard]] bool fits(digest_limits const& limits, std::size_t bytes) const {
    return render_(limits).size() <= bytes;
  }

  void widen(std::size_t digest_limits::*limit, std::size_t bytes) {
    auto const before = limits_.*limit;
    auto tried = limits_;
    auto const holds = [&](std::size_t n) {
      tried.*limit = n;
      return fits(tried, bytes);
    };
    // More than the budget has bytes of anything there cannot be. All of it is not tried: that may
    // be a thousand times as much.
    limits_.*limit = std::max(before, largest_that(holds, budget_ + 1));
  }

  digest_rendering const& render_;
  std::size_t budget_;
  digest_limits limits_{};
};

/// Whether the failure is told at the end of the text.
bool tells_last(std::string_view text) {
  return text.find("\nE   ") != text.npos || text.find("Traceback (most recent") != text.npos;
}

}  // namespace

log_digest digest_of(test_log const& log) {
  log_digest digest{.log = &log};
  std::vector<bad_result> results;
  for (auto const& [i, entry] : ranges::views::enumerate(log.entries)) {
    digest.by_status.at(static_cast<std::size_t>(status_of(entry))).push_back(i);
    digest.first_bad.push_back(digest.bad.size());
    for (auto const& [k, one] : ranges::views::enumerate(entry.attempts)) {
      if (!is_bad(one.ended)) { continue; }
      digest.bad.push_back({i, k});
      results.push_back({entry.id.value, one.message, one.text});
    }
  }
  digest.causes = causes_of(results);
  digest.cause_of.resize(results.size());
  for (auto const& [i, cause] : ranges::views::enumerate(digest.causes)) {
    for (auto const member : cause.members) { digest.cause_of[member] = i; }
  }
  std::unordered_set<std::size_t> examples;
  for (auto const& cause : digest.causes) { examples.insert(digest.bad[cause.members[0]].entry); }
  for (auto const status : {log_status::flaky, log_status::failed, log_status::error}) {
    auto const& some = digest.by_status.at(static_cast<std::size_t>(status));
    digest.by_need.insert(digest.by_need.end(), some.begin(), some.end());
  }
  std::stable_partition(digest.by_need.begin(), digest.by_need.end(), [&](std::size_t at) {
    return log.entries[at].ended == verdict::flaky || !examples.contains(at);
  });
  return digest;
}

test_log log_of(log_digest const& digest, failure_cause const& cause) {
  test_log log;
  auto last = digest_limits::all;
  for (auto const member : cause.members) {
    auto const at = digest.bad[member].entry;
    if (at == std::exchange(last, at)) { continue; }
    log.entries.push_back(digest.log->entries[at]);
    log.counts.add(status_of(log.entries.back()));
  }
  return log;
}

std::size_t largest_that(std::function<bool(std::size_t)> const& fits, std::size_t most) {
  std::size_t good = 0;
  std::size_t step = 1;
  while (good < most) {
    auto const next = std::min(most, good + step);
    if (!fits(next)) { break; }
    good = next;
    step *= 2;
  }
  for (std::size_t bad = std::min(most + 1, good + step); bad - good > 1;) {
    auto const middle = good + (bad - good) / 2;
    (fits(middle) ? good : bad) = middle;
  }
  return good;
}

std::string fitted(digest_rendering const& render, std::size_t budget) {
  return fitting{render, budget}.run();
}

std::string excerpt(std::string_view text, std::size_t bytes) {
  if (text.size() <= bytes) { return std::string{text}; }
  constexpr std::size_t room_of_mark = 48;
  if (bytes < 2 * room_of_mark) {
    return std::string{tells_last(text) ? text::last_lines_of(text, bytes)
                                        : text::first_lines_of(text, bytes)};
  }
  auto const room = bytes - room_of_mark;
  auto const start = text::first_lines_of(text, tells_last(text) ? room / 5 : room * 4 / 5);
  auto const end = text::last_lines_of(text.substr(start.size()), room - start.size());
  return text::with_gap(start, text.size() - start.size() - end.size(), end);
}

std::string whole_text(recorded_attempt const& one) {
  if (one.message.empty() || one.text.find(one.message) != one.text.npos) { return one.text; }
  return one.text.empty() ? one.message : one.message + "\n" + one.text;
}

std::string handle_of(recorded_test const& entry, recorded_attempt const& one) {
  return fmt::format("{}.{}", handle_of(entry), one.number);
}

}  // namespace offload
