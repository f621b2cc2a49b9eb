// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors

// How a child is started and ended.
//
// `posix_spawn` does not copy the page tables of a large parent, as fork does. The child gets its
// own process group, default signal dispositions, an empty signal mask, and the standard streams.
//
// The end: the leader's exit is seen through a descriptor (a pidfd), while it is still a zombie.
// Until it is reaped its process group id cannot be used again, so the whole group can be killed
// safely first. A grandchild that holds the pipes open gets a short time to finish writing.
#include <offload/process/child_process.hpp>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <cstring>
#include <utility>

#include "exit_watch.hpp"
#include "forked_child.hpp"
#include "open_files.hpp"
#include "pipe.hpp"

namespace offload {
namespace {

constexpr seconds drain_grace{0.1};
constexpr std::size_t read_size = 64 * 1024;

void set_nonblocking(int fd) { ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK); }

/// The C structs of posix_spawn, freed at the end of the scope.
struct spawn_plan {
  spawn_plan() {
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawnattr_init(&attributes);
  }
  ~spawn_plan() {
    ::posix_spawnattr_destroy(&attributes);
    ::posix_spawn_file_actions_destroy(&actions);
  }
  spawn_plan(spawn_plan const&) = delete;
  spawn_plan& operator=(spawn_plan const&) = delete;

  void use_own_group_and_default_signals() {
    sigset_t all;
    sigset_t none;
    ::sigfillset(&all);
    ::sigemptyset(&none);
    ::posix_spawnattr_setsigdefault(&attributes, &all);
    ::posix_spawnattr_setsigmask(&attributes, &none);
    ::posix_spawnattr_setpgroup(&attributes, 0);
    ::posix_spawnattr_setflags(
        &attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
  }

  void use_streams(int in, int out, int err) {
    if (in >= 0) {
      ::posix_spawn_file_actions_adddup2(&actions, in, 0);
    } else {
      ::posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    }
    ::posix_spawn_file_actions_adddup2(&actions, out, 1);
    ::posix_spawn_file_actions_adddup2(&actions, err, 2);
#ifdef __linux__
    ::posix_spawn_file_actions_addclosefrom_np(&actions, 3);
#endif
  }

  posix_spawn_file_actions_t actions{};
  posix_spawnattr_t attributes{};
};

std::vector<char*> pointers_to(std::vector<std::string> const& strings) {
  std::vector<char*> pointers;
  pointers.reserve(strings.size() + 1);
  for (auto const& s : strings) { pointers.push_back(const_cast<char*>(s.c_str())); }
  pointers.push_back(nullptr);
  return pointers;
}

int milliseconds_until(deadline until) {
  if (!until) { return -1; }
  auto const left = *until - steady_clock::now();
  if (left <= left.zero()) { return 0; }
  auto const rounded_up = std::chrono::ceil<std::chrono::milliseconds>(left).count();
  return rounded_up > INT_MAX ? INT_MAX : static_cast<int>(rounded_up);
}

deadline earlier(deadline a, deadline b) {
  if (!a) { return b; }
  if (!b) { return a; }
  return *a < *b ? a : b;
}

exit_status status_of(siginfo_t const& ended) {
  if (ended.si_code == CLD_EXITED) { return {ended.si_status, 0}; }
  return {128 + ended.si_status, ended.si_status};
}

bool is_executable_file(std::string const& path) {
  struct stat found {};
  return ::stat(path.c_str(), &found) == 0 && S_ISREG(found.st_mode) &&
         ::access(path.c_str(), X_OK) == 0;
}

/// `program` as it is to be executed after entering `working_dir`.
std::optional<std::string> locate(std::string const& program, start_options const& options) {
  bool const relative = program.find('/') != std::string::npos && !program.starts_with('/');
  if (relative && !options.working_dir.empty()) {
    bool const there = is_executable_file(options.working_dir + "/" + program);
    return there ? std::optional{program} : std::nullopt;
  }
  return find_program(program, options.env.get("PATH").value_or(""));
}

/// Reads the available bytes; closes `fd` at its end.
std::optional<command_output> read_from(unique_fd& fd, stream from) {
  // One for all reads of a thread: what is read is usually far shorter than what might be.
  thread_local std::array<char, read_size> buffer;
  ssize_t const count = ::read(fd.get(), buffer.data(), buffer.size());
  if (count > 0) { return command_output{from, {buffer.data(), static_cast<std::size_t>(count)}}; }
  if (count == 0 || (errno != EAGAIN && errno != EINTR)) { fd.reset(); }
  return std::nullopt;
}

void hear_from(unique_fd& fd, stream from, output_sink const& hear) {
  auto const some = read_from(fd, from);
  if (some && hear) { hear(*some); }
}

}  // namespace

class child_process::running {
 public:
  /// `parent` is that of a fork.
  running(pid_t pid, seconds grace, stream_pipes streams, unique_fd parent = {})
      : pid_{pid},
        grace_{grace},
        exit_watch_{pid},
        parent_{std::move(parent)},
        in_{std::move(streams.in.write)},
        out_{std::move(streams.out.read)},
        err_{std::move(streams.err.read)},
        wake_{std::move(streams.wake)} {
    for (auto const* fd : {&in_, &out_, &err_, &wake_.read, &wake_.write}) {
      if (*fd) { set_nonblocking(fd->get()); }
    }
  }
  running(running const&) = delete;
  running& operator=(running const&) = delete;
  ~running() { terminate({}); }

