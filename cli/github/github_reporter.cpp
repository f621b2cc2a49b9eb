// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "github/github_reporter.hpp"

#include <offload/core/cut_text.hpp>
#include <offload/process/file_access.hpp>

#include <algorithm>
#include <system_error>

namespace offload {
namespace {

namespace fs = std::filesystem;

/// GitHub leaves out what a step has written when it is more than this.
constexpr std::size_t most_of_a_step = std::size_t{1024} * 1024;
constexpr std::size_t most_texts = 500;
constexpr std::size_t most_warnings = 100;
constexpr std::size_t longest_report = 20'000;
constexpr std::size_t longest_output = 4'000;

std::string words_of(test_report const& report, secret_mask const& secrets) {
  auto const shown = [&](std::string const& text, std::size_t most) {
    return std::string{text::last_lines_of(secrets.masked(text), most)};
  };
  auto words = shown(report.text.empty() ? report.message : report.text, longest_report);
  auto const add = [&](std::string_view title, std::string const& text) {
    if (text.empty()) { return; }
    words += words.empty() || words.ends_with('\n') ? "" : "\n";
    words.append("--- ").append(title).append(" ---\n").append(shown(text, longest_output));
  };
  add("captured stdout", report.out);
  add("captured stderr", report.err);
  return words;
}

bool leads_out(fs::path const& path) { return path.empty() || *path.begin() == ".."; }

/// `file`, relative to the repository, when there is such a file in it.
std::optional<std::string> known_as(fs::path const& repository, fs::path const& file) {
  auto const relative = file.lexically_normal().lexically_relative(repository);
  std::error_code unknown;
  if (leads_out(relative) || !fs::is_regular_file(file, unknown)) { return {}; }
  return relative.generic_string();
}

}  // namespace

std::optional<std::string> path_in_repository(github_options const& options,
                                              std::string_view file) {
  if (file.empty()) { return {}; }
  fs::path const path{file};
  auto const in_sandbox = path.lexically_relative(options.sandbox_root);
  bool const is_of_sandbox = path.is_absolute() && !leads_out(in_sandbox);
  if (path.is_absolute() && !is_of_sandbox) { return known_as(options.repository, path); }
  if (path.is_absolute()) {
    if (auto found = known_as(options.repository, path)) { return found; }
  }
  for (auto folder : options.bases) {
    while (!leads_out(folder.lexically_relative(options.repository))) {
      if (auto found = known_as(options.repository, folder / (is_of_sandbox ? in_sandbox : path))) {
        return found;
      }
      if (folder == folder.parent_path()) { break; }
      folder = folder.parent_path();
    }
  }
  return {};
}

void github_reporter::on(run_event const& event) {
  match(
      event, [&](attempt_ended const& one) { keep(one.what.report); },
      [&](notice const& notice) { keep(notice); },
      [&](run_ended const& run) { write(run.summary); });
}

void github_reporter::keep(test_report const& report) {
  if (!is_bad(report.ended)) { return; }
  if (bad_.size() >= most_texts && !bad_.contains(report.id.value)) { return; }
  bad_[report.id.value] = {report.ended, report.place, words_of(report, options_.secrets)};
}

void github_reporter::keep(notice const& event) {
  if (event.how != severity::warning || warnings_.size() == most_warnings) { return; }
  std::string text{event.text};
  if (std::ranges::find(warnings_, text) == warnings_.end()) {
    warnings_.push_back(std::move(text));
  }
}

void github_reporter::write(run_summary const& all) {
  std::vector<test_record> tests{all.tests.begin(), all.tests.end()};
  for (auto& record : tests) { options_.secrets.apply(record.reason); }
  auto summary = all;
  summary.tests = tests;
  github_run const run{.summary = summary,
                       .bad = bad_,
                       .warnings = warnings_,
                       .repeat_all = options_.repeat_all,
                       .repeat_failed = options_.repeat_failed,
                       .report = options_.report,
                       .in_repository = [this](std::string_view file) {
                         return path_in_repository(options_, file);
                       }};
  std::string text;
  for (auto const& one : annotations_of(run)) { text += workflow_command(one); }
  std::fwrite(text.data(), 1, text.size(), options_.to);
  std::fflush(options_.to);
  write_page(run);
}

void github_reporter::write_page(github_run const& run) {
  if (options_.summary_file.empty() || run.summary.tests.empty()) { return; }
  std::error_code missing;
  auto const before = fs::file_size(options_.summary_file, missing);
  auto const taken = missing ? 0 : std::min<std::uintmax_t>(before, most_of_a_step);
  auto const page = job_summary_of(run, most_of_a_step - static_cast<std::size_t>(taken));
  auto written = files::append(options_.summary_file, page);
  if (!written) { failure_ = doing("writing the summary of the job")(written.error()); }
}

}  // namespace offload
