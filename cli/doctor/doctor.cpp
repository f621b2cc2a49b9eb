// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <fmt/core.h>

#include <utility>

#include "command_line/commands.hpp"
#include "command_line/print.hpp"
#include "command_line/warn.hpp"
#include "doctor/gather.hpp"
#include "doctor/judge.hpp"
#include "doctor/show.hpp"
#include "run/local_environment.hpp"

namespace offload::cli {
namespace {

findings examine(std::string const& path) {
  clock_watch const clock;
  auto const [facts, loaded] = look_at_config(path);
  auto found = judge(facts);
  if (loaded) {
    redact_in_messages(secret_mask{configured_variables(*loaded)});
    append(found, judge(look_at_framework(*loaded)));
    append(found, judge(look_at_provider(*loaded)));
    append(found, judge(look_at_output(*loaded)));
  }
  auto const* c = loaded ? &*loaded : nullptr;
  append(found, judge(look_at_git(c)));
  append(found, judge(look_at_machine(c)));
  append(found, judge(look_at_leftovers()));
  append(found, judge(clock.seen()));
  return found;
}

}  // namespace

int doctor(common_options const& common, doctor_options const& options) {
  bool const json = options.format == "json";
  if (!json && options.format != "text") {
    return fail_with({errc::invalid_usage,
                      fmt::format("--format: `{}` is neither text nor json", options.format)});
  }
  auto const found = examine(common.config);
  print_text(stdout, without_secrets(json ? as_json(found, common.config) : as_text(found)));
  return count_of(found, finding_level::problem) == 0 ? 0 : 1;
}

}  // namespace offload::cli