  [[nodiscard]] pid_t pid() const { return pid_; }
  [[nodiscard]] bool is_watched() const { return exit_watch_.to_poll().fd >= 0; }
  [[nodiscard]] bool reads_input() const { return static_cast<bool>(in_); }
  command_progress next(deadline until, std::stop_token const& stop);
  void queue_input(std::string_view bytes) { pending_input_ += bytes; }
  void end_input() { closes_input_ = true; }
  void flush_input();
  exit_status terminate(output_sink const& hear);

 private:
  struct readiness {
    bool out{}, err{}, in{}, exited{}, woken{};
  };
  [[nodiscard]] readiness wait(deadline until) const;
  exit_status reap();
  void wake_up() const;
  void drop_wake_ups() const;

  pid_t pid_;
  seconds grace_;
  exit_watch exit_watch_;
  unique_fd parent_;
  unique_fd in_, out_, err_;
  pipe_ends wake_;
  std::string pending_input_;
  bool closes_input_ = false;             // once `pending_input_` is written
  std::optional<time_point> drained_by_;  // set when the leader has exited
  std::optional<exit_status> ended_;
};

result<child_process> child_process::start(std::vector<std::string> const& argv,
                                           start_options const& options) {
  if (argv.empty()) {
    return fail(errc::process, "a command needs a program: its list of words is empty");
  }
  auto const program = locate(argv.front(), options);
  if (!program && argv.front().find('/') != std::string::npos) {
    return fail(errc::not_found, "there is no program `{}`", argv.front());
  }
  if (!program) {
    return fail(errc::not_found, "there is no program `{}` (PATH={})", argv.front(),
                options.env.get("PATH").value_or(""));
  }
  if (!options.working_dir.empty() && ::access(options.working_dir.c_str(), X_OK) != 0) {
    return fail(errc::not_found, "cannot enter the working directory {}: {}", options.working_dir,
                std::strerror(errno));
  }

  auto streams = make_pipes(options.with);
  if (!streams) { return tl::unexpected(streams.error()); }
  spawn_plan plan;
  plan.use_own_group_and_default_signals();
  plan.use_streams(streams->in.read.get(), streams->out.write.get(), streams->err.write.get());
  if (!options.working_dir.empty()) {
    ::posix_spawn_file_actions_addchdir_np(&plan.actions, options.working_dir.c_str());
  }
  auto const variables = options.env.entries();
  pid_t pid = -1;
  int const failed = ::posix_spawn(&pid, program->c_str(), &plan.actions, &plan.attributes,
                                   pointers_to(argv).data(), pointers_to(variables).data());
  if (failed != 0) {
    return fail(failed == E2BIG ? errc::unavailable : errc::process, "cannot start `{}`: {}",
                *program, std::strerror(failed));
  }
  restore_open_file_limit(pid);

  return child_process{std::make_unique<running>(pid, options.grace, std::move(*streams))};
}

result<child_process> child_process::fork(std::string const& socket, start_options const& options) {
  auto streams = make_pipes(input::streamed);
  if (!streams) { return tl::unexpected(streams.error()); }
  auto child =
      fork_at(socket, options.env.entries(),
              {streams->in.read.get(), streams->out.write.get(), streams->err.write.get()});
  if (!child) { return tl::unexpected(child.error()); }
  auto process = std::make_unique<running>(child->pid, options.grace, std::move(*streams),
                                           std::move(child->parent));
  if (!process->is_watched()) {
    return fail(errc::unavailable, "the system gives no descriptor for a process");
  }
  return child_process{std::move(process)};
}

child_process::child_process(std::unique_ptr<running> process) : process_{std::move(process)} {}
child_process::child_process(child_process&&) noexcept = default;
child_process& child_process::operator=(child_process&&) noexcept = default;
child_process::~child_process() = default;

int child_process::pid() const { return process_->pid(); }

result<command_progress> child_process::next(deadline until, std::stop_token stop) {
  return process_->next(until, stop);
}

result<void> child_process::write(std::string_view bytes) {
  process_->queue_input(bytes);
  process_->flush_input();
  if (!process_->reads_input()) {
    return fail(errc::process, "process {} does not read its standard input", pid());
  }
  return {};
}

void child_process::close_input() {
  process_->end_input();
  process_->flush_input();
}

exit_status child_process::terminate(output_sink const& hear) { return process_->terminate(hear); }

child_process::running::readiness child_process::running::wait(deadline until) const {
  bool const lives = !drained_by_;
  std::array<pollfd, 5> fds{pollfd{out_.get(), POLLIN, 0}, pollfd{err_.get(), POLLIN, 0},
                            lives ? exit_watch_.to_poll() : pollfd{-1, 0, 0},
                            pollfd{wake_.read.get(), POLLIN, 0},
                            pollfd{pending_input_.empty() ? -1 : in_.get(), POLLOUT, 0}};
  auto const next_look = lives ? exit_watch_.next_look() : drained_by_;
  ::poll(fds.data(), fds.size(), milliseconds_until(earlier(until, next_look)));
  return {.out = fds[0].revents != 0,
          .err = fds[1].revents != 0,
          .in = fds[4].revents != 0,
          .exited = lives && exit_watch_.has_exited(fds[2]),
          .woken = fds[3].revents != 0};
}

void child_process::running::wake_up() const {
  char const byte = 1;
  [[maybe_unused]] auto const written = ::write(wake_.write.get(), &byte, 1);
}

void child_process::running::drop_wake_ups() const {
  std::array<char, 64> bytes{};
  while (::read(wake_.read.get(), bytes.data(), bytes.size()) > 0) {}
}

command_progress child_process::running::next(deadline until, std::stop_token const& stop) {
  if (ended_) { return command_ended{*ended_}; }
  std::stop_callback const on_stop{stop, [this] { wake_up(); }};
  for (;;) {
    if (stop.stop_requested()) { return stop_was_requested{}; }
    auto const ready = wait(until);
    if (ready.woken) { drop_wake_ups(); }
    if (ready.in) { flush_input(); }
    if (ready.out) {
      if (auto some = read_from(out_, stream::out)) { return std::move(*some); }
    }
    if (ready.err) {
      if (auto some = read_from(err_, stream::err)) { return std::move(*some); }
    }
    if (ready.exited) { drained_by_ = steady_clock::now() + to_clock(drain_grace); }
    bool const drained = (!out_ && !err_) || (drained_by_ && steady_clock::now() >= *drained_by_);
    if (drained_by_ && drained) { return command_ended{reap()}; }
    if (until && steady_clock::now() >= *until) { return deadline_passed{}; }
  }
}

void child_process::running::flush_input() {
  while (in_ && !pending_input_.empty()) {
    ssize_t const written = write_without_sigpipe(in_.get(), pending_input_);
    if (written > 0) {
      pending_input_.erase(0, static_cast<std::size_t>(written));
    } else if (errno == EAGAIN) {
      return;
    } else if (errno != EINTR) {
      pending_input_.clear();
      in_.reset();
    }
  }
  if (closes_input_) { in_.reset(); }
}

exit_status child_process::running::terminate(output_sink const& hear) {
  if (ended_) { return *ended_; }
  ::kill(-pid_, SIGTERM);
  in_.reset();
  pending_input_.clear();
  deadline const patience = steady_clock::now() + to_clock(grace_);
  bool leader_lives = !drained_by_;
  drained_by_.reset();
  while ((leader_lives || out_ || err_) && steady_clock::now() < *patience) {
    std::array<pollfd, 3> fds{pollfd{out_.get(), POLLIN, 0}, pollfd{err_.get(), POLLIN, 0},
                              leader_lives ? exit_watch_.to_poll() : pollfd{-1, 0, 0}};
    auto const look = leader_lives ? exit_watch_.next_look() : deadline{};
    ::poll(fds.data(), fds.size(), milliseconds_until(earlier(patience, look)));
    if (fds[0].revents != 0) { hear_from(out_, stream::out, hear); }
    if (fds[1].revents != 0) { hear_from(err_, stream::err, hear); }
    leader_lives = leader_lives && !exit_watch_.has_exited(fds[2]);
  }
  return reap();
}

exit_status child_process::running::reap() {
  ::kill(-pid_, SIGKILL);
  if (parent_) {
    ended_ = reap_at(parent_);
  } else {
    siginfo_t ended{};
    while (::waitid(P_PID, static_cast<id_t>(pid_), &ended, WEXITED) != 0 && errno == EINTR) {}
    ended_ = status_of(ended);
  }
  in_.reset();
  out_.reset();
  err_.reset();
  return *ended_;
}

std::optional<std::string> find_program(std::string_view program, std::string_view search_path) {
  if (program.find('/') != std::string_view::npos) {
    std::string path{program};
    return is_executable_file(path) ? std::optional{std::move(path)} : std::nullopt;
  }
  while (!search_path.empty()) {
    auto const colon = search_path.find(':');
    std::string path{search_path.substr(0, colon)};
    path += path.empty() ? "./" : "/";
    path += program;
    if (is_executable_file(path)) { return path; }
    search_path.remove_prefix(colon == std::string_view::npos ? search_path.size() : colon + 1);
  }
  return std::nullopt;
}

}  // namespace offload
