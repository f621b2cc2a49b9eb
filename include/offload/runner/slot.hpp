// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/command.hpp>
#include <offload/framework/concept.hpp>
#include <offload/provider/concept.hpp>
#include <offload/runner/artifact_collection.hpp>
#include <offload/runner/conversation.hpp>
#include <offload/runner/run_host.hpp>

#include <fmt/core.h>

#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace offload {

/// Serves one sandbox on its own thread, in straight-line code: asks for work, has it done, passes
/// on what is said, until there is no more.
template <Framework F, Sandbox S>
class slot_server {
 public:
  /// All three have to outlive it.
  slot_server(F const& framework, S& sandbox, slot_job const& job)
      : framework_{framework},
        sandbox_{sandbox},
        job_{job},
        mailbox_{job.slot, job.settings.batch_timeout, job.assignments, job.messages},
        access_{sandbox},
        artifacts_{access_, job.slot, job.settings.artifacts, mailbox_, job.no_transfers} {}

  /// Returns an error when the sandbox is of no more use.
  [[nodiscard]] result<void> serve() {
    if constexpr (WorkerFramework<F> && accepts_input<S>) {
      if (!takes_input(sandbox_)) { return serve_with_commands(); }
      auto const worker = framework_.worker(context("worker"));
      if (!worker) { return give_up(worker.error()); }
      if (!worker->argv.empty()) { return serve_with_worker(*worker); }
    }
    return serve_with_commands();
  }

 private:
  [[nodiscard]] run_context context(std::string_view what) const {
    return {
        .support_dir = sandbox_.files(),
        .result_file = fmt::format("{}/result-{}-{}.xml", sandbox_.files(), job_.slot.value, what),
        .shared_dir = job_.shared_dir};
  }

  /// Before any work: a listing that was taken over ends too, or the run would wait for it.
  [[nodiscard]] result<void> give_up(error why) {
    if (job_.listing) { mailbox_.end_listing(job_.listing->job, why); }
    return tl::unexpected(std::move(why));
  }

  [[nodiscard]] result<void> out_of_reach() {
    auto const why = mailbox_.last_loss().substr(0, mailbox_.last_loss().find('\n'));
    return fail(errc::sandbox, "sandbox {} is out of reach{}{}", sandbox_id{sandbox_.id()}.value,
                why.empty() ? "" : ": ", why);
  }

  [[nodiscard]] std::optional<assigned> ask_for_tests() {
    auto next = mailbox_.ask(answer::when_there_is_work, job_.stop);
    auto* work = next ? std::get_if<assigned>(&*next) : nullptr;
    return work != nullptr ? std::optional{std::move(*work)} : std::nullopt;
  }

  [[nodiscard]] result<void> serve_with_commands() {
    while (auto const work = ask_for_tests()) {
      mailbox_.open(*work);
      auto const& tests = work->tests;
      auto running = framework_.run(tests, context(fmt::format("{}", tests.id.value)))
                         .and_then([&](command c) {
                           return sandbox_.start(artifacts_.marking(std::move(c)), input::none);
                         });
      if (!running) {
        mailbox_.close_all({batch_cause::lost, {}, to_string(running.error())});
        return tl::unexpected(running.error());
      }
      converse(mailbox_, *running, framework_.reader(tests), job_.stop);
      if (mailbox_.is_given_up()) { return out_of_reach(); }
      artifacts_.after_batch();
    }
    return {};
  }

  [[nodiscard]] result<void> serve_with_worker(command const& how)
    requires WorkerFramework<F>
  {
    using execution = execution_of<S>;
    using talk_type = worker_conversation<F, execution>;
    std::optional<talk_type> worker;
    auto permit = job_.startups.acquire(job_.slot, job_.stop);
    auto const hire = [&]() -> result<void> {
      if (worker && worker->is_alive()) { return {}; }
      return sandbox_.start(artifacts_.marking(how), input::streamed).map([&](execution started) {
        worker.emplace(mailbox_, framework_, job_.framework.workers, std::move(started),
                       job_.settings, std::move(permit));
      });
    };
    auto const dismiss = [&] {
      worker->dismiss(job_.stop);
      worker.reset();
    };

    if (job_.when == worker_start::early) {
      if (auto const hired = hire(); !hired) { return give_up(hired.error()); }
    }
    if (job_.listing) { worker->list(job_.listing->job, job_.listing->what, job_.stop); }
    for (std::optional<assigned> work = ask_for_tests(); work;) {
      auto const& tests = work->tests;
      if (worker && tests.wants == worker_state::fresh) {
        dismiss();
        artifacts_.after_worker();
      }
      if (worker) { artifacts_.before_batch(); }
      mailbox_.open(*work);
      if (!worker || !worker->is_alive() || !worker->take(tests)) {
        worker.reset();
        if (auto const hired = hire(); !hired) {
          mailbox_.close_all({batch_cause::lost, {}, to_string(hired.error())});
          return hired;
        }
        // A worker that is gone at once is noticed in the conversation.
        (void)worker->take(tests);
      }
      work = worker->until_over(job_.stop);
      if (mailbox_.is_given_up()) { return out_of_reach(); }
      if (job_.framework.workers != worker_lifetime::run) { dismiss(); }
      artifacts_.after_batch();
      if (!work) { work = ask_for_tests(); }
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
  slot_mailbox mailbox_;
  access_to<S> access_;
  artifact_collection artifacts_;
};

/// The life of a slot: makes a sandbox of `provider` and serves it. Returns when the sandbox began
/// to go down, if there was one. Its sandbox goes down after its last word about tests: nobody
/// waits for that but the end of the program.
template <Provider P, Framework F>
std::optional<time_point> serve_slot(P& provider, F const& framework, slot_job const& job) {
  sandbox_spec spec{job.slot, job.framework.support_files};
  spec.files_stay = !job.settings.artifacts.globs.empty();
  if (spec.files_stay) { spec.files.push_back(artifact_script()); }
  auto const began = steady_clock::now();
  auto sandbox = provider.create(spec, job.no_creations);
  if (!sandbox) {
    if (job.listing) { job.messages.push(listing_is_over{job.listing->job, sandbox.error()}); }
    std::optional why{sandbox.error()};
    if (job.no_creations.stop_requested()) { why.reset(); }
    job.messages.push(slot_has_ended{job.slot, std::move(why)});
    return std::nullopt;
  }
  job.messages.push(slot_is_up{job.slot, sandbox->id(), steady_clock::now() - began});
  slot_server<F, sandbox_of<P>> server{framework, *sandbox, job};
  auto const done = server.serve();
  job.messages.push(slot_has_ended{job.slot, done ? std::nullopt : std::optional{done.error()}});
  return steady_clock::now();
}

}  // namespace offload
