// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/report/terminal.hpp>

#include <fmt/core.h>

#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <climits>
#include <cstdlib>

namespace offload {
namespace {

std::string_view variable(char const* name) {
  auto const* const value = std::getenv(name);
  return value == nullptr ? std::string_view{} : std::string_view{value};
}

std::string_view code_of(colour c) {
  switch (c) {
    case colour::none: return "";
    case colour::red: return "31";
    case colour::green: return "32";
    case colour::yellow: return "33";
    case colour::bold: return "1";
    case colour::dim: return "2";
  }
  return "";
}

/// A pipe that says it is ready takes this much without blocking.
constexpr std::size_t chunk = PIPE_BUF;

enum class readiness { ready, full, broken };

readiness wait_until_ready(std::FILE* file, seconds patience) {
  auto const fd = ::fileno(file);
  if (fd < 0) { return readiness::ready; }
  pollfd waiting{.fd = fd, .events = POLLOUT, .revents = 0};
  auto const found = ::poll(&waiting, 1, static_cast<int>(patience.count() * 1000));
  if (found <= 0) { return readiness::full; }
  // To write where nobody reads any more would end the program by SIGPIPE.
  return (waiting.revents & POLLOUT) != 0 && (waiting.revents & POLLERR) == 0 ? readiness::ready
                                                                              : readiness::broken;
}

/// Where the live display is; -1: nowhere. Read by a signal handler.
std::atomic<int> display{-1};
static_assert(std::atomic<int>::is_always_lock_free);

/// Stops as everybody does, so that a program without a shell goes on. Comes back when that is
/// over.
extern "C" void clear_and_stop(int number) {
  auto const before = errno;
  terminal::clear_from_cursor();
  ::signal(number, SIG_DFL);
  sigset_t only;
  ::sigemptyset(&only);
  ::sigaddset(&only, number);
  ::raise(number);
  ::pthread_sigmask(SIG_UNBLOCK, &only, nullptr);  // here it stops
  ::signal(number, clear_and_stop);
  errno = before;
}

}  // namespace

bool terminal::is_terminal(std::FILE* file) {
  auto const fd = ::fileno(file);
  return fd >= 0 && ::isatty(fd) == 1;
}

terminal::extent terminal::size(std::FILE* file) {
  terminal::extent extent;
  winsize size{};
  auto const fd = ::fileno(file);
  if (fd < 0 || ::ioctl(fd, TIOCGWINSZ, &size) != 0) { return extent; }
  if (size.ws_col > 0) { extent.columns = size.ws_col; }
  if (size.ws_row > 0) { extent.rows = size.ws_row; }
  return extent;
}

bool terminal::wants_colour(std::FILE* file) {
  if (!variable("NO_COLOR").empty()) { return false; }
  auto const is_off = [](std::string_view value) { return value == "0" || value == "false"; };
  for (auto const* name : {"FORCE_COLOR", "CLICOLOR_FORCE"}) {
    auto const value = variable(name);
    if (!value.empty() && !is_off(value)) { return true; }
  }
  bool const unwanted = is_off(variable("FORCE_COLOR")) || is_off(variable("CLICOLOR"));
  return !unwanted && variable("TERM") != "dumb" && terminal::is_terminal(file);
}

bool terminal::is_in_foreground(std::FILE* file) {
  auto const group = ::tcgetpgrp(::fileno(file));
  return group == -1 || group == ::getpgrp();
}

text_style terminal::style_for(std::FILE* file) {
  return terminal::wants_colour(file) ? text_style::coloured : text_style::plain;
}

std::string terminal::painted(std::string_view text, colour how, text_style style) {
  if (style == text_style::plain || how == colour::none || text.empty()) {
    return std::string{text};
  }
  return fmt::format("\x1b[{}m{}\x1b[0m", code_of(how), text);
}

void terminal::clear_from_cursor() {
  auto const fd = display.load();
  if (fd < 0) { return; }
  [[maybe_unused]] auto const written =
      ::write(fd, terminal::clear_from_line.data(), terminal::clear_from_line.size());
}

void terminal::clear_when_stopped(std::FILE* file) {
  bool const is_new = display.exchange(file == nullptr ? -1 : ::fileno(file)) < 0;
  if (file != nullptr && is_new && ::signal(SIGTSTP, clear_and_stop) == SIG_IGN) {
    ::signal(SIGTSTP, SIG_IGN);  // the parent process does not want this program to stop
  }
  if (file == nullptr && !is_new) { ::signal(SIGTSTP, SIG_DFL); }
}

void patient_output::write(seconds patience) {
  auto const until = steady_clock::now() + to_clock(patience);
  while (to_ != nullptr && !kept_.empty()) {
    auto const left = std::max(seconds{}, seconds{until - steady_clock::now()});
    auto const found = wait_until_ready(to_, left);
    if (found == readiness::full && steady_clock::now() >= until) { return; }
    if (found == readiness::full) { continue; }  // a signal came in between
    if (found == readiness::broken || !write_chunk()) { to_ = nullptr; }
  }
  if (to_ == nullptr) { kept_.clear(); }
}

/// False when there is no use in trying again.
bool patient_output::write_chunk() {
  auto const wanted = std::min(chunk, kept_.size());
  errno = 0;
  auto const written = std::fwrite(kept_.data(), 1, wanted, to_);
  kept_.erase(0, written);
  if (std::fflush(to_) == 0 && written == wanted) { return true; }
  std::clearerr(to_);
  return errno == EAGAIN || errno == EINTR;
}

}  // namespace offload
