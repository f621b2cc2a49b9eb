// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "check.hpp"

#include <offload/core/shell_words.hpp>

#include <algorithm>
#include <array>
#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace offload {
namespace {

namespace fs = std::filesystem;

constexpr auto own_folder = "Give Offload a folder of its own: output_dir = \"test-results\"";

/// The path without its "." components.
std::string without_dots(fs::path const& path) {
  fs::path plain;
  for (auto const& part : path) {
    if (part != ".") { plain /= part; }
  }
  return plain.string();
}

/// Absolute, without "." and "..", and without a slash at the end.
fs::path normal(fs::path const& path) {
  auto const plain = path.lexically_normal();
  return plain.has_filename() ? plain : plain.parent_path();
}

/// Makes the errors of one file's rules.
class rules {
 public:
  explicit rules(document const& file) : file_{file} {}

  /// A rule about the last key of `path` is broken.
  [[nodiscard]] tl::unexpected<error> broken(std::vector<std::string_view> const& path,
                                             std::string message, std::string hint = {}) const {
    auto const section = fmt::format("{}", fmt::join(path.begin(), path.end() - 1, "."));
    error why{errc::invalid_config, std::move(message), std::move(hint)};
    return tl::unexpected(about_key(file_.place_of(path), section, path.back(), std::move(why)));
  }

  [[nodiscard]] config_place place_of(std::string_view section) const {
    return file_.place_of(std::array{section});
  }

 private:
  document const& file_;
};

result<void> check_roots(config const& c, rules const& of) {
  if (!c.run.sandbox_repo_root.empty() || !c.run.sandbox_project_root.empty()) { return {}; }
  return tl::unexpected(error{
      errc::invalid_config,
      fmt::format("{}: [offload] needs `sandbox_project_root` or `sandbox_repo_root`",
                  to_string(of.place_of("offload"))),
      "Add the project's folder in a sandbox, for example: sandbox_repo_root = \".\" for the local "
      "provider, or \"/app\"."});
}

result<void> check_discover_command(config const& c, rules const& of) {
  auto const* const command = std::get_if<command_framework_config>(&c.framework);
  bool const holds =
      command == nullptr || command->discover_command.find("{filters}") != std::string::npos;
  if (holds) { return {}; }
  return of.broken({"framework", "discover_command"},
                   fmt::format("must contain {{filters}}, got `{}`", command->discover_command),
                   "Put {filters} where the group's filters belong; ` # {filters}` ignores them.");
}

result<void> check_result_format(config const& c, rules const& of) {
  auto const* const command = std::get_if<command_framework_config>(&c.framework);
  if (command == nullptr || command->results == result_format::junit) { return {}; }
  if (command->result_file || command->run_command.find("{result_file}") != std::string::npos) {
    return of.broken({"framework", "result_format"},
                     "results come either on standard output, in this format, or in a result file",
                     "Remove the result file or result_format.");
  }
  if (command->run_command.find("{tests}") == std::string::npos) {
    return of.broken({"framework", "run_command"},
                     fmt::format("must contain {{tests}}, got `{}`", command->run_command),
                     "Put {tests} where the ids of the tests belong.");
  }
  return {};
}

result<void> check_groups(config const& c, rules const& of) {
  if (c.groups.empty()) {
    return tl::unexpected(error{
        errc::invalid_config,
        fmt::format("{}: [groups] must have at least one group", to_string(of.place_of("groups"))),
        "Add one, for example:\n[groups.all]\nretry_count = 1"});
  }
  // The default framework pastes filters into its shell command, where they may stand in quotes.
  if (kind_of(c.framework) == framework_kind::command) { return {}; }
  for (auto const& g : c.groups) {
    if (auto const words = shell::split(g.filters); !words) {
      return of.broken({"groups", g.name, "filters"},
                       fmt::format("`{}` is badly quoted: {}", g.filters, words.error().message));
    }
  }
  return {};
}

result<void> check_checkpoint(config const& c, rules const& of) {
  if (!c.checkpoint) { return {}; }
  auto const& inputs = c.checkpoint->build_inputs;
  if (inputs.empty()) {
    return of.broken(
        {"checkpoint", "build_inputs"},
        "must not be empty: build_inputs lists the files that the base image is built from",
        "For example: build_inputs = [\"Dockerfile\"]");
  }
  if (kind_of(c.provider) == provider_kind::local) {
    return of.broken({"checkpoint", "build_inputs"}, "the local provider has no images",
                     "Remove [checkpoint], or use another provider.");
  }
  std::set<std::string> seen;
  for (auto const& input : inputs) {
    if (!seen.insert(without_dots(input)).second) {
      return of.broken({"checkpoint", "build_inputs"}, fmt::format("Duplicate path `{}`", input));
    }
  }
  return {};
}

result<void> check_report(config const& c, rules const& of, std::string_view working_dir) {
  auto const here = normal(working_dir);
  auto const output = normal(fs::path{working_dir} / c.report.output_dir);
  bool const holds_us = std::ranges::mismatch(output, here).in1 == output.end();
  if (!holds_us) { return {}; }
  return of.broken({"report", "output_dir"},
                   fmt::format("`{}` contains the working directory, but Offload clears output_dir",
                               c.report.output_dir),
                   own_folder);
}

}  // namespace

result<void> check(config const& c, document const& file, std::string_view working_dir) {
  rules const of{file};
  return check_roots(c, of)
      .and_then([&] { return check_discover_command(c, of); })
      .and_then([&] { return check_result_format(c, of); })
      .and_then([&] { return check_groups(c, of); })
      .and_then([&] { return check_checkpoint(c, of); })
      .and_then([&] { return check_report(c, of, working_dir); });
}

}  // namespace offload
