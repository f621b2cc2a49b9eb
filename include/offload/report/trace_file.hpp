// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/error.hpp>
#include <offload/core/run_clock.hpp>
#include <offload/core/time.hpp>
#include <offload/process/line_output.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace offload {

class json_line;

/// A row of a trace.
struct trace_thread {
  std::uint32_t pid{};
  std::uint32_t tid{};

  bool operator==(trace_thread const&) const = default;
};

/// A file in the trace event format of Chrome: a JSON array that grows event by event. A killed run
/// leaves it without its last line. Only the closing bracket is missing then, which viewers accept.
class trace_file {
 public:
  trace_file(line_output to, run_clock clock);

  void name_process(std::uint32_t pid, std::string_view name);
  void name_thread(trace_thread row, std::string_view name);
  /// Sets the text that is shown next to the name of a process.
  void label_process(std::uint32_t pid, std::string_view label);

  /// The arguments of an event are a JSON object, or empty.
  void begin(trace_thread row, std::string_view name, std::string_view category, time_point when,
             std::string_view arguments = {});
  void end(trace_thread row, time_point when);
  void slice(trace_thread row, std::string_view name, std::string_view category, time_point from,
             time_point to, std::string_view arguments = {});
  void instant(trace_thread row, std::string_view name, std::string_view category, time_point when,
               std::string_view arguments = {});
  void counter(std::string_view name, std::string_view what, std::uint64_t value, time_point when);
  /// An arrow from one slice to another.
  void arrow(std::string_view name, trace_thread from, time_point leaves, trace_thread to,
             time_point arrives);

  void write() { to_.write(); }
  /// Nothing comes after this.
  void close();

  [[nodiscard]] std::string const& name() const { return to_.name(); }
  [[nodiscard]] std::optional<error> const& failure() const { return to_.failure(); }

 private:
  [[nodiscard]] json_line event(std::string_view phase, trace_thread row, std::string_view name);
  void metadata(trace_thread row, std::string_view what, std::string_view key,
                std::string_view value);
  void at(json_line& line, time_point when) const;
  void finish(json_line& line, std::string_view arguments);

  line_output to_;
  run_clock clock_;
  bool is_empty_ = true;
  bool is_closed_ = false;
  std::uint64_t arrows_ = 0;
};

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/report/trace_file-inl.hpp>
#endif
