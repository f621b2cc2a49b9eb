// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "causes/failure_causes.hpp"

#include <offload/core/cut_text.hpp>
#include <offload/report/handle.hpp>

#include <fmt/core.h>
#include <range/v3/view/enumerate.hpp>

#include <algorithm>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "causes/failure_text.hpp"

namespace offload {
namespace {

/// Longer texts are read at both ends: the rest is output.
constexpr std::size_t most_read = std::size_t{64} * 1024;

std::string_view last_part(std::string_view name, std::string_view separator) {
  auto const at = name.rfind(separator);
  return at == name.npos ? name : name.substr(at + separator.size());
}

/// The name of a test's own function, whatever the runner: without parameters and suites.
std::string_view own_function(std::string_view test) {
  test = test.substr(0, test.find('['));
  return last_part(last_part(test, " > "), "::");
}

/// The file as it is the same in all sandboxes: of absolute paths the end.
std::string_view short_file(std::string_view file) {
  if (!file.starts_with('/')) { return file; }
  auto const name = file.rfind('/');
  if (file.starts_with("/tmp/") || name == 0) { return file.substr(name + 1); }
  auto const folder = file.rfind('/', name - 1);
  return file.substr(folder + 1);
}

bool is_file_of(std::string_view file, std::string_view test) {
  auto const end = std::min(test.find("::"), test.find(" > "));
  return end != test.npos && file.ends_with(test.substr(0, end));
}

bool is_own(stack_frame const& frame, std::string_view test) {
  if (frame.function.empty()) { return is_file_of(frame.file, test); }
  return last_part(last_part(frame.function, "::"), ".") == own_function(test);
}

/// Where something went wrong.
struct failure_place {
  std::string shown{};
  bool is_test = false;  ///< in the test's own function
};

failure_place place_of(std::string_view test, std::string_view text) {
  auto const frames = frames_in(text);
  bool const all_foreign =
      std::ranges::all_of(frames, [](auto const& frame) { return is_foreign(frame.file); });
  for (auto const& frame : frames) {
    if (!all_foreign && is_foreign(frame.file)) { continue; }
    std::string file{short_file(frame.file)};
    if (is_own(frame, test)) { return {std::move(file), true}; }
    return {frame.function.empty() ? file : fmt::format("{}, in {}", file, frame.function), false};
  }
  return {};
}

failure_cause cause_of(bad_result const& one) {
  auto const text = text::two_ends(one.text, most_read);
  auto const place = place_of(one.test, text);
  failure_cause cause;
  cause.message = telling_message(one.message, text);
  auto const values = place.is_test ? asserted_values(text) : std::string{};
  // Tests of many files may be about one value: the cause has no place then.
  if (values.empty()) { cause.place = place.shown; }
  cause.key = fmt::format("{}\n@ {}", normalised(cause.message),
                          values.empty() ? place.shown : normalised(values));
  return cause;
}

}  // namespace

std::vector<failure_cause> causes_of(std::span<bad_result const> results) {
  std::vector<failure_cause> causes;
  std::vector<std::string_view> first_names;
  std::vector<std::unordered_set<std::string_view>> names;
  std::unordered_map<std::string, std::size_t> known;
  for (auto const& [i, result] : ranges::views::enumerate(results)) {
    auto cause = cause_of(result);
    auto const [found, is_new] = known.try_emplace(cause.key, causes.size());
    if (is_new) {
      cause.handle = handle_of('c', cause.key);
      causes.push_back(std::move(cause));
      first_names.push_back(result.test);
      names.emplace_back();
    }
    auto const at = found->second;
    causes[at].members.push_back(i);
    names[at].insert(result.test);
    first_names[at] = std::min(first_names[at], result.test);
  }
  std::vector<std::size_t> order(causes.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    order[i] = i;
    causes[i].tests = names[i].size();
  }
  std::ranges::sort(order, [&](std::size_t a, std::size_t b) {
    if (causes[a].tests != causes[b].tests) { return causes[a].tests > causes[b].tests; }
    return std::pair{first_names[a], a} < std::pair{first_names[b], b};
  });
  std::vector<failure_cause> sorted;
  sorted.reserve(order.size());
  for (auto const i : order) { sorted.push_back(std::move(causes[i])); }
  return sorted;
}

}  // namespace offload
