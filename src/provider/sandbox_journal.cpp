// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/provider/sandbox_journal.hpp>

#include <offload/core/contents_of.hpp>
#include <offload/core/json.hpp>
#include <offload/core/shell_words.hpp>
#include <offload/core/time.hpp>
#include <offload/core/trimmed.hpp>
#include <offload/process/child_process.hpp>
#include <offload/process/file_access.hpp>
#include <offload/process/marked_processes.hpp>
#include <offload/process/unique_fd.hpp>
#include <offload/provider/command_template.hpp>

#include <fcntl.h>
#include <fmt/core.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>
#include <range/v3/view/zip.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <future>
#include <optional>
#include <set>
#include <system_error>
#include <type_traits>

#include "lifecycle.hpp"

// A run's folder holds `run.json`, written before anything else, and a file `*.id` a sandbox. As
// long as that is being made, the file `*.pid` names the process that does.
namespace offload {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view entry_suffix = ".id";
constexpr std::string_view creation_suffix = ".pid";
constexpr seconds longest_cleaning{10};

/// The sandbox that an entry is about; empty while nothing is known of it.
std::string id_in(fs::path const& entry) { return printed_id(contents_of(entry)).id; }

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

fs::path creation_of(fs::path entry) { return entry.replace_extension(creation_suffix); }

/// Whether a create command that is to fill this entry lives.
bool is_being_made(fs::path const& entry) {
  int pid = 0;
  std::ifstream{creation_of(entry)} >> pid;
  return pid > 0 && is_marked(pid, creation_variable, entry.string());
}

/// The files in which a run describes itself.
struct run_note {
  std::string runner, clean_command, destroy_command, working_dir;
  bool is_here = false;   ///< it was a run of this machine
  bool is_alive = false;  ///< and goes on
};

std::optional<run_note> note_of(fs::path const& run) {
  auto const note = parse_json(contents_of(run / "run.json"));
  if (!note.is_object()) { return std::nullopt; }
  run_note read{.runner = note["runner"].text(),
                .clean_command = note["clean_command"].text(),
                .destroy_command = note["destroy_command"].text(),
                .working_dir = note["working_dir"].text(),
                .is_here = note["host"].text() == this_host()};
  read.is_alive = read.is_here && is_running(read.runner);
  return read;
}

/// Makes sure that nobody else destroys the same sandbox: its id may be that of another one the
/// moment it is gone. Given back at the end of the scope, or of this process.
class claim {
 public:
  explicit claim(fs::path const& entry) : file_{::open(entry.c_str(), O_RDONLY | O_CLOEXEC)} {
    // Who had it before may have removed the entry while this one was waiting.
    held_ = file_ && ::flock(file_.get(), LOCK_EX | LOCK_NB) == 0 && fs::exists(entry);
  }
  [[nodiscard]] bool is_held() const { return held_; }

 private:
  unique_fd file_;
  bool held_ = false;
};

/// Removes the folder of a run that is no more and has nothing any more.
void forget_if_empty(fs::path const& run) {
  auto const note = note_of(run);
  if (!note || !note->is_here || note->is_alive) { return; }
  for (auto const& file : files_in(run)) {
    auto const is_entry = file.extension() == entry_suffix;
    if (is_entry && (is_being_made(file) || !id_in(file).empty())) { return; }
  }
  end_processes_of_runner(note->runner);
  std::error_code ignored;
  fs::remove_all(run, ignored);
}

/// Those of a run that is no more.
void append_leftovers(std::vector<leftover_sandbox>& found, fs::path const& run,
                      run_note const& note) {
  for (auto const& file : files_in(run)) {
    if (file.extension() != entry_suffix || is_being_made(file)) { continue; }
    auto id = id_in(file);
    if (id.empty()) { continue; }
    std::vector<filling> const with{{"{sandbox_id}", id}};
    found.push_back({.id = std::move(id),
                     .clean_command = filled_command(note.clean_command, with),
                     .destroy_command = filled_command(note.destroy_command, with),
                     .working_dir = note.working_dir,
                     .entry = file});
  }
}

/// Whether it was there to be destroyed, and it worked.
result<bool> destroyed(leftover_sandbox const& one, seconds limit) {
  claim const ours{one.entry};
  if (!ours.is_held()) { return false; }
  if (!one.clean_command.empty()) {
    (void)run_lifecycle(one.clean_command, one.working_dir, std::min(limit, longest_cleaning));
  }
  auto const by = destroyed_by(one.destroy_command, one.working_dir, limit);
  if (!by) { return tl::unexpected(by.error()); }
  std::error_code ignored;
  fs::remove(one.entry, ignored);
  return true;
}

}  // namespace

