// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/line_splitter.hpp>
#include <offload/framework/concept.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace offload {

/// Ready-made for `discovery_reader`: each line of standard output is a test's id.
///
/// White space around a line does not belong to the id, spaces inside do. Empty lines and lines
/// that begin with `#` are no ids, and a line that comes again is the same test. Listing fails when
/// the command does; no test at all is worth a warning only.
class line_listing_reader {
 public:
  /// `called` is what messages call the command.
  explicit line_listing_reader(discovery_job const& job,
                               std::string called = "the listing command");

  void feed(stream from, std::string_view bytes, framework_event_sink const& emit);
  void finish(exit_status status, framework_event_sink const& emit);

 private:
  void take_line(std::string_view line, framework_event_sink const& emit);

  std::vector<std::size_t> groups_;
  std::string called_;
  std::string command_line_;
  line_splitter lines_;
  std::unordered_set<std::string> listed_;
  std::string output_;  ///< the ends of both streams, for when listing fails
  std::string errors_;
};
static_assert(EventReader<line_listing_reader>);

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/framework/line_reader-inl.hpp>
#endif
