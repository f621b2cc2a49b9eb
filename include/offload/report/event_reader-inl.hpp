// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/report/event_reader.hpp>

#include <offload/core/inline.hpp>
#include <offload/core/json.hpp>
#include <offload/core/run_record.hpp>
#include <offload/report/event_members.hpp>
#include <offload/report/iso_time.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <istream>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

namespace offload {
namespace event_reader_detail {

/// A moment with some before it: nothing in a run happens at the clock's own beginning.
inline constexpr time_point some_start{std::chrono::hours{1}};

inline constexpr std::array all_outcomes{outcome::passed,  outcome::failed,  outcome::timed_out,
                                         outcome::errored, outcome::skipped, outcome::not_run};
inline constexpr std::array all_verdicts{verdict::passed, verdict::failed, verdict::flaky,
                                         verdict::skipped, verdict::not_run};
inline constexpr std::array all_batch_ends{batch_end::success, batch_end::failure, batch_end::error,
                                           batch_end::cancelled};
inline constexpr std::array all_run_ends{run_end::complete, run_end::stopped_early,
                                         run_end::interrupted};
/// Says the events of a stream again, line by line.
class replaying {
 public:
  replaying(run_header const& header, run_event_sink const& say) : header_{header}, say_{say} {}

  /// Returns what is wrong with the line, if anything.
  std::optional<std::string> hear(std::string_view line) {
    auto const object = parse_json(line);
    if (object.is_null()) { return "it is not JSON"; }
    if (!object.is_object()) { return "it is not a JSON object"; }
    event_members in{object};
    auto const found = events().find(in.text("event"));
    now_ = std::max(now_, in.moment("t", header_.clock.began));
    if (!in.problem() && found != events().end()) { (this->*found->second)(in); }
    return in.problem();
  }

  /// Whether the run has ended.
  [[nodiscard]] bool is_over() const { return is_over_; }

  /// The stream has ended, or cannot be read on.
  replayed_run conclude() {
    if (!is_over_) { give_up(); }
    return std::move(run_);
  }

 private:
  using event_map = std::map<std::string, void (replaying::*)(event_members&), std::less<>>;
  static event_map const& events();

  template <class Event>
  void say(event_members const& in, Event const& event) {
    if (!in.problem()) { say_({now_, event}); }
  }

  [[nodiscard]] std::vector<test_record>& records() { return run_.outcome.tests; }

  test_index test_in(event_members& in) {
    auto const number = in.number<std::uint32_t>("test");
    if (number >= records().size()) { in.complain(fmt::format("there is no test {}", number)); }
    return {number};
  }

  void earlier_runs(event_members& in) { say(in, earlier_runs_read{in.time("took")}); }
  void result_is_kept(event_members& in) {
    recorded_test test{.id = {in.text("id")},
                       .ended = in.one_of("verdict", all_verdicts),
                       .reason = in.some_text("reason"),
                       .place = in.place()};
    if (in.has("longest")) { test.longest = in.time("longest"); }
    for (auto const& attempt : in.list("attempts")) {
      event_members of{attempt};
      test.attempts.push_back({.ended = of.one_of("outcome", all_outcomes),
                               .message = of.some_text("message"),
                               .text = of.some_text("text"),
                               .out = of.some_text("out"),
                               .err = of.some_text("err")});
      auto& last = test.attempts.back();
      if (of.has("duration")) { last.took = of.time("duration"); }
      if (of.has("batch")) { last.batch = batch_id{of.number<std::uint32_t>("batch")}; }
      if (of.problem()) { in.complain(*of.problem()); }
    }
    number_attempts(test.attempts);
    say(in, result_kept{test});
  }
  void discovery_begins(event_members& in) {
    say(in, discovery_began{in.number<std::size_t>("groups")});
  }
  void preparation_begins(event_members& in) { say(in, preparation_began{}); }
  void preparation_says(event_members& in) {
    auto const line = in.text("line");
    say(in, preparation_said{line});
  }
  void preparation_ends(event_members& in) { say(in, preparation_ended{in.time("took")}); }
  void discovery_ends(event_members& in) {
    run_.outcome.discovery = in.time("took");
    say(in, discovery_ended{in.number<std::size_t>("tests"), in.number<std::size_t>("groups"),
                            run_.outcome.discovery});
  }

