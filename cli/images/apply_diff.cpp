// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/image/apply_patch.hpp>

#include "command_line/commands.hpp"
#include "command_line/print.hpp"
#include "command_line/warn.hpp"

namespace offload::cli {

int apply_diff(apply_diff_options const& options) {
  auto const applied = apply_patch_file(options.patch, options.project_root);
  if (!applied) { return fail_with(applied.error()); }
  print("Applied {} change{}.\n", *applied, *applied == 1 ? "" : "s");
  return 0;
}

}  // namespace offload::cli
