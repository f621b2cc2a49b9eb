// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/provider/sandbox_journal.hpp>

#include <offload/core/contents_of.hpp>
#include <offload/core/time.hpp>
#include <offload/core/trimmed.hpp>
#include <offload/process/child_process.hpp>
#include <offload/process/marked_processes.hpp>
#include <offload/provider/command_template.hpp>

#include <fmt/core.h>
#include <stdlib.h>
#include <unistd.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <future>
#include <optional>
#include <set>

#include "lifecycle.hpp"

// A run's folder holds `run.json`, written before anything else, and a file `*.id` a sandbox.
namespace offload {
namespace {

namespace fs = std::filesystem;
using json = nlohmann::json;

constexpr std::string_view entry_suffix = ".id";

/// The sandbox that an entry is about; empty while nothing is known of it.
std::string id_in(fs::path const& entry) { return std::string{trimmed(contents_of(entry))}; }

/// Numbers of processes mean something within this only.
std::string this_host() {
  std::array<char, 256> name{};
  ::gethostname(name.data(), name.size() - 1);
  std::error_code unknown;
  return fmt::format("{} {}", name.data(), fs::read_symlink("/proc/self/ns/pid", unknown).string());
}

std::vector<fs::path> files_in(fs::path const& folder) {
  std::vector<fs::path> all;
  std::error_code failed;
  for (auto const& entry : fs::directory_iterator{folder, failed}) { all.push_back(entry.path()); }
  return all;
}

/// What a run has written down about itself.
struct run_note {
  std::string destroy_command, working_dir;
  bool is_here = false;   ///< it was a run of this machine
  bool is_alive = false;  ///< and goes on
};

std::optional<run_note> note_of(fs::path const& run) {
  auto const note = json::parse(contents_of(run / "run.json"), nullptr, false);
  if (!note.is_object()) { return std::nullopt; }
  run_note read{.destroy_command = note.value("destroy_command", ""),
                .working_dir = note.value("working_dir", ""),
                .is_here = note.value("host", "") == this_host()};
  read.is_alive = read.is_here && is_running(note.value("runner", ""));
  return read;
}

result<void> destroyed(leftover_sandbox const& one, seconds limit) {
  auto const done =
      run_process({"/bin/sh", "-c", one.destroy_command}, {.working_dir = one.working_dir}, {},
                  steady_clock::now() + to_clock(limit));
  if (!done) { return tl::unexpected(done.error()); }
  if (!done->status.ok()) {
    return fail(errc::sandbox, "{}: {}", to_string(done->status), trimmed(done->err));
  }
  std::error_code ignored;
  fs::remove(one.entry, ignored);
  return {};
}

}  // namespace

fs::path sandbox_journal_folder() {
  auto const variable = [](char const* name) {
    char const* const value = std::getenv(name);
    return fs::path{value != nullptr ? value : ""};
  };
  auto base = variable("XDG_STATE_HOME");
  if (base.empty() && !variable("HOME").empty()) { base = variable("HOME") / ".local" / "state"; }
  if (base.empty() || base.is_relative()) {
    base = fs::temp_directory_path() / fmt::format("offload-state-{}", ::getuid());
  }
  return base / "offload" / "sandboxes";
}

result<sandbox_journal> sandbox_journal::open(fs::path const& folder,
                                              std::string_view destroy_command,
                                              std::string_view working_dir) {
  std::error_code failed;
  fs::create_directories(folder, failed);
  std::string name = folder / "run-XXXXXX";
  if (::mkdtemp(name.data()) == nullptr) {
    return tl::unexpected(
        error{errc::io, fmt::format("cannot make the folder {}: {}", name, std::strerror(errno)),
              "set XDG_STATE_HOME to a folder that can be written to"});
  }
  sandbox_journal journal{name};
  json const note{{"runner", this_runner()},
                  {"host", this_host()},
                  {"destroy_command", destroy_command},
                  {"working_dir", fs::absolute(working_dir.empty() ? "." : working_dir).string()}};
  std::ofstream file{journal.folder_ / "run.json", std::ios::binary};
  file << note.dump(2, ' ', false, json::error_handler_t::replace) << '\n';
  if (!file.flush()) { return fail(errc::io, "cannot write {}", name + "/run.json"); }
  return journal;
}

sandbox_journal::~sandbox_journal() {
  if (folder_.empty()) { return; }
  for (auto const& file : files_in(folder_)) {
    if (file.extension() == entry_suffix) { return; }
  }
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

fs::path sandbox_journal::entry(std::string_view name) const {
  return folder_ / fmt::format("{}{}", name, entry_suffix);
}

void sandbox_journal::strike(fs::path const& entry) const {
  std::error_code ignored;
  fs::remove(entry, ignored);
}

std::vector<std::string> listed_sandboxes(fs::path const& run) {
  std::vector<std::string> ids;
  for (auto const& file : files_in(run)) {
    if (file.extension() != entry_suffix) { continue; }
    if (auto id = id_in(file); !id.empty()) { ids.push_back(std::move(id)); }
  }
  return ids;
}

std::vector<leftover_sandbox> leftover_sandboxes(fs::path const& folder) {
  std::vector<leftover_sandbox> found;
  std::set<std::string> in_use;
  for (auto const& run : files_in(folder)) {
    auto const note = note_of(run);
    if (!note || !note->is_here) { continue; }
    std::size_t entries = 0;
    for (auto const& file : files_in(run)) {
      if (file.extension() != entry_suffix) { continue; }
      auto id = id_in(file);
      if (note->is_alive) {
        in_use.insert(std::move(id));
      } else if (!id.empty()) {
        std::vector<filling> const with{{"{sandbox_id}", id}};
        found.push_back(
            {std::move(id), filled_command(note->destroy_command, with), note->working_dir, file});
        ++entries;
      }
    }
    std::error_code ignored;
    if (!note->is_alive && entries == 0) { fs::remove_all(run, ignored); }
  }
  // A pool may have given the same id to a run that is alive.
  std::erase_if(found, [&](leftover_sandbox const& one) { return in_use.contains(one.id); });
  return found;
}

leftover_cleanup destroy(std::vector<leftover_sandbox> const& leftovers, seconds limit) {
  std::vector<std::future<result<void>>> running;
  running.reserve(leftovers.size());
  for (auto const& one : leftovers) {
    running.push_back(
        std::async(std::launch::async, [&one, limit] { return destroyed(one, limit); }));
  }
  leftover_cleanup done;
  for (std::size_t i = 0; i < leftovers.size(); ++i) {
    if (auto const how = running[i].get()) {
      done.destroyed.push_back(leftovers[i].id);
    } else {
      done.still_there.push_back(fmt::format("{}: {}", leftovers[i].id, how.error().message));
    }
  }
  return done;
}

}  // namespace offload
