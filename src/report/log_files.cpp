// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/process/file_access.hpp>
#include <offload/report/log_files.hpp>
#include <offload/report/output_layout.hpp>

#include <fmt/core.h>

#include <chrono>
#include <map>
#include <string>
#include <system_error>
#include <utility>

namespace offload {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t much = std::size_t{64} * 1024;

std::string_view word_for(outcome o) {
  switch (o) {
    case outcome::passed: return "PASSED";
    case outcome::failed: return "FAILED";
    case outcome::timed_out: return "TIMED OUT";
    case outcome::errored: return "ERROR";
    case outcome::skipped: return "SKIPPED";
    case outcome::not_run: return "NOT RUN";
  }
  return "UNKNOWN";
}

void append_block(std::string& to, std::string_view title, std::string_view text) {
  if (text.empty()) { return; }
  if (!title.empty()) { to += fmt::format("--- {} ---\n", title); }
  to += text;
  if (!text.ends_with('\n')) { to += '\n'; }
}

std::string rendered(test_report const& report) {
  auto text = fmt::format("{} {} ({:.2f}s)\n", word_for(report.ended), report.id.value,
                          report.duration.count());
  if (report.ended == outcome::passed) { return text; }
  append_block(text, "", report.text.empty() ? report.message : report.text);
  if (is_bad(report.ended)) {
    append_block(text, "captured stdout", report.out);
    append_block(text, "captured stderr", report.err);
  }
  return text;
}

}  // namespace

class log_files::parts {
 public:
  explicit parts(std::filesystem::path const& output_dir)
      : folder_{output_dir / output_layout::logs} {}

  void on(run_event const& event);

  [[nodiscard]] std::optional<error> const& failure() const { return failure_; }

 private:
  struct stream_log {
    std::string unwritten;
    bool at_line_start = true;

    void add(std::string_view bytes);
    void start_line();
  };
  struct batch_logs {
    stream_log out;
    stream_log err;
  };

  batch_logs& logs_of(batch_id id);
  [[nodiscard]] std::filesystem::path path_of(batch_id id, stream from,
                                              std::string_view ending) const;
  void add(batch_id id, stream from, std::string_view bytes);
  void add(attempt const& ended);
  void close(batch_ended const& batch);
  void close_all();
  void flush_all(time_point now);
  void flush_if_long(batch_id id, stream from, stream_log& what);
  void flush(batch_id id, stream from, stream_log& what);
  void flush(batch_id id, batch_logs& logs);
  void close(batch_id id, batch_logs& logs, batch_end how);
  void note(error what);

  std::filesystem::path folder_;
  std::map<batch_id, batch_logs> open_;
  time_point flushed_{};
  std::optional<error> failure_;
};

void log_files::parts::stream_log::add(std::string_view bytes) {
  if (bytes.empty()) { return; }
  unwritten += bytes;
  at_line_start = bytes.ends_with('\n');
}

void log_files::parts::stream_log::start_line() {
  if (!at_line_start) { add("\n"); }
}

void log_files::parts::on(run_event const& event) {
  match(
      event, [&](batch_began const& batch) { logs_of(batch.id); },
      [&](batch_output const& output) { add(output.id, output.from, output.bytes); },
      [&](attempt_ended const& one) { add(one.what); }, [&](tick const&) { flush_all(event.at); },
      [&](batch_ended const& batch) { close(batch); }, [&](run_ended const&) { close_all(); });
}

void log_files::parts::add(batch_id id, stream from, std::string_view bytes) {
  auto& logs = logs_of(id);
  auto& log = from == stream::out ? logs.out : logs.err;
  log.add(bytes);
  flush_if_long(id, from, log);
}

void log_files::parts::add(attempt const& ended) {
  // A worker may fail when the logs of its batches are closed.
  if (ended.kind == case_kind::outside && !open_.contains(ended.batch)) { return; }
  auto& log = logs_of(ended.batch).out;
  log.start_line();
  log.add(rendered(ended.report));
  flush_if_long(ended.batch, stream::out, log);
}

void log_files::parts::flush_if_long(batch_id id, stream from, stream_log& what) {
  if (what.unwritten.size() >= much) { flush(id, from, what); }
}

void log_files::parts::flush_all(time_point now) {
  if (now - flushed_ < std::chrono::seconds{1}) { return; }
  flushed_ = now;
  for (auto& [id, logs] : open_) { flush(id, logs); }
}

void log_files::parts::close(batch_ended const& batch) {
  auto& logs = logs_of(batch.id);
  if (!batch.why.empty()) {
    logs.err.start_line();
    logs.err.add(fmt::format("offload: {}\n", batch.why));
  }
  close(batch.id, logs, batch.how);
  open_.erase(batch.id);
}

void log_files::parts::close_all() {
  for (auto& [id, logs] : open_) { close(id, logs, batch_end::cancelled); }
  open_.clear();
}

log_files::parts::batch_logs& log_files::parts::logs_of(batch_id id) {
  auto const [found, is_new] = open_.try_emplace(id);
  if (is_new) {
    for (auto const from : {stream::out, stream::err}) {
      auto made = files::write(path_of(id, from, output_layout::log_of_running),
                               files::old_bytes::emptied, {});
      if (!made) { note(std::move(made.error())); }
    }
  }
  return found->second;
}

fs::path log_files::parts::path_of(batch_id id, stream from, std::string_view ending) const {
  return folder_ / log_name(id, from, ending);
}

void log_files::parts::flush(batch_id id, stream from, stream_log& what) {
  if (what.unwritten.empty()) { return; }
  auto written = files::append(path_of(id, from, output_layout::log_of_running), what.unwritten);
  if (!written) { note(std::move(written.error())); }
  what.unwritten.clear();
}

void log_files::parts::flush(batch_id id, batch_logs& logs) {
  flush(id, stream::out, logs.out);
  flush(id, stream::err, logs.err);
}

void log_files::parts::close(batch_id id, batch_logs& logs, batch_end how) {
  flush(id, logs);
  for (auto const from : {stream::out, stream::err}) {
    std::error_code failed;
    auto const running = path_of(id, from, output_layout::log_of_running);
    fs::rename(running, path_of(id, from, to_string(how)), failed);
    if (failed) {
      note({errc::io, fmt::format("cannot rename {}: {}", running.string(), failed.message())});
    }
  }
}

void log_files::parts::note(error what) {
  if (!failure_) { failure_ = std::move(what); }
}

log_files::log_files(std::filesystem::path const& output_dir) : parts_{std::in_place, output_dir} {}

void log_files::on(run_event const& event) { parts_->on(event); }
std::optional<error> const& log_files::failure() const { return parts_->failure(); }

}  // namespace offload
