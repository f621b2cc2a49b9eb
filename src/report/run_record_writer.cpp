// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/core/cut_text.hpp>
#include <offload/report/event_reader.hpp>
#include <offload/report/junit_writer.hpp>
#include <offload/report/output_layout.hpp>
#include <offload/report/results_file.hpp>
#include <offload/report/run_record_writer.hpp>
#include <offload/report/xml_text.hpp>

#include <fstream>
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
    report.out = text::two_ends(report.out, kept_of_passing_output);
    report.err = text::two_ends(report.err, kept_of_passing_output);
  }
  return one;
}

/// Whether a record may replace what is there.
bool may_replace(fs::path const& path) {
  std::error_code unknown;
  if (!fs::exists(path, unknown)) { return true; }
  std::ifstream file{path, std::ios::binary};
  return read_run_header(file).has_value();
}

/// The new record of this name, if it may have it.
result<line_output> unfinished_record(fs::path const& path) {
  if (!may_replace(path) || !may_replace(previous_path(path))) {
    return tl::unexpected(error{errc::io,
                                fmt::format("{} is not a record of Offload", path.string()),
                                "Move it away, or set another `output_dir` in [report]."});
  }
  std::error_code ignored;
  fs::remove(unfinished_path(path), ignored);  // of a run that was killed, perhaps of another user
  return line_output::held_back(unfinished_path(path));
}

}  // namespace

run_record_writer::run_record_writer(fs::path const& output_dir, run_header header)
    : path_{output_dir / output_layout::record} {
  header.selection_mark = mark_of_selection(header);
  header.selection.clear();
  auto to = unfinished_record(path_);
  if (to) {
    to_.emplace(std::move(*to), header, event_detail::record);
  } else {
    give_up(std::move(to.error()));
  }
}

void run_record_writer::on(run_event const& event) {
  if (!to_) { return; }
  if (std::holds_alternative<sandbox_came_up>(event.what)) { to_->release(); }
  if (auto const* one = std::get_if<attempt_ended>(&event.what)) {
    auto const kept = shown(one->what);
    to_->on({event.at, attempt_ended{kept}});
  } else {
    to_->on(event);
  }
  if (std::holds_alternative<run_ended>(event.what)) { publish(); }
  if (std::holds_alternative<run_failed>(event.what)) {
    std::error_code ignored;
    fs::remove(unfinished_path(path_), ignored);
    to_.reset();
  }
}

void run_record_writer::publish() {
  to_->flush();
  if (to_->failure()) { return give_up(*to_->failure()); }
  keep_previous(path_);
  if (auto moved = move_into_place(unfinished_path(path_), path_); !moved) {
    give_up(std::move(moved.error()));
  }
}

void run_record_writer::give_up(error why) {
  if (to_) {  // what is there is of another run
    std::error_code ignored;
    fs::remove(unfinished_path(path_), ignored);
    fs::remove(path_, ignored);
    to_.reset();
  }
  failure_ = doing("writing the record of the run")(std::move(why));
}

}  // namespace offload
