// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "logs/result_files.hpp"

#include <offload/report/output_layout.hpp>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <system_error>
#include <utility>

namespace offload {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_artifacts = 20;

}  // namespace

result_files::result_files(fs::path output_dir) : output_dir_{std::move(output_dir)} {
  std::error_code failed;
  for (fs::directory_iterator one{output_dir_ / output_layout::logs, failed}, end;
       !failed && one != end; one.increment(failed)) {
    if (auto const batch = batch_of_log(one->path().filename().string())) {
      logs_[batch->value].push_back(one->path().string());
    }
  }
  for (auto& [batch, paths] : logs_) { std::ranges::sort(paths); }
}

std::vector<std::string> result_files::logs_of(recorded_attempt const& one) const {
  // A batch without a sandbox is of an earlier run: its number is another batch's now.
  if (!one.batch || one.sandbox.empty()) { return {}; }
  auto const found = logs_.find(one.batch->value);
  if (found == logs_.end()) { return {}; }
  std::vector<std::string> paths;
  std::error_code unknown;
  std::ranges::copy_if(found->second, std::back_inserter(paths),
                       [&](auto const& path) { return fs::file_size(path, unknown) > 0; });
  return paths;
}

std::vector<std::string> result_files::artifacts_of(recorded_attempt const& one) const {
  if (!one.batch || one.sandbox.empty() || output_dir_.empty()) { return {}; }
  auto const folder = artifact_folder(output_dir_, {one.sandbox}, *one.batch);
  std::vector<std::string> paths;
  std::error_code failed;
  for (fs::recursive_directory_iterator file{folder, failed}, end; !failed && file != end;
       file.increment(failed)) {
    if (!file->is_directory(failed)) { paths.push_back(file->path().string()); }
  }
  std::ranges::sort(paths);
  if (paths.size() > most_artifacts) {
    paths.resize(most_artifacts);
    paths.push_back(folder.string() + "/");
  }
  return paths;
}

}  // namespace offload
