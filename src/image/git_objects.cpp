// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "git_objects.hpp"

#include <git2/sys/repository.h>

#include <array>
#include <cstdlib>
#include <filesystem>

namespace offload::image {
namespace {

namespace fs = std::filesystem;

std::string excludes_file_in(git_config* config) {
  git_buf path = GIT_BUF_INIT;
  std::string found;
  if (git_config_get_path(&path, config, "core.excludesfile") == 0) { found = path.ptr; }
  git_buf_dispose(&path);
  return found;
}

std::string variable(char const* name) {
  char const* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

/// The ignore file that the user has for all repositories; empty when there is none.
std::string users_excludes_file() {
  git_config_ptr config;
  if (git_config_open_default(out{config}) == 0) {
    if (auto named = excludes_file_in(config.get()); !named.empty()) { return named; }
  }
  auto folder = variable("XDG_CONFIG_HOME");
  if (folder.empty()) { folder = variable("HOME") + "/.config"; }
  return folder + "/git/ignore";
}

/// libgit2, once a process. It does not look at configuration outside of repositories.
class library {
 public:
  static library const& get() {
    static library const only;
    return only;
  }

  [[nodiscard]] std::string const& excludes_file() const { return excludes_file_; }

 private:
  library() {
    git_libgit2_init();
    excludes_file_ = users_excludes_file();
    for (int const level : {GIT_CONFIG_LEVEL_SYSTEM, GIT_CONFIG_LEVEL_XDG, GIT_CONFIG_LEVEL_GLOBAL,
                            GIT_CONFIG_LEVEL_PROGRAMDATA}) {
      git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, level, "");
    }
    // Whose a repository is matters to programs that run what its configuration says.
    git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0);
    std::array known{"worktreeconfig", "partialclone", "preciousobjects"};
    git_libgit2_opts(GIT_OPT_SET_EXTENSIONS, known.data(), known.size());
  }

  std::string excludes_file_;
};

/// A value for git's configuration, in its quotes.
std::string in_quotes(std::string_view value) {
  std::string text = "\"";
  for (char const c : value) {
    if (c == '"' || c == '\\') { text += '\\'; }
    text += c == '\n' ? ' ' : c;
  }
  return text + '"';
}

/// The configuration that takes the place of the repository's own.
std::string plain_config(std::string const& excludes_file) {
  return "[core]\n\tbare = false\n\tfilemode = true\n\tsymlinks = true\n\tautocrlf = false\n"
         "\ttrustctime = true\n\tignorecase = false\n\tattributesfile = /dev/null\n"
         "\texcludesfile = " +
         in_quotes(excludes_file) + "\n";
}

result<void> use_plain_config(repository& into) {
  std::string excludes;
  git_config_ptr own;
  if (git_repository_config_snapshot(out{own}, into.git.get()) == 0) {
    excludes = excludes_file_in(own.get());
  }
  if (excludes.empty()) { excludes = library::get().excludes_file(); }
  auto const text = plain_config(excludes);
  std::array const files{support_file{"config", text}};
  auto folder = temp_folder::make(files);
  if (!folder) { return tl::unexpected{folder.error()}; }
  into.settings = std::move(*folder);
  git_config_ptr plain;
  auto const file = (into.settings->path() / "config").string();
  if (git_config_open_ondisk(out{plain}, file.c_str()) != 0) { return git_cannot("read " + file); }
  if (git_repository_set_config(into.git.get(), plain.get()) != 0) {
    return git_cannot("set up libgit2");
  }
  return {};
}

std::string below_of(std::string const& folder, std::string const& root) {
  std::error_code failed;
  auto const relative = fs::relative(fs::canonical(folder, failed), fs::canonical(root, failed));
  if (failed || relative.empty() || relative == ".") { return {}; }
  return relative.string() + "/";
}

}  // namespace

git_diff_options default_diff_options() {
  git_diff_options options;
  git_diff_options_init(&options, GIT_DIFF_OPTIONS_VERSION);
  return options;
}

std::string git_says() {
  auto const* last = git_error_last();
  return last == nullptr || last->message == nullptr ? "no reason given" : last->message;
}

tl::unexpected<error> git_cannot(std::string_view what) {
  return fail(errc::io, "cannot {}: {}", what, git_says());
}

result<std::optional<repository>> find_repository(std::string const& folder) {
  library::get();
  repository found;
  int const code = git_repository_open_ext(out{found.git}, folder.c_str(), 0, nullptr);
  if (code == GIT_ENOTFOUND) { return std::nullopt; }
  if (code != 0) { return git_cannot("open the git repository of " + folder); }
  if (git_repository_is_bare(found.git.get()) == 1) { return std::nullopt; }
  found.root = git_repository_workdir(found.git.get());
  found.below = below_of(folder, found.root);
  if (auto const set = use_plain_config(found); !set) { return tl::unexpected{set.error()}; }
  return std::optional{std::move(found)};
}

result<repository> open_repository(std::string const& folder) {
  auto found = find_repository(folder);
  if (!found) { return tl::unexpected{found.error()}; }
  if (!*found) { return fail(errc::not_found, "{} is not in a git repository", folder); }
  return std::move(**found);
}

result<git_commit_ptr> commit_of(git_repository* git, std::string const& id) {
  git_oid oid;
  git_commit_ptr commit;
  if (git_oid_fromstr(&oid, id.c_str()) != 0 || git_commit_lookup(out{commit}, git, &oid) != 0) {
    return git_cannot("read the commit " + id);
  }
  return commit;
}

result<git_tree_ptr> tree_of(git_commit const* commit) {
  git_tree_ptr tree;
  if (git_commit_tree(out{tree}, commit) != 0) {
    return git_cannot("read the files of commit " + hex(*git_commit_id(commit)));
  }
  return tree;
}

result<std::string> blob_of(git_repository* git, git_oid const& id) {
  git_blob_ptr blob;
  if (git_blob_lookup(out{blob}, git, &id) != 0) { return git_cannot("read object " + hex(id)); }
  return std::string{static_cast<char const*>(git_blob_rawcontent(blob.get())),
                     static_cast<std::size_t>(git_blob_rawsize(blob.get()))};
}

std::string hex(git_oid const& id) {
  std::string text(GIT_OID_HEXSZ, '\0');
  git_oid_fmt(text.data(), &id);
  return text;
}

}  // namespace offload::image
