// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/image/image_cache.hpp>
#include <offload/process/folder_lock.hpp>
#include <offload/process/pause.hpp>

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <random>
#include <system_error>
#include <utility>

#include "git_objects.hpp"
#include "git_reference.hpp"
#include "note_tree.hpp"
#include "remote_git.hpp"

namespace offload {

using namespace image;

namespace {

/// How long others who write at the same time are waited for.
constexpr seconds patience{30};
std::string const notes_ref{image_cache::ref};

result<std::string> note_for(git_repository* git, git_oid const& notes, std::string const& commit) {
  auto const all = read_notes(git, notes);
  if (!all) { return tl::unexpected{all.error()}; }
  auto const found = all->entries.find(commit);
  if (found == all->entries.end()) { return std::string{}; }
  return blob_of(git, found->second.id);
}

/// Waits before the next attempt, not as long as others who failed at the same time.
bool wait_for_turn(int attempt, std::stop_token const& stop = {}) {
  constexpr int longest = 12;
  auto const share = static_cast<double>(std::random_device{}()) / std::random_device::max();
  return pause(seconds{0.02 * std::min(attempt + 1, longest) * share}, stop);
}

/// A reference that only this call knows of.
std::string private_ref() {
  static std::atomic<unsigned> made{0};
  return fmt::format("refs/offload/fetched-{}-{}", ::getpid(), made++);
}

}  // namespace

class image_cache::notes {
 public:
  explicit notes(repository of) : in_{std::move(of)} {}

  [[nodiscard]] git_repository* git() const { return in_.git.get(); }
  [[nodiscard]] repository const& in() const { return in_; }

  [[nodiscard]] std::optional<git_oid> tip(std::string const& name = notes_ref) const {
    return target_of(git(), name);
  }

  /// The notes of this repository and the fetched ones in one. Changes no reference.
  [[nodiscard]] result<std::optional<git_oid>> all() const {
    auto const own = tip();
    if (!own || !fetched_) { return own ? own : fetched_; }
    return merge_notes(git(), *own, *fetched_).map([](auto const& id) {
      return std::optional{id};
    });
  }

  /// Makes the reference what `next` makes of it. Offload's processes take turns; when git changes
  /// the reference meanwhile, `next` is asked again.
  template <class Next>
  result<void> update(Next const& next) {
    auto const turn = folder_lock::take(git_repository_commondir(git()), patience);
    if (!turn) { return tl::unexpected{turn.error()}; }
    auto const until = steady_clock::now() + to_clock(patience);
    for (int attempt = 0; steady_clock::now() < until; ++attempt) {
      auto const before = tip();
      auto const after = next();
      if (!after) { return tl::unexpected{after.error()}; }
      if (!*after || (before && git_oid_equal(&*before, &**after) != 0)) { return {}; }
      auto const swapped = compare_and_swap(git(), notes_ref, before, **after);
      if (!swapped) { return tl::unexpected{swapped.error()}; }
      if (*swapped) { return {}; }
      wait_for_turn(attempt);
    }
    return tl::unexpected{error{
        errc::process,
        fmt::format("cannot update {}: it has been locked for {:g} s", notes_ref, patience.count()),
        fmt::format("if no git command is running, remove {}{}.lock",
                    git_repository_commondir(git()), notes_ref)}};
  }

  result<void> fetch(remote_git const& from) {
    auto const to = private_ref();
    auto const found = from.fetch(notes_ref, to);
    if (found && *found) { fetched_ = tip(to); }
    git_reference_remove(git(), to.c_str());
    if (!found) { return tl::unexpected{found.error()}; }
    return {};
  }