  void test(event_members& in) {
    test_case one{.id = {in.text("id")}, .groups = in.texts("groups"), .place = in.place()};
    if (in.has("retries")) { one.retries = in.number<unsigned>("retries"); }
    if (in.some_text("batching") == "alone") { one.together = batching::alone; }
    if (in.has("expected")) { one.expected = in.time("expected"); }
    if (in.number<std::size_t>("test") != tests_.size()) {
      in.complain("it is not the next test of the list");
    }
    if (!in.problem()) { tests_.push_back(std::move(one)); }
  }
  void run_begins(event_members& in) {
    run_began begun{tests_, in.number<std::size_t>("slots"), std::nullopt};
    if (in.has("expected")) { begun.expected = in.time("expected"); }
    if (in.number<std::size_t>("tests") != tests_.size()) { in.complain("tests are missing"); }
    if (in.problem()) { return; }
    begin(begun);
  }
  void begin(run_began const& begun) {
    has_begun_ = true;
    records().clear();
    for (auto const& one : tests_) { records().push_back({.test = one}); }
    was_bad_.assign(tests_.size(), false);
    decided_.assign(tests_.size(), false);
    say_({now_, begun});
  }

  void case_is_added(event_members& in) {
    test_case const added{.id = {in.text("id")}, .kind = case_kind::outside};
    if (in.number<std::size_t>("test") != records().size()) { in.complain("it is out of order"); }
    if (in.problem()) { return; }
    records().push_back({.test = added});
    was_bad_.push_back(false);
    decided_.push_back(false);
    say_({now_, case_added{{static_cast<std::uint32_t>(records().size() - 1)}, added}});
  }

  void creation_begins(event_members& in) {
    say(in, sandbox_creation_began{{in.number<std::uint32_t>("slot")}});
  }
  void sandbox_comes_up(event_members& in) {
    sandbox_id const id{in.text("sandbox")};
    say(in, sandbox_came_up{id, {in.number<std::uint32_t>("slot")}, in.time("took")});
  }
  void sandbox_fails(event_members& in) {
    auto const why = error_in(in);
    say(in, sandbox_failed{{in.number<std::uint32_t>("slot")}, why});
  }
  void sandbox_goes_down(event_members& in) {
    sandbox_id const id{in.text("sandbox")};
    say(in, sandbox_went_down{id});
  }
  void sandbox_is_gone(event_members& in) {
    sandbox_id const id{in.text("sandbox")};
    say(in, sandbox_gone{id, in.time("took")});
  }

  void batch_begins(event_members& in) {
    sandbox_id const id{in.text("sandbox")};
    say(in, batch_began{{in.number<std::uint32_t>("batch")}, id, in.number<std::size_t>("tests")});
  }
  void batch_says(event_members& in) {
    auto const bytes = in.text("text");
    auto const from = in.text("stream") == "err" ? stream::err : stream::out;
    say(in, batch_output{{in.number<std::uint32_t>("batch")}, from, bytes});
  }
  void batch_ends(event_members& in) {
    sandbox_id const id{in.text("sandbox")};
    auto const why = in.some_text("why");
    say(in, batch_ended{{in.number<std::uint32_t>("batch")},
                        id,
                        in.one_of("outcome", all_batch_ends),
                        why,
                        in.moment("ended", header_.clock.began)});
  }

