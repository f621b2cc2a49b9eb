// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/provider/modal_service.hpp>

#include <offload/core/keep_tail.hpp>
#include <offload/core/line_splitter.hpp>
#include <offload/core/trimmed.hpp>
#include <offload/process/marked_processes.hpp>
#include <offload/process/temp_folder.hpp>
#include <offload/process/thread.hpp>

#include <fmt/core.h>
#include <signal.h>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <utility>

namespace offload {
namespace {

using namespace std::chrono_literals;

/// The first start may download the script's packages.
constexpr seconds longest_start = 300s;
/// At its end it takes sandboxes down, which it does within 90 s.
constexpr seconds longest_end = 100s;

}  // namespace

struct modal_call::mailbox {
  std::mutex mutex;
  std::condition_variable_any arrived;
  std::deque<modal_message> messages;

  void put(modal_message message) {
    std::scoped_lock const lock{mutex};
    messages.push_back(std::move(message));
    arrived.notify_all();
  }
};

std::optional<modal_message> modal_call::next(deadline until, std::stop_token const& stop) {
  std::unique_lock lock{in_->mutex};
  auto const there = [&] { return !in_->messages.empty(); };
  bool const got = until ? in_->arrived.wait_until(lock, stop, *until, there)
                         : in_->arrived.wait(lock, stop, there);
  if (!got) { return std::nullopt; }
  auto message = std::move(in_->messages.front());
  in_->messages.pop_front();
  return message;
}

result<modal_answer> modal_call::answer(deadline until, std::stop_token const& stop) {
  for (;;) {
    auto said = next(until, stop);
    if (!said) {
      return stop.stop_requested() ? fail(errc::provider, "it was stopped")
                                   : fail(errc::provider, "Modal did not answer in time");
    }
    if (auto* done = std::get_if<modal_answer>(&*said)) { return std::move(*done); }
    if (auto* failed = std::get_if<error>(&*said)) { return tl::unexpected(std::move(*failed)); }
  }
}

/// The process, and the one thread that reads from it and writes to it.
class modal_service::state {
 public:
  state(temp_folder files, child_process child, modal_patience patience)
      : files_{std::move(files)}, child_{std::move(child)}, patience_{patience} {
    if (auto thread = start_thread([this] { converse(); })) {
      thread_ = std::move(*thread);
    } else {
      dead_ = thread.error();
    }
  }
  ~state() { (void)close(); }
  state(state const&) = delete;
  state& operator=(state const&) = delete;

  std::pair<std::uint64_t, std::shared_ptr<modal_call::mailbox>> ask(std::string_view op,
                                                                     std::string_view fields,
                                                                     bool is_awaited) {
    auto mailbox = std::make_shared<modal_call::mailbox>();
    std::scoped_lock const lock{mutex_};
    auto const id = ++last_id_;
    if (dead_) {
      mailbox->put(*dead_);
      return {id, std::move(mailbox)};
    }
    if (is_awaited) { waiting_.emplace(id, mailbox); }
    auto const more = fields.size() > 2 ? fmt::format(",{}", fields.substr(1)) : std::string{"}"};
    outgoing_ += fmt::format("{{\"id\":{},\"op\":\"{}\"{}\n", id, op, more);
    wake_.request_stop();
    return {id, std::move(mailbox)};
  }

  [[nodiscard]] bool is_alive() const {
    std::scoped_lock const lock{mutex_};
    return !dead_;
  }

  /// By somebody, or by the system for want of memory. Uv passes it on in its exit status.
  [[nodiscard]] bool was_killed() const {
    std::scoped_lock const lock{mutex_};
    return was_killed_;
  }

  [[nodiscard]] std::string why_dead() const {
    std::scoped_lock const lock{mutex_};
    return dead_ ? dead_->message : "";
  }

  void listen(preparation_sink say) {
    std::scoped_lock const lock{mutex_};
    say_ = std::move(say);
  }

  /// From now on it has to answer.
  void watch() {
    std::scoped_lock const lock{mutex_};
    is_watched_ = true;
    wake_.request_stop();
  }

  bool close() {
    {
      std::scoped_lock const lock{mutex_};
      closing_ = true;
      wake_.request_stop();
    }
    if (thread_.joinable()) { thread_.join(); }
    return ended_well_;
  }

 private:
  void converse() {
    deadline until;
    for (;;) {
      auto const wake = send();
      auto const progress = child_.next(until ? until : next_look(), wake);
      if (!progress) { return die(to_string(progress.error())); }
      if (auto const* some = std::get_if<command_output>(&*progress)) {
        hear(*some);
      } else if (auto const* ended = std::get_if<command_ended>(&*progress)) {
        ended_well_ = ended->status.ok();
        note_death(ended->status);
        return die(to_string(ended->status));
      } else if (std::holds_alternative<deadline_passed>(*progress)) {
        if (until) { return kill("it did not finish in time"); }
        if (unanswered_ == patience_.questions) { return kill("it stopped answering"); }
        ++unanswered_;
        (void)ask("ping", "{}", false);
      }
      if (!until && is_closing()) {
        (void)send();
        child_.close_input();
        until = steady_clock::now() + to_clock(longest_end);
      }
    }
  }