  result<git_oid> with(std::string const& commit, std::string const& key,
                       cached_image const& image) const {
    auto const before = all();
    if (!before) { return tl::unexpected{before.error()}; }
    auto tree = *before ? read_notes(git(), **before) : result<note_tree>{};
    auto const note = *before ? note_for(git(), **before, commit) : result<std::string>{};
    if (!tree) { return tl::unexpected{tree.error()}; }
    if (!note) { return tl::unexpected{note.error()}; }
    auto const text = with_image(*note, key, image);
    note_tree::entry entry;
    if (git_blob_create_from_buffer(&entry.id, git(), text.data(), text.size()) != 0) {
      return git_cannot("write a note");
    }
    tree->entries.insert_or_assign(commit, entry);
    std::vector<git_oid> parents;
    if (*before) { parents.push_back(**before); }
    return commit_notes(git(), *tree, parents);
  }

 private:
  repository in_;
  std::optional<git_oid> fetched_{};
};

image_cache::image_cache(std::unique_ptr<notes> of) : notes_{std::move(of)} {}
image_cache::image_cache(image_cache&&) noexcept = default;
image_cache& image_cache::operator=(image_cache&&) noexcept = default;
image_cache::~image_cache() = default;

result<image_cache> image_cache::open(std::string const& project) {
  return open_repository(project).map(
      [](repository in) { return image_cache{std::make_unique<notes>(std::move(in))}; });
}

result<std::string> image_cache::config_key(std::string const& config_path) const {
  namespace fs = std::filesystem;
  fs::path const path{config_path};
  if (!path.is_absolute()) {
    return config_path.starts_with("./") ? config_path.substr(2) : config_path;
  }
  auto const& root = notes_->in().root;
  std::error_code failed;
  auto const relative = fs::relative(path, root, failed).generic_string();
  if (failed || relative.empty() || relative.starts_with("..")) {
    return fail(errc::invalid_usage, "{} is outside of the git repository {}", config_path, root);
  }
  return relative;
}

result<std::optional<cached_image>> image_cache::find(std::string const& commit,
                                                      std::string const& config_key) const {
  auto const all = notes_->all();
  if (!all) { return tl::unexpected{all.error()}; }
  if (!*all) { return std::nullopt; }
  return note_for(notes_->git(), **all, commit).map([&](auto const& note) {
    return image_in_note(note, config_key);
  });
}

result<std::optional<std::string>> image_cache::find(std::string const& commit,
                                                     std::string const& config_key,
                                                     std::string const& inputs) const {
  return find(commit, config_key).map([&](auto const& image) -> std::optional<std::string> {
    if (!image || image->inputs != inputs) { return std::nullopt; }
    return image->id;
  });
}

result<void> image_cache::add(std::string const& commit, std::string const& config_key,
                              cached_image const& image) {
  return notes_->update([&] {
    return notes_->with(commit, config_key, image).map([](auto const& id) {
      return std::optional{id};
    });
  });
}

bool image_cache::has_remote(std::string const& name) const {
  git_remote_ptr remote;
  git_repository_ptr plain;  // with the repository's configuration, which `notes_` does without
  if (git_repository_open(out{plain}, notes_->in().root.c_str()) != 0) { return false; }
  return git_remote_lookup(out{remote}, plain.get(), name.c_str()) == 0;
}

result<void> image_cache::fetch(std::string const& remote, deadline until, std::stop_token stop) {
  return notes_->fetch({notes_->in().root, remote, until, stop});
}

result<void> image_cache::adopt() {
  return notes_->update([&] { return notes_->all(); });
}

result<void> image_cache::push(std::string const& remote, deadline until, std::stop_token stop) {
  remote_git const git{notes_->in().root, remote, until, stop};
  for (int attempt = 0; steady_clock::now() < until; ++attempt) {
    auto const tip = notes_->tip();
    if (!tip) { return {}; }
    auto const pushed = git.push(hex(*tip), ref);
    if (!pushed) { return tl::unexpected{pushed.error()}; }
    if (*pushed == remote_git::push_outcome::done) { return {}; }
    auto const merged = notes_->fetch(git).and_then([&] { return adopt(); });
    if (!merged) { return merged; }
    if (!wait_for_turn(attempt, stop)) { break; }
  }
  return fail(errc::process, "other machines keep writing to {} of {}", ref, remote);
}

}  // namespace offload