printed_sandbox printed_id(std::string_view output) {
  auto const said = text::trimmed(output);
  auto const begin = said.rfind('\n') + 1;  // 0 when there is one line
  return {std::string{text::trimmed(said.substr(begin))},
          std::string{text::trimmed(said.substr(0, begin))}};
}

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
                                              std::string_view working_dir,
                                              std::string_view clean_command) {
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
                  {"clean_command", clean_command},
                  {"working_dir", fs::absolute(working_dir.empty() ? "." : working_dir).string()}};
  auto const text = to_json(note, {.indent = 2}) + '\n';
  auto const written =
      files::write(journal.folder_ / "run.json", files::old_bytes::emptied, {{0, text}});
  if (!written) { return tl::unexpected(written.error()); }
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

std::string sandbox_journal::recorded(std::string_view create_command, fs::path const& entry) {
  return fmt::format("echo $$ > {}; exec > {}\n{}", shell::quoted(creation_of(entry).string()),
                     shell::quoted(entry.string()), create_command);
}

void sandbox_journal::strike(fs::path const& entry) const {
  std::error_code ignored;
  fs::remove(creation_of(entry), ignored);
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
    if (note->is_alive) {
      for (auto& id : listed_sandboxes(run)) { in_use.insert(std::move(id)); }
    } else {
      append_leftovers(found, run, *note);
    }
  }
  // A pool may have given the same id to a run that is alive.
  std::erase_if(found, [&](leftover_sandbox const& one) {
    std::error_code ignored;
    return in_use.contains(one.id) && fs::remove(one.entry, ignored);
  });
  for (auto const& run : files_in(folder)) { forget_if_empty(run); }
  return found;
}

std::size_t orphaned_creations(fs::path const& folder) {
  std::size_t count = 0;
  for (auto const& run : files_in(folder)) {
    auto const note = note_of(run);
    if (!note || !note->is_here || note->is_alive) { continue; }
    for (auto const& file : files_in(run)) {
      if (file.extension() == entry_suffix && is_being_made(file)) { ++count; }
    }
  }
  return count;
}

namespace {

/// In a thread of its own, or later in this one where there is no thread to be had.
template <class Body>
std::future<std::invoke_result_t<Body>> side_by_side(Body body) {
  try {
    return std::async(std::launch::async, body);
  } catch (std::system_error const&) { return std::async(std::launch::deferred, body); }
}

}  // namespace

leftover_cleanup destroy(std::vector<leftover_sandbox> const& leftovers, seconds limit) {
  std::vector<std::future<result<bool>>> running;
  running.reserve(leftovers.size());
  for (auto const& one : leftovers) {
    running.push_back(side_by_side([&one, limit] { return destroyed(one, limit); }));
  }
  leftover_cleanup done;
  for (auto&& [one, ending] : ranges::views::zip(leftovers, running)) {
    if (auto const how = ending.get()) {
      if (*how) { done.destroyed.push_back(one.id); }
    } else {
      done.still_there.push_back(fmt::format("{}: {}", one.id, how.error().message));
    }
  }
  std::set<fs::path> runs;
  for (auto const& one : leftovers) { runs.insert(one.entry.parent_path()); }
  for (auto const& run : runs) { forget_if_empty(run); }
  return done;
}

}  // namespace offload
