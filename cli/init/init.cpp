// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/process/child_process.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>
#include <system_error>
#include <vector>

#include "command_line/commands.hpp"
#include "command_line/print.hpp"
#include "command_line/warn.hpp"
#include "init/default_text.hpp"
#include "init/detect.hpp"

namespace offload::cli {
namespace {

constexpr char const* file_name = "offload.toml";

bool has_pytest(std::string_view program) {
  auto const asked = run_process({std::string{program}, "-c", "import pytest"}, {});
  return asked && asked->status.ok();
}

/// The framework that was asked for, or those that the files show: at least one.
result<std::vector<detected_framework>> choose_frameworks(std::string const& wanted,
                                                          project_files const& files) {
  auto const found = detect_frameworks(files);
  if (!wanted.empty()) {
    return framework_kind_named(wanted).map([&](framework_kind kind) {
      auto const fits = std::ranges::find(found, kind, &detected_framework::framework);
      return std::vector{fits == found.end() ? detected_framework{kind, ""} : *fits};
    });
  }
  for (auto const& each : found) { print("Recognised {}: {}.\n", name_of(each), each.reason); }
  if (found.empty()) {
    print("Recognised no test framework; assuming pytest. Choose another with --framework.\n");
    return std::vector{detected_framework{framework_kind::pytest, ""}};
  }
  return found;
}

bool is_there(std::string const& file) {
  std::error_code unknown;
  return exists(std::filesystem::symlink_status(file, unknown));
}

result<void> write(std::string const& file, init_choices const& choices) {
  std::ofstream out{file};
  out << default_config_text(choices);
  if (out.flush()) { return {}; }
  return fail(errc::io, "cannot write {}: {}", file, std::generic_category().message(errno));
}

/// Writes the configuration of one more framework, unless there is such a file.
result<void> write_beside(detected_framework const& one, init_choices choices) {
  auto const file = fmt::format("offload-{}.toml", name_of(one));
  if (is_there(file)) {
    print("Kept the existing {}.\n", file);
    return {};
  }
  choices.framework = one.framework;
  choices.recipe = one.recipe;
  choices.output_dir += fmt::format("-{}", name_of(one));  // or a run would clear the other's
  return write(file, choices).map([&] {
    print("Wrote {} (the {} tests). Next: offload -c {} run\n", file, name_of(one), file);
  });
}

}  // namespace

int init(init_options const& options) {
  if (is_there(file_name)) {
    return fail_with({errc::invalid_usage, "offload.toml already exists",
                      "remove it first, or edit it and run `offload validate`"});
  }
  auto const provider = provider_kind_named(options.provider.empty() ? "local" : options.provider);
  if (!provider) { return fail_with(provider.error()); }
  auto const files = files_of_project(".");
  auto const frameworks = choose_frameworks(options.framework, files);
  if (!frameworks) { return fail_with(frameworks.error()); }

  auto const& first = frameworks->front();
  init_choices const choices{.provider = *provider,
                             .framework = first.framework,
                             .pytest_command = pytest_command(files, has_pytest),
                             .vitest_command = node_command(files, "vitest"),
                             .jest_command = node_command(files, "jest"),
                             .ctest_build_dir = ctest_build_dir(files),
                             .recipe = first.recipe,
                             .whole_test_command = whole_test_command(files),
                             .dockerfile = files.has("Dockerfile") ? "Dockerfile" : ""};
  if (auto const written = write(file_name, choices); !written) {
    return fail_with(written.error());
  }
  print("Wrote {} ({} tests on {} sandboxes). Next: offload run\n", file_name, name_of(first),
        to_string(*provider));
  for (auto const& other : std::span{*frameworks}.subspan(1)) {
    if (auto const written = write_beside(other, choices); !written) {
      return fail_with(written.error());
    }
  }
  return 0;
}

}  // namespace offload::cli
