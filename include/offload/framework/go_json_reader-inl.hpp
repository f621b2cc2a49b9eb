// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/framework/go_json_reader.hpp>

#include <offload/core/inline.hpp>
#include <offload/core/json.hpp>
#include <offload/core/line_splitter.hpp>
#include <offload/core/trimmed.hpp>
#include <offload/framework/placeholders.hpp>

#include <fmt/core.h>
#include <range/v3/range/conversion.hpp>
#include <range/v3/view/filter.hpp>
#include <range/v3/view/transform.hpp>

#include <algorithm>
#include <map>
#include <optional>
#include <unordered_set>
#include <utility>
#include <vector>

namespace offload {
namespace go_json_reader_detail {

inline bool ends_a_test(std::string_view action) {
  return action == "pass" || action == "fail" || action == "skip";
}

inline outcome outcome_of(std::string_view action) {
  if (action == "pass") { return outcome::passed; }
  return action == "skip" ? outcome::skipped : outcome::failed;
}

/// "=== RUN   TestA", "PASS" and the like, which say nothing that the events do not.
inline bool is_frame(std::string_view line) {
  return line.starts_with("=== ") || text::trimmed(line).starts_with("--- ") || line == "PASS" ||
         line.starts_with("FAIL") || line.starts_with("exit status ") ||
         line.starts_with("coverage: ");
}

/// The place and words behind `t.Error`: "cart_test.go:17: expected 4, got 5". Empty when the line
/// is none of these.
inline std::string_view logged(std::string_view line) {
  auto const text = text::trimmed(line);
  auto const file = text.find(".go:");
  bool const indented = line.starts_with(' ') || line.starts_with('\t');
  return indented && file != text.npos && text.find(' ') > file ? text : std::string_view{};
}

/// The line that says best why a test ended as it did.
inline std::string_view telling_line(std::string_view text) {
  std::string_view first_log;
  std::string_view first_words;
  while (!text.empty()) {
    auto const line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (line.starts_with("panic: ") || line.starts_with("fatal error: ")) { return line; }
    if (first_log.empty()) { first_log = logged(line); }
    if (first_words.empty() && !is_frame(line)) { first_words = text::trimmed(line); }
  }
  return first_log.empty() ? first_words : first_log;
}

inline std::string with_reason(std::string what, std::string_view text) {
  auto const line = telling_line(text);
  return line.empty() ? what : what.append(": ").append(line);
}

/// The first thing that the compiler complains of.
inline std::string_view first_complaint(std::string_view said) {
  while (said.starts_with('#')) { said.remove_prefix(std::min(said.size(), said.find('\n') + 1)); }
  return said.substr(0, said.find('\n'));
}

/// The package of a line such as "FAIL\tshop/cart [build failed]"; empty when it is none.
inline std::string_view unbuilt_package(std::string_view line) {
  constexpr std::string_view fail = "FAIL\t";
  if (!line.starts_with(fail)) { return {}; }
  line.remove_prefix(fail.size());
  auto const end = std::min(line.find(" [build failed]"), line.find(" [setup failed]"));
  return end == line.npos ? std::string_view{} : line.substr(0, end);
}

/// Before Go 1.24, only words of a package's output say that it does not build.
inline bool says_unbuilt(std::string_view output, std::string_view package) {
  while (!output.empty()) {
    auto const line = output.substr(0, output.find('\n'));
    if (unbuilt_package(line) == package) { return true; }
    output.remove_prefix(std::min(output.size(), line.size() + 1));
  }
  return false;
}

/// A skip is known by its reason alone.
inline std::string_view without_place(std::string_view line) {
  auto const file = line.find(".go:");
  auto const words = line.find(": ", file == line.npos ? 0 : file);
  return file == line.npos || words == line.npos ? line : line.substr(words + 2);
}

}  // namespace go_json_reader_detail

class go_json_reader::parts {
 public:
  explicit parts(batch tests, std::string id_format);

  void feed(stream from, std::string_view bytes, framework_event_sink const& emit);
  void interrupted(framework_event_sink const& emit);
  void finish(exit_status status, framework_event_sink const& emit);

