// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <fmt/core.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <tl/expected.hpp>

namespace offload {

/// The kind of an error. Every kind makes the `offload` command exit with code 1.
enum class errc {
  invalid_config,  ///< offload.toml, or a value derived from it, is not valid
  invalid_usage,   ///< the command line is not valid
  not_found,       ///< a file, program or result that is needed does not exist
  io,              ///< reading or writing a file failed
  process,         ///< a child process could not be started, read or stopped
  discovery,       ///< the framework could not list its tests
  sandbox,         ///< a sandbox could not be made or was lost
  image,           ///< an image no longer exists
  provider,        ///< the provider refuses a request or cannot be reached
  patch,           ///< a patch is malformed or does not match the files
  unavailable,     ///< this version of Offload does not support it
};

[[nodiscard]] std::string_view to_string(errc code);

/// Why an operation failed, in words for the user.
///
/// `message` says what is wrong and where, as a fragment that can follow "failed: ". `hint` is a
/// sentence that says what the user can do; it may be empty. `while_doing` holds one frame per
/// layer, innermost first.
struct error {
  errc code{};
  std::string message;
  std::string hint{};
  std::vector<std::string> while_doing{};

  bool operator==(error const&) const = default;
};

template <class T>
using result = tl::expected<T, error>;

/// Renders an error as the command line prints it: message, frames, then the hint on its own line.
[[nodiscard]] std::string to_string(error const& e);

/// An unexpected `error` with a formatted message: `return fail(errc::io, "cannot open {}", path);`
template <class... Args>
[[nodiscard]] tl::unexpected<error> fail(errc code, fmt::format_string<Args...> text,
                                         Args&&... args) {
  return tl::unexpected<error>(error{code, fmt::format(text, std::forward<Args>(args)...)});
}

/// For `map_error`: adds the frame "while <text>" to an error that passes through.
template <class... Args>
[[nodiscard]] auto doing(fmt::format_string<Args...> text, Args&&... args) {
  return [frame = fmt::format(text, std::forward<Args>(args)...)](error e) {
    e.while_doing.push_back(frame);
    return e;
  };
}

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/core/error-inl.hpp>
#endif
