// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "show.hpp"

#include <offload/report/terminal.hpp>

#include <offload/core/json.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <cstdio>

namespace offload::cli {
namespace {

constexpr int schema_version = 1;

colour colour_of(finding_level level) {
  switch (level) {
    case finding_level::ok: return colour::green;
    case finding_level::warning: return colour::yellow;
    case finding_level::problem: break;
  }
  return colour::red;
}

std::string counted(std::size_t count, std::string_view what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

}  // namespace

std::size_t count_of(findings const& found, finding_level level) {
  return static_cast<std::size_t>(std::ranges::count(found, level, &finding::level));
}

std::string as_text(findings const& found) {
  std::string text;
  for (auto const& each : found) {
    text += terminal::painted(fmt::format("{:<8}", to_string(each.level)), colour_of(each.level),
                              terminal::style_for(stdout));
    text += fmt::format("{:<21} {}\n", each.check, terminal::visible(each.what));
    if (!each.fix.empty()) {
      text += fmt::format("{:>29} fix: {}\n", "", terminal::visible(each.fix));
    }
  }
  text += fmt::format("\n{}, {}.\n", counted(count_of(found, finding_level::problem), "problem"),
                      counted(count_of(found, finding_level::warning), "warning"));
  return text;
}

std::string as_json(findings const& found, std::string const& config) {
  json out{{"schema", schema_version}, {"offload", OFFLOAD_VERSION}, {"config", config}};
  out["ok"] = count_of(found, finding_level::problem) == 0;
  out["findings"] = json::list{};
  for (auto const& each : found) {
    out["findings"].append(json{{"check", each.check},
                                {"level", to_string(each.level)},
                                {"what", each.what},
                                {"fix", each.fix}});
  }
  return to_json(out, {.indent = 2}) + "\n";
}

}  // namespace offload::cli
