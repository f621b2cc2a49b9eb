// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/caught.hpp>
#include <offload/core/command.hpp>
#include <offload/framework/concept.hpp>
#include <offload/provider/concept.hpp>
#include <offload/runner/artifact_collection.hpp>
#include <offload/runner/conversation.hpp>
#include <offload/runner/run_host.hpp>
#include <offload/runner/slot_mailbox.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace offload {

/// The requirements of a slot for its sandbox.
[[nodiscard]] sandbox_spec spec_of(slot_job const& job);

/// The context of a command in the sandbox with these files. `what` tells its result file apart.
[[nodiscard]] run_context context_of(slot_job const& job, std::string files, std::string_view what);
[[nodiscard]] run_context context_of(slot_job const& job, std::string files, batch_id what);

/// Tells the dispatcher that the slot's sandbox could not be made.
void say_not_created(slot_job const& job, slot_mailbox& mailbox, error why);

/// Serves one sandbox on its own thread, in straight-line code: asks for work, has it done, passes
/// on what is said, until there is no more.
template <Framework F, Sandbox S>
class slot_server {
 public:
  /// All four have to outlive it.
  slot_server(F const& framework, S& sandbox, slot_job const& job, slot_mailbox& mailbox)
      : framework_{framework},
        sandbox_{sandbox},
        job_{job},
        mailbox_{mailbox},
        access_{sandbox},
        artifacts_{access_, job.slot, job.settings.artifacts, mailbox_, job.no_transfers} {}

  /// Returns an error when the sandbox is of no more use.
  [[nodiscard]] result<void> serve() {
    if constexpr (WorkerFramework<F> && accepts_input<S>) {
      if (!takes_input(sandbox_)) { return serve_with_commands(); }
      auto context = context_of(job_, sandbox_.files(), "worker");
      auto const socket = context.support_dir + "/workers";
      if (job_.forks_workers && job_.listing) { context.forks_at = socket; }
      auto worker = framework_.worker(context);
      if (!worker) { return tl::unexpected(worker.error()); }
      if (job_.forks_workers) { worker->fork_from = socket; }
      if (!worker->argv.empty()) { return serve_with_worker(*worker); }
    }
    return serve_with_commands();
  }

 private:
  [[nodiscard]] result<void> no_more_use() {
    return tl::unexpected(mailbox_.why_given_up(sandbox_.id()));
  }

  /// Starts a command that marks the time for artifacts.
  [[nodiscard]] result<execution_of<S>> start(result<command> const& c, input with) {
    if (!c) { return tl::unexpected(c.error()); }
    return sandbox_.start(artifacts_.marking(*c), with);
  }

  [[nodiscard]] result<void> serve_with_commands() {
    while (auto const work = mailbox_.ask_for_tests(job_.stop)) {
      mailbox_.open(*work);
      auto const& tests = work->tests;
      auto running =
          start(framework_.run(tests, context_of(job_, sandbox_.files(), tests.id)), input::none);
      if (!running && running.error().code == errc::unavailable) {
        mailbox_.refuse(tests, running.error());
        continue;
      }
      if (!running) {
        mailbox_.close_all({batch_cause::lost, {}, to_string(running.error())});
        return tl::unexpected(running.error());
      }
      auto starts = job_.framework.announces_start ? std::optional{start_up{job_.limit_of_start}}
                                                   : std::nullopt;
      converse(mailbox_, *running, framework_.reader(tests), starts, job_.stop);
      if (mailbox_.is_given_up()) { return no_more_use(); }
      artifacts_.after_batch();
    }
    return {};
  }

  [[nodiscard]] result<void> serve_with_worker(command const& how)
    requires WorkerFramework<F>
  {
    using talk_type = worker_conversation<F, execution_of<S>>;
    std::unique_ptr<talk_type> worker;
    auto permit = job_.startups.acquire(job_.slot, job_.stop);
    auto const hire = [&]() -> result<void> {
      if (worker && worker->is_alive()) { return {}; }
      auto started = start(how, input::streamed);
      if (!started) { return tl::unexpected(started.error()); }
      worker = std::make_unique<talk_type>(mailbox_, framework_, job_, std::move(*started),
                                           std::move(permit));
      return {};
    };
    auto const dismiss = [&] {
      worker->dismiss(job_.stop);
      worker.reset();
    };

    if (job_.when == worker_start::early) {
      if (auto const hired = hire(); !hired) { return hired; }
    }
    if (job_.listing && worker->list(job_.listing->job, job_.listing->what, job_.stop)) {
      job_.parents.keep(std::move(*worker).release());
      worker.reset();
    }
    for (auto work = mailbox_.ask_for_tests(job_.stop); work;) {
      auto const& tests = work->tests;
      if (worker && tests.wants == worker_state::fresh) {
        dismiss();
        artifacts_.after_worker();
      }
      if (worker) { artifacts_.before_batch(); }
      bool const taken = worker && worker->is_alive() && worker->take(tests);
      if (worker && !taken) { dismiss(); }  // it has ended, which may be a failure
      mailbox_.open(*work);
      if (!taken) {
        if (auto const hired = hire(); !hired) {
          mailbox_.close_all({batch_cause::lost, {}, to_string(hired.error())});
          return hired;
        }
        // A worker that is gone at once is noticed in the conversation.
        (void)worker->take(tests);
      }
      work = worker->until_over(job_.stop);
      if (mailbox_.is_given_up()) { return no_more_use(); }
      if (job_.framework.workers != worker_lifetime::run) { dismiss(); }
      artifacts_.after_batch();
      if (!work) { work = mailbox_.ask_for_tests(job_.stop); }
    }
    if (worker) {
      dismiss();
      artifacts_.after_worker();
    }
    return {};
  }

  F const& framework_;
  S& sandbox_;
  slot_job const& job_;
  slot_mailbox& mailbox_;
  access_to<S> access_;
  artifact_collection artifacts_;
};

/// The life of a slot: makes a sandbox of `provider` and serves it. Returns when the sandbox began
/// to go down, if there was one. Its sandbox goes down after its last word about tests: nobody
/// waits for that but the end of the program.
template <Provider P, Framework F>
std::optional<time_point> serve_slot(P& provider, F const& framework, slot_job const& job) {
  slot_mailbox mailbox{job.slot, job.settings.batch_timeout, job.assignments, job.messages};
  if (job.listing) { mailbox.takes_over_listing(job.listing->job); }
  auto const began = steady_clock::now();
  auto sandbox = caught([&] { return provider.create(spec_of(job), job.no_creations); });
  if (!sandbox) {
    say_not_created(job, mailbox, sandbox.error());
    return std::nullopt;
  }
  mailbox.came_up(sandbox->id(), steady_clock::now() - began);
  slot_server<F, sandbox_of<P>> server{framework, *sandbox, job, mailbox};
  auto const done = caught([&] { return server.serve(); },
                           [&](error const& e) {  // what the tests' process would say is not known
                             mailbox.pass_on(outside_failure{"serving a sandbox", e.message});
                           });
  mailbox.has_ended(done ? std::nullopt : std::optional{done.error()});
  return steady_clock::now();
}

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/runner/slot-inl.hpp>
#endif
