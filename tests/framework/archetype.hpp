// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/framework/concept.hpp>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace offload::testing {

struct reader_archetype {
  reader_archetype() = delete;
  reader_archetype(reader_archetype&&) noexcept;
  reader_archetype& operator=(reader_archetype&&) noexcept;
  ~reader_archetype();

  void feed(stream from, std::string_view bytes, framework_event_sink const& emit);
  void finish(exit_status status, framework_event_sink const& emit);
};

/// Another type than `reader_archetype`, so that nothing takes the two readers for the same.
struct discovery_reader_archetype {
  discovery_reader_archetype() = delete;
  discovery_reader_archetype(discovery_reader_archetype&&) noexcept;
  discovery_reader_archetype& operator=(discovery_reader_archetype&&) noexcept;
  ~discovery_reader_archetype();

  void feed(stream from, std::string_view bytes, framework_event_sink const& emit);
  void finish(exit_status status, framework_event_sink const& emit);
};

struct framework_archetype {
  static constexpr std::string_view name = "archetype";

  framework_archetype() = delete;
  framework_archetype(framework_archetype const&) = delete;
  framework_archetype& operator=(framework_archetype const&) = delete;
  ~framework_archetype();

  result<std::vector<discovery_job>> discovery(std::span<group const> groups,
                                               run_context const& context) const;
  discovery_reader_archetype discovery_reader(discovery_job const& job) const;
  result<command> run(batch const& tests, run_context const& context) const;
  reader_archetype reader(batch const& tests) const;
  framework_properties properties() const;
};

/// The least framework with a worker.
struct worker_framework_archetype : framework_archetype {
  result<command> worker(run_context const& context) const;
  reader_archetype worker_reader() const;
  std::string ask(batch const& tests) const;
  std::string ask_nothing() const;
};

}  // namespace offload::testing
