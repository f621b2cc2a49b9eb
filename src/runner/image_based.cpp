// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/runner/image_based.hpp>

namespace offload {
namespace {

constexpr std::string_view applier_name = "offload-apply-diff";
constexpr std::string_view patch_name = "offload.patch";
constexpr int patch_does_not_fit = 97;
constexpr int post_patch_failed = 98;

/// $1 applier, $2 patch, $3 repository, $4 what to run afterwards.
constexpr std::string_view script = R"(
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

}  // namespace

std::vector<support_file> patch_files(run_image const& image, image_use const& how) {
  if (image.patch.empty()) { return {}; }
  return {{std::string{applier_name}, how.applier}, {std::string{patch_name}, image.patch}};
}

command patching_command(std::string const& files, run_image const& image, image_use const& how) {
  auto const file = [&](std::string_view named) { return fmt::format("{}/{}", files, named); };
  auto const patch = image.patch.empty() ? std::string{} : file(patch_name);
  return {.argv = {"sh", "-c", std::string{script}, "sh", file(applier_name), patch, how.repo_root,
                   how.post_patch_cmd}};
}

std::optional<error> patching_failure(ended_command const& done, bool& at_fault) {
  if (done.status.ok()) { return std::nullopt; }
  auto const said = std::string{trimmed(done.output_tail)};
  if (done.status.code == post_patch_failed) {
    return error{errc::sandbox, "post_patch_cmd failed: " + said,
                 "it runs in sandbox_repo_root once the files of the working tree are there"};
  }
  at_fault = true;
  auto const detail = said.empty() ? to_string(done.status) : said;
  if (done.status.code == patch_does_not_fit) {
    return error{errc::patch, "the local changes do not fit its files: " + detail,
                 "the image has to hold the files of the commit in sandbox_repo_root, unchanged"};
  }
  return error{errc::sandbox, "the local changes could not be applied: " + detail};
}

}  // namespace offload
