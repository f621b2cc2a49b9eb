// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "logs/digest_text.hpp"

#include <offload/core/cut_text.hpp>
#include <offload/core/trimmed.hpp>
#include <offload/report/terminal.hpp>

#include <fmt/core.h>
#include <range/v3/view/take.hpp>

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "causes/failure_text.hpp"
#include "logs/log_text.hpp"

namespace offload {
namespace {

constexpr std::size_t longest_name = 200;
constexpr std::size_t longest_message = 300;
constexpr std::size_t longest_reason = 120;

std::string counted(std::size_t n, std::string_view what) {
  return fmt::format("{} {}{}", n, what, n == 1 ? "" : "s");
}

std::string shown_name(recorded_test const& entry) {
  auto name = terminal::visible(entry.id.value);
  if (name.size() <= longest_name) { return name; }
  return fmt::format("{}... ({})", text::head_of(name, longest_name), handle_of(entry));
}

class digest_text {
 public:
  digest_text(log_digest const& digest, digest_limits const& limits, result_files const& files)
      : digest_{digest}, limits_{limits}, files_{files} {}

  std::string render(std::string_view command) {
    text_ = counts_line(digest_.log->counts);
    add_names();
    add_causes();
    add_details();
    add_left_out(command);
    return std::move(text_);
  }

 private:
  void add_names() {
    for (auto const status : {log_status::failed, log_status::error, log_status::flaky,
                              log_status::not_run, log_status::skipped, log_status::passed}) {
      auto const& some = digest_.by_status.at(static_cast<std::size_t>(status));
      auto const shown = std::min(limits_.names, some.size());
      names_left_ += some.size() - shown;
      if (shown == 0) { continue; }
      text_ += fmt::format("\n{} ({}):\n", to_string(status), some.size());
      for (auto const at : some | ranges::views::take(shown)) {
        add_name(digest_.log->entries[at]);
      }
      if (shown < some.size()) { text_ += fmt::format("  ... and {} more\n", some.size() - shown); }
    }
  }

  void add_name(recorded_test const& entry) {
    text_ += "  " + shown_name(entry);
    if (entry.ended == verdict::flaky) {
      std::string_view before = ": ";
      for (auto const& one : entry.attempts) {
        text_ += fmt::format("{}attempt {} {}", std::exchange(before, ", "), one.number,
                             word_for(one.ended));
        if (is_bad(one.ended)) {
          text_ += fmt::format(" ({})",
                               one_line(telling_message(one.message, one.text), longest_reason));
        }
      }
    } else if (!entry.reason.empty() && !has_bad(entry)) {
      text_ += ": " + one_line(entry.reason, longest_reason);
    }
    text_ += '\n';
  }

  static bool has_bad(recorded_test const& entry) {
    return std::ranges::any_of(entry.attempts, is_bad, &recorded_attempt::ended);
  }

  void add_causes() {
    auto const shown = std::min(limits_.causes, digest_.causes.size());
    causes_left_ = digest_.causes.size() - shown;
    if (shown == 0) { return; }
    text_ += fmt::format("\n{}:\n", counted(digest_.causes.size(), "cause"));
    for (auto const& cause : digest_.causes | ranges::views::take(shown)) { add_cause(cause); }
  }

  void add_cause(failure_cause const& cause) {
    text_ += fmt::format("\n[{}] {}: {}\n", cause.handle, counted(cause.tests, "test"),
                         one_line(cause.message, longest_message));
    if (!cause.place.empty()) {
      text_ += fmt::format("  place: {}\n", one_line(cause.place, longest_name));
    }
    add_names_of(cause);
    if (limits_.example_bytes > 0) { add_example(digest_.example_of(cause)); }
  }

  void add_names_of(failure_cause const& cause) {
    std::size_t shown = 0;
    auto last = digest_limits::all;
    for (auto const member : cause.members) {
      auto const entry = digest_.bad[member].entry;
      if (shown == limits_.cause_names) { break; }
      if (entry == std::exchange(last, entry)) { continue; }
      text_ += fmt::format("  - {}\n", shown_name(digest_.log->entries[entry]));
      ++shown;
    }
    if (shown > 0 && shown < cause.tests) {
      text_ += fmt::format("  ... and {} more\n", cause.tests - shown);
    }
  }

  void add_example(attempt_ref ref) {
    auto const& entry = digest_.entry_of(ref);
    auto const& one = digest_.attempt_of(ref);
    auto const place = place_of(one);
    text_ += fmt::format("  example {} ({}{}{}):\n", shown_name(entry), handle_of(entry, one),
                         place.empty() ? "" : ", ", place);
    auto const text = compact(whole_text(one));
    add_indented(excerpt(text, limits_.example_bytes));
    if (text.size() <= limits_.example_bytes) { examples_.insert(handle_of(entry, one)); }
  }

