// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <array>
#include <cstddef>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace offload::cli {

enum class finding_level { ok, warning, problem };

[[nodiscard]] constexpr std::string_view to_string(finding_level level) {
  return std::array<std::string_view, 3>{"ok", "warning",
                                         "problem"}[static_cast<std::size_t>(level)];
}

/// A finding of `offload doctor` about one check.
struct finding {
  finding_level level{};
  std::string check;  ///< a stable name for programs: "git.shallow"
  std::string what;   ///< a sentence without its full stop
  std::string fix{};  ///< what to do; empty when nothing is to be done

  bool operator==(finding const&) const = default;
};

using findings = std::vector<finding>;

inline void append(findings& to, findings more) {
  to.insert(to.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

[[nodiscard]] inline finding fine(std::string check, std::string what) {
  return {finding_level::ok, std::move(check), std::move(what)};
}
[[nodiscard]] inline finding doubtful(std::string check, std::string what, std::string fix) {
  return {finding_level::warning, std::move(check), std::move(what), std::move(fix)};
}
[[nodiscard]] inline finding broken(std::string check, std::string what, std::string fix) {
  return {finding_level::problem, std::move(check), std::move(what), std::move(fix)};
}

}  // namespace offload::cli
