// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "framework/archetype.hpp"

#include <offload/framework/concept.hpp>

// Compiled, never linked: the archetypes are enough, and each clause of the concepts is needed.
namespace offload::testing {

static_assert(EventReader<reader_archetype>);
static_assert(EventReader<discovery_reader_archetype>);
static_assert(Framework<framework_archetype>);
static_assert(!WorkerFramework<framework_archetype>);
static_assert(WorkerFramework<worker_framework_archetype>);

struct pinned_reader : reader_archetype {
  pinned_reader(pinned_reader&&) = delete;
  pinned_reader& operator=(pinned_reader&&) = delete;
};
static_assert(!EventReader<pinned_reader>);

struct reader_of_one_stream : reader_archetype {
  void feed(std::string_view bytes, framework_event_sink const& emit);
};
static_assert(!EventReader<reader_of_one_stream>);

struct reader_without_end : reader_archetype {
  void finish(exit_status status);
};
static_assert(!EventReader<reader_without_end>);

struct framework_with_numbered_name : framework_archetype {
  static constexpr int name = 1;
};
static_assert(!Framework<framework_with_numbered_name>);

struct framework_with_one_job : framework_archetype {
  result<discovery_job> discovery(std::span<group const> groups, run_context const& context) const;
};
static_assert(!Framework<framework_with_one_job>);

struct framework_that_changes : framework_archetype {
  result<std::vector<discovery_job>> discovery(std::span<group const> groups,
                                               run_context const& context);
};
static_assert(!Framework<framework_that_changes>);

struct framework_with_bare_command : framework_archetype {
  command run(batch const& tests, run_context const& context) const;
};
static_assert(!Framework<framework_with_bare_command>);

struct framework_without_listing_reader : framework_archetype {
  void discovery_reader(discovery_job const& job) const;
};
static_assert(!Framework<framework_without_listing_reader>);

struct framework_without_reader : framework_archetype {
  void reader(batch const& tests) const;
};
static_assert(!Framework<framework_without_reader>);

struct framework_of_unknown_properties : framework_archetype {
  void properties() const;
};
static_assert(!Framework<framework_of_unknown_properties>);

struct framework_with_pinned_reader : framework_archetype {
  pinned_reader reader(batch const& tests) const;
};
static_assert(!Framework<framework_with_pinned_reader>);

struct worker_with_bare_command : worker_framework_archetype {
  command worker(run_context const& context) const;
};
static_assert(!WorkerFramework<worker_with_bare_command>);

struct worker_without_reader : worker_framework_archetype {
  void worker_reader() const;
};
static_assert(!WorkerFramework<worker_without_reader>);

struct worker_that_may_not_ask : worker_framework_archetype {
  result<std::string> ask(batch const& tests) const;
};
static_assert(!WorkerFramework<worker_that_may_not_ask>);

struct worker_that_must_be_given_work : worker_framework_archetype {
  void ask_nothing() const;
};
static_assert(!WorkerFramework<worker_that_must_be_given_work>);

}  // namespace offload::testing
