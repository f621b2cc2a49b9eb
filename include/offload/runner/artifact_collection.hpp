// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/artifact.hpp>
#include <offload/core/command.hpp>
#include <offload/core/execution.hpp>
#include <offload/core/run_to_end.hpp>
#include <offload/core/support_file.hpp>
#include <offload/provider/concept.hpp>
#include <offload/runner/artifact_receiver.hpp>
#include <offload/runner/slot_mailbox.hpp>

#include <functional>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace offload {

/// The part of the transfer that runs in a sandbox. It is put into each sandbox when artifacts are
/// wanted.
[[nodiscard]] support_file artifact_script();

/// "artifacts of batch 3: " and the artifacts that were not fetched, at most a few by name.
[[nodiscard]] std::string missing_artifacts_text(
    batch_id of, std::vector<artifact_receiver::missing_file> const& missing);

/// A sandbox without its type, as far as artifacts need it.
class sandbox_access {
 public:
  sandbox_access() = default;
  sandbox_access(sandbox_access const&) = delete;
  sandbox_access& operator=(sandbox_access const&) = delete;
  virtual ~sandbox_access() = default;

  [[nodiscard]] virtual sandbox_id id() const = 0;
  [[nodiscard]] virtual std::string files() const = 0;
  /// Runs `c` while `hear` returns true. See `run_while`.
  [[nodiscard]] virtual result<std::optional<exit_status>> run(
      command const& c, time_point until, std::stop_token const& stop,
      std::function<bool(command_output const&)> const& hear) = 0;
  /// See `download_files`.
  [[nodiscard]] virtual result<void> download(std::span<file_copy const> files,
                                              std::stop_token const& stop) = 0;
};

/// The access to `S`, which must outlive it.
template <Sandbox S>
class access_to final : public sandbox_access {
 public:
  explicit access_to(S& sandbox) : sandbox_{sandbox} {}

  [[nodiscard]] sandbox_id id() const override { return sandbox_.id(); }
  [[nodiscard]] std::string files() const override { return sandbox_.files(); }
  [[nodiscard]] result<std::optional<exit_status>> run(
      command const& c, time_point until, std::stop_token const& stop,
      std::function<bool(command_output const&)> const& hear) override {
    auto running = sandbox_.start(c, input::none);
    if (!running) { return tl::unexpected(running.error()); }
    return run_while(*running, until, stop, hear);
  }
  [[nodiscard]] result<void> download(std::span<file_copy const> files,
                                      std::stop_token const& stop) override {
    return download_files(sandbox_, files, stop);
  }

 private:
  S& sandbox_;
};

/// Fetches the files that batches leave in one sandbox. It does so between the batches, by one
/// command each. An error becomes a warning, because the batch's results are known by then. Nothing
/// waits longer than `longest_transfer`. Used by the slot's thread.
///
/// A mark in the sandbox shows which files a batch has written. It is renewed before the batch: by
/// the command that runs the batch or starts a worker, and then by each transfer.
class artifact_collection {
 public:
  /// A request on `stop` ends a transfer, and no other transfer begins from then on.
  artifact_collection(sandbox_access& sandbox, slot_id slot, artifact_wish const& wish,
                      slot_mailbox& mailbox, std::stop_token stop);

  /// `c`, after renewing the mark.
  [[nodiscard]] command marking(command c);
  /// Before a worker that has run others gets a batch.
  void before_batch();
  /// The batch that was closed last is over in the sandbox, too.
  void after_batch();
  /// Files that the worker leaves as it ends belong to its last batch.
  void after_worker();

 private:
  [[nodiscard]] bool is_off() const;
  [[nodiscard]] bool is_wanted(closed_batch const& one) const;
  [[nodiscard]] std::vector<std::string> script(std::string what) const;
  void fetch(closed_batch const& from);
  void warn(std::string_view of, std::string_view why);
  /// Tries the sandbox's own download for files that were not fetched. Returns those still missing.
  [[nodiscard]] std::vector<artifact_receiver::missing_file> fetch_otherwise(
      artifact_receiver& files);
  /// Runs `c` to its end, or until its output is too long. Returns the error.
  [[nodiscard]] std::optional<std::string> hear(command const& c, seconds limit,
                                                artifact_receiver* files);

  sandbox_access& sandbox_;
  artifact_wish const& wish_;
  slot_mailbox& mailbox_;
  std::stop_token stop_;
  std::string script_;
  std::string mark_;
  std::optional<closed_batch> last_;  ///< that its worker has run
  bool is_marked_ = false;            ///< the mark separates the batch from those before it
  unsigned failures_ = 0;             ///< in a row
};

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/runner/artifact_collection-inl.hpp>
#endif
