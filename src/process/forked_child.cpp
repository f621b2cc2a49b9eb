// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "forked_child.hpp"

#include <signal.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <optional>
#include <string_view>

namespace offload {
namespace {

constexpr int seconds_to_answer = 10;
constexpr exit_status killed{128 + SIGKILL, SIGKILL};

/// The number behind `word` and a space.
std::optional<int> number_after(std::string_view word, std::string_view text) {
  if (!text.starts_with(word)) { return std::nullopt; }
  text.remove_prefix(word.size());
  int value = 0;
  auto const [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failed != std::errc{} || end != text.data() + text.size()) { return std::nullopt; }
  return value;
}

result<unique_fd> connect_to(std::string const& socket) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (socket.size() >= sizeof address.sun_path) {
    return fail(errc::unavailable, "the path {} is too long for a socket", socket);
  }
  std::memcpy(address.sun_path, socket.data(), socket.size());
  unique_fd connection{::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0)};
  timeval const patience{seconds_to_answer, 0};
  ::setsockopt(connection.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  ::setsockopt(connection.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  if (!connection || ::connect(connection.get(), reinterpret_cast<sockaddr const*>(&address),
                               sizeof address) != 0) {
    return fail(errc::unavailable, "cannot connect to {}: {}", socket, std::strerror(errno));
  }
  return connection;
}

bool send_with_streams(int connection, std::string text, std::array<int, 3> const& streams) {
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof streams)> space{};
  iovec part{text.data(), text.size()};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = space.data();
  message.msg_controllen = space.size();
  auto* const descriptors = CMSG_FIRSTHDR(&message);
  descriptors->cmsg_level = SOL_SOCKET;
  descriptors->cmsg_type = SCM_RIGHTS;
  descriptors->cmsg_len = CMSG_LEN(sizeof streams);
  std::memcpy(CMSG_DATA(descriptors), streams.data(), sizeof streams);
  return ::sendmsg(connection, &message, MSG_NOSIGNAL) >= 0;
}

/// Empty when there is no answer.
std::string answer_from(int connection) {
  std::array<char, 4096> bytes{};
  auto const count = ::recv(connection, bytes.data(), bytes.size(), 0);
  return count > 0 ? std::string{bytes.data(), static_cast<std::size_t>(count)} : std::string{};
}

/// Numbers of processes mean the same in one namespace only.
std::string pid_namespace() {
  std::array<char, 64> name{};
  auto const size = ::readlink("/proc/self/ns/pid", name.data(), name.size());
  return size > 0 ? std::string{name.data(), static_cast<std::size_t>(size)} : std::string{};
}

}  // namespace

result<forked_child> fork_at(std::string const& socket, std::vector<std::string> const& variables,
                             std::array<int, 3> const& streams) {
  auto parent = connect_to(socket);
  if (!parent) { return tl::unexpected(parent.error()); }
  auto request = pid_namespace();
  for (auto const& variable : variables) {
    if (variable.starts_with("OFFLOAD_")) { request.append(1, '\0').append(variable); }
  }
  if (!send_with_streams(parent->get(), std::move(request), streams)) {
    return fail(errc::unavailable, "cannot ask for a fork: {}", std::strerror(errno));
  }
  auto const answer = answer_from(parent->get());
  auto const pid = number_after("pid ", answer);
  if (!pid || *pid <= 1) {
    return fail(errc::unavailable, "no fork: {}", answer.empty() ? "no answer" : answer);
  }
  return forked_child{*pid, std::move(*parent)};
}

exit_status reap_at(unique_fd& parent) {
  char const byte = 1;
  if (::send(parent.get(), &byte, 1, MSG_NOSIGNAL) != 1) { return killed; }
  auto const answer = answer_from(parent.get());
  parent.reset();
  if (auto const code = number_after("exited ", answer)) { return {*code, 0}; }
  if (auto const signal = number_after("killed ", answer)) { return {128 + *signal, *signal}; }
  return killed;
}

}  // namespace offload
