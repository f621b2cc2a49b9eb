// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "answer.hpp"

#include "all_headers.hpp"

offload::result<std::string> answer(std::string const& question) {
  if (question.empty()) { return offload::fail(offload::errc::invalid_usage, "no question"); }
  return offload::shell::quoted(question);
}
