// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/process/child_process.hpp>
#include <offload/process/temp_folder.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <signal.h>

#include <string>

#include "support/processes.hpp"

namespace offload {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

/// Listens at the socket that is its argument, and forks shells that read their script.
constexpr auto parent_script = R"(
import os, signal, socket, sys

listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
listener.bind(sys.argv[1])
listener.listen(8)
print("listening", flush=True)
while True:
    connection, _ = listener.accept()
    request, streams, _, _ = socket.recv_fds(connection, 65536, 3)
    variables = dict(one.split("=", 1) for one in request.decode().split("\0")[1:])
    if variables.get("OFFLOAD_REFUSE"):
        connection.send(b"no: " + variables["OFFLOAD_REFUSE"].encode())
        continue
    pid = os.fork()
    if pid == 0:
        os.setpgid(0, 0)
        for place, fd in enumerate(streams):
            os.dup2(fd, place)
        os.environ.update(variables)
        os.execvp("sh", ["sh"])
    for fd in streams:
        os.close(fd)
    connection.send(f"pid {pid}".encode())
    if variables.get("OFFLOAD_PARENT_LEAVES"):
        os._exit(0)
    connection.recv(1)
    _, status = os.waitpid(pid, 0)
    killed = os.WIFSIGNALED(status)
    number = os.WTERMSIG(status) if killed else os.WEXITSTATUS(status)
    connection.send(f"{'killed' if killed else 'exited'} {number}".encode())
    connection.close()
)";

class ForkedChild : public ::testing::Test {
 protected:
  ForkedChild()
      : folder_{temp_folder::make({}).value()},
        socket_{(folder_.path() / "workers").string()},
        parent_{child_process::start({"python3", "-c", parent_script, socket_}, {}).value()} {
    (void)parent_.next(steady_clock::now() + 20s, {});  // it says that it listens
  }

  /// What a fork is that gets this script.
  [[nodiscard]] result<finished_process> run(std::string const& script,
                                             std::string_view variable = {},
                                             std::string_view value = {}) const {
    start_options options{.env = {}};
    if (!variable.empty()) { options.env.set(variable, value); }
    auto child = child_process::fork(socket_, options);
    if (!child) { return tl::unexpected(child.error()); }
    (void)child->write(script);
    child->close_input();
    finished_process done;
    for (;;) {
      auto progress = child->next(steady_clock::now() + 20s, {}).value();
      if (auto* some = std::get_if<command_output>(&progress)) {
        (some->from == stream::out ? done.out : done.err) += some->bytes;
        continue;
      }
      auto* ended = std::get_if<command_ended>(&progress);
      EXPECT_NE(ended, nullptr) << "the child did not end";
      if (ended != nullptr) { done.status = ended->status; }
      return done;
    }
  }

  temp_folder folder_;
  std::string socket_;
  child_process parent_;
};

TEST_F(ForkedChild, HasStreamsOfItsOwn) {
  auto const done = run("echo one; echo two >&2").value();

  EXPECT_EQ(done.out, "one\n");
  EXPECT_EQ(done.err, "two\n");
  EXPECT_EQ(done.status, (exit_status{0, 0}));
}

TEST_F(ForkedChild, TellsAnExitCodeFromASignal) {
  EXPECT_EQ(run("exit 3").value().status, (exit_status{3, 0}));
  EXPECT_EQ(run("kill -SEGV $$").value().status, (exit_status{128 + SIGSEGV, SIGSEGV}));
}

TEST_F(ForkedChild, GetsTheVariablesOfOffloadOnly) {
  EXPECT_EQ(run("echo $OFFLOAD_NAME", "OFFLOAD_NAME", "a b=c").value().out, "a b=c\n");
  EXPECT_EQ(run("echo $OTHER_NAME", "OTHER_NAME", "x").value().out, "\n");
}

TEST_F(ForkedChild, EndsWithItsGroup) {
  auto child = child_process::fork(socket_, {}).value();
  (void)child.write("sleep 1000 & echo $!; wait\n");
  auto const said = child.next(steady_clock::now() + 20s, {}).value();
  auto const sleeper = std::stoi(std::get<command_output>(said).bytes);

  EXPECT_EQ(child.terminate().signal, SIGTERM);

  EXPECT_TRUE(testing::is_gone(sleeper));
}

TEST_F(ForkedChild, OfAParentThatIsGoneCountsAsKilled) {
  auto const done = run("echo here; exit 0", "OFFLOAD_PARENT_LEAVES", "1").value();

  EXPECT_EQ(done.out, "here\n");
  EXPECT_EQ(done.status, (exit_status{128 + SIGKILL, SIGKILL}));
}

TEST_F(ForkedChild, SaysWhyTheParentRefuses) {
  auto const done = run("", "OFFLOAD_REFUSE", "it is busy");

  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, errc::unavailable);
  EXPECT_THAT(done.error().message, HasSubstr("it is busy"));
}

TEST_F(ForkedChild, NeedsAParent) {
  parent_.terminate();

  EXPECT_EQ(run("").error().code, errc::unavailable);
  EXPECT_EQ(child_process::fork(std::string(200, 'x'), {}).error().code, errc::unavailable);
}

}  // namespace
}  // namespace offload