 private:
  enum class progress { running, paused, over };
  struct test_account {
    progress now = progress::running;
    std::string text{};
  };
  struct package_account {
    std::map<std::string, test_account> tests{};  ///< started number of tests of the batch, by id
    std::string text{};                           ///< output that belongs to no test
    bool has_failed_test = false;
  };
  struct event;  // a line of `go test -json`
  struct unbuilt {
    std::string package{};
    std::string build{};  ///< key of the compiler's output in `builds_`
    seconds elapsed{};
  };

  void read_line(std::string_view line, framework_event_sink const& emit);
  void hear(event const& said, framework_event_sink const& emit);
  void hear_of_test(event const& said, std::string const& id, framework_event_sink const& emit);
  void hear_of_package(event const& said, framework_event_sink const& emit);
  void hear_of_build(std::string_view line_of_stderr);
  void end_package(event const& said, framework_event_sink const& emit);
  void report_unbuilt(unbuilt const& what, framework_event_sink const& emit);
  void report_all_unbuilt(framework_event_sink const& emit);
  [[nodiscard]] std::vector<std::string> wanted_of(std::string_view package) const;
  [[nodiscard]] std::string id_of(std::string_view package, std::string_view test) const;
  [[nodiscard]] std::optional<std::string> wanted_ancestor(event const& said) const;

