// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/framework/concept.hpp>
#include <offload/framework/json_seq.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace offload {

/// What differs between the plugins that Offload brings along for test frameworks.
struct plugin_dialect {
  std::string_view framework{};   ///< its name, for messages
  std::string_view listing{};     ///< what lists tests, for messages
  std::string_view after_file{};  ///< what ends the file in an id; empty: do not look for it there
  /// What to do about a listing that ended like this; may be empty.
  std::string (*hint)(std::string_view detail) = [](std::string_view) { return std::string{}; };
};

/// Reads the events of a plugin of ours that runs inside a test framework: JSON text sequences, as
/// the comment at the top of src/framework/offload_pytest.py tells. Beyond those it knows
/// `warning`, with a `text`.
class plugin_reader {
 public:
  /// `groups` are the run's positions of the groups that a discovery was asked for, in its order.
  explicit plugin_reader(plugin_dialect dialect, std::vector<std::size_t> groups = {})
      : dialect_{dialect}, groups_{std::move(groups)} {}

  void feed(stream from, std::string_view bytes, framework_event_sink const& emit);
  void finish(exit_status status, framework_event_sink const& emit);

 private:
  void read_record(std::string_view json, framework_event_sink const& emit);

  plugin_dialect dialect_;
  json_seq_splitter records_;
  std::vector<std::size_t> groups_;
  std::string output_;  ///< the end of what is no event, for when listing fails
  std::string errors_;
  bool listed_ = false;
};
static_assert(EventReader<plugin_reader>);

/// The requests that every such plugin takes, each a line.
[[nodiscard]] std::string plugin_run_request(batch const& tests);
[[nodiscard]] std::string plugin_idle_request();

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/framework/plugin_reader-inl.hpp>
#endif
