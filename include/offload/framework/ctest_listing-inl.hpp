// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/shell_words.hpp>
#include <offload/framework/ctest.hpp>

#include <offload/core/inline.hpp>
#include <offload/core/json.hpp>
#include <offload/core/keep_tail.hpp>
#include <offload/core/trimmed.hpp>
#include <offload/framework/output_tail.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <memory>
#include <ranges>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

namespace offload {
namespace ctest_listing_detail {

using names = std::vector<std::string>;

/// The properties of a test that refer to other tests.
struct relations {
  names locks{}, depends{}, sets_up{}, requires_fixtures{}, cleans_up{};
  exclusivity machine = exclusivity::shared;
};

inline void read_names(json const& value, names& into) {
  if (value.is_text()) { into.push_back(value.text()); }
  for (auto const& one : value.items()) {
    if (one.is_text()) { into.push_back(one.text()); }
  }
}

inline relations relations_of(json const& test) {
  relations found;
  for (auto const& property : test["properties"].items()) {
    auto const& name = property["name"].text();
    auto const& value = property["value"];
    if (name == "RESOURCE_LOCK") { read_names(value, found.locks); }
    if (name == "DEPENDS") { read_names(value, found.depends); }
    if (name == "FIXTURES_SETUP") { read_names(value, found.sets_up); }
    if (name == "FIXTURES_REQUIRED") { read_names(value, found.requires_fixtures); }
    if (name == "FIXTURES_CLEANUP") { read_names(value, found.cleans_up); }
    if (name == "RUN_SERIAL" && value.flag() == true) { found.machine = exclusivity::exclusive; }
  }
  return found;
}

/// The tests that have to do with a fixture.
struct fixture {
  names setups{}, users{};
};

class fixtures {
 public:
  void add(std::string const& test, relations const& of) {
    for (auto const& name : of.sets_up) { by_name_[name].setups.push_back(test); }
    for (auto const& name : of.requires_fixtures) { by_name_[name].users.push_back(test); }
  }
  [[nodiscard]] fixture const& operator[](std::string const& name) const {
    static fixture const unused;
    auto const found = by_name_.find(name);
    return found == by_name_.end() ? unused : found->second;
  }

 private:
  std::map<std::string, fixture> by_name_;
};

inline void add_ids(names const& from, std::string const& except, std::vector<test_id>& to) {
  for (auto const& name : from) {
    if (name != except && std::ranges::find(to, test_id{name}) == to.end()) {
      to.push_back({name});
    }
  }
}

/// A cleanup comes after everything that has used its fixture, and a user needs its setups.
inline std::shared_ptr<test_constraints const> constraints_of(std::string const& test,
                                                              relations const& of,
                                                              fixtures const& all) {
  test_constraints asked{.locks = of.locks, .machine = of.machine};
  add_ids(of.depends, test, asked.after);
  for (auto const& name : of.cleans_up) {
    add_ids(all[name].setups, test, asked.after);
    add_ids(all[name].users, test, asked.after);
  }
  for (auto const& name : of.requires_fixtures) { add_ids(all[name].setups, test, asked.needs); }
  if (asked == test_constraints{}) { return nullptr; }
  return std::make_shared<test_constraints const>(std::move(asked));
}

/// Where the tests of a listing are written.
class backtraces {
 public:
  backtraces(json const& graph, std::string_view project)
      : files_{graph["files"]},
        nodes_{graph["nodes"].items()},
        inside_{std::string{project} + "/"} {}

  /// Where a file calls `add_test`, or a function that does.
  [[nodiscard]] source_place place_of(json const& test) const {
    source_place place;
    auto next = test["backtrace"].number<std::size_t>();
    // A node without a line is a file as a whole. Bounded, should the graph be no tree.
    for (std::size_t steps = 0; next && *next < nodes_.size() && steps < nodes_.size(); ++steps) {
      auto const& node = nodes_[*next];
      auto const line = node["line"].number<unsigned>();
      auto const file = node["file"].number<std::size_t>();
      if (!line || !file || *file >= files_.items().size()) { break; }
      place = {files_.at(*file).text(), *line};
      next = node["parent"].number<std::size_t>();
    }
    if (place.file.starts_with(inside_)) { place.file.erase(0, inside_.size()); }
    return place;
  }

