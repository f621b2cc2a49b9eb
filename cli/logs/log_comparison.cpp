// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "logs/log_comparison.hpp"

#include <offload/core/cut_text.hpp>
#include <offload/report/terminal.hpp>

#include <fmt/core.h>

#include <cctype>
#include <utility>

#include "logs/log_digest.hpp"

namespace offload {
namespace {

test_result result_of(recorded_test const& entry) { return {entry.ended, longest_of(entry)}; }

class comparing {
 public:
  explicit comparing(log_comparison& to) : to_{to} {}

  void only_before(recorded_test const& before) {
    if (to_.same_selection) { add(change::gone, &before, nullptr); }
  }

  void only_now(recorded_test const& now) {
    if (to_.same_selection) { add(change::added, nullptr, &now); }
    if (auto const what = change_of(verdict::not_run, result_of(now).ended)) {
      add(*what, nullptr, &now);
    }
  }

  void both(recorded_test const& before, recorded_test const& now) {
    auto const then = result_of(before);
    auto const result = result_of(now);
    if (auto const what = change_of(then.ended, result.ended)) { add(*what, &before, &now); }
    if (is_much_slower(then, result)) { add(change::much_slower, &before, &now); }
  }

 private:
  void add(change what, recorded_test const* before, recorded_test const* now) {
    test_change one{.name = (now != nullptr ? now : before)->id.value};
    if (before != nullptr) {
      one.before = status_of(*before);
      one.took_before = longest_of(*before);
    }
    if (now != nullptr) {
      one.now = status_of(*now);
      one.took_now = longest_of(*now);
    }
    to_.changes.at(static_cast<std::size_t>(what)).push_back(std::move(one));
  }

  log_comparison& to_;
};

std::string lower(std::string_view word) {
  std::string text{word};
  for (char& c : text) { c = static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }
  return text;
}

}  // namespace

std::string_view to_string(change what) {
  switch (what) {
    case change::newly_failing: return "newly failing";
    case change::still_failing: return "still failing";
    case change::newly_flaky: return "newly flaky";
    case change::fixed: return "fixed";
    case change::added: return "new";
    case change::gone: return "gone";
    case change::much_slower: return "much slower";
  }
  return "changed";
}

log_comparison compare_logs(test_log const& before, test_log const& now) {
  log_comparison found;
  found.same_selection = !now.selection.empty() && before.selection == now.selection;
  comparing comparison{found};
  auto b = before.entries.begin();
  for (auto n = now.entries.begin(); n != now.entries.end() || b != before.entries.end();) {
    if (n == now.entries.end() || (b != before.entries.end() && b->id < n->id)) {
      comparison.only_before(*b++);
    } else if (b == before.entries.end() || n->id < b->id) {
      comparison.only_now(*n++);
    } else {
      comparison.both(*b++, *n++);
    }
  }
  return found;
}

std::string render_text(log_comparison const& changes, std::size_t names) {
  std::string text = "Since the run before:";
  std::string_view before = " ";
  std::string lists;
  for (std::size_t i = 0; i < changes.changes.size(); ++i) {
    auto const& some = changes.changes[i];
    auto const what = to_string(static_cast<change>(i));
    if (some.empty()) { continue; }
    text += fmt::format("{}{} {}", std::exchange(before, ", "), some.size(), what);
    auto const shown = std::min(names, some.size());
    if (shown > 0) { lists += fmt::format("\n{} ({}):\n", what, some.size()); }
    for (std::size_t k = 0; k < shown; ++k) {
      auto const& one = some[k];
      lists += "  " + terminal::visible(one.name);
      if (static_cast<change>(i) == change::much_slower) {
        lists += fmt::format(": {} instead of {}", terminal::short_duration(one.took_now),
                             terminal::short_duration(one.took_before));
      } else if (one.before && one.now && one.before != one.now) {
        lists +=
            fmt::format(": {}, was {}", lower(to_string(*one.now)), lower(to_string(*one.before)));
      }
      lists += '\n';
    }
    if (shown < some.size()) { lists += fmt::format("  ... and {} more\n", some.size() - shown); }
  }
  if (before == " ") { text += " nothing has changed"; }
  text += '\n';
  if (!changes.same_selection) {
    text += "The runs may have selected different tests, so no test is listed as new or gone.\n";
  }
  return text + lists;
}

std::string text_within(std::size_t budget, log_comparison const& changes) {
  auto const fits = [&](std::size_t names) { return render_text(changes, names).size() <= budget; };
  auto const names = fits(digest_limits::all) ? digest_limits::all : largest_that(fits, budget);
  return std::string{text::head_of(render_text(changes, names), budget)};
}

}  // namespace offload
