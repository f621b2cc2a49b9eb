// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/framework/nextest.hpp>

#include <offload/core/inline.hpp>
#include <offload/core/json.hpp>
#include <offload/framework/output_tail.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <array>

namespace offload {
namespace nextest_listing_detail {

/// Whether the filters select a test; versions that do not say list what is selected only.
inline bool is_selected(json const& test) {
  auto const& status = test["filter-match"]["status"];
  return !status.is_text() || status.text() == "matches";
}

struct known_fault {
  std::string_view words;
  std::string_view hint;
};

inline constexpr std::string_view install_nextest =
    "install nextest: `cargo install --locked cargo-nextest`";

inline constexpr std::array known_faults{
    known_fault{"no such command: `nextest`", install_nextest},
    known_fault{"no such subcommand: `nextest`", install_nextest},  // before Rust 1.71
    known_fault{"could not find `Cargo.toml`",
                "start Offload in the folder of the workspace, set working_dir in [provider], or "
                "add --manifest-path to discovery_args"},
    known_fault{"failed to parse filterset",
                "the filters of a group are options of `cargo nextest list`, for example "
                "\"-E 'not test(slow)'\""},
};

inline std::string hint_for(exit_status status, std::string_view detail) {
  for (auto const& fault : known_faults) {
    if (detail.find(fault.words) != detail.npos) { return std::string{fault.hint}; }
  }
  if (status.code == 127) {
    return "install Rust with cargo and cargo-nextest, or name another command in [framework]";
  }
  return {};
}

}  // namespace nextest_listing_detail

OFFLOAD_INLINE void nextest_listing_reader::feed(stream from, std::string_view bytes,
                                                 framework_event_sink const& emit) {
  if (from == stream::err) {
    text::keep_tail(errors_, bytes);
    return emit(output_text{from, std::string{bytes}});
  }
  lines_.feed(bytes, [&](std::string_view line) { read_list(line, emit); });
}

OFFLOAD_INLINE void nextest_listing_reader::read_list(std::string_view line,
                                                      framework_event_sink const& emit) {
  auto const list = parse_json(line);
  auto const& suites = list["rust-suites"];
  if (!suites.is_object() || lists_ == groups_.size()) {
    return emit(output_text{stream::out, std::string{line} + "\n"});
  }
  auto const group = groups_[lists_++];
  for (auto const& [binary_id, suite] : suites.members()) {
    for (auto const& [name, test] : suite["testcases"].members()) {
      if (nextest_listing_detail::is_selected(test)) {
        emit(test_listed{{binary_id + " " + name}, {}, {group}});
      }
    }
  }
}

OFFLOAD_INLINE void nextest_listing_reader::finish(exit_status status,
                                                   framework_event_sink const& emit) {
  lines_.finish([&](std::string_view line) { read_list(line, emit); });
  if (status.ok() && lists_ == groups_.size()) { return emit(listing_done{}); }
  auto const detail = discovery_detail(errors_, {});
  emit(listing_failed{
      {errc::discovery,
       status.ok() ? fmt::format("cargo nextest list printed {} lists for {} groups: {}", lists_,
                                 groups_.size(), detail)
                   : fmt::format("cargo nextest list failed ({}): {}", to_string(status), detail),
       nextest_listing_detail::hint_for(status, detail)}});
}

}  // namespace offload
