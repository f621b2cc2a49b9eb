// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/runner/messages.hpp>

#include <offload/core/inline.hpp>

namespace offload {
namespace messages_detail {

/// Finds the texts of Offload itself and of commands that make and reach sandboxes. The output of
/// a test, or of the process that runs it, stays unchanged.
struct redactor {
  secret_mask const& mask;

  void operator()(slot_warns& said) const { mask.apply(said.text); }
  void operator()(slot_heard& said) const { std::visit(*this, said.what); }
  void operator()(batch_is_over& said) const {
    // Of other ends, these are the last words of the tests' process.
    if (said.how.cause == batch_cause::lost) { mask.apply(said.how.last_words); }
  }
  void operator()(slot_has_ended& said) const { apply(said.why); }
  void operator()(listing_heard& said) const { std::visit(*this, said.what); }
  void operator()(listing_is_over& said) const { apply(said.failed); }
  void operator()(preparation_heard& said) const { mask.apply(said.line); }
  void operator()(preparation_is_over& said) const { apply(said.failed); }

  void operator()(listing_failed& said) const { mask.apply(said.why); }
  void operator()(test_unknown& said) const { mask.apply(said.reason); }
  void operator()(outside_failure& said) const { mask.apply(said.what); }
  void operator()(framework_warning& said) const { mask.apply(said.text); }
  void operator()(runner_stopping& said) const { mask.apply(said.reason); }

  template <class Other>
  void operator()(Other const&) const {}

  void apply(std::optional<error>& e) const {
    if (e) { mask.apply(*e); }
  }
};

}  // namespace messages_detail

OFFLOAD_INLINE message::message(message&&) noexcept = default;
OFFLOAD_INLINE message& message::operator=(message&&) noexcept = default;
OFFLOAD_INLINE message::~message() = default;

#ifndef OFFLOAD_HEADER_ONLY
template class blocking_queue<message>;
template class blocking_queue<assignment>;
#endif

OFFLOAD_INLINE void redact(message& said, secret_mask const& mask) {
  if (!mask.is_empty()) { std::visit(messages_detail::redactor{mask}, said); }
}

}  // namespace offload
