// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "git_reference.hpp"

namespace offload::image {
namespace {

bool are_equal(std::optional<git_oid> const& a, std::optional<git_oid> const& b) {
  return a && b ? git_oid_equal(&*a, &*b) != 0 : !a && !b;
}

}  // namespace

std::optional<git_oid> target_of(git_repository* git, std::string const& reference) {
  git_oid id;
  if (git_reference_name_to_id(&id, git, reference.c_str()) != 0) { return std::nullopt; }
  return id;
}

result<bool> compare_and_swap(git_repository* git, std::string const& reference,
                              std::optional<git_oid> const& before, git_oid const& after) {
  // Not with git_reference_create: it looks whether a new reference is there before it locks it, so
  // that of two who create it at once one is lost.
  git_transaction_ptr change;
  if (git_transaction_new(out{change}, git) != 0) { return git_cannot("update " + reference); }
  int const locked = git_transaction_lock_ref(change.get(), reference.c_str());
  if (locked == GIT_ELOCKED) { return false; }
  if (locked != 0) { return git_cannot("lock " + reference); }
  if (!are_equal(target_of(git, reference), before)) { return false; }
  if (git_transaction_set_target(change.get(), reference.c_str(), &after, nullptr, "offload") !=
          0 ||
      git_transaction_commit(change.get()) != 0) {
    return git_cannot("update " + reference);
  }
  return true;
}

}  // namespace offload::image