  /// A record leaves the id out.
  test_id id_of(event_members& in, test_index test) {
    if (in.has("id") || in.problem()) { return {in.text("id")}; }
    return records()[test.value].test.id;
  }
  void attempt_begins(event_members& in) {
    test_id const id{in.text("id")};
    sandbox_id const sandbox{in.text("sandbox")};
    auto& first = run_.outcome.first_test;
    if (first == seconds{}) { first = now_ - header_.clock.began; }
    say(in, attempt_began{{in.number<std::uint32_t>("batch")}, test_in(in), id, sandbox});
  }
  void attempt_ends(event_members& in) {
    attempt one{.test = test_in(in),
                .kind = case_kind::test,
                .number = in.number<unsigned>("attempt"),
                .batch = {in.number<std::uint32_t>("batch")},
                .sandbox = {in.text("sandbox")},
                .started = in.moment("began", header_.clock.began),
                .ended = in.moment("ended", header_.clock.began)};
    one.report = {.id = id_of(in, one.test),
                  .ended = in.one_of("outcome", all_outcomes),
                  .duration = in.time("duration"),
                  .message = in.some_text("message"),
                  .text = in.some_text("text"),
                  .out = in.some_text("out"),
                  .err = in.some_text("err"),
                  .place = in.place()};
    if (in.problem()) { return; }
    auto& record = records()[one.test.value];
    one.kind = record.test.kind;
    record.attempts = std::max(record.attempts, one.number);
    record.longest = std::max(record.longest, one.report.duration);
    if (is_bad(one.report.ended)) {
      was_bad_[one.test.value] = true;
      record.reason = one.report.message;
    }
    say(in, attempt_ended{one});
  }
  void test_is_decided(event_members& in) {
    auto const test = test_in(in);
    auto const ended = in.one_of("verdict", all_verdicts);
    auto const attempts = in.number<unsigned>("attempts");
    auto const longest = in.time("longest");
    auto reason = in.some_text("reason");
    if (in.problem()) { return; }
    run_.outcome.duration = now_ - header_.clock.began;
    decide(test, {records()[test.value].test, ended, std::move(reason), attempts, longest});
  }
  void decide(test_index test, test_record record) {
    records()[test.value] = std::move(record);
    decided_[test.value] = true;
    say_({now_, test_decided{test, records()[test.value]}});
  }

  void notices(event_members& in) {
    auto const text = in.text("text");
    auto const how = in.text("severity") == "info" ? severity::info : severity::warning;
    say(in, notice{how, text});
  }

  void run_ends(event_members& in) {
    auto& all = run_.outcome;
    all.ended = in.one_of("how", all_run_ends);
    all.why_stopped = in.some_text("why");
    all.discovery = in.time("discovery");
    all.first_test = in.time("first_test");
    all.duration = in.time("duration");
    if (auto const* cost = in.object("cost")) {
      event_members of{*cost};
      all.cost = cost_estimate{of.real("dollars"), of.real("cpu_seconds")};
      if (of.problem()) { in.complain(*of.problem()); }
    }
    for (auto const& use : in.list("sandboxes")) {
      event_members of{use};
      all.sandboxes.push_back({{of.text("sandbox")}, of.time("alive"), of.time("busy")});
      if (of.problem()) { in.complain(*of.problem()); }
    }
    if (in.problem()) { return; }
    is_over_ = true;
    say_({now_, run_ended{all.summary()}});
  }
  void run_fails(event_members& in) {
    auto why = error_in(in);
    if (in.problem()) { return; }
    is_over_ = true;
    run_.failed = std::move(why);
    say_({now_, run_failed{*run_.failed}});
  }
  void clean_up_ends(event_members& in) { say(in, clean_up_ended{}); }
  void give_up() {
    auto& all = run_.outcome;
    all.ended = run_end::interrupted;
    all.why_stopped = "the events end before the run does";
    if (!has_begun_) { begin({tests_, 0, std::nullopt}); }
    for (std::uint32_t i = 0; i < records().size(); ++i) {
      if (decided_[i]) { continue; }
      auto record = records()[i];
      record.ended = was_bad_[i] ? verdict::failed : verdict::not_run;
      if (!was_bad_[i]) { record.reason = all.why_stopped; }
      decide({i}, std::move(record));
    }
    say_({now_, run_ended{all.summary()}});
    say_({now_, clean_up_ended{}});
  }