  /// Without lines that say nothing: empty ones, and the rulers of pytest.
  static std::string compact(std::string_view lines) {
    std::string kept;
    for_each_line(lines, [&](std::string_view line) {
      if (line.find_first_not_of(" \t\r_") != line.npos) { append_line(kept, line); }
    });
    return kept;
  }

  void add_indented(std::string_view lines) {
    for_each_line(lines, [&](std::string_view line) {
      line = text::trimmed(line, "\r");
      text_ += fmt::format("    {}\n", line);
    });
  }

  void add_details() {
    auto const shown = std::min(limits_.details, digest_.by_need.size());
    details_left_ = digest_.by_need.size() - shown;
    for (auto const at : digest_.by_need | ranges::views::take(shown)) {
      auto const& entry = digest_.log->entries[at];
      text_ += fmt::format("\n=== {} [{}] ({}) ===\n", shown_name(entry),
                           to_string(status_of(entry)), handle_of(entry));
      for (auto const& one : entry.attempts) { add_attempt(entry, one); }
    }
  }

  void add_attempt(recorded_test const& entry, recorded_attempt const& one) {
    auto const place = place_of(one);
    text_ += fmt::format("--- attempt {} of {} {}{}{} ---\n", one.number, entry.attempts.size(),
                         word_for(one.ended), place.empty() ? "" : ", ", place);
    if (!is_bad(one.ended)) { return; }
    if (examples_.contains(handle_of(entry, one))) {
      text_ += "(it is an example above)\n";
    } else if (says_what_was_said(entry, one)) {
      text_ += "(the same again)\n";
    } else {
      append_line(text_, excerpt(whole_text(one), limits_.detail_bytes));
    }
    append_part("standard output", one.out);
    append_part("standard error", one.err);
    for (auto const& path : files_.logs_of(one)) { text_ += fmt::format("log: {}\n", path); }
    for (auto const& path : files_.artifacts_of(one)) {
      text_ += fmt::format("artifact: {}\n", path);
    }
  }

  /// Whether an earlier attempt at the test says the same.
  static bool says_what_was_said(recorded_test const& entry, recorded_attempt const& one) {
    return std::ranges::any_of(entry.attempts, [&](auto const& other) {
      return other.number < one.number && other.ended == one.ended &&
             other.message == one.message && other.text == one.text;
    });
  }

  void append_part(std::string_view what, std::string_view part) {
    if (part.empty() || limits_.detail_bytes == 0) { return; }
    text_ += fmt::format("--- {} ---\n", what);
    append_line(text_, excerpt(part, limits_.detail_bytes));
  }

  void add_left_out(std::string_view command) {
    std::string parts;
    auto const add = [&](std::size_t n, std::string_view what) {
      if (n > 0) { parts += (parts.empty() ? "" : ", ") + counted(n, what); }
    };
    add(names_left_, "name");
    add(causes_left_, "cause");
    if (details_left_ > 0) {
      parts += fmt::format("{}the details of {}", parts.empty() ? "" : ", ",
                           counted(details_left_, "test"));
    }
    if (parts.empty()) { return; }
    text_ += fmt::format("\nLeft out: {}. More: {} --show HANDLE (a cause, a test, an attempt)\n",
                         parts, command);
  }

  log_digest const& digest_;
  digest_limits const& limits_;
  result_files const& files_;
  std::string text_;
  std::unordered_set<std::string> examples_;  ///< attempts that were told in full
  std::size_t names_left_{}, causes_left_{}, details_left_{};
};

}  // namespace

std::string counts_line(log_counts const& counts) {
  auto line = counted(counts.tests(), "test");
  std::string_view before = ": ";
  auto const add = [&](std::size_t n, std::string_view what) {
    if (n > 0) { line += fmt::format("{}{} {}", std::exchange(before, ", "), n, what); }
  };
  add(counts.failed, "failed");
  add(counts.error, counts.error == 1 ? "error" : "errors");
  add(counts.flaky, "flaky");
  add(counts.not_run, "not run");
  add(counts.skipped, "skipped");
  add(counts.passed, "passed");
  return line + "\n";
}

std::string one_line(std::string_view text, std::size_t bytes) {
  std::string line;
  for_each_line(text, [&](std::string_view part) {
    part = text::trimmed(part);
    if (part.empty() || line.size() > bytes) { return; }
    line += (line.empty() ? "" : " | ") + terminal::visible(part);
  });
  if (line.size() <= bytes) { return line; }
  return fmt::format("{}...", text::head_of(line, bytes - std::min<std::size_t>(bytes, 3)));
}

std::string render_text(log_digest const& digest, digest_limits const& limits,
                        result_files const& files, std::string_view command) {
  return digest_text{digest, limits, files}.render(command);
}

std::string text_within(std::size_t budget, log_digest const& digest, result_files const& files,
                        std::string_view command) {
  auto text = fitted(
      [&](digest_limits const& limits) { return render_text(digest, limits, files, command); },
      budget);
  if (text.empty()) { text = text::head_of(counts_line(digest.log->counts), budget); }
  return text;
}

}  // namespace offload
