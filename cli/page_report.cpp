// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "page_report.hpp"

#include <fmt/core.h>

#include <cstdio>
#include <string>
#include <utility>

#include "earlier_runs.hpp"

namespace offload::cli {

result<optional_reporter<page_reporter>> page_of(config const& c, run_options const& options,
                                                 output_directory& output) {
  if (!options.html) { return optional_reporter<page_reporter>{}; }
  auto const usual = options.html->empty();
  page_options page{
      .file = usual ? output.path() / "report.html" : std::filesystem::path{*options.html},
      .output_dir = output.path(),
      .framework = std::string{to_string(kind_of(c.framework))}};
  if (options.failed || !options.shard.empty()) { page.extent = run_extent::some_tests; }
  if (c.report.junit) {
    if (auto const before = report_at(output.path() / c.report.junit_file)) {
      page.before = earlier_results_of(*before);
    }
  }
  if (usual) {
    if (auto listed = output.record(page.file.filename()); !listed) {
      return tl::unexpected(std::move(listed.error()));
    }
  }
  return page_reporter::prepare(std::move(page)).map([](page_reporter made) {
    return optional_reporter{std::move(made)};
  });
}

void say_where_it_is(optional_reporter<page_reporter> const& page) {
  auto const* const made = page.get();
  if (made == nullptr || made->failure()) { return; }
  fmt::print(stderr, "Page written to {}\n", made->file().string());
}

}  // namespace offload::cli
