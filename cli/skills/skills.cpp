// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/core/contents_of.hpp>
#include <offload/core/fnv1a.hpp>
#include <offload/process/file_access.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "command_line/commands.hpp"
#include "command_line/print.hpp"
#include "command_line/warn.hpp"
#include "skills/skill_files.hpp"

namespace offload::cli {
namespace {

namespace fs = std::filesystem;

/// Beside a skill: what was installed, so that a file which somebody has changed is told from one
/// of an older version.
constexpr std::string_view record_name = ".offload-installed";

/// Enough to notice a change, and the same on every machine.
std::string digest(std::string_view text) { return fmt::format("{:016x}", fnv1a(text)); }

using records = std::map<std::string, std::string, std::less<>>;  ///< digests by path

records read_records(fs::path const& file) {
  records found;
  auto const text = contents_of(file.string());
  for (std::size_t at = 0; at < text.size();) {
    auto const end = std::min(text.find('\n', at), text.size());
    auto const line = std::string_view{text}.substr(at, end - at);
    if (auto const space = line.find(' '); space != line.npos) {
      found.emplace(line.substr(space + 1), line.substr(0, space));
    }
    at = end + 1;
  }
  return found;
}

result<void> write_file(fs::path const& path, std::string_view text) {
  std::error_code failed;
  fs::create_directories(path.parent_path(), failed);
  return files::write(path, files::old_bytes::emptied, {{0, text}});
}

enum class install_step { written, up_to_date, changed_by_user };

/// Puts the skills into one folder.
class installation {
 public:
  installation(fs::path folder, existing_files existing)
      : folder_{std::move(folder)}, existing_{existing} {}

  result<void> install(skill_file const& file) {
    auto const path = folder_ / file.skill / file.path;
    auto const text = file.text();
    auto& record = records_of(file.skill);
    auto const step = step_for(path, text, record[std::string{file.path}]);
    if (step == install_step::written) {
      if (auto done = write_file(path, text); !done) { return done; }
    }
    if (step != install_step::changed_by_user) { record[std::string{file.path}] = digest(text); }
    say(step, path);
    return {};
  }

  [[nodiscard]] result<void> keep_records() const {
    for (auto const& [skill, record] : records_) {
      std::string text;
      for (auto const& [path, sum] : record) {
        if (!sum.empty()) { text += fmt::format("{} {}\n", sum, path); }
      }
      auto const file = folder_ / skill / record_name;
      if (text == contents_of(file.string())) { continue; }
      if (auto done = write_file(file, text); !done) { return done; }
    }
    return {};
  }

  [[nodiscard]] bool has_left_some() const { return has_left_some_; }

 private:
  records& records_of(std::string_view skill) {
    auto found = records_.find(skill);
    if (found == records_.end()) {
      found = records_.emplace(skill, read_records(folder_ / skill / record_name)).first;
    }
    return found->second;
  }

  [[nodiscard]] install_step step_for(fs::path const& path, std::string_view text,
                                      std::string_view recorded) const {
    std::error_code failed;
    if (!fs::exists(fs::symlink_status(path, failed))) { return install_step::written; }
    auto const there = contents_of(path.string());
    if (there == text) { return install_step::up_to_date; }
    bool const ours = existing_ == existing_files::overwritten || digest(there) == recorded;
    return ours ? install_step::written : install_step::changed_by_user;
  }

  void say(install_step step, fs::path const& path) {
    switch (step) {
      case install_step::written: print("Wrote {}\n", path.string()); return;
      case install_step::up_to_date: print("Up to date: {}\n", path.string()); return;
      case install_step::changed_by_user: break;
    }
    has_left_some_ = true;
    warn(fmt::format("kept {}: it was changed here; --force overwrites it", path.string()));
  }

  fs::path folder_;
  existing_files existing_;
  std::map<std::string, records, std::less<>> records_;
  bool has_left_some_ = false;
};

bool is_there(fs::path const& path) {
  std::error_code failed;
  return fs::exists(path, failed);
}

/// Where agents look for a project's skills, as far as this project shows which are in use. Folders
/// that are links to each other count once.
std::vector<fs::path> usual_folders() {
  std::vector<fs::path> found;
  for (auto const* agent : {".agents", ".claude", ".codex", ".cursor", ".github"}) {
    auto const folder = fs::path{agent} / "skills";
    // .github is there for other reasons.
    bool const in_use =
        is_there(folder) || (agent != std::string_view{".github"} && is_there(agent));
    std::error_code failed;
    bool const known = std::ranges::any_of(
        found, [&](fs::path const& other) { return fs::equivalent(other, folder, failed); });
    if (in_use && !known) { found.push_back(folder); }
  }
  if (found.empty()) {
    found.emplace_back(is_there("CLAUDE.md") ? ".claude/skills" : ".agents/skills");
  }
  return found;
}

/// The value of a key in the front matter.
std::string_view front_matter(std::string_view text, std::string_view key) {
  auto const at = text.find(fmt::format("\n{}: ", key));
  if (at == text.npos) { return {}; }
  auto const from = at + key.size() + 3;
  return text.substr(from, text.find('\n', from) - from);
}

int list_skills() {
  for (auto const& file : all_skill_files()) {
    if (file.path != "SKILL.md") { continue; }
    print("{}\n    {}\n", file.skill, front_matter(file.text(), "description"));
  }
  return 0;
}

}  // namespace

int skills_install(skills_options const& options) {
  if (options.list) { return list_skills(); }
  auto const folders =
      options.folder.empty() ? usual_folders() : std::vector<fs::path>{options.folder};
  bool complete = true;
  for (auto const& folder : folders) {
    installation here{folder, options.existing};
    for (auto const& file : all_skill_files()) {
      if (auto const done = here.install(file); !done) { return fail_with(done.error()); }
    }
    if (auto const kept = here.keep_records(); !kept) { return fail_with(kept.error()); }
    complete = complete && !here.has_left_some();
  }
  return complete ? 0 : 1;
}

}  // namespace offload::cli