  /// Looks are counted, not the time: it is not to blame for one in which this process was stopped.
  [[nodiscard]] deadline next_look() const {
    std::scoped_lock const lock{mutex_};
    if (!is_watched_) { return {}; }
    return steady_clock::now() + to_clock(patience_.quiet);
  }

  /// Without a request to end, at which it would take the sandboxes down.
  void kill(std::string const& why) {
    ::kill(-child_.pid(), SIGKILL);
    child_.terminate();
    die(why);
  }

  /// Hands over what is to be written. The token wakes the thread when there is more.
  std::stop_token send() {
    std::string lines;
    std::stop_token token;
    {
      std::scoped_lock const lock{mutex_};
      lines.swap(outgoing_);
      if (wake_.stop_requested() && !closing_) { wake_ = {}; }
      if (!closing_) { token = wake_.get_token(); }
    }
    // That nobody reads shows as the end of the process.
    if (!lines.empty()) { (void)child_.write(lines); }
    return token;
  }

  [[nodiscard]] bool is_closing() const {
    std::scoped_lock const lock{mutex_};
    return closing_;
  }

  void hear(command_output const& some) {
    unanswered_ = 0;
    if (some.from == stream::err) {
      text::keep_tail(complaints_, some.bytes);
      complaint_lines_.feed(some.bytes, [this](std::string_view line) { complain(line); });
    } else {
      answer_lines_.feed(some.bytes, [this](std::string_view line) { deliver(line); });
    }
  }

  void complain(std::string_view line) {
    preparation_sink say;
    {
      std::scoped_lock const lock{mutex_};
      say = say_;
    }
    if (say) { say(line); }
  }

  void deliver(std::string_view line) {
    auto said = modal_message_in(line);
    if (!said) { return; }
    auto& [id, message] = *said;
    bool const is_last = !std::holds_alternative<modal_started>(message) &&
                         !std::holds_alternative<command_output>(message);
    std::scoped_lock const lock{mutex_};
    auto const found = waiting_.find(id);
    if (found == waiting_.end()) { return; }
    found->second->put(std::move(message));
    if (is_last) { waiting_.erase(found); }
  }

  void note_death(exit_status how) {
    std::scoped_lock const lock{mutex_};
    was_killed_ = how.signal == SIGKILL || how.code == 128 + SIGKILL;
  }

  void die(std::string const& how) {
    auto const detail = text::trimmed(complaints_);
    std::scoped_lock const lock{mutex_};
    dead_ = error{errc::provider, fmt::format("Modal's script has ended: {}{}{}", how,
                                              detail.empty() ? "" : "\n", detail)};
    for (auto const& [id, mailbox] : waiting_) { mailbox->put(*dead_); }
    waiting_.clear();
  }

  temp_folder files_;  ///< of the script, which may be killed
  // Used by the thread only:
  child_process child_;
  modal_patience patience_;
  unsigned unanswered_ = 0;
  bool ended_well_ = false;
  std::string complaints_;
  line_splitter answer_lines_;
  line_splitter complaint_lines_;
  mutable std::mutex mutex_;
  std::stop_source wake_;
  bool closing_ = false;
  bool is_watched_ = false;
  bool was_killed_ = false;
  std::optional<error> dead_;
  std::string outgoing_;
  std::uint64_t last_id_ = 0;
  std::unordered_map<std::uint64_t, std::shared_ptr<modal_call::mailbox>> waiting_;
  preparation_sink say_;
  std::jthread thread_;  // last: it uses all of the above
};

modal_service::modal_service(std::unique_ptr<state> s) : state_{std::move(s)} {}
modal_service::~modal_service() = default;

result<std::shared_ptr<modal_service>> modal_service::start(std::vector<std::string> const& argv,
                                                            std::string_view run,
                                                            std::stop_token stop,
                                                            modal_patience patience) {
  auto files = temp_folder::make();
  if (!files) { return tl::unexpected(files.error()); }
  start_options options{.with = input::streamed};
  options.env.set(runner_variable, this_runner());
  options.env.set("TMPDIR", files->path().native());
  auto child = child_process::start(argv, options);
  if (!child) { return tl::unexpected(child.error()); }
  std::shared_ptr<modal_service> service{
      new modal_service{std::make_unique<state>(std::move(*files), std::move(*child), patience)}};
  auto const until = steady_clock::now() + to_clock(longest_start);
  auto const hello = fmt::format(R"({{"protocol":1,"run":"{}"}})", run);
  auto const ready = service->ask("hello", hello).answer(until, stop);
  if (!ready) {
    auto why = ready.error();
    if (service->state_->was_killed()) { why.code = errc::process; }
    return tl::unexpected(std::move(why));
  }
  service->state_->watch();
  return service;
}

modal_call modal_service::ask(std::string_view op, std::string_view fields) {
  auto [id, mailbox] = state_->ask(op, fields, true);
  return {id, std::move(mailbox)};
}

void modal_service::tell(std::string_view op, std::string_view fields) {
  (void)state_->ask(op, fields, false);
}

std::string modal_service::why_dead() const {
  auto const why = state_->why_dead();
  return why.substr(0, why.find('\n'));
}

bool modal_service::close() { return state_->close(); }

bool modal_service::is_alive() const { return state_->is_alive(); }

void modal_service::listen(preparation_sink say) { state_->listen(std::move(say)); }

}  // namespace offload
