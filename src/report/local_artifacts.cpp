// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/report/local_artifacts.hpp>

#include <offload/core/path_glob.hpp>
#include <offload/report/output_layout.hpp>

#include <algorithm>
#include <chrono>
#include <string_view>
#include <system_error>
#include <utility>

namespace offload {
namespace {

namespace fs = std::filesystem;

/// The times that a kernel gives to files move on in steps of up to ten milliseconds.
constexpr std::chrono::milliseconds file_time_step{10};

fs::file_time_type file_time_now() { return fs::file_time_type::clock::now() - file_time_step; }

/// Finds the files below a folder that match, without following links.
class file_search {
 public:
  file_search(fs::path root, fs::path const& left_out, std::vector<std::string> const& globs,
              fs::file_time_type since)
      : root_{std::move(root)}, left_out_{left_out}, globs_{globs}, since_{since} {}

  /// Their paths, relative to the folder, in order.
  [[nodiscard]] std::vector<std::string> run() {
    search("");
    std::ranges::sort(found_);
    return std::move(found_);
  }

 private:
  /// `below` is empty or ends with a slash. An unreadable folder counts as empty.
  void search(std::string const& below) {
    std::error_code failed;
    for (fs::directory_iterator one{root_ / below, failed}, end; !failed && one != end;
         one.increment(failed)) {
      std::error_code unknown;
      auto const type = one->symlink_status(unknown).type();
      auto relative = below + one->path().filename().string();
      if (type == fs::file_type::directory) {
        relative += '/';
        if (one->path() != left_out_ && may_match_below(relative)) { search(relative); }
      } else if (type == fs::file_type::regular && matches(relative)) {
        auto const written = one->last_write_time(unknown);
        if (!unknown && written >= since_) { found_.push_back(std::move(relative)); }
      }
    }
  }

  [[nodiscard]] bool may_match_below(std::string_view folder) const {
    return std::ranges::any_of(
        globs_, [&](auto const& glob) { return offload::glob::may_match_below(glob, folder); });
  }
  [[nodiscard]] bool matches(std::string_view path) const {
    return std::ranges::any_of(globs_,
                               [&](auto const& glob) { return glob::matches_path(glob, path); });
  }

  fs::path root_;
  fs::path const& left_out_;
  std::vector<std::string> const& globs_;
  fs::file_time_type since_;
  std::vector<std::string> found_;
};

/// Without links on the way, so that paths can be compared.
fs::path real_path(fs::path const& path) {
  std::error_code failed;
  auto real = fs::canonical(path.empty() ? "." : path, failed);
  return failed ? path : real;
}

}  // namespace

local_artifacts::local_artifacts(artifact_options options, output_directory& output)
    : options_{std::move(options)},
      root_{real_path(options_.from)},
      left_out_{real_path(output.path())},
      output_{&output} {}

void local_artifacts::on(run_event const& event) {
  match(
      event, [&](batch_began const& batch) { open_[batch.id] = {file_time_now()}; },
      [&](attempt_ended const& one) {
        if (is_bad(one.what.report.ended)) { note_bad(one.what); }
      },
      [&](batch_ended const& batch) { end_batch(batch.id, batch.sandbox); },
      [&](sandbox_went_down const& sandbox) { end_sandbox(sandbox.id); });
}

/// A worker may fail outside of all tests when its batches are over.
void local_artifacts::note_bad(attempt const& what) {
  if (auto const open = open_.find(what.batch); open != open_.end()) {
    open->second.is_bad = true;
  } else if (auto const last = last_.find(what.sandbox); last != last_.end()) {
    last->second.is_bad = true;
  }
}

void local_artifacts::end_batch(batch_id id, sandbox_id const& sandbox) {
  auto const batch = std::exchange(open_[id], {});
  open_.erase(id);
  auto const now = file_time_now();
  collect(id, sandbox, batch.began, batch.is_bad);
  last_[sandbox] = {id, now, batch.is_bad};
}

void local_artifacts::end_sandbox(sandbox_id const& sandbox) {
  if (auto const last = last_.extract(sandbox)) {
    collect(last.mapped().id, sandbox, last.mapped().collected, last.mapped().is_bad);
  }
}

void local_artifacts::collect(batch_id batch, sandbox_id const& sandbox, file_time since,
                              bool is_bad) {
  if (!is_bad && options_.of == artifact_source::bad_batches) { return; }
  auto const files = file_search{root_, left_out_, options_.globs, since}.run();
  if (files.empty()) { return; }
  auto const folder = file_name_of(sandbox);
  if (auto recorded = output_->record(folder); !recorded) { note(std::move(recorded.error())); }
  for (auto const& relative : files) {
    copy(relative, artifact_folder(output_->path(), sandbox, batch) / relative);
  }
}

void local_artifacts::copy(fs::path const& relative, fs::path const& to) {
  std::error_code failed;
  fs::create_directories(to.parent_path(), failed);
  if (!failed) {
    fs::copy_file(root_ / relative, to, fs::copy_options::overwrite_existing, failed);
  }
  if (failed && failed != std::errc::no_such_file_or_directory) {
    note({errc::io,
          fmt::format("cannot copy the artifact {}: {}", relative.string(), failed.message())});
  }
}

void local_artifacts::note(error what) {
  if (!failure_) { failure_ = std::move(what); }
}

}  // namespace offload
