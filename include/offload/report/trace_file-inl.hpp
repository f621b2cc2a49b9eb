// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/report/trace_file.hpp>

#include <offload/core/inline.hpp>
#include <offload/core/json_line.hpp>

#include <algorithm>
#include <utility>

namespace offload {
namespace trace_file_detail {

inline double microseconds(steady_clock::duration d) {
  using std::chrono::nanoseconds;
  return static_cast<double>(std::chrono::duration_cast<nanoseconds>(d).count()) / 1e3;
}

}  // namespace trace_file_detail

OFFLOAD_INLINE trace_file::trace_file(line_output to, run_clock clock)
    : to_{std::move(to)}, clock_{clock} {
  to_.next() += "[\n";
}

OFFLOAD_INLINE json_line trace_file::event(std::string_view phase, trace_thread row,
                                           std::string_view name) {
  to_.next() += std::exchange(is_empty_, false) ? "" : ",\n";
  json_line line{to_.next()};
  line.text("ph", phase).number("pid", row.pid).number("tid", row.tid).some_text("name", name);
  return line;
}

OFFLOAD_INLINE void trace_file::finish(json_line& line, std::string_view arguments) {
  if (!arguments.empty()) { line.json("args", arguments); }
  line.end();
  if (to_.is_full()) { to_.write(); }
}

OFFLOAD_INLINE void trace_file::at(json_line& line, time_point when) const {
  line.real("ts", trace_file_detail::microseconds(when - clock_.began));
}

OFFLOAD_INLINE void trace_file::metadata(trace_thread row, std::string_view what,
                                         std::string_view key, std::string_view value) {
  auto line = event("M", row, what);
  line.object("args", [&](json_line& arguments) { arguments.text(key, value); });
  finish(line, {});
}

OFFLOAD_INLINE void trace_file::name_process(std::uint32_t pid, std::string_view name) {
  metadata({pid, 0}, "process_name", "name", name);
}
OFFLOAD_INLINE void trace_file::name_thread(trace_thread row, std::string_view name) {
  metadata(row, "thread_name", "name", name);
}
OFFLOAD_INLINE void trace_file::label_process(std::uint32_t pid, std::string_view label) {
  metadata({pid, 0}, "process_labels", "labels", label);
}

OFFLOAD_INLINE void trace_file::begin(trace_thread row, std::string_view name,
                                      std::string_view category, time_point when,
                                      std::string_view arguments) {
  auto line = event("B", row, name);
  line.text("cat", category);
  at(line, when);
  finish(line, arguments);
}

OFFLOAD_INLINE void trace_file::end(trace_thread row, time_point when) {
  auto line = event("E", row, {});
  at(line, when);
  finish(line, {});
}

OFFLOAD_INLINE void trace_file::slice(trace_thread row, std::string_view name,
                                      std::string_view category, time_point from, time_point to,
                                      std::string_view arguments) {
  auto line = event("X", row, name);
  line.text("cat", category);
  at(line, from);
  line.real("dur", trace_file_detail::microseconds(std::max(to, from) - from));
  finish(line, arguments);
}

OFFLOAD_INLINE void trace_file::instant(trace_thread row, std::string_view name,
                                        std::string_view category, time_point when,
                                        std::string_view arguments) {
  auto line = event("i", row, name);
  line.text("cat", category).text("s", "t");
  at(line, when);
  finish(line, arguments);
}

OFFLOAD_INLINE void trace_file::counter(std::string_view name, std::string_view what,
                                        std::uint64_t value, time_point when) {
  auto line = event("C", {0, 0}, name);
  at(line, when);
  line.object("args", [&](json_line& arguments) { arguments.number(what, value); });
  finish(line, {});
}

OFFLOAD_INLINE void trace_file::arrow(std::string_view name, trace_thread from, time_point leaves,
                                      trace_thread to, time_point arrives) {
  ++arrows_;
  auto start = event("s", from, name);
  start.text("cat", "flow").number("id", arrows_);
  at(start, leaves);
  finish(start, {});
  auto finish_line = event("f", to, name);
  finish_line.text("cat", "flow").text("bp", "e").number("id", arrows_);
  at(finish_line, arrives);
  finish(finish_line, {});
}

OFFLOAD_INLINE void trace_file::close() {
  if (std::exchange(is_closed_, true)) { return; }
  to_.next() += "\n]\n";
  to_.write_all();
}

}  // namespace offload
