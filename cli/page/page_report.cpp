// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "page/page_report.hpp"

#include <string>
#include <utility>

#include "logs/run_results.hpp"

namespace offload::cli {
namespace {

/// `file` is what the option says: empty for the usual place.
result<optional_reporter<page_reporter>> page_in(page_options page, std::string const& file,
                                                 output_directory* output) {
  if (!file.empty()) { page.file = file; }
  if (file.empty() && output != nullptr) {
    page.file = output->path() / output_layout::page;
    if (auto listed = output->record(page.file.filename()); !listed) {
      return tl::unexpected(std::move(listed.error()));
    }
  }
  return page_reporter::prepare(std::move(page)).map([](page_reporter made) {
    return optional_reporter{std::move(made)};
  });
}

}  // namespace

result<optional_reporter<page_reporter>> page_of(launch const& asked, output_directory& output,
                                                 run_clock const& clock) {
  if (!asked.html) { return optional_reporter<page_reporter>{}; }
  page_options page{.output_dir = output.path(),
                    .framework = std::string{to_string(kind_of(asked.c.framework))},
                    .clock = clock};
  if (asked.failed || asked.part) { page.extent = run_extent::some_tests; }
  if (auto const before = read_results(asked.c.report, which_run::last, {.attempts = false})) {
    page.before = earlier_results_of(before->record);
  }
  return page_in(std::move(page), *asked.html, &output);
}

result<optional_reporter<page_reporter>> page_again(report_options const& options,
                                                    run_header const& header,
                                                    output_directory* output) {
  if (!options.html) { return optional_reporter<page_reporter>{}; }
  page_options page{
      .output_dir = output != nullptr ? output->path() : std::filesystem::path{header.output_dir},
      .framework = header.framework,
      .clock = header.clock};
  return page_in(std::move(page), *options.html, output);
}

}  // namespace offload::cli
