// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "run/launch.hpp"

#include <offload/framework/filter_options.hpp>
#include <offload/report/output_layout.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <string>
#include <utility>
#include <variant>

#include "command_line/warn.hpp"
#include "run/local_environment.hpp"

namespace offload::cli {
namespace {

/// Returns an error when the flags ask for something that this configuration cannot give.
result<void> check(config const& c, run_flags const& flags) {
  if (flags.record_history && !c.history) {
    return fail(errc::invalid_usage, "--record-history needs a [history] section in {}",
                "the configuration");
  }
  if (!flags.override_image_id.empty() && kind_of(c.provider) != provider_kind::modal) {
    return fail(errc::invalid_usage,
                "--override-image-id works with the modal provider only, this is `{}`",
                to_string(kind_of(c.provider)));
  }
  if (is_record_name(c.report.junit_file)) {
    return fail(errc::invalid_config, "[report] junit_file must not be {}: {}", c.report.junit_file,
                "the record of the run has this name");
  }
  if (is_record_of(flags.events, c.report.output_dir)) {
    return fail(errc::invalid_usage, "--events {}: the record of the run has this name",
                flags.events);
  }
  if (flags.collect_only && !flags.events.empty()) {
    return fail(errc::invalid_usage, "--events cannot be used with --collect-only");
  }
  return {};
}

std::vector<env_var> read_env(std::vector<std::string> const& texts) {
  std::vector<env_var> all;
  for (auto const& text : texts) {
    auto const equals = text.find('=');
    if (equals == std::string::npos || equals == 0) {
      warn("Ignoring --env ***: expected KEY=VALUE");  // it may be a value without its key
    } else {
      all.push_back({text.substr(0, equals), text.substr(equals + 1)});
    }
  }
  return all;
}

result<std::vector<copy_dir>> read_copy_dirs(std::vector<std::string> const& texts) {
  std::vector<copy_dir> all;
  for (auto const& text : texts) {
    auto read = parse_copy_dir(text);
    if (!read) { return tl::unexpected(doing("reading --copy-dir")(std::move(read.error()))); }
    all.push_back(std::move(*read));
  }
  return all;
}

result<std::optional<shard>> read_shard(std::string const& text) {
  if (text.empty()) { return std::nullopt; }
  return parse_shard(text).map([](shard part) { return std::optional{part}; });
}

/// Python orders sets by a seed, which is another one in each process unless this is set.
/// Parameters that come from a set would have other ids in another process, or other values under
/// the same id.
/// The parts of a sharded run have the same one.
void agree_on_hash_seed(launch& asked) {
  static constexpr char const* name = "PYTHONHASHSEED";
  if (std::ranges::find(asked.variables, name, &env_var::name) != asked.variables.end()) { return; }
  char const* const given = std::getenv(name);
  env_var const seed{name, given != nullptr && *given != '\0' ? std::string{given}
                           : asked.part                       ? "0"
                                        : std::to_string(std::random_device{}())};
  asked.variables.push_back(seed);
  asked.env.push_back(seed);
}

/// The words of the groups' filters that count for running tests, too.
std::vector<std::string> filters_for_running(config const& c, selecting_options const& selects) {
  auto found = options_in_groups(c.groups, selects);
  if (!found.warning.empty()) { warn(found.warning); }
  return std::move(found.shared);
}

/// Options in the groups' filters that do not select tests count for running them, too. A conftest
/// may look at the whole command line, so if all groups have the same filters, all of it counts.
void adopt_options_of_groups(config& c) {
  auto const adopt = [](std::vector<std::string>& args, std::vector<std::string> const& more) {
    args.insert(args.end(), more.begin(), more.end());
  };
  if (auto* pytest = std::get_if<pytest_config>(&c.framework)) {
    auto const common = filters_of_all(c.groups);
    adopt(pytest->run_args, common ? *common : filters_for_running(c, pytest_selects()));
    // Any option may decide which tests are collected. Elsewhere, its plugin may be missing here.
    if (kind_of(c.provider) == provider_kind::local) {
      pytest->discovery_args.insert(pytest->discovery_args.begin(), pytest->run_args.begin(),
                                    pytest->run_args.end());
    }
  }
  if (auto* vitest = std::get_if<vitest_config>(&c.framework)) {
    adopt(vitest->run_args, filters_for_running(c, vitest_selects()));
  }
}

result<launch> read_launch(config c, run_options const& given) {
  if (auto const fits = check(c, given); !fits) { return tl::unexpected(fits.error()); }
  adopt_options_of_groups(c);
  launch asked{given};
  auto part = read_shard(given.shard);
  if (!part) { return tl::unexpected(std::move(part.error())); }
  asked.part = *part;
  auto dirs = read_copy_dirs(given.copy_dirs);
  if (!dirs) { return tl::unexpected(std::move(dirs.error())); }
  asked.copy_dirs = std::move(*dirs);
  asked.env = read_env(given.env);
  asked.variables = sandbox_variables(c);
  asked.variables.insert(asked.variables.end(), asked.env.begin(), asked.env.end());
  asked.secrets = secret_mask{asked.variables};
  if (kind_of(c.framework) == framework_kind::pytest) { agree_on_hash_seed(asked); }
  asked.c = std::move(c);
  return asked;
}

}  // namespace

std::optional<launch> launch_or_complain(common_options const& common, run_options const& given) {
  auto loaded = load_or_complain(common.config);
  if (!loaded) { return std::nullopt; }
  auto asked = read_launch(std::move(*loaded), given);
  if (!asked) {
    fail_with(asked.error());
    return std::nullopt;
  }
  asked->config_path = common.config;
  asked->verbose = common.verbose;
  redact_in_messages(asked->secrets);
  return std::move(*asked);
}

bool is_record_of(std::string const& file, std::string const& output_dir) {
  namespace fs = std::filesystem;
  fs::path const path{file};
  if (!is_record_name(path.filename().string())) { return false; }
  std::error_code unknown;
  auto const folder = fs::weakly_canonical(fs::absolute(path, unknown).parent_path(), unknown);
  return folder == fs::weakly_canonical(fs::absolute(output_dir, unknown), unknown);
}

std::string to_string(shard part) { return fmt::format("{}/{}", part.number, part.count); }

}  // namespace offload::cli
