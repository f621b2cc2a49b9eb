// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/config/framework.hpp>
#include <offload/core/hidden.hpp>
#include <offload/core/line_splitter.hpp>
#include <offload/framework/concept.hpp>

#include <chrono>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace offload {

/// Reads the output of the command of `nextest_framework::discovery`: one line with a JSON list per
/// group.
class nextest_listing_reader {
 public:
  explicit nextest_listing_reader(discovery_job const& job) : groups_{job.groups} {}

  void feed(stream from, std::string_view bytes, framework_event_sink const& emit);
  void finish(exit_status status, framework_event_sink const& emit);

 private:
  void read_list(std::string_view line, framework_event_sink const& emit);

  std::vector<std::size_t> groups_;
  std::size_t lists_ = 0;
  line_splitter lines_;
  std::string errors_;  ///< the end of standard error, for a failed listing
};
static_assert(EventReader<nextest_listing_reader>);

/// Reads the output of `cargo nextest run` for a batch. Standard output has one JSON event per line
/// as it happens. Standard error has lines for people; those about signals and leaks add facts that
/// the events do not have.
///
/// An event names a test by package, binary and name. A library and a program may have these in
/// common, so the command runs such tests one after the other.
class nextest_reader {
 public:
  explicit nextest_reader(batch const& tests);

  void feed(stream from, std::string_view bytes, framework_event_sink const& emit);
  void finish(exit_status status, framework_event_sink const& emit);

 private:
  class parts;
  hidden<parts> parts_;
};
static_assert(EventReader<nextest_reader>);

/// Whether a batch continues after a failed test.
enum class nextest_failure { goes_on, ends_batch };

/// Tests of Rust packages, run by cargo-nextest: `type = "nextest"` in offload.toml.
///
/// Listing builds the tests. It writes a description of the build to the run's shared folder, so
/// that batches can reuse the build without cargo. If sandboxes share no files with the listing,
/// each batch asks cargo to build in its sandbox.
class nextest_framework {
 public:
  static constexpr std::string_view name = "nextest";

  explicit nextest_framework(nextest_config config,
                             nextest_failure on_failure = nextest_failure::goes_on)
      : config_{std::move(config)}, on_failure_{on_failure} {}

  [[nodiscard]] result<std::vector<discovery_job>> discovery(std::span<group const> groups,
                                                             run_context const& context) const;
  [[nodiscard]] nextest_listing_reader discovery_reader(discovery_job const& job) const;
  [[nodiscard]] result<command> run(batch const& tests, run_context const& context) const;
  [[nodiscard]] nextest_reader reader(batch const& tests) const;
  /// The command that builds the tests in an image, for sandboxes that share no files with the
  /// listing. They then need not build.
  [[nodiscard]] std::vector<std::string> build_command() const;
  [[nodiscard]] framework_properties properties() const {
    // Nextest asks each test binary for its tests before it runs any.
    return {.announces_start = true, .start_up = std::chrono::milliseconds{20}};
  }

 private:
  nextest_config config_;
  nextest_failure on_failure_;
};
static_assert(Framework<nextest_framework>);

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/framework/nextest-inl.hpp>
#include <offload/framework/nextest_listing-inl.hpp>
#include <offload/framework/nextest_reader-inl.hpp>
#endif
