// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/error.hpp>
#include <offload/core/execution.hpp>

#include <stop_token>
#include <string>
#include <string_view>

namespace offload::image {

/// The git program for one remote of one repository, as somebody runs it who is not there to answer
/// questions.
struct remote_git {
  std::string root{};  ///< of the working tree
  std::string remote{};
  deadline until{};
  std::stop_token stop{};

  /// Fetches one reference of the remote to another name here. False when the remote has none.
  [[nodiscard]] result<bool> fetch(std::string_view ref, std::string const& to) const;

  enum class push_outcome { done, others_were_faster };
  /// Pushes a commit, never by force.
  [[nodiscard]] result<push_outcome> push(std::string const& commit, std::string_view ref) const;
};

}  // namespace offload::image
