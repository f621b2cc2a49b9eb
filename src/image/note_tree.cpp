// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "note_tree.hpp"

#include <offload/image/image_note.hpp>

#include <algorithm>
#include <set>

#include "git_objects.hpp"

namespace offload::image {
namespace {

bool is_hex(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789abcdef") == text.npos;
}

/// Git spreads many notes over folders that have the first digits for names.
result<void> read_folder(git_repository* git, git_tree const* from, std::string const& digits,
                         note_tree& into) {
  for (std::size_t i = 0; i < git_tree_entrycount(from); ++i) {
    auto const* entry = git_tree_entry_byindex(from, i);
    auto const name = digits + git_tree_entry_name(entry);
    auto const mode = git_tree_entry_filemode(entry);
    if (mode == GIT_FILEMODE_TREE && is_hex(name) && name.size() < GIT_OID_HEXSZ) {
      git_tree_ptr below;
      if (git_tree_lookup(out{below}, git, git_tree_entry_id(entry)) != 0) {
        return git_cannot("read the notes");
      }
      if (auto const done = read_folder(git, below.get(), name, into); !done) { return done; }
    } else if (digits.empty() || name.size() == GIT_OID_HEXSZ) {
      into.entries.insert_or_assign(name, note_tree::entry{*git_tree_entry_id(entry), mode});
    }
  }
  return {};
}

using maybe_entry = std::optional<note_tree::entry>;

maybe_entry entry_of(note_tree const& notes, std::string const& name) {
  auto const found = notes.entries.find(name);
  if (found == notes.entries.end()) { return std::nullopt; }
  return found->second;
}

result<std::string> text_of(git_repository* git, maybe_entry const& entry) {
  return entry ? blob_of(git, entry->id) : result<std::string>{};
}

/// Both sides have changed what was there before.
result<maybe_entry> merge_changed(git_repository* git, maybe_entry const& before,
                                  maybe_entry const& ours, maybe_entry const& theirs) {
  if (!ours || !theirs) { return ours ? ours : theirs; }
  auto const old = text_of(git, before);
  auto const own = text_of(git, ours);
  auto const others = text_of(git, theirs);
  if (!own) { return tl::unexpected{own.error()}; }
  if (!others) { return tl::unexpected{others.error()}; }
  auto const text = merged_note(old.value_or(""), *own, *others);
  note_tree::entry made;
  if (git_blob_create_from_buffer(&made.id, git, text.data(), text.size()) != 0) {
    return git_cannot("write a note");
  }
  return made;
}

result<note_tree> merge(git_repository* git, note_tree const& before, note_tree const& ours,
                        note_tree const& theirs) {
  std::set<std::string> names;
  for (auto const* side : {&ours, &theirs}) {
    for (auto const& [name, entry] : side->entries) { names.insert(name); }
  }
  note_tree made;
  for (auto const& name : names) {
    auto const old = entry_of(before, name);
    auto const own = entry_of(ours, name);
    auto const others = entry_of(theirs, name);
    result<maybe_entry> both = own;
    if (own != others && own == old) {
      both = others;
    } else if (own != others && others != old) {
      both = merge_changed(git, old, own, others);
    }
    if (!both) { return tl::unexpected{both.error()}; }
    if (*both) { made.entries.emplace(name, **both); }
  }
  return made;
}

result<git_oid> write_tree(git_repository* git, note_tree const& notes) {
  git_treebuilder_ptr builder;
  if (git_treebuilder_new(out{builder}, git, nullptr) != 0) { return git_cannot("write notes"); }
  for (auto const& [name, entry] : notes.entries) {
    if (git_treebuilder_insert(nullptr, builder.get(), name.c_str(), &entry.id, entry.mode) != 0) {
      return git_cannot("write notes");
    }
  }
  git_oid tree;
  if (git_treebuilder_write(&tree, builder.get()) != 0) { return git_cannot("write notes"); }
  return tree;
}

}  // namespace

result<note_tree> read_notes(git_repository* git, git_oid const& notes_commit) {
  note_tree notes;
  auto const done =
      commit_of(git, hex(notes_commit))
          .and_then([](auto const& commit) { return tree_of(commit.get()); })
          .and_then([&](auto const& tree) { return read_folder(git, tree.get(), "", notes); });
  if (!done) { return tl::unexpected{done.error()}; }
  return notes;
}

result<git_oid> commit_notes(git_repository* git, note_tree const& notes,
                             std::vector<git_oid> const& parents) {
  auto const tree_id = write_tree(git, notes);
  if (!tree_id) { return tl::unexpected{tree_id.error()}; }
  git_tree_ptr tree;
  git_signature_ptr offload;
  if (git_tree_lookup(out{tree}, git, &*tree_id) != 0) { return git_cannot("read notes"); }
  if (git_signature_now(out{offload}, "Offload", "offload@localhost") != 0) {
    return git_cannot("tell the time");
  }
  std::vector<git_commit_ptr> owned;
  std::vector<git_commit const*> before;
  for (auto const& parent : parents) {
    auto commit = commit_of(git, hex(parent));
    if (!commit) { return tl::unexpected{commit.error()}; }
    before.push_back(owned.emplace_back(std::move(*commit)).get());
  }
  git_oid made;
  if (git_commit_create(&made, git, nullptr, offload.get(), offload.get(), nullptr,
                        "Notes added by Offload\n", tree.get(), before.size(),
                        before.data()) != 0) {
    return git_cannot("commit notes");
  }
  return made;
}

result<git_oid> merge_notes(git_repository* git, git_oid const& ours, git_oid const& theirs) {
  git_oid base{};
  bool const related = git_merge_base(&base, git, &ours, &theirs) == 0;
  if (related && git_oid_equal(&base, &theirs) != 0) { return ours; }
  if (related && git_oid_equal(&base, &ours) != 0) { return theirs; }
  auto const before = related ? read_notes(git, base) : result<note_tree>{};
  auto const own = read_notes(git, ours);
  auto const others = read_notes(git, theirs);
  for (auto const* each : {&before, &own, &others}) {
    if (!*each) { return tl::unexpected{each->error()}; }
  }
  return merge(git, *before, *own, *others).and_then([&](auto const& made) {
    return commit_notes(git, made, {ours, theirs});
  });
}

}  // namespace offload::image
