// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/json.hpp>
#include <offload/framework/concept.hpp>
#include <offload/framework/json_seq.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace offload {

/// The differences between Offload's plugins for test frameworks.
struct plugin_dialect {
  std::string_view framework{};   ///< its name, for messages
  std::string_view listing{};     ///< its listing command, for messages
  std::string_view after_file{};  ///< the separator after an id's file; empty: no file in ids
  /// Returns the hint for a failed listing; may be empty.
  std::string (*hint)(std::string_view detail) = [](std::string_view) { return std::string{}; };
};

/// Reads the events of an Offload plugin that runs inside a test framework. They are JSON text
/// sequences; the comment at the top of src/framework/offload_pytest.py describes them. In
/// addition, it reads `warning` with a `text`, and `outside` with `what`, `message` and `text`.
///
/// A record that is damaged, missing, unknown or contradicts another is a failure outside of all
/// tests: no record is taken for output, and none is dropped.
class plugin_reader {
 public:
  /// The plugins end with 0 when tests have failed: a hook or a crash is the reason for another
  /// status.
  [[nodiscard]] static bool failures_explain_status() { return false; }

  /// `groups` are the positions in the run of the groups of a discovery, in its order.
  explicit plugin_reader(plugin_dialect dialect, std::vector<std::size_t> groups = {})
      : dialect_{dialect}, groups_{std::move(groups)} {}

  void feed(stream from, std::string_view bytes, framework_event_sink const& emit);
  void finish(exit_status status, framework_event_sink const& emit);

 private:
  void pass_on(stream from, std::string_view text, framework_event_sink const& emit);
  void read_record(std::string_view text, framework_event_sink const& emit);
  /// Whether the event is one of the plugin's, and complete.
  [[nodiscard]] bool tell(json const& event, framework_event_sink const& emit);
  void end_listing(json const& event, framework_event_sink const& emit);
  void complain(std::string why, std::string_view record, framework_event_sink const& emit);

  plugin_dialect dialect_;
  json_seq_splitter records_;
  std::vector<std::size_t> groups_;
  std::string output_;  ///< the end of the text between events, for a failed listing
  std::string errors_;
  std::size_t next_ = 0;    ///< the number of the next record
  std::size_t listed_ = 0;  ///< tests
  bool has_begun_ = false;
  bool has_listed_ = false;
  bool is_in_test_ = false;
  bool said_bye_ = false;
};
static_assert(EventReader<plugin_reader>);

/// The requests that every plugin accepts, one line each.
/// `more` are further members.
[[nodiscard]] std::string plugin_run_request(batch const& tests, json::object more = {});
[[nodiscard]] std::string plugin_idle_request();

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/framework/plugin_reader-inl.hpp>
#endif
