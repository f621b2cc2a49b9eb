// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/artifact.hpp>
#include <offload/core/command.hpp>
#include <offload/core/execution.hpp>
#include <offload/core/keep_tail.hpp>
#include <offload/core/run_to_end.hpp>
#include <offload/core/support_file.hpp>
#include <offload/core/trimmed.hpp>
#include <offload/provider/concept.hpp>
#include <offload/runner/artifact_receiver.hpp>
#include <offload/runner/slot_mailbox.hpp>

#include <fmt/core.h>

#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <variant>
#include <vector>

namespace offload {

/// The sandbox's end, to be laid into each sandbox when artifacts are wanted.
[[nodiscard]] support_file artifact_script();

/// "artifacts of batch 3: " and what did not come, at most a few by name.
[[nodiscard]] std::string missing_artifacts_text(
    batch_id of, std::vector<artifact_receiver::missing_file> const& missing);

/// Fetches what batches leave in one sandbox, between its batches, by one command each. What goes
/// wrong is a warning: the batch's results are out by then, and nothing waits longer than
/// `longest_transfer`. Used by the slot's thread.
///
/// Which files a batch has written is told from a mark that is renewed before it: by the command
/// itself that runs the batch or starts a worker, and then by each transfer.
template <Sandbox S>
class artifact_collection {
 public:
  /// A request on `stop` ends a transfer, and there is none from then on.
  artifact_collection(S& sandbox, slot_id slot, artifact_wish const& wish, slot_mailbox& mailbox,
                      std::stop_token stop)
      : sandbox_{sandbox},
        wish_{wish},
        mailbox_{mailbox},
        stop_{std::move(stop)},
        script_{fmt::format("{}/{}", sandbox.files(), artifact_script().name)},
        mark_{fmt::format("{}/artifacts-{}.mark", sandbox.files(), slot.value)} {}

  /// `c`, after renewing the mark.
  [[nodiscard]] command marking(command c) {
    if (wish_.globs.empty()) { return c; }
    is_marked_ = true;
    auto with = script("run");
    with.insert(with.end(), c.argv.begin(), c.argv.end());
    c.argv = std::move(with);
    return c;
  }

  /// Before a worker that has run others gets a batch.
  void before_batch() {
    if (is_marked_ || is_off()) { return; }
    auto const failed = hear({.argv = script("mark")}, longest_marking, nullptr);
    is_marked_ = !failed;
    if (failed) { warn("the next batch", *failed); }
  }

  /// The batch that was closed last is over in the sandbox, too.
  void after_batch() {
    last_ = mailbox_.last_closed();
    after_worker();
  }

  /// What the worker has left as it ended belongs to its last batch.
  void after_worker() {
    if (is_off() || !last_) { return; }
    if (std::exchange(is_marked_, false) && is_wanted(*last_)) { fetch(*last_); }
  }

 private:
  static constexpr seconds longest_transfer{300};
  static constexpr seconds longest_marking{30};
  static constexpr unsigned most_failures_in_a_row = 3;

  [[nodiscard]] bool is_off() const {
    return wish_.globs.empty() || stop_.stop_requested() || failures_ >= most_failures_in_a_row;
  }

  [[nodiscard]] bool is_wanted(closed_batch const& one) const {
    if (one.cause == batch_cause::lost || one.cause == batch_cause::untouched) { return false; }
    bool const cut_off = one.cause == batch_cause::stopped || one.cause == batch_cause::cancelled;
    return one.went_wrong || (!cut_off && wish_.of == artifact_source::all_batches);
  }

  [[nodiscard]] std::vector<std::string> script(std::string what) const {
    return {"sh", script_, std::move(what), mark_};
  }

  void fetch(closed_batch const& from) {
    artifact_receiver files{wish_.globs, wish_.folder(sandbox_.id(), from.id)};
    command send{.argv = script("send")};
    send.argv.push_back(fmt::format("{}", artifact_limits{}.one_file));
    for (auto& word : find_expression(wish_.globs)) { send.argv.push_back(std::move(word)); }
    auto failed = hear(send, longest_transfer, &files);
    if (!failed && files.is_full()) {
      failed =
          fmt::format("they are larger than {} MiB in all", artifact_limits{}.all_files >> 20U);
    } else if (!failed && !files.is_complete()) {
      failed = "what the sandbox sent cannot be understood";
    }
    if (failed) { return warn(fmt::format("batch {}", from.id.value), *failed); }
    failures_ = 0;
    is_marked_ = true;
    auto const missing = fetch_otherwise(files);
    if (!missing.empty()) { mailbox_.warn(missing_artifacts_text(from.id, missing)); }
  }

  void warn(std::string_view of, std::string_view why) {
    if (stop_.stop_requested()) { return; }
    bool const last = ++failures_ >= most_failures_in_a_row;
    mailbox_.warn(fmt::format("artifacts of {} could not be fetched from sandbox {}: {}{}", of,
                              sandbox_id{sandbox_.id()}.value, why,
                              last ? "; no more are fetched from there" : ""));
  }

  /// Tries the sandbox's own way for what did not come. Returns what is missing still.
  [[nodiscard]] std::vector<artifact_receiver::missing_file> fetch_otherwise(
      artifact_receiver& files) {
    auto missing = files.missing();
    std::vector<file_copy> wanted;
    for (auto const& file : missing) {
      if (auto place = files.place_for(file.path)) {
        wanted.push_back({file.path, std::move(*place)});
      }
    }
    if (wanted.empty()) { return missing; }
    auto const done = download_files(sandbox_, wanted, stop_);
    std::erase_if(missing, [&](auto const& file) {
      std::error_code failed;
      auto const place = files.place_of(file.path);
      return std::filesystem::is_regular_file(std::filesystem::symlink_status(place, failed));
    });
    bool const tried = done || done.error().code != errc::unavailable;
    for (auto& file : missing) {
      if (tried) { file.why += done ? ", nor downloaded" : ", and " + done.error().message; }
    }
    return missing;
  }

  /// Runs `c` to its end, or until there is too much. Returns what went wrong.
  [[nodiscard]] std::optional<std::string> hear(command const& c, seconds limit,
                                                artifact_receiver* files) {
    auto running = sandbox_.start(c, input::none);
    if (!running) { return running.error().message; }
    std::string errors;
    auto const until = steady_clock::now() + to_clock(limit);
    auto const ended = run_while(*running, until, stop_, [&](command_output const& some) {
      if (some.from == stream::err) { keep_tail(errors, some.bytes); }
      if (some.from == stream::out && files != nullptr) { files->feed(some.bytes); }
      return files == nullptr || !files->is_full();
    });
    if (!ended) { return ended.error().message; }
    if (!*ended || (*ended)->ok()) { return std::nullopt; }
    return fmt::format("the command ended with {}: {}", to_string(**ended), trimmed(errors));
  }

  S& sandbox_;
  artifact_wish const& wish_;
  slot_mailbox& mailbox_;
  std::stop_token stop_;
  std::string script_;
  std::string mark_;
  std::optional<closed_batch> last_;  ///< that its worker has run
  bool is_marked_ = false;            ///< the mark parts the batch from those before it
  unsigned failures_ = 0;             ///< in a row
};

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/runner/artifact_collection-inl.hpp>
#endif
