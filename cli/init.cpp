// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/config/default_text.hpp>
#include <offload/config/detect.hpp>
#include <offload/process/child_process.hpp>

#include <fmt/core.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "commands.hpp"
#include "warn.hpp"

namespace offload::cli {
namespace {

constexpr char const* file_name = "offload.toml";

bool has_pytest(std::string_view program) {
  auto const asked = run_process({std::string{program}, "-c", "import pytest"}, {});
  return asked && asked->status.ok();
}

/// The framework that was asked for, or the one that the files show.
result<framework_kind> choose_framework(std::string const& wanted, project_files const& files) {
  if (!wanted.empty()) { return framework_kind_named(wanted); }
  auto const found = detect_frameworks(files);
  for (auto const& each : found) {
    fmt::print("Recognised {}: {}.\n", to_string(each.framework), each.reason);
  }
  if (found.empty()) {
    fmt::print("Recognised no test framework; assuming pytest. Choose another with --framework.\n");
    return framework_kind::pytest;
  }
  if (found.size() > 1) {
    fmt::print("Writing a configuration for {}; for another: offload init --framework {}.\n",
               to_string(found[0].framework), to_string(found[1].framework));
  }
  return found.front().framework;
}

}  // namespace

int init(init_options const& options) {
  std::error_code unknown;
  if (exists(std::filesystem::symlink_status(file_name, unknown))) {
    return fail_with({errc::invalid_usage, "offload.toml already exists",
                      "remove it first, or edit it and run `offload validate`"});
  }
  auto const provider = provider_kind_named(options.provider.empty() ? "local" : options.provider);
  if (!provider) { return fail_with(provider.error()); }
  auto const files = files_of_project(".");
  auto const framework = choose_framework(options.framework, files);
  if (!framework) { return fail_with(framework.error()); }

  init_choices const choices{.provider = *provider,
                             .framework = *framework,
                             .pytest_command = pytest_command(files, has_pytest),
                             .ctest_build_dir = ctest_build_dir(files),
                             .whole_test_command = whole_test_command(files),
                             .dockerfile = files.has("Dockerfile") ? "Dockerfile" : ""};
  std::ofstream out{file_name};
  out << default_config_text(choices);
  if (!out.flush()) {
    return fail_with({errc::io, fmt::format("cannot write {}: {}", file_name,
                                            std::generic_category().message(errno))});
  }
  fmt::print("Wrote {} ({} tests on {} sandboxes). Next: offload run\n", file_name,
             to_string(*framework), to_string(*provider));
  return 0;
}

}  // namespace offload::cli
