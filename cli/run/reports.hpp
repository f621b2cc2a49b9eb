// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/config/config.hpp>
#include <offload/report/event_stream.hpp>
#include <offload/report/junit_reporter.hpp>
#include <offload/report/log_files.hpp>
#include <offload/report/optional.hpp>
#include <offload/report/output_directory.hpp>
#include <offload/report/output_layout.hpp>
#include <offload/report/run_record_writer.hpp>
#include <offload/report/summary.hpp>
#include <offload/report/terminal.hpp>
#include <offload/report/trace_reporter.hpp>

#include <concepts>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <tuple>
#include <utility>

#include "command_line/print.hpp"
#include "command_line/warn.hpp"
#include "page/page_reporter.hpp"
#include "run/launch.hpp"

namespace offload::cli {

/// Warns when a reporter could not do its work. The JUnit report does not use this function: a run
/// that cannot write it has failed.
template <Reporter R>
void warn_of_failure(R const& reporter) {
  if constexpr (requires { reporter.get(); }) {
    if (auto const* held = reporter.get(); held != nullptr) { warn_of_failure(*held); }
  } else if constexpr (requires { reporter.failure(); } && !std::same_as<R, junit_reporter>) {
    if (reporter.failure()) { warn(to_string(*reporter.failure())); }
  }
}

/// Which reports are wanted.
struct report_wishes {
  summary_reporter summary{};
  std::optional<junit_options> junit{};
  optional_reporter<run_record_writer> record{};
  std::filesystem::path logs_below{};  ///< the output folder; empty: none
  optional_reporter<trace_reporter> trace{};
  optional_reporter<page_reporter> page{};
};

/// The trace that `--trace` asks for: in the output folder.
template <class Options>
[[nodiscard]] result<optional_reporter<trace_reporter>> trace_of(Options const& options,
                                                                 output_directory& output,
                                                                 run_clock const& clock) {
  if (!options.trace) { return {}; }
  auto const listed = output.record(output_layout::trace);
  auto to = listed ? line_output::to_file(output.path() / output_layout::trace)
                   : result<line_output>{tl::unexpected(listed.error())};
  if (!to) { return tl::unexpected(doing("opening the trace")(to.error())); }
  return optional_reporter{trace_reporter{std::move(*to), clock}};
}

/// The reports that `offload run` makes while a run goes on, and `offload report` from its events:
/// what is added here is made by both.
class report_set {
 public:
  explicit report_set(report_wishes wishes)
      : all_{wishes.junit ? optional_junit{junit_reporter{std::move(*wishes.junit)}}
                          : optional_junit{},
             std::move(wishes.record),
             wishes.logs_below.empty() ? optional_logs{}
                                       : optional_logs{log_files{wishes.logs_below}},
             std::move(wishes.trace),
             std::move(wishes.page),
             std::move(wishes.summary)} {}

  void on(run_event const& event) { tell_all(all_, event); }

  /// Says what was written, and what could not be. Returns the exit code of a run that ended with
  /// `code`.
  [[nodiscard]] int conclude(int code) const {
    if (auto const* trace = std::get<optional_reporter<trace_reporter>>(all_).get();
        trace != nullptr && !trace->failure()) {
      print_to(stderr, "Trace written to {}\n", trace->file());
    }
    if (auto const* page = std::get<optional_reporter<page_reporter>>(all_).get();
        page != nullptr && page->is_written()) {
      print_to(stderr, "Page written to {}\n", page->file().string());
    }
    std::apply([](auto const&... each) { (warn_of_failure(each), ...); }, all_);
    auto const* junit = std::get<optional_junit>(all_).get();
    return junit != nullptr && junit->failure() ? fail_with(*junit->failure()) : code;
  }

 private:
  using optional_junit = optional_reporter<junit_reporter>;
  using optional_logs = optional_reporter<log_files>;

  std::tuple<optional_junit, optional_reporter<run_record_writer>, optional_logs,
             optional_reporter<trace_reporter>, optional_reporter<page_reporter>, summary_reporter>
      all_;
};
static_assert(Reporter<report_set>);

[[nodiscard]] run_header run_header_of(launch const& asked, run_clock const& clock);

/// The event stream that `--events` asks for.
[[nodiscard]] result<optional_reporter<event_stream>> event_stream_of(launch const& asked,
                                                                      run_header const& header);

}  // namespace offload::cli