  batch tests_;
  std::string id_format_;
  std::unordered_set<std::string> wanted_;
  line_splitter lines_;
  line_splitter errors_;
  std::map<std::string, package_account> packages_;
  std::map<std::string, std::string> builds_;  ///< output of builds, by import path
  std::string building_;                       ///< the package that standard error belongs to
  std::vector<unbuilt> unbuilt_;               ///< reported at the end of the output
  bool heard_any_ = false;
  bool interrupted_ = false;
};

struct go_json_reader::parts::event {
  std::string action{};
  std::string package{};
  std::string test{};
  std::string output{};
  std::string import_path{};
  std::string failed_build{};
  seconds elapsed{};
};

OFFLOAD_INLINE go_json_reader::parts::parts(batch tests, std::string id_format)
    : tests_{std::move(tests)}, id_format_{std::move(id_format)} {
  for (auto const& id : tests_.tests) { wanted_.insert(id.value); }
}

OFFLOAD_INLINE void go_json_reader::parts::feed(stream from, std::string_view bytes,
                                                framework_event_sink const& emit) {
  if (from == stream::err || interrupted_) { emit(output_text{from, std::string{bytes}}); }
  if (interrupted_) { return; }
  if (from == stream::err) {
    return errors_.feed(bytes, [this](std::string_view line) { hear_of_build(line); });
  }
  lines_.feed(bytes, [&](std::string_view line) { read_line(line, emit); });
}

OFFLOAD_INLINE void go_json_reader::parts::read_line(std::string_view line,
                                                     framework_event_sink const& emit) {
  auto const parsed = line.starts_with('{') ? parse_json(line) : json{};
  auto const& action = parsed["Action"].text();
  if (action.empty()) {
    if (auto const package = go_json_reader_detail::unbuilt_package(line); !package.empty()) {
      heard_any_ = true;
      unbuilt_.push_back({.package = std::string{package}, .build = std::string{package}});
    }
    return emit(output_text{stream::out, std::string{line} + '\n'});
  }

  heard_any_ = true;
  event said{.action = action,
             .package = parsed["Package"].text(),
             .test = parsed["Test"].text(),
             .output = parsed["Output"].text(),
             .import_path = parsed["ImportPath"].text(),
             .failed_build = parsed["FailedBuild"].text(),
             .elapsed = seconds{parsed["Elapsed"].number<double>().value_or(0)}};
  hear(said, emit);
}

OFFLOAD_INLINE void go_json_reader::parts::hear(event const& said,
                                                framework_event_sink const& emit) {
  // As people know it from `go test -v`, for the log of the batch.
  if (!said.output.empty()) { emit(output_text{stream::out, said.output}); }
  if (said.action == "build-output") {
    builds_[said.import_path] += said.output;
  } else if (said.test.empty()) {
    hear_of_package(said, emit);
  } else if (auto const id = id_of(said.package, said.test); wanted_.contains(id)) {
    hear_of_test(said, id, emit);
  } else if (auto const parent = wanted_ancestor(said)) {
    packages_[said.package].tests[*parent].text +=
        go_json_reader_detail::is_frame(said.output) ? "" : said.output;
  } else if (wanted_.contains(said.package) && !said.output.starts_with("=== ")) {
    packages_[said.package].text += said.output;
  }
}

OFFLOAD_INLINE void go_json_reader::parts::hear_of_build(std::string_view line) {
  if (line.starts_with("# ")) {
    building_ = line.substr(2, line.find(' ', 2) - 2);
    return;
  }
  if (!building_.empty()) { builds_[building_].append(line).append("\n"); }
}

OFFLOAD_INLINE void go_json_reader::parts::hear_of_test(event const& said, std::string const& id,
                                                        framework_event_sink const& emit) {
  auto& test = packages_[said.package].tests[id];
  if (test.now == progress::over) { return; }
  if (said.action == "run" || said.action == "cont") {
    test.now = progress::running;
    emit(test_started{{id}});
  } else if (said.action == "pause") {
    test.now = progress::paused;
  } else if (said.action == "output") {
    if (!go_json_reader_detail::is_frame(said.output)) { test.text += said.output; }
  } else if (go_json_reader_detail::ends_a_test(said.action)) {
    test.now = progress::over;
    test_report report{.id = {id},
                       .ended = go_json_reader_detail::outcome_of(said.action),
                       .duration = said.elapsed};
    if (report.ended == outcome::failed) {
      packages_[said.package].has_failed_test = true;
      report.message = go_json_reader_detail::telling_line(test.text);
      report.text = std::move(test.text);
    } else {
      if (report.ended == outcome::skipped) {
        report.message =
            go_json_reader_detail::without_place(go_json_reader_detail::telling_line(test.text));
      }
      report.out = std::move(test.text);
    }
    emit(test_finished{std::move(report)});
  }
}

OFFLOAD_INLINE void go_json_reader::parts::hear_of_package(event const& said,
                                                           framework_event_sink const& emit) {
  if (said.action == "start") {
    if (wanted_.contains(said.package)) { emit(test_started{{said.package}}); }
  } else if (said.action == "output") {
    packages_[said.package].text += said.output;
  } else if (go_json_reader_detail::ends_a_test(said.action)) {
    end_package(said, emit);
  }
}

OFFLOAD_INLINE void go_json_reader::parts::end_package(event const& said,
                                                       framework_event_sink const& emit) {
  auto const package = std::exchange(packages_[said.package], {});
  if (!said.failed_build.empty()) {
    return report_unbuilt({said.package, said.failed_build, said.elapsed}, emit);
  }
  if (said.action == "fail" && package.tests.empty() &&
      go_json_reader_detail::says_unbuilt(package.text, said.package)) {
    // The compiler's output may arrive later.
    unbuilt_.push_back({said.package, said.package, said.elapsed});
    return;
  }
  auto const report = [&](std::string const& id, outcome ended, std::string message,
                          std::string text) {
    emit(test_finished{{.id = {id},
                        .ended = ended,
                        .duration = said.elapsed,
                        .message = std::move(message),
                        .text = std::move(text)}});
  };

  auto const is_running = [](auto const& test) { return test.second.now == progress::running; };
  auto const running = std::ranges::find_if(package.tests, is_running);
  if (std::ranges::count_if(package.tests, is_running) == 1) {
    auto const& [id, test] = *running;
    report(id, outcome::errored,
           go_json_reader_detail::with_reason("the test binary ended while running this test",
                                              test.text),
           test.text + package.text);
  }
  auto const ended = go_json_reader_detail::outcome_of(said.action);
  if (wanted_.contains(said.package)) {
    bool const bad = is_bad(ended);
    report(said.package, ended,
           bad ? go_json_reader_detail::with_reason("the package failed", package.text) : "",
           bad ? package.text : "");
  }
  if (!is_bad(ended)) { return; }
  if (!package.tests.empty()) {
    bool const has_culprit = running != package.tests.end() || package.has_failed_test;
    if (has_culprit || wanted_.contains(said.package)) { return; }
    return emit(
        outside_failure{"Go package " + said.package, package.text,
                        go_json_reader_detail::with_reason("the package failed", package.text)});
  }
  for (auto const& id : wanted_of(said.package)) {
    report(id, outcome::errored, "the package failed before this test", package.text);
  }
}

OFFLOAD_INLINE void go_json_reader::parts::report_unbuilt(unbuilt const& what,
                                                          framework_event_sink const& emit) {
  auto const build = builds_.find(what.build);
  auto const words = build == builds_.end() ? std::string{} : build->second;
  auto const complaint = go_json_reader_detail::first_complaint(words);
  auto const message = complaint.empty() ? std::string{"the package does not build"}
                                         : fmt::format("the package does not build: {}", complaint);
  auto ids = wanted_of(what.package);
  if (wanted_.contains(what.package)) { ids.insert(ids.begin(), what.package); }
  for (auto const& id : ids) {
    emit(test_finished{{.id = {id},
                        .ended = outcome::errored,
                        .duration = what.elapsed,
                        .message = message,
                        .text = words}});
  }
}

OFFLOAD_INLINE void go_json_reader::parts::report_all_unbuilt(framework_event_sink const& emit) {
  for (auto const& one : std::exchange(unbuilt_, {})) { report_unbuilt(one, emit); }
}

OFFLOAD_INLINE std::vector<std::string> go_json_reader::parts::wanted_of(
    std::string_view package) const {
  auto const prefix = id_of(package, "");
  auto const is_wanted = [&](std::string const& id) {
    return id != package && !prefix.empty() && id.starts_with(prefix);
  };
  return tests_.tests | ranges::views::transform(&test_id::value) |
         ranges::views::filter(is_wanted) | ranges::to<std::vector<std::string>>();
}

OFFLOAD_INLINE std::string go_json_reader::parts::id_of(std::string_view package,
                                                        std::string_view test) const {
  return filled_in(id_format_, {{"{classname}", package}, {"{name}", test}});
}

OFFLOAD_INLINE std::optional<std::string> go_json_reader::parts::wanted_ancestor(
    event const& said) const {
  std::string_view name = said.test;
  for (auto slash = name.rfind('/'); slash != name.npos; slash = name.rfind('/')) {
    name = name.substr(0, slash);
    if (auto id = id_of(said.package, name); wanted_.contains(id)) { return id; }
  }
  return std::nullopt;
}

// From here on, tests may fail because they are told to end.
OFFLOAD_INLINE void go_json_reader::parts::interrupted(framework_event_sink const& emit) {
  report_all_unbuilt(emit);
  interrupted_ = true;
}

OFFLOAD_INLINE void go_json_reader::parts::finish(exit_status status,
                                                  framework_event_sink const& emit) {
  lines_.finish([&](std::string_view line) { read_line(line, emit); });
  errors_.finish([this](std::string_view line) { hear_of_build(line); });
  report_all_unbuilt(emit);
  if (heard_any_) { return; }
  emit(framework_warning{
      fmt::format("the command wrote no event of `go test -json` ({})", to_string(status))});
}

OFFLOAD_INLINE go_json_reader::go_json_reader(batch tests, std::string id_format)
    : parts_{std::in_place, std::move(tests), std::move(id_format)} {}

OFFLOAD_INLINE void go_json_reader::feed(stream from, std::string_view bytes,
                                         framework_event_sink const& emit) {
  parts_->feed(from, bytes, emit);
}
OFFLOAD_INLINE void go_json_reader::interrupted(framework_event_sink const& emit) {
  parts_->interrupted(emit);
}
OFFLOAD_INLINE void go_json_reader::finish(exit_status status, framework_event_sink const& emit) {
  parts_->finish(status, emit);
}

}  // namespace offload
