// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "page/page_reporter.hpp"

#include <offload/core/cut_text.hpp>
#include <offload/process/file_access.hpp>
#include <offload/report/results_file.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <system_error>
#include <utility>

#include "page/page_file.hpp"

namespace offload {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kibi = 1024;
constexpr std::size_t mebi = kibi * kibi;
constexpr std::size_t most_troubles = 100;
constexpr std::size_t passing_outputs_in_all = mebi;

/// How many bytes of each text of a bad attempt are kept.
struct text_limits {
  std::size_t message;
  std::size_t text;
  std::size_t output;
};

/// The first failures are worth most; of ten thousand, nobody reads the text of each.
text_limits limits_after(std::size_t bytes) {
  if (bytes < 3 * mebi) { return {2 * kibi, 16 * kibi, 8 * kibi}; }
  if (bytes < 4 * mebi) { return {kibi / 2, kibi, kibi / 4}; }
  if (bytes < 6 * mebi) { return {kibi / 4, 0, 0}; }
  return {0, 0, 0};
}

}  // namespace

std::uint32_t text_store::add(std::string_view text) {
  if (auto const known = numbers_.find(text); known != numbers_.end()) { return known->second; }
  auto const number = static_cast<std::uint32_t>(all_.size());
  all_.emplace_back(text);
  bytes_ += text.size();
  numbers_.emplace(all_.back(), number);
  return number;
}

result<page_reporter> page_reporter::prepare(page_options options) {
  std::error_code failed;
  if (auto const folder = options.file.parent_path(); !folder.empty()) {
    fs::create_directories(folder, failed);
  }
  if (fs::is_directory(options.file, failed)) {
    return tl::unexpected(error{errc::invalid_usage, options.file.string() + " is a folder",
                                "Give --html the name of a file."});
  }
  auto const made = unfinished_path(options.file);
  auto writable = files::append(made, {});
  fs::remove(made, failed);
  if (!writable) { return tl::unexpected(doing("preparing the page")(writable.error())); }
  return page_reporter{std::move(options)};
}

seconds page_reporter::since_start(time_point when) const {
  return std::max(seconds{}, seconds{when - options_.clock.began});
}

void page_reporter::trouble(std::string text) {
  if (record_.troubles.size() < most_troubles) { record_.troubles.push_back(std::move(text)); }
}

void page_reporter::on(run_event const& event) {
  match(
      event, [&](sandbox_came_up const& sandbox) { note_up(sandbox, event.at); },
      [&](sandbox_failed const& sandbox) { note_failed(sandbox); },
      [&](sandbox_went_down const& sandbox) {
        record_.sandboxes[place_of(sandbox.id, event.at)].down = since_start(event.at);
      },
      [&](batch_began const& batch) { (void)place_of(batch.id, batch.sandbox, event.at); },
      [&](attempt_ended const& one) { keep(one.what, event.at); },
      [&](batch_ended const& batch) { note_end(batch, event.at); },
      [&](notice const& notice) {
        if (notice.how == severity::warning) { trouble(text::two_ends(notice.text, kibi)); }
      },
      [&](run_ended const& run) { write(run.summary, event.at); });
}

void page_reporter::note_up(sandbox_came_up const& event, time_point now) {
  auto const place = place_of(event.id, now);
  auto const up = since_start(now);
  record_.sandboxes[place].asked_for = std::max(seconds{}, up - event.took);
  slots_[event.slot] = place;
}

void page_reporter::note_failed(sandbox_failed const& event) {
  auto text = text::two_ends(to_string(event.why), kibi);
  if (auto const found = slots_.find(event.slot); found != slots_.end()) {
    record_.sandboxes[found->second].trouble = std::move(text);
  } else {
    trouble("A sandbox could not be made: " + text);
  }
}

void page_reporter::keep(attempt const& what, time_point now) {
  auto const& report = what.report;
  auto const ended = since_start(what.ended);
  page_attempt kept{.test = what.test,
                    .number = what.number,
                    .batch = place_of(what.batch, what.sandbox, now),
                    .ended = report.ended,
                    .began = std::min(since_start(what.started), ended),
                    .until = ended,
                    .duration = report.duration};
  auto& texts = record_.texts;
  auto limits = limits_after(texts.bytes());
  auto const before = texts.bytes();
  if (!is_bad(report.ended)) { limits.output = passing_bytes_ < passing_outputs_in_all ? kibi : 0; }
  kept.message = texts.add(text::two_ends(report.message, limits.message));
  kept.text = texts.add(text::two_ends(report.text, limits.text));
  kept.out = texts.add(text::two_ends(report.out, limits.output));
  kept.err = texts.add(text::two_ends(report.err, limits.output));
  if (!is_bad(report.ended)) { passing_bytes_ += texts.bytes() - before; }
  record_.attempts.push_back(kept);
}

void page_reporter::note_end(batch_ended const& event, time_point now) {
  auto& batch = record_.batches[place_of(event.id, event.sandbox, now)];
  batch.ended = since_start(now);
  batch.how = event.how;
  batch.why = text::two_ends(event.why, kibi);
}

void page_reporter::write(run_summary const& summary, time_point now) {
  record_.length = std::max(since_start(now), summary.duration);
  std::optional<run_comparison> changes;
  if (options_.before) { changes = compare(*options_.before, summary.tests, options_.extent); }
  auto const text = page_file_of({record_, summary, options_, changes});
  auto const made = unfinished_path(options_.file);
  auto written = files::write(made, files::old_bytes::emptied, {{0, text}});
  if (written) { written = move_into_place(made, options_.file); }
  is_written_ = written.has_value();
  if (is_written_) { return; }
  std::error_code ignored;
  fs::remove(made, ignored);
  failure_ = doing("writing the page")(std::move(written.error()));
}

std::uint32_t page_reporter::place_of(sandbox_id const& id, time_point now) {
  auto const next = static_cast<std::uint32_t>(record_.sandboxes.size());
  auto const [found, is_new] = sandboxes_.try_emplace(id, next);
  if (is_new) {
    auto const when = since_start(now);
    record_.sandboxes.push_back({.name = id.value, .asked_for = when, .up = when});
  }
  return found->second;
}

std::uint32_t page_reporter::place_of(batch_id id, sandbox_id const& sandbox, time_point now) {
  auto const next = static_cast<std::uint32_t>(record_.batches.size());
  auto const [found, is_new] = batches_.try_emplace(id, next);
  if (is_new) {
    record_.batches.push_back(
        {.id = id, .sandbox = place_of(sandbox, now), .began = since_start(now)});
  }
  return found->second;
}

}  // namespace offload
