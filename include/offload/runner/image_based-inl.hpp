// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/runner/image_based.hpp>

#include <offload/core/inline.hpp>

namespace offload {
namespace image_based_detail {

inline constexpr std::string_view applier_name = "offload-apply-diff";
inline constexpr std::string_view patch_name = "offload.patch";
inline constexpr int patch_does_not_fit = 97;
inline constexpr int post_patch_failed = 98;

/// $1 applier, $2 patch, $3 repository, $4 what to run afterwards.
inline constexpr std::string_view script = R"(
if [ -n "$2" ]; then
  chmod +x "$1" && "$1" "$2" --project-root "$3" >/dev/null || exit 97
  rm -f "$1"
  export OFFLOAD_PATCH_FILE="$2"
fi
if [ -n "$4" ]; then
  (cd "$3" && exec sh -c "$4")
  status=$?
  if [ "$status" -ne 0 ]; then echo "exit status $status" >&2; exit 98; fi
fi
[ -z "$2" ] || rm -f "$2"
)";

}  // namespace image_based_detail

OFFLOAD_INLINE std::vector<support_file> patch_files(run_image const& image, image_use const& how) {
  if (image.patch.empty()) { return {}; }
  return {{std::string{image_based_detail::applier_name}, how.applier},
          {std::string{image_based_detail::patch_name}, image.patch}};
}

OFFLOAD_INLINE command patching_command(std::string const& files, run_image const& image,
                                        image_use const& how) {
  auto const file = [&](std::string_view named) { return fmt::format("{}/{}", files, named); };
  auto const patch = image.patch.empty() ? std::string{} : file(image_based_detail::patch_name);
  return {.argv = {"sh", "-c", std::string{image_based_detail::script}, "sh",
                   file(image_based_detail::applier_name), patch, how.repo_root,
                   how.post_patch_cmd}};
}

OFFLOAD_INLINE std::optional<error> patching_failure(ended_command const& done, bool& at_fault) {
  if (done.status.ok()) { return std::nullopt; }
  auto const said = std::string{text::trimmed(done.output_tail)};
  if (done.status.code == image_based_detail::post_patch_failed) {
    return error{errc::sandbox, "post_patch_cmd failed: " + said,
                 "it runs in sandbox_repo_root once the files of the working tree are there"};
  }
  at_fault = true;
  auto const detail = said.empty() ? to_string(done.status) : said;
  if (done.status.code == image_based_detail::patch_does_not_fit) {
    return error{errc::patch, "the local changes do not fit its files: " + detail,
                 "the image has to hold the files of the commit in sandbox_repo_root, unchanged"};
  }
  return error{errc::sandbox, "the local changes could not be applied: " + detail};
}

}  // namespace offload
