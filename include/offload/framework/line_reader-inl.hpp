// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/framework/line_reader.hpp>

#include <offload/core/inline.hpp>
#include <offload/core/line_splitter.hpp>
#include <offload/core/shell_words.hpp>
#include <offload/core/trimmed.hpp>
#include <offload/framework/output_tail.hpp>

#include <fmt/core.h>

#include <cstddef>
#include <unordered_set>
#include <utility>
#include <vector>

namespace offload {
namespace line_reader_detail {

inline constexpr std::string_view blank = " \t\r\v\f";

}  // namespace line_reader_detail

class line_listing_reader::parts {
 public:
  explicit parts(discovery_job const& job, std::string called);

  void feed(stream from, std::string_view bytes, framework_event_sink const& emit);
  void finish(exit_status status, framework_event_sink const& emit);

 private:
  void take_line(std::string_view line, framework_event_sink const& emit);

  std::vector<std::size_t> groups_;
  std::string called_;
  std::string command_line_;
  line_splitter lines_;
  std::unordered_set<std::string> listed_;
  std::string output_;  ///< the end of both streams, for a failed listing
  std::string errors_;
};

OFFLOAD_INLINE line_listing_reader::parts::parts(discovery_job const& job, std::string called)
    : groups_{job.groups}, called_{std::move(called)}, command_line_{shell::joined(job.run.argv)} {}

OFFLOAD_INLINE void line_listing_reader::parts::feed(stream from, std::string_view bytes,
                                                     framework_event_sink const& emit) {
  if (from == stream::err) {
    text::keep_tail(errors_, bytes);
    return emit(output_text{from, std::string{bytes}});
  }
  text::keep_tail(output_, bytes);
  lines_.feed(bytes, [&](std::string_view line) { take_line(line, emit); });
}

OFFLOAD_INLINE void line_listing_reader::parts::take_line(std::string_view line,
                                                          framework_event_sink const& emit) {
  auto const id = text::trimmed(line, line_reader_detail::blank);
  if (id.empty() || id.front() == '#') { return; }
  if (!listed_.emplace(id).second) { return; }
  emit(test_listed{{std::string{id}}, {}, groups_});
}

OFFLOAD_INLINE void line_listing_reader::parts::finish(exit_status status,
                                                       framework_event_sink const& emit) {
  lines_.finish([&](std::string_view line) { take_line(line, emit); });
  if (!status.ok()) {
    return emit(listing_failed{{errc::discovery,
                                fmt::format("{} failed ({}): {}", called_, to_string(status),
                                            discovery_detail(errors_, output_)),
                                fmt::format("try it yourself: {}", command_line_)}});
  }
  if (listed_.empty()) {
    emit(framework_warning{fmt::format("{} listed no tests: {}", called_, command_line_)});
  }
  emit(listing_done{});
}

OFFLOAD_INLINE line_listing_reader::line_listing_reader(discovery_job const& job,
                                                        std::string called)
    : parts_{std::in_place, job, std::move(called)} {}

OFFLOAD_INLINE void line_listing_reader::feed(stream from, std::string_view bytes,
                                              framework_event_sink const& emit) {
  parts_->feed(from, bytes, emit);
}
OFFLOAD_INLINE void line_listing_reader::finish(exit_status status,
                                                framework_event_sink const& emit) {
  parts_->finish(status, emit);
}

}  // namespace offload
