// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/framework/concept.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace offload {

/// An `EventReader` of a type that is only known at run time. It owns the reader. It can be moved
/// but not copied.
class any_reader {
 public:
  // Excludes itself first: whether any_reader is an `EventReader` depends on this constructor.
  template <class R>
    requires(!std::same_as<R, any_reader>) && EventReader<R>
  explicit any_reader(R reader) : held_{std::make_unique<model<R>>(std::move(reader))} {}

  void feed(stream from, std::string_view bytes, framework_event_sink const& emit) {
    held_->feed(from, bytes, emit);
  }
  void interrupted(framework_event_sink const& emit) { held_->interrupted(emit); }
  void finish(exit_status status, framework_event_sink const& emit) { held_->finish(status, emit); }
  [[nodiscard]] bool failures_explain_status() const { return held_->failures_explain_status(); }

 private:
  struct interface {
    virtual ~interface() = default;
    virtual void feed(stream, std::string_view, framework_event_sink const&) = 0;
    virtual void interrupted(framework_event_sink const&) = 0;
    virtual void finish(exit_status, framework_event_sink const&) = 0;
    [[nodiscard]] virtual bool failures_explain_status() const = 0;
  };
  template <class R>
  struct model final : interface {
    explicit model(R r) : reader{std::move(r)} {}
    void feed(stream from, std::string_view bytes, framework_event_sink const& emit) override {
      if (listens) { reader.feed(from, bytes, emit); }
    }
    void interrupted(framework_event_sink const& emit) override {
      listens = tell_interrupted(reader, emit);
    }
    void finish(exit_status status, framework_event_sink const& emit) override {
      reader.finish(status, emit);
    }
    [[nodiscard]] bool failures_explain_status() const override {
      return offload::failures_explain_status(reader);
    }
    R reader;
    bool listens = true;
  };

  std::unique_ptr<interface> held_;
};
static_assert(EventReader<any_reader>);

/// A framework that the configuration selects at run time, so that the command needs one runner per
/// provider and not one per combination. If the framework has no worker, `worker` returns an empty
/// command.
class any_framework {
 public:
  static constexpr std::string_view name = "any";

  template <class F>
    requires(!std::same_as<F, any_framework>) && Framework<F>
  explicit any_framework(F framework) : held_{std::make_unique<model<F>>(std::move(framework))} {}

  [[nodiscard]] result<std::vector<discovery_job>> discovery(std::span<group const> groups,
                                                             run_context const& context) const {
    return held_->discovery(groups, context);
  }
  [[nodiscard]] any_reader discovery_reader(discovery_job const& job) const {
    return held_->discovery_reader(job);
  }
  [[nodiscard]] result<command> run(batch const& tests, run_context const& context) const {
    return held_->run(tests, context);
  }
  [[nodiscard]] any_reader reader(batch const& tests) const { return held_->reader(tests); }
  [[nodiscard]] result<command> worker(run_context const& context) const {
    return held_->worker(context);
  }
  [[nodiscard]] any_reader worker_reader() const { return held_->worker_reader(); }
  [[nodiscard]] std::string ask(batch const& tests) const { return held_->ask(tests); }
  [[nodiscard]] std::string ask_nothing() const { return held_->ask_nothing(); }
  [[nodiscard]] framework_properties properties() const { return held_->properties(); }

 private:
  struct interface {
    virtual ~interface() = default;
    virtual result<std::vector<discovery_job>> discovery(std::span<group const>,
                                                         run_context const&) const = 0;
    virtual any_reader discovery_reader(discovery_job const&) const = 0;
    virtual result<command> run(batch const&, run_context const&) const = 0;
    virtual any_reader reader(batch const&) const = 0;
    virtual result<command> worker(run_context const&) const = 0;
    virtual any_reader worker_reader() const = 0;
    virtual std::string ask(batch const&) const = 0;
    virtual std::string ask_nothing() const = 0;
    virtual framework_properties properties() const = 0;
  };

  template <class F>
  struct model final : interface {
    explicit model(F f) : framework{std::move(f)} {}
    result<std::vector<discovery_job>> discovery(std::span<group const> groups,
                                                 run_context const& context) const override {
      return framework.discovery(groups, context);
    }
    any_reader discovery_reader(discovery_job const& job) const override {
      return any_reader{framework.discovery_reader(job)};
    }
    result<command> run(batch const& tests, run_context const& context) const override {
      return framework.run(tests, context);
    }
    any_reader reader(batch const& tests) const override {
      return any_reader{framework.reader(tests)};
    }
    result<command> worker(run_context const& context) const override {
      if constexpr (WorkerFramework<F>) { return framework.worker(context); }
      return command{};
    }
    any_reader worker_reader() const override {
      if constexpr (WorkerFramework<F>) {
        return any_reader{framework.worker_reader()};
      } else {
        return any_reader{framework.reader(batch{})};  // never used: the framework has no worker
      }
    }
    std::string ask(batch const& tests) const override {
      if constexpr (WorkerFramework<F>) { return framework.ask(tests); }
      return {};
    }
    std::string ask_nothing() const override {
      if constexpr (WorkerFramework<F>) { return framework.ask_nothing(); }
      return {};
    }
    framework_properties properties() const override { return framework.properties(); }
    F framework;
  };

  std::unique_ptr<interface> held_;
};
static_assert(WorkerFramework<any_framework>);

}  // namespace offload
