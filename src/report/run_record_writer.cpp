// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/core/cut_text.hpp>
#include <offload/report/junit_writer.hpp>
#include <offload/report/output_layout.hpp>
#include <offload/report/results_file.hpp>
#include <offload/report/run_record_writer.hpp>
#include <offload/report/xml_text.hpp>

#include <string>
#include <system_error>
#include <utility>

namespace offload {
namespace {

namespace fs = std::filesystem;

std::string readable(std::string_view text) {
  std::string shown;
  append_xml(shown, text, xml_use::plain);
  return shown;
}

/// The attempt as a report shows it.
attempt shown(attempt one) {
  auto& report = one.report;
  if (report.message.empty() && is_bad(report.ended)) { report.message = to_string(report.ended); }
  for (auto* text : {&report.message, &report.text, &report.out, &report.err}) {
    if (!text->empty()) { *text = readable(*text); }
  }
  if (!is_bad(report.ended)) {
    report.out = two_ends(report.out, kept_of_passing_output);
    report.err = two_ends(report.err, kept_of_passing_output);
  }
  return one;
}

}  // namespace

result<run_record_writer> run_record_writer::begin(fs::path const& output_dir,
                                                   run_header const& header) {
  auto const path = output_dir / output_layout::record;
  auto to = line_output::to_file(unfinished_path(path));
  if (!to) { return tl::unexpected(doing("opening the record of the run")(to.error())); }
  return run_record_writer{path, event_stream{std::move(*to), header, event_detail::record}};
}

run_record_writer::run_record_writer(fs::path path, event_stream to)
    : path_{std::move(path)}, to_{std::move(to)} {}

void run_record_writer::on(run_event const& event) {
  if (auto const* one = std::get_if<attempt_ended>(&event.what)) {
    auto const kept = shown(one->what);
    to_.on({event.at, attempt_ended{kept}});
  } else {
    to_.on(event);
  }
  if (!failure_) { failure_ = to_.failure(); }
  if (std::holds_alternative<run_ended>(event.what)) { publish(); }
  if (std::holds_alternative<run_failed>(event.what)) {
    std::error_code ignored;
    fs::remove(unfinished_path(path_), ignored);
  }
}

void run_record_writer::publish() {
  to_.flush();
  if (!failure_) { failure_ = to_.failure(); }
  keep_previous(path_);
  if (!failure_) {
    auto const moved = move_into_place(unfinished_path(path_), path_);
    if (!moved) { failure_ = moved.error(); }
  }
  if (!failure_) { return; }
  std::error_code ignored;
  fs::remove(path_, ignored);  // it is of another run
  failure_ = doing("writing the record of the run")(std::move(*failure_));
}

}  // namespace offload
