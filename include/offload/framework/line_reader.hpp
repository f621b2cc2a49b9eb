// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/hidden.hpp>
#include <offload/framework/concept.hpp>

#include <string>
#include <string_view>

namespace offload {

/// Ready-made for `discovery_reader`: each line of standard output is a test's id.
///
/// White space around a line is not part of the id, spaces inside it are. Empty lines and lines
/// that begin with `#` are ignored, and a repeated line is the same test. The listing fails if the
/// command fails. An empty list is only a warning.
class line_listing_reader {
 public:
  /// `called` is the command's name in messages.
  explicit line_listing_reader(discovery_job const& job,
                               std::string called = "the listing command");

  void feed(stream from, std::string_view bytes, framework_event_sink const& emit);
  void finish(exit_status status, framework_event_sink const& emit);

 private:
  class parts;
  hidden<parts> parts_;
};
static_assert(EventReader<line_listing_reader>);

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/framework/line_reader-inl.hpp>
#endif
