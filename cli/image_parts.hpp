// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/config/config.hpp>
#include <offload/image/image_source.hpp>
#include <offload/report/progress.hpp>
#include <offload/runner/image_based.hpp>

#include <fmt/core.h>

#include <cstdio>
#include <stop_token>
#include <utility>

#include "commands.hpp"
#include "warn.hpp"

namespace offload::cli {

/// Which images a run of this configuration may start from.
[[nodiscard]] image_request image_request_of(config const& c, run_options const& options);

/// What its sandboxes need besides their image.
[[nodiscard]] image_use image_use_of(config const& c, run_options const& options);

/// Has the provider prepare itself, and prints its image. Returns the exit code.
template <class P>
int build_with(P& provider, std::stop_token stop) {
  auto const say = [](std::string_view line) {
    fmt::print(stderr, "{}\n", without_secrets(shown_preparation(line)));
  };
  if (auto const built = provider.prepare(say, std::move(stop)); !built) {
    return fail_with(built.error());
  }
  fmt::print("{}\n", provider.image());
  return 0;
}

}  // namespace offload::cli
