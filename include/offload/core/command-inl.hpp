// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/command.hpp>

#include <offload/core/inline.hpp>

#include <fmt/core.h>

#include <csignal>
#include <string_view>

namespace offload {
namespace command_detail {

inline std::string_view signal_name(int number) {
  switch (number) {
    case SIGABRT: return "SIGABRT";
    case SIGBUS: return "SIGBUS";
    case SIGFPE: return "SIGFPE";
    case SIGHUP: return "SIGHUP";
    case SIGILL: return "SIGILL";
    case SIGINT: return "SIGINT";
    case SIGKILL: return "SIGKILL";
    case SIGPIPE: return "SIGPIPE";
    case SIGSEGV: return "SIGSEGV";
    case SIGTERM: return "SIGTERM";
    default: return "unnamed";
  }
}

}  // namespace command_detail

OFFLOAD_INLINE std::string to_string(exit_status const& status) {
  if (status.signal == 0) { return fmt::format("exit status {}", status.code); }
  return fmt::format("signal {} ({})", status.signal, command_detail::signal_name(status.signal));
}

}  // namespace offload
