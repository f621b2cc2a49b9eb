// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "staging.hpp"

#include <offload/image/patch_names.hpp>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <ranges>
#include <utility>

namespace offload::image {
namespace {

constexpr char const* journal = "journal";
constexpr char const* journal_being_written = "journal-new";

std::string folder_name() { return std::string{staging_folder}; }
std::string old_name(std::size_t number) { return fmt::format("old-{}", number); }
std::string new_name(std::size_t number) { return fmt::format("new-{}", number); }

/// Holds back the signals that would end this thread's process, while it lives.
class without_signals {
 public:
  without_signals() {
    sigset_t held;
    ::sigemptyset(&held);
    for (int const each : {SIGINT, SIGTERM, SIGHUP, SIGQUIT}) { ::sigaddset(&held, each); }
    ::pthread_sigmask(SIG_BLOCK, &held, &before_);
  }
  without_signals(without_signals const&) = delete;
  without_signals& operator=(without_signals const&) = delete;
  ~without_signals() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_{};
};

/// Opens and locks the folder; none when its owner has just removed it.
result<std::optional<unique_fd>> lock(int root) {
  auto const name = folder_name();
  if (::mkdirat(root, name.c_str(), 0700) != 0 && errno != EEXIST) {
    return cannot("make the folder", name, errno);
  }
  unique_fd folder{::openat(root, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)};
  if (!folder && errno == ENOENT) { return std::nullopt; }
  if (!folder) { return cannot("open the folder", name, errno); }
  if (::flock(folder.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) { return cannot("lock the folder", name, errno); }
    return fail(errc::io, "another apply-diff is changing these files (it has locked {})", name);
  }
  struct stat status {};
  if (::fstat(folder.get(), &status) != 0 || status.st_nlink == 0) { return std::nullopt; }
  return std::optional{std::move(folder)};
}

}  // namespace

result<staging> staging::open(tree& below) {
  for (;;) {
    auto folder = lock(below.root());
    if (!folder) { return tl::unexpected{folder.error()}; }
    if (!*folder) { continue; }
    staging made{below, std::move(**folder)};
    if (auto const clean = made.recover(); !clean) { return tl::unexpected{clean.error()}; }
    return made;
  }
}

staging::~staging() {
  if (!folder_ || has(journal)) { return; }
  clear();
  ::unlinkat(tree_->root(), folder_name().c_str(), AT_REMOVEDIR);
}

result<void> staging::recover() {
  if (has(journal)) {
    unique_fd const file{::openat(folder_.get(), journal, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)};
    std::string text;
    if (!file || !read_all(file.get(), text)) { return cannot("read", journal, errno); }
    auto const steps = read_journal(text);
    if (!steps) {
      return fail(errc::io, "{} was left by a crashed run, and its journal is damaged",
                  staging_folder);
    }
    if (auto const done = take_back(*steps); !done) { return done; }
  }
  clear();
  return {};
}

bool staging::has(std::string const& name) const {
  struct stat status {};
  return ::fstatat(folder_.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0;
}

void staging::clear() {
  std::vector<std::string> files;
  std::vector<std::string> folders;
  tree_->forget();
  if (auto const listed = tree_->list(folder_name(), files, folders); !listed) { return; }
  for (auto const& each : files) { ::unlinkat(folder_.get(), name_of(each).c_str(), 0); }
}

result<std::size_t> staging::add_file(std::string_view contents, mode_t created,
                                      std::optional<permissions> const& like) {
  auto const name = new_name(staged_);
  unique_fd const file{
      ::openat(folder_.get(), name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, created)};
  if (!file || !write_all(file.get(), contents)) { return cannot("write", name, errno); }
  if (like) {
    // Only root can give files away; others own what they write, as with git.
    bool const foreign = like->user != ::geteuid() || like->group != ::getegid();
    if (foreign && ::fchown(file.get(), like->user, like->group) != 0 && errno != EPERM) {
      return cannot("set the owner of", name, errno);
    }
    if (::fchmod(file.get(), like->mode) != 0) { return cannot("set the mode of", name, errno); }
  }
  return staged_++;
}

result<std::size_t> staging::add_link(std::string const& leads_to) {
  auto const name = new_name(staged_);
  if (leads_to.empty() || leads_to.find('\0') != leads_to.npos) {
    return fail(errc::patch, "a symbolic link cannot lead to {}", shown(leads_to));
  }
  if (::symlinkat(leads_to.c_str(), folder_.get(), name.c_str()) != 0) {
    return cannot("make the symbolic link", name, errno);
  }
  return staged_++;
}

result<void> staging::write_journal(std::vector<step> const& steps) {
  unique_fd const file{::openat(folder_.get(), journal_being_written,
                                O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600)};
  // By its name it is complete.
  if (!file || !write_all(file.get(), journal_text(steps)) ||
      ::renameat(folder_.get(), journal_being_written, folder_.get(), journal) != 0) {
    return cannot("write", journal, errno);
  }
  return {};
}

result<void> staging::commit(std::vector<step> const& steps) {
  without_signals const held;
  if (auto const noted = write_journal(steps); !noted) { return noted; }
  tree_->forget();
  for (auto const& each : steps) {
    auto done = perform(each);
    if (done) { continue; }
    if (auto const undone = take_back(steps); !undone) {
      done.error().while_doing.push_back("undoing the changes: " + undone.error().message);
      done.error().hint = fmt::format(
          "the rest is in {}; the next apply-diff continues to undo the changes", staging_folder);
    }
    return done;
  }
  // From here on the new state counts.
  if (::unlinkat(folder_.get(), journal, 0) != 0) { return cannot("remove", journal, errno); }
  return {};
}

result<void> staging::perform(step const& each) {
  auto const name = name_of(each.path);
  int const folder = tree_->folder_of(each.path);
  if (folder < 0) { return cannot("reach", each.path, errno); }
  switch (each.is) {
    case step::action::take_away:
      if (::renameat(folder, name.c_str(), folder_.get(), old_name(each.number).c_str()) != 0) {
        return cannot("move away", each.path, errno);
      }
      break;
    case step::action::remove_folder:
      // One that is not empty stays; if it is in the way, that shows when something is put there.
      ::unlinkat(folder, name.c_str(), AT_REMOVEDIR);
      tree_->forget();
      break;
    case step::action::make_folder:
      if (::mkdirat(folder, name.c_str(), 0777) != 0) {
        return cannot("make the folder", each.path, errno);
      }
      tree_->forget();
      break;
    case step::action::put:
      if (::renameat(folder_.get(), new_name(each.number).c_str(), folder, name.c_str()) != 0) {
        return cannot("write", each.path, errno);
      }
      break;
  }
  return {};
}

result<void> staging::take_back(std::vector<step> const& steps) {
  tree_->forget();
  for (auto const& each : steps | std::views::reverse) {
    if (auto const done = take_back(each); !done) { return done; }
  }
  if (::unlinkat(folder_.get(), journal, 0) != 0) { return cannot("remove", journal, errno); }
  return {};
}

/// The folder shows which steps have been done: the file exists or does not.
result<void> staging::take_back(step const& each) {
  auto const name = name_of(each.path);
  int const folder = tree_->folder_of(each.path);
  // Where its folder is not there, or not one yet, the step was not done.
  if (folder < 0 && (errno == ENOENT || errno == ENOTDIR || errno == ELOOP)) { return {}; }
  bool failed = folder < 0;
  auto const staged = each.is == step::action::put ? new_name(each.number) : old_name(each.number);
  switch (each.is) {
    case step::action::take_away:
      failed = failed || (has(staged) &&
                          ::renameat(folder_.get(), staged.c_str(), folder, name.c_str()) != 0);
      break;
    case step::action::remove_folder:
      if (::mkdirat(folder, name.c_str(), static_cast<mode_t>(each.number)) == 0) {
        failed = ::fchmodat(folder, name.c_str(), static_cast<mode_t>(each.number), 0) != 0;
        tree_->forget();
      } else {
        failed = errno != EEXIST;
      }
      break;
    case step::action::make_folder:
      ::unlinkat(folder, name.c_str(), AT_REMOVEDIR);
      tree_->forget();
      break;
    case step::action::put:
      failed = failed || (!has(staged) &&
                          ::renameat(folder, name.c_str(), folder_.get(), staged.c_str()) != 0);
      break;
  }
  if (failed) { return cannot("restore", each.path, errno); }
  return {};
}

}  // namespace offload::image
