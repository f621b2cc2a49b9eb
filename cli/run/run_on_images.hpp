// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/image/image_source.hpp>
#include <offload/report/progress.hpp>
#include <offload/runner/image_based.hpp>

#include <cstdio>
#include <stop_token>
#include <string_view>
#include <utility>

#include "command_line/print.hpp"
#include "command_line/warn.hpp"
#include "run/image_parts.hpp"
#include "run/leftovers.hpp"
#include "run/run_in.hpp"
#include "run/run_local.hpp"

namespace offload::cli {

/// The provider that builds images. `options_of(asked)` yields the options that only this provider
/// has. The options that all such providers have are set here.
template <class Provider, class OptionsOf>
result<Provider> provider_of(OptionsOf options_of, launch const& asked) {
  auto options = options_of(asked);
  if (!options) { return tl::unexpected(options.error()); }
  options->root = asked.c.run.sandbox_project_root;
  options->env = asked.variables;
  options->warn = [](std::string_view line) { warn(std::string{line}); };
  destroy_leftovers(options->journal);
  return Provider::make(std::move(*options));
}

/// Runs everything in sandboxes that start from images, and reports. Returns the exit code.
template <class Provider, class OptionsOf>
int run_on_images(OptionsOf options_of, launch const& asked, std::stop_token stop) {
  auto output = output_directory::prepare(asked.c.report.output_dir);
  if (!output) { return fail_with(output.error()); }
  auto provider = provider_of<Provider>(options_of, asked);
  if (!provider) { return fail_with(provider.error()); }
  auto const journal = provider->journal();
  int const code = run_in(
      image_based{std::move(*provider), image_source{image_request_of(asked)}, image_use_of(asked)},
      {asked, site_of(asked), *output}, std::move(stop));
  warn_of_sandboxes_left(journal);
  return code;
}

/// Makes the image that they start from, and prints its id. Returns the exit code.
template <class Provider, class OptionsOf>
int build_image(OptionsOf options_of, launch const& asked, std::stop_token stop) {
  auto provider = provider_of<Provider>(options_of, asked);
  if (!provider) { return fail_with(provider.error()); }
  image_based builder{std::move(*provider), image_source{image_request_of(asked)},
                      image_use_of(asked)};
  auto const say = [](std::string_view line) {
    print_to(stderr, "{}\n", without_secrets(shown_preparation(line)));
  };
  if (auto const built = builder.prepare(say, std::move(stop)); !built) {
    return fail_with(built.error());
  }
  print("{}\n", builder.image());
  return 0;
}

}  // namespace offload::cli
