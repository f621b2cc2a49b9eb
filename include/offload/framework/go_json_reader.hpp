// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/line_splitter.hpp>
#include <offload/framework/concept.hpp>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace offload {

/// Ready-made for `reader`: reads the output of `go test -json` while it runs.
///
/// A test's id consists of {classname}, its package, and {name}. A subtest that is not in the batch
/// is part of its parent: its output is added to the parent's. The id of a package stands for the
/// whole package, for example if it does not build.
///
/// If a test binary crashes, the running test is errored. If several tests were running in
/// parallel, the cause is unknown and none of them is reported.
class go_json_reader {
 public:
  explicit go_json_reader(batch tests, std::string id_format = "{classname} {name}");

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
static_assert(EventReader<go_json_reader>);

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/framework/go_json_reader-inl.hpp>
#endif
