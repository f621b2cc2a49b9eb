// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <type_traits>
#include <variant>

namespace offload {
namespace match_detail {

template <class Handler, class Kind>
concept takes = requires(Handler& handler, Kind const& what) { handler(what); };

template <class Handler, class Kind, class... Rest>
struct first_taken : first_taken<Handler, Rest...> {};
template <class Handler, class Kind, class... Rest>
  requires takes<Handler, Kind>
struct first_taken<Handler, Kind, Rest...> : std::type_identity<Kind> {};

template <class Handler, class... Kind>
void call_if_taken(Handler& handler, std::variant<Kind...> const& what) {
  constexpr bool takes_one = (0 + ... + (takes<Handler, Kind> ? 1 : 0)) == 1;
  static_assert(takes_one,
                "a handler takes one kind of event by constant reference, for instance "
                "[&](offload::test_decided const& decided) { ... }");
  if constexpr (takes_one) {
    using taken = typename first_taken<Handler, Kind...>::type;
    if (auto const* found = std::get_if<taken>(&what)) { handler(*found); }
  }
}

}  // namespace match_detail

/// Calls the handler for `event.what`, a variant of the kinds of the event, and none when there is
/// none. A handler takes one kind by constant reference; one that takes none, or several, does not
/// compile.
template <class Event, class... Handler>
void match(Event const& event, Handler&&... handlers) {
  (match_detail::call_if_taken(handlers, event.what), ...);
}

}  // namespace offload
