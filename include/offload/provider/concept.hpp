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

/// The requirements for a new sandbox.
struct sandbox_spec {
  slot_id slot;
  std::vector<support_file> files{};  ///< written into the sandbox before its first command
  bool files_stay = false;            ///< whether they are also needed after a command has ended
  std::string image{};                ///< to start from; empty: the result of `prepare`, if any
};

/// The execution type that `S::start` returns.
template <class S>
using execution_of = typename decltype(std::declval<S&>().start(std::declval<command const&>(),
                                                                input::none))::value_type;

/// An isolated place that runs commands, one at a time, for one thread. If the run collects
/// artifacts, short commands also run beside a waiting worker.
///
/// `S` models `Sandbox` when, for an lvalue `s` and a `command` `c`:
///   1. `S` is movable, and destroying it releases its resources;
///   2. `s.id()` returns its id, which is unique within the run;
///   3. `s.files()` returns the folder with the files of its spec, as a path inside the sandbox;
///   4. `s.start(c, with)` starts the command and returns an `Execution`. If the program does not
///      exist, the result is an error or an exit status of 127.
/// Not promised: separation from other sandboxes in anything but processes.
///
/// Optional: `S::accepts_input` (see `accepts_input` and `takes_input`), `S::starts_forks` (see
/// `starts_forks`) and `download` (see `download_files`).
///
/// Model for tests: `offload::testing::sandbox_archetype`.
template <class S>
concept Sandbox = std::movable<S> && requires(S& s, command const& c, input with) {
  { s.id() } -> std::convertible_to<sandbox_id>;
  { s.files() } -> std::convertible_to<std::string>;
  s.start(c, with);
} && Execution<execution_of<S>>;

/// The sandbox type that `P::create` returns.
template <class P>
using sandbox_of = typename decltype(std::declval<P&>().create(
    std::declval<sandbox_spec const&>(), std::declval<std::stop_token>()))::value_type;

/// Creates sandboxes.
///
/// `P` models `Provider` when, for an lvalue `p`:
///   1. `P::name` is its name in offload.toml;
///   2. `p.create(spec, stop)` creates one sandbox. Several threads may call it at once.
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

/// Whether commands in an `S` have a standard input, which workers need. The default is no.
template <Sandbox S>
inline constexpr bool accepts_input = requires { requires S::accepts_input; };

/// Whether commands in this sandbox have a standard input. An `S` that only knows this once the
/// sandbox exists has a `takes_input()`.
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

/// Whether commands in an `S` can be forks: see `command::fork_from`. Its `files()` is a folder of
/// this machine then. The default is no.
template <Sandbox S>
inline constexpr bool starts_forks = requires { requires S::starts_forks; };

/// A file of a sandbox, and the path of its copy.
struct file_copy {
  std::string from;  ///< relative to the working folder of the sandbox's commands
  std::filesystem::path to;
};

/// Copies files out of `s` with `s.download(files, stop)`, for files that are too large for the
/// output of a command. Fails with `errc::unavailable` if `S` has no `download`.
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

/// Whether `P` must prepare something, such as an image, before it can create a sandbox. It does if
/// it has `prepare(say, stop)`, which is called once, during discovery and before any `create`. If
/// it fails, the run fails. `say` may be called during the lifetime of `P`.
template <Provider P>
inline constexpr bool prepares =
    requires(P& p, preparation_sink const& say, std::stop_token stop) { p.prepare(say, stop); };

/// A patch and a command to apply to an image.
struct image_patch {
  std::string root{};            ///< of the repository in a sandbox
  std::string_view patch{};      ///< empty: there is none
  std::string_view applier{};    ///< the bytes of offload-apply-diff, which applies the patch
  std::string post_patch_cmd{};  ///< shell command to run afterwards; empty: none
};

/// A provider whose sandboxes start from images that it builds.
///
/// `P` models `ImageProvider` when, beyond `Provider`, for an lvalue `p`:
///   1. `p.builds_images()` says whether its configuration can build one;
///   2. `p.build_image(context_dir, say, stop)` builds one from the files of a folder and returns
///      its id. The folder may be removed afterwards;
///   3. `p.create(spec, stop)` creates sandboxes from `spec.image`, if that is not empty.
template <class P>
concept ImageProvider = Provider<P> && requires(P& p, P const& seen, std::string const& context_dir,
                                                preparation_sink const& say, std::stop_token stop) {
  { seen.builds_images() } -> std::same_as<bool>;
  { p.build_image(context_dir, say, stop) } -> std::same_as<result<std::string>>;
};

/// Whether `P` can build a new image by applying a patch to an image, so that sandboxes need not
/// apply it. It can if it has `patch_image(image, what, say, stop)`, which returns the new image's
/// id.
template <ImageProvider P>
inline constexpr bool patches_images =
    requires(P& p, std::string const& image, image_patch const& what, preparation_sink const& say,
             std::stop_token stop) {
      { p.patch_image(image, what, say, stop) } -> std::same_as<result<std::string>>;
    };

/// Calls `p.prepare`, if there is one.
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

/// The cost of sandboxes of `p` with this total lifetime; nothing unless `p` has an
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

/// Whether sandboxes of `P` see the same files as the machine that runs discovery, so that the
/// process that lists the tests can become the first worker. The default is no.
template <Provider P>
inline constexpr bool shares_machine = requires { requires P::shares_machine; };

}  // namespace offload
