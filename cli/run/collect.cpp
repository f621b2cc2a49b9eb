// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "run/collect.hpp"

#include <offload/core/json.hpp>
#include <offload/process/marked_processes.hpp>
#include <offload/process/stop_signals.hpp>

#include <fmt/core.h>

#include <algorithm>

#include "command_line/commands.hpp"
#include "command_line/print.hpp"
#include "command_line/warn.hpp"
#include "run/earlier_runs.hpp"
#include "run/leftovers.hpp"
#include "run/run_local.hpp"
#include "run/sharding.hpp"

namespace offload::cli {
namespace {

/// The tests that a group selects, in order of discovery.
std::vector<test_case> tests_of(group const& g, std::vector<test_case> const& all) {
  std::vector<test_case> own;
  std::ranges::copy_if(all, std::back_inserter(own), [&](test_case const& test) {
    return std::ranges::find(test.groups, g.name) != test.groups.end();
  });
  return own;
}

/// The test's name as older versions know it: the id after its last `::`.
std::string short_name(std::string const& id) {
  auto const at = id.rfind("::");
  return at == std::string::npos ? id : id.substr(at + 2);
}

}  // namespace

void print_tests_as_text(config const& c, std::vector<test_case> const& tests) {
  std::size_t records = 0;
  for (auto const& test : tests) { records += test.groups.size(); }
  print("Discovered {} tests across {} groups:\n", records, c.groups.size());
  for (auto const& g : c.groups) {
    auto const own = tests_of(g, tests);
    if (own.empty()) { continue; }
    print("\nGroup '{}':\n", g.name);
    for (auto const& test : own) { print("  {}\n", test.id.value); }
  }
}

namespace {

void print_tests_as_json(config const& c, std::vector<test_case> const& tests) {
  json::list list;
  for (auto const& g : c.groups) {
    for (auto const& test : tests_of(g, tests)) {
      json entry{{"id", test.id.value}, {"name", short_name(test.id.value)},
                 {"file", nullptr},     {"retry_count", g.retry_count},
                 {"group", g.name},     {"schedule_individual", g.together == batching::alone}};
      if (!test.place.file.empty()) { entry["file"] = test.place.file; }
      list.push_back(std::move(entry));
    }
  }
  print("{}\n", to_json(std::move(list), {.indent = 2}));
}

}  // namespace

int collect(common_options const& common, collect_options const& options) {
  run_options part;
  part.shard = options.shard;
  auto const asked = launch_or_complain(common, part);
  if (!asked) { return 1; }
  if (options.format != "json" && options.format != "text") {
    warn(fmt::format("--format is `text` or `json`, not `{}`: using `text`", options.format));
  }
  last_sweep const sweep;
  stop_signals const signals{[] { leave_at_once(creations::end); }};
  auto const found = list_tests(*asked, signals.token());
  if (!found) {
    int const code = fail_with(found.error());
    return signals.received() == 0 ? code : 128 + signals.received();
  }
  for (auto const& text : found->warnings()) { warn(text); }
  auto const tests = tests_of_part(*asked, *found);
  if (!tests) { return fail_with(tests.error()); }
  if (options.format == "json") {
    print_tests_as_json(asked->c, *tests);
  } else {
    print_tests_as_text(asked->c, *tests);
  }
  return 0;
}

}  // namespace offload::cli
