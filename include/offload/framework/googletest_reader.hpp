// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/line_splitter.hpp>
#include <offload/framework/concept.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>

namespace offload {

/// Ready-made for `reader`: reads the output of a GoogleTest program while it runs.
///
/// A test's id consists of {classname}, its suite, and {name}. The output of the program between
/// the lines `[ RUN      ]` and `[       OK ]` is the test's text.
class googletest_reader {
 public:
  explicit googletest_reader(batch tests, std::string id_format = "{classname}.{name}");

  void feed(stream from, std::string_view bytes, framework_event_sink const& emit);
  void interrupted(framework_event_sink const& emit);
  void finish(exit_status status, framework_event_sink const& emit);

 private:
  void read_line(std::string_view line, framework_event_sink const& emit);
  void begin(std::string_view test, framework_event_sink const& emit);
  void end(outcome ended, std::string_view rest, framework_event_sink const& emit);
  [[nodiscard]] std::string id_of(std::string_view test) const;

  std::string id_format_;
  std::unordered_set<std::string> wanted_;
  line_splitter lines_;
  std::optional<std::string> running_;  ///< the program's name for it
  std::string text_;                    ///< its output
  bool heard_any_ = false;
  bool interrupted_ = false;
};
static_assert(EventReader<googletest_reader>);

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/framework/googletest_reader-inl.hpp>
#endif
