// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "command_line/print.hpp"

#include <poll.h>
#include <stdio_ext.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace offload::cli {
namespace {

/// Why standard output could not be written first; 0: it could.
int& reason_of_failure() {
  static int reason = 0;
  return reason;
}

/// Why it cannot be written now. The output is incomplete in any case.
int reason_now() { return ::write(STDOUT_FILENO, "\n", 1) < 0 ? errno : 0; }

void remember_failure(std::FILE* of, int reason) {
  if (of == stdout && reason_of_failure() == 0) { reason_of_failure() = reason; }
}

}  // namespace

void print_text(std::FILE* to, std::string_view text) {
  errno = 0;
  if (std::fwrite(text.data(), 1, text.size(), to) != text.size()) { remember_failure(to, errno); }
}

result<void> end_of_output() {
  errno = 0;
  bool const failed = std::fflush(stdout) != 0;
  auto const flushed = errno;
  if (failed) { remember_failure(stdout, flushed); }
  if (!failed && std::ferror(stdout) == 0) { return {}; }
  // The rest of the buffer would fail again at the end of the program.
  ::__fpurge(stdout);
  std::clearerr(stdout);
  auto const reason = reason_of_failure() != 0 ? reason_of_failure() : reason_now();
  return fail(errc::io, "cannot write to the standard output{}{}", reason == 0 ? "" : ": ",
              reason == 0 ? "" : std::strerror(reason));
}

bool reader_is_gone() {
  pollfd output{.fd = STDOUT_FILENO, .events = POLLOUT, .revents = 0};
  return ::poll(&output, 1, 0) == 1 && (output.revents & POLLERR) != 0;
}

}  // namespace offload::cli
