// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/image/image_inputs.hpp>

#include <offload/core/shell_words.hpp>
#include <offload/image/blob_id.hpp>
#include <offload/process/file_access.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>
#include <variant>

namespace offload {
namespace {

namespace fs = std::filesystem;

/// One line about a file: what it is, what is in it, where it is.
result<std::string> line_about(fs::path const& path, std::string const& name) {
  std::error_code failed;
  auto const status = fs::symlink_status(path, failed);
  if (fs::is_symlink(status)) {
    auto const target = fs::read_symlink(path, failed).string();
    return fmt::format("link {} {}\n", image::blob_id(target), name);
  }
  if (fs::is_directory(status)) { return fmt::format("folder {}\n", name); }
  if (!fs::is_regular_file(status)) {
    return fail(errc::io, "cannot read {}, which goes into the image: it is not a regular file",
                path.string());
  }
  auto const contents = files::read_whole(path);
  if (!contents) {
    return tl::unexpected{doing("reading what goes into the image")(contents.error())};
  }
  bool const runs = (status.permissions() & fs::perms::owner_exec) != fs::perms::none;
  return fmt::format("{} {} {}\n", runs ? "executable" : "file", image::blob_id(*contents), name);
}

result<std::string> lines_about(fs::path const& folder) {
  std::error_code failed;
  std::vector<fs::path> paths;
  fs::recursive_directory_iterator each{folder, failed};
  for (fs::recursive_directory_iterator const end; !failed && each != end; each.increment(failed)) {
    paths.push_back(each->path());
  }
  if (failed) {
    return fail(errc::io, "cannot list {}, which goes into the image: {}", folder.string(),
                failed.message());
  }
  std::sort(paths.begin(), paths.end());
  std::string text;
  for (auto const& path : paths) {
    auto const line = line_about(path, path.lexically_relative(folder).generic_string());
    if (!line) { return line; }
    text += *line;
  }
  return text;
}

/// Collects inputs until something cannot be read.
class collection {
 public:
  explicit collection(fs::path project) : project_{std::move(project)} {}

  /// Nothing is added where there are no contents.
  void add(std::string name, std::optional<std::string> contents) {
    if (contents) { inputs_.push_back({std::move(name), std::move(*contents)}); }
  }
  void add_file(std::string const& name) { add_read(name, line_about(project_ / name, name)); }
  void add_file_if_there(std::string const& name) {
    std::error_code ignored;
    if (!name.empty() && fs::path{name}.is_relative() &&
        fs::is_regular_file(project_ / name, ignored)) {
      add_file(name);
    }
  }
  /// The files that a command line names, such as a script or a Dockerfile.
  void add_files_of(std::string const& command) {
    auto const words = shell::split(command);
    if (!words) { return; }
    for (auto const& word : *words) {
      add_file_if_there(word);
      if (auto const value = word.find('='); value != word.npos) {
        add_file_if_there(word.substr(value + 1));
      }
    }
  }
  /// A file that is meant from here, or else from the root of the repository.
  void add_file_of_repository(std::string const& name) {
    std::error_code failed;
    for (auto folder = fs::absolute(project_, failed); !fs::exists(project_ / name, failed);
         folder = folder.parent_path()) {
      if (fs::exists(folder / ".git", failed)) {
        return add_read(name, line_about(folder / name, name));
      }
      if (folder == folder.parent_path()) { break; }
    }
    add_file(name);
  }
  void add_folder(copy_dir const& dir) {
    add_read(to_string(dir), lines_about(project_ / dir.local));
  }

  [[nodiscard]] result<std::vector<image_input>> done() && {
    if (!read_) { return tl::unexpected{read_.error()}; }
    return std::move(inputs_);
  }

 private:
  void add_read(std::string const& name, result<std::string> contents) {
    if (contents) {
      add(name, std::move(*contents));
    } else if (read_) {
      read_ = tl::unexpected{std::move(contents).error()};
    }
  }

  fs::path project_;
  std::vector<image_input> inputs_;
  result<void> read_{};
};

void add_provider(collection& to, local_provider_config const&) { to.add("provider", "local"); }

void add_provider(collection& to, shell_provider_config const& c) {
  to.add("provider", "default");
  to.add("prepare_command", c.prepare_command);
  to.add("working_dir", c.working_dir);
  to.add_files_of(c.prepare_command.value_or(""));
  for (auto const& dir : c.copy_dirs) { to.add_folder(dir); }
}

void add_provider(collection& to, modal_provider_config const& c) {
  to.add("provider", "modal");
  if (c.dockerfile) { to.add_file_of_repository(*c.dockerfile); }
  to.add("include_cwd", c.include_cwd ? "true" : "false");
  for (auto const& dir : c.copy_dirs) { to.add_folder(dir); }
}

}  // namespace

std::string hash_of(std::span<image_input const> inputs) {
  std::string all;
  for (auto const& each : inputs) {
    all += fmt::format("{} {}\n{}{}\n", each.name.size(), each.contents.size(), each.name,
                       each.contents);
  }
  return image::blob_id(all);
}

result<std::vector<image_input>> image_inputs(config const& c, std::string const& project,
                                              std::span<copy_dir const> more_copy_dirs) {
  collection made{project};
  std::visit([&](auto const& provider) { add_provider(made, provider); }, c.provider);
  made.add_file_if_there(".dockerignore");
  made.add("sandbox_init_cmd", c.run.sandbox_init_cmd);
  made.add("sandbox_repo_root", c.run.sandbox_repo_root);
  for (auto const& dir : more_copy_dirs) { made.add_folder(dir); }
  return std::move(made).done();
}

}  // namespace offload
