// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/report/output_layout.hpp>
#include <offload/report/results_file.hpp>

#include <system_error>

namespace offload {

namespace fs = std::filesystem;

void keep_previous(fs::path const& results) {
  std::error_code failed;
  auto const previous = previous_path(results);
  fs::remove(previous, failed);
  if (!fs::is_regular_file(results, failed)) { return; }
  fs::create_hard_link(results, previous, failed);
  if (failed) { fs::copy_file(results, previous, failed); }
}

result<void> move_into_place(fs::path const& finished, fs::path const& results) {
  std::error_code failed;
  fs::rename(finished, results, failed);
  if (!failed) { return {}; }
  return fail(errc::io, "cannot rename {} to {}: {}", finished.string(), results.string(),
              failed.message());
}

}  // namespace offload
