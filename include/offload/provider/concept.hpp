// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/command.hpp>
#include <offload/core/error.hpp>
#include <offload/core/execution.hpp>
#include <offload/core/ids.hpp>
#include <offload/core/preparation_sink.hpp>
#include <offload/core/run_event.hpp>
#include <offload/core/support_file.hpp>

#include <concepts>
#include <filesystem>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace offload {

/// What a sandbox has to be made for.
struct sandbox_spec {
  slot_id slot;
  std::vector<support_file> files{};  ///< to lay into the sandbox before its first command
  bool files_stay = false;            ///< they are needed after a command has ended, too
  std::string image{};  ///< to start from; empty: what `prepare` has made, if anything
};

/// The execution that `S::start` yields.
template <class S>
using execution_of = typename decltype(std::declval<S&>().start(std::declval<command const&>(),
                                                                input::none))::value_type;

/// An isolated place that runs commands, one at a time, for one thread. When artifacts are wanted,
/// short ones run beside a worker that waits.
///
/// `S` models `Sandbox` when, for an lvalue `s` and a `command` `c`:
///   1. `S` is movable, and destroying it releases whatever it holds;
///   2. `s.id()` names it, unique within the run;
///   3. `s.files()` is the folder, as commands in the sandbox see it, with the files of its spec;
///   4. `s.start(c, with)` starts the command and returns an `Execution`. A program that does not
///      exist may be an error or an exit status of 127.
/// Not promised: that a sandbox is separate from its siblings in anything but its processes.
///
/// Optional: `S::accepts_input` (see `accepts_input` and `takes_input`) and `download` (see
/// `download_files`).
///
/// Model for tests: `offload::testing::sandbox_archetype`.
template <class S>
concept Sandbox = std::movable<S> && requires(S& s, command const& c, input with) {
  { s.id() } -> std::convertible_to<sandbox_id>;
  { s.files() } -> std::convertible_to<std::string>;
  s.start(c, with);
} && Execution<execution_of<S>>;

/// The sandbox that `P::create` yields.
template <class P>
using sandbox_of = typename decltype(std::declval<P&>().create(
    std::declval<sandbox_spec const&>(), std::declval<std::stop_token>()))::value_type;

/// Makes sandboxes.
///
/// `P` models `Provider` when, for an lvalue `p`:
///   1. `P::name` is what offload.toml calls it;
///   2. `p.create(spec, stop)` makes one sandbox; it may be called from several threads at once.
///
/// Optional: `P::shares_machine` (see `shares_machine`), `prepare` (see `prepares`) and
/// `estimated_cost` (see `cost_of`).
///
/// Model for tests: `offload::testing::provider_archetype`.
template <class P>
concept Provider = requires(P& p, sandbox_spec const& spec, std::stop_token stop) {
  { P::name } -> std::convertible_to<std::string_view>;
  { p.create(spec, stop) } -> std::same_as<result<sandbox_of<P>>>;
} && Sandbox<sandbox_of<P>>;

/// Whether commands in an `S` have a standard input, which warm workers need. Only if it says so.
template <Sandbox S>
inline constexpr bool accepts_input = requires { requires S::accepts_input; };

/// Whether this one has it: an `S` that cannot know before it is there has a `takes_input()`.
template <Sandbox S>
[[nodiscard]] bool takes_input(S const& s) {
  if constexpr (requires {
                  { s.takes_input() } -> std::same_as<bool>;
                }) {
    return s.takes_input();
  } else {
    return accepts_input<S>;
  }
}

/// A file of a sandbox, and where its copy is to be.
struct file_copy {
  std::string from;  ///< relative to the folder in which commands of the sandbox run
  std::filesystem::path to;
};

/// Copies files out of `s` by means of its own, for those that are too large for the output of a
/// command: only if it has a `download(files, stop)`. Fails with `errc::unavailable` if it has not.
template <Sandbox S>
[[nodiscard]] result<void> download_files(S& s, std::span<file_copy const> files,
                                          std::stop_token stop) {
  if constexpr (requires { s.download(files, stop); }) {
    static_assert(std::same_as<decltype(s.download(files, stop)), result<void>>,
                  "download(std::span<offload::file_copy const>, std::stop_token) must return "
                  "offload::result<void>");
    return s.download(files, std::move(stop));
  } else {
    return fail(errc::unavailable, "this kind of sandbox has no other way");
  }
}

/// Whether `P` has to make something, such as an image, before it can make a sandbox. Only if it
/// has `prepare(say, stop)`, which is called once, while tests are being listed, and before any
/// `create`. When it fails, the run has failed. `say` may be called as long as `P` lives.
template <Provider P>
inline constexpr bool prepares =
    requires(P& p, preparation_sink const& say, std::stop_token stop) { p.prepare(say, stop); };

/// What is to be laid over an image.
struct image_patch {
  std::string root{};            ///< of the repository in a sandbox
  std::string_view patch{};      ///< empty: there is none
  std::string_view applier{};    ///< the bytes of offload-apply-diff, for it
  std::string post_patch_cmd{};  ///< shell command to run afterwards; empty: none
};

/// A provider whose sandboxes start from images that it builds.
///
/// `P` models `ImageProvider` when, beyond `Provider`, for an lvalue `p`:
///   1. `p.builds_images()` says whether it has been told how to build one;
///   2. `p.build_image(context_dir, say, stop)` builds one from the files of a folder, which may go
///      afterwards, and returns its id;
///   3. `p.create(spec, stop)` makes sandboxes of `spec.image`, if that is not empty.
template <class P>
concept ImageProvider = Provider<P> && requires(P& p, P const& seen, std::string const& context_dir,
                                                preparation_sink const& say, std::stop_token stop) {
  { seen.builds_images() } -> std::same_as<bool>;
  { p.build_image(context_dir, say, stop) } -> std::same_as<result<std::string>>;
};

/// Whether `P` can make another image by laying a patch over one, which spares each sandbox of it
/// the work. Only if it has `patch_image(image, what, say, stop)`; returns the new image's id.
template <ImageProvider P>
inline constexpr bool patches_images =
    requires(P& p, std::string const& image, image_patch const& what, preparation_sink const& say,
             std::stop_token stop) {
      { p.patch_image(image, what, say, stop) } -> std::same_as<result<std::string>>;
    };

/// Has `p` prepare itself, if it has to.
template <Provider P>
[[nodiscard]] result<void> prepare(P& p, preparation_sink const& say, std::stop_token stop) {
  if constexpr (prepares<P>) {
    static_assert(std::same_as<decltype(p.prepare(say, stop)), result<void>>,
                  "prepare(preparation_sink const&, std::stop_token) must return "
                  "offload::result<void>");
    return p.prepare(say, std::move(stop));
  } else {
    return {};
  }
}

/// What sandboxes of `p` cost that have lived for so long in all; nothing unless it has an
/// `estimated_cost(seconds)`.
template <Provider P>
[[nodiscard]] std::optional<cost_estimate> cost_of(P const& p, seconds alive) {
  if constexpr (requires { p.estimated_cost(alive); }) {
    static_assert(std::same_as<decltype(p.estimated_cost(alive)), cost_estimate>,
                  "estimated_cost(offload::seconds) const must return offload::cost_estimate");
    return p.estimated_cost(alive);
  } else {
    return std::nullopt;
  }
}

/// Whether sandboxes of `P` see the same files as the machine that discovers, so that the process
/// which lists the tests can go on as the first worker. Only if it says so.
template <Provider P>
inline constexpr bool shares_machine = requires { requires P::shares_machine; };

}  // namespace offload