 private:
  json const& files_;
  json::list const& nodes_;
  std::string inside_;
};

inline void list(json const& document, std::string_view project,
                 std::vector<std::size_t> const& groups, framework_event_sink const& emit) {
  struct entry {
    json const* test;
    relations of;
    unsigned count = 1;
  };
  std::vector<std::string> order;
  std::map<std::string, entry> by_name;
  fixtures all;
  for (auto const& test : document["tests"].items()) {
    if (!test["name"].is_text()) { continue; }
    auto const [found, is_new] =
        by_name.try_emplace(test["name"].text(), entry{&test, relations_of(test)});
    if (!is_new) {
      ++found->second.count;
      continue;
    }
    order.push_back(found->first);
    all.add(found->first, found->second.of);
  }
  backtraces const places{document["backtraceGraph"], project};
  for (auto const& name : order) {
    auto const& [test, of, count] = by_name.at(name);
    if (count > 1) {
      emit(framework_warning{fmt::format(
          "{} tests are called `{}`: they run together and count as one", count, name)});
    }
    emit(test_listed{.id = {name},
                     .place = places.place_of(*test),
                     .groups = groups,
                     .together = count > 1 ? batching::alone : batching::shared,
                     .constraints = constraints_of(name, of, all)});
  }
}

inline std::string hint_for(exit_status status, std::string_view detail) {
  if (detail.starts_with("there is no ")) {
    return "build the project first, for instance `cmake -B build && cmake --build build`, or set "
           "[framework] build_dir to its build folder";
  }
  if (status.code == 127) {
    return "install CMake, or set [framework] command to the path of ctest";
  }
  return {};
}

/// The names in the output of `ctest -N`, "  Test  #1: name", that the document lacks.
inline std::vector<std::string> missing_tests(std::string_view all, json const& document) {
  std::unordered_set<std::string> known;
  for (auto const& test : document["tests"].items()) { known.insert(test["name"].text()); }
  std::vector<std::string> missing;
  for (auto const each : std::views::split(all, '\n')) {
    std::string_view line{each.begin(), each.end()};
    auto const number = std::min(line.find('#'), line.size());
    auto const colon = line.find(": ", number);
    bool const is_test = text::trimmed(line.substr(0, number)) == "Test" && colon != line.npos;
    if (!is_test) { continue; }
    line.remove_prefix(colon + 2);
    std::string name{line};
    constexpr std::string_view disabled = " (Disabled)";
    if (known.contains(name)) { continue; }
    if (line.ends_with(disabled)) { name.resize(name.size() - disabled.size()); }
    if (!known.contains(name)) { missing.push_back(std::move(name)); }
  }
  return missing;
}

}  // namespace ctest_listing_detail

OFFLOAD_INLINE ctest_listing_reader::ctest_listing_reader(discovery_job job, bool stops_on_failure,
                                                          std::vector<std::string> warnings)
    : job_{std::move(job)}, stops_on_failure_{stops_on_failure}, warnings_{std::move(warnings)} {}

OFFLOAD_INLINE void ctest_listing_reader::feed(stream from, std::string_view bytes,
                                               framework_event_sink const& emit) {
  if (from == stream::out) {
    output_ += bytes;
  } else {
    text::keep_tail(errors_, bytes);
    emit(output_text{from, std::string{bytes}});
  }
}

OFFLOAD_INLINE void ctest_listing_reader::fail(std::string what, std::string hint,
                                               framework_event_sink const& emit) const {
  if (hint.empty() && job_.run.argv.size() > 4) {
    std::vector<std::string> words{job_.run.argv.begin() + 4, job_.run.argv.end()};
    words.insert(words.end(), {"--test-dir", job_.run.argv[3]});
    hint = fmt::format("try it yourself: {}", shell::joined(words));
  }
  emit(listing_failed{{errc::discovery, std::move(what), std::move(hint)}});
}

OFFLOAD_INLINE void ctest_listing_reader::finish(exit_status status,
                                                 framework_event_sink const& emit) {
  std::string_view rest = output_;
  auto const project = rest.substr(0, rest.find('\n'));
  rest.remove_prefix(std::min(project.size() + 1, rest.size()));
  if (!status.ok()) {
    auto const detail = discovery_detail(errors_, rest);
    return fail(fmt::format("ctest could not list its tests ({}): {}", to_string(status), detail),
                ctest_listing_detail::hint_for(status, detail), emit);
  }
  constexpr std::string_view between = "\n--- all tests ---\n";
  auto const json_size = std::min(rest.rfind(between), rest.size());
  auto const all = rest.substr(json_size);
  rest = rest.substr(0, json_size);
  auto const begin = std::min(rest.find('{'), rest.size());
  auto const end = rest.rfind('}');
  auto const before = rest.substr(0, begin);
  if (before.find("RegularExpression::compile()") != before.npos) {
    return fail(fmt::format("ctest does not understand a filter: {}", discovery_detail(before, {})),
                {}, emit);
  }
  auto const document =
      end == rest.npos || end < begin ? json{} : parse_json(rest.substr(begin, end - begin + 1));
  if (!document["tests"].is_list()) {
    return fail(fmt::format("ctest wrote no list of tests: {}", discovery_detail(errors_, rest)),
                "Offload needs ctest 3.20 or newer: see `ctest --version`", emit);
  }
  if (auto const missing = ctest_listing_detail::missing_tests(all, document); !missing.empty()) {
    return fail(
        fmt::format("{} of {} tests have no command in this configuration, the first is `{}`; "
                    "ctest calls them Not Run, and fails",
                    missing.size(), missing.size() + document["tests"].items().size(),
                    missing.front()),
        "name a configuration in [framework], for instance `configuration = \"Release\"`, or leave "
        "these tests out with `filters`",
        emit);
  }
  for (auto const& text : warnings_) { emit(framework_warning{text}); }
  if (stops_on_failure_) { emit(failure_limit{1}); }
  ctest_listing_detail::list(document, project, job_.groups, emit);
  emit(listing_done{});
}

}  // namespace offload