  run_header const& header_;
  run_event_sink const& say_;
  time_point now_ = header_.clock.began;
  std::vector<test_case> tests_{};
  std::vector<bool> was_bad_{};
  std::vector<bool> decided_{};
  bool has_begun_ = false;
  bool is_over_ = false;
  replayed_run run_{};
};

inline replaying::event_map const& replaying::events() {
  static event_map const all{
      {"earlier_runs_read", &replaying::earlier_runs},
      {"result_kept", &replaying::result_is_kept},
      {"discovery_began", &replaying::discovery_begins},
      {"preparation_began", &replaying::preparation_begins},
      {"preparation_said", &replaying::preparation_says},
      {"preparation_ended", &replaying::preparation_ends},
      {"discovery_ended", &replaying::discovery_ends},
      {"test", &replaying::test},
      {"run_began", &replaying::run_begins},
      {"case_added", &replaying::case_is_added},
      {"sandbox_creation_began", &replaying::creation_begins},
      {"sandbox_came_up", &replaying::sandbox_comes_up},
      {"sandbox_failed", &replaying::sandbox_fails},
      {"sandbox_went_down", &replaying::sandbox_goes_down},
      {"sandbox_gone", &replaying::sandbox_is_gone},
      {"batch_began", &replaying::batch_begins},
      {"batch_output", &replaying::batch_says},
      {"batch_ended", &replaying::batch_ends},
      {"attempt_began", &replaying::attempt_begins},
      {"attempt_ended", &replaying::attempt_ends},
      {"test_decided", &replaying::test_is_decided},
      {"notice", &replaying::notices},
      {"run_ended", &replaying::run_ends},
      {"run_failed", &replaying::run_fails},
      {"clean_up_ended", &replaying::clean_up_ends},
  };
  return all;
}

}  // namespace event_reader_detail

OFFLOAD_INLINE result<run_header> read_run_header(std::istream& from) {
  auto const no_stream = [](std::string_view why) {
    return tl::unexpected(error{errc::io, fmt::format("line 1 is not a header of events: {}", why),
                                "Give a file that `offload run --events FILE` has written."});
  };
  std::string line;
  std::getline(from, line);
  auto const object = parse_json(line);
  if (!object.is_object()) { return no_stream("it is not a JSON object"); }
  event_members in{object};
  if (in.text("event") != "run_header") { return no_stream("`event` is not \"run_header\""); }
  auto const schema = in.number<unsigned>("schema");
  if (!in.problem() && schema > run_header::schema) {
    return tl::unexpected(error{
        errc::unavailable,
        fmt::format("the events have schema {}, this Offload reads {}", schema, run_header::schema),
        fmt::format("Use Offload {} or later, which wrote them.", in.some_text("offload"))});
  }
  run_header header{.version = in.some_text("offload"),
                    .config = in.some_text("config"),
                    .framework = in.some_text("framework"),
                    .provider = in.some_text("provider"),
                    .output_dir = in.some_text("output_dir"),
                    .junit_file = in.some_text("junit_file"),
                    .selection = in.some_text("selection"),
                    .selection_mark = in.some_text("selection_mark"),
                    .report_before = in.some_text("report_before")};
  auto const started = parse_iso_time(in.text("started"));
  if (!started) { in.complain("`started` is not a time such as 2026-01-31T12:00:00.000000000Z"); }
  if (in.problem()) { return no_stream(*in.problem()); }
  if (in.has("max_parallel")) { header.max_parallel = in.number<std::size_t>("max_parallel"); }
  header.clock = {*started, event_reader_detail::some_start};
  return header;
}

OFFLOAD_INLINE replayed_run replay(std::istream& from, run_header const& header,
                                   run_event_sink const& say, replay_detail detail) {
  event_reader_detail::replaying all{header, say};
  std::optional<std::string> damage;
  std::size_t number = 1;
  for (std::string line; !damage && std::getline(from, line);) {
    ++number;
    if (detail == replay_detail::verdicts && line.starts_with(R"({"event":"attempt_ended")")) {
      continue;
    }
    damage = all.hear(line);
    if (damage && from.eof()) { damage = "it is cut off"; }
  }
  if (damage) {
    damage = fmt::format("line {}: {}", number, *damage);
  } else if (!all.is_over()) {
    damage = fmt::format("line {} is the last: the run did not end", number);
  }
  auto run = all.conclude();
  run.damage = std::move(damage);
  return run;
}

}  // namespace offload
