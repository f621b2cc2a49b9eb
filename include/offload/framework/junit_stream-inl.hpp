// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/framework/junit_stream.hpp>

#include <offload/core/cut_text.hpp>
#include <offload/core/inline.hpp>
#include <offload/core/json.hpp>
#include <offload/framework/junit_matcher.hpp>
#include <offload/framework/placeholders.hpp>

#include <fmt/core.h>
#include <range/v3/view/zip.hpp>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace offload {
namespace junit_stream_detail {

// Signals reach the whole process group. The trap lets this shell wait until the script has ended
// too, and remove the file: nobody waits for what outlives the shell. Unlike an ignored signal, a
// trap is not handed down. A shell of its own contains whatever the script does, be it `exit` or a
// missing quote.
inline constexpr std::string_view sending_shell_script = R"(trap : HUP INT TERM
rm -f -- "$2"
"$1" -c "$3"
status=$?
if [ -f "$2" ]; then
  printf '\036%s\n' "$4"
  cat -- "$2"
  printf '\036%s\n' "$5"
else
  printf '\036%s\n' "$6"
fi
)";

inline std::string record(std::string_view event, batch const& of, std::string const& path) {
  return to_json(json{{"event", event}, {"batch", of.id.value}, {"path", path}},
                 {.ascii_only = true});
}

inline bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == text.npos;
}

inline std::string display_name(junit_case const& one) {
  return one.classname.empty() ? one.name : one.classname + "::" + one.name;
}

/// The part of a report that is about one test.
struct reported_test {
  junit_fit fit = junit_fit::none;
  std::vector<junit_case const*> cases;
};

/// Which of two outcomes of one test is the test's.
inline int weight(outcome o) {
  switch (o) {
    case outcome::failed: return 5;
    case outcome::timed_out: return 4;
    case outcome::errored: return 3;
    case outcome::passed: return 2;
    case outcome::skipped: return 1;
    case outcome::not_run: return 0;
  }
  return 0;
}

inline void add_part(std::string& to, std::string_view more) {
  if (!to.empty() && !more.empty() && !to.ends_with('\n')) { to += '\n'; }
  to += more;
}

inline test_report report_of(test_id id, std::vector<junit_case const*> const& cases) {
  auto const& worst = **std::ranges::max_element(
      cases, {}, [](junit_case const* one) { return weight(one->ended); });
  test_report report{.id = std::move(id), .ended = worst.ended, .message = worst.message};
  for (auto const* one : cases) {
    report.duration += one->time.value_or(seconds{});
    if (is_bad(one->ended) || !is_bad(worst.ended)) { add_part(report.text, one->text); }
    add_part(report.out, one->out);
    add_part(report.err, one->err);
    if (report.place.file.empty()) { report.place = one->place; }
  }
  return report;
}

/// Assigns the cases of a report to the tests of a batch.
class case_assignment {
 public:
  case_assignment(batch const& tests, std::string const& id_format)
      : id_format_{id_format}, matcher_{tests.tests, id_format}, tests_(tests.tests.size()) {}

  void add(junit_case const& one) {
    auto const match = matcher_.find(one);
    if (match.fit == junit_fit::none || match.fit == junit_fit::several) {
      unresolved_.push_back({&one, match.fit});
      return;
    }
    auto& test = tests_[match.test];
    // A better fit shows that the others were meant for tests that are not here.
    if (match.fit > test.fit) {
      for (auto const* other : std::exchange(test.cases, {})) {
        unresolved_.push_back({other, junit_fit::none});
      }
      test.fit = match.fit;
    }
    if (match.fit == test.fit) {
      test.cases.push_back(&one);
    } else {
      unresolved_.push_back({&one, junit_fit::none});
    }
  }

  [[nodiscard]] std::vector<reported_test> const& tests() const { return tests_; }

  /// A bad result is told as it is: it may be of a test that another batch runs.
  void tell_strangers(framework_event_sink const& emit) const {
    constexpr std::size_t most = 10;
    std::size_t told = 0;
    for (auto const& one : unresolved_) {
      if (is_bad(one.what->ended) && one.fit == junit_fit::none) {
        auto const id = filled_in(
            id_format_, {{"{name}", one.what->name}, {"{classname}", one.what->classname}});
        emit(test_finished{report_of({id}, {one.what})});
      } else if (++told <= most) {
        emit(framework_warning{text_of(one)});
      }
    }
    if (told > most) {
      emit(framework_warning{fmt::format("{} more results match no test", told - most)});
    }
  }

 private:
  struct unresolved_case {
    junit_case const* what;
    junit_fit fit;
  };

  static std::string text_of(unresolved_case const& one) {
    auto text = fmt::format("the result `{}` ({}) matches {}", display_name(*one.what),
                            to_string(one.what->ended),
                            one.fit == junit_fit::several ? "several tests equally well"
                                                          : "none of the requested tests");
    if (!is_bad(one.what->ended) || one.what->message.empty()) { return text; }
    return text + ": " + text::first_line_of(one.what->message);
  }

  std::string id_format_;
  junit_matcher matcher_;
  std::vector<reported_test> tests_;
  std::vector<unresolved_case> unresolved_;
};

}  // namespace junit_stream_detail

OFFLOAD_INLINE command sending_report(reporting_script const& what, batch const& tests,
                                      run_context const& context) {
  std::string script{junit_stream_detail::sending_shell_script};
  if (what.then == after_sending::remove) { script += "rm -f -- \"$2\"\n"; }
  script += "exit $status\n";
  return {.argv = {context.shell, "-c", std::move(script), "offload", context.shell,
                   what.result_file, what.script,
                   junit_stream_detail::record("file", tests, what.result_file),
                   junit_stream_detail::record("file_end", tests, what.result_file),
                   junit_stream_detail::record("no_file", tests, what.result_file)}};
}

OFFLOAD_INLINE junit_stream_reader::junit_stream_reader(batch tests, std::string id_format)
    : tests_{std::move(tests)}, id_format_{std::move(id_format)} {}

OFFLOAD_INLINE void junit_stream_reader::feed(stream from, std::string_view bytes,
                                              framework_event_sink const& emit) {
  if (from == stream::err) { return emit(output_text{from, std::string{bytes}}); }
  records_.feed(
      bytes, [&](std::string_view text) { read_record(text, emit); },
      [&](std::string_view text) { read_text(text, emit); });
}

OFFLOAD_INLINE void junit_stream_reader::read_text(std::string_view text,
                                                   framework_event_sink const& emit) {
  if (transfer_ == transfer::under_way) {
    file_ += text;
  } else {
    emit(output_text{stream::out, std::string{text}});
  }
}

OFFLOAD_INLINE void junit_stream_reader::read_record(std::string_view text,
                                                     framework_event_sink const& emit) {
  auto const event = parse_json(text);
  auto const& kind = event["event"].text();
  // The command's output may hold records as well, for instance those of another Offload.
  bool const ours = !kind.empty() && event["batch"] == tests_.id.value;
  if (ours && kind == "file") {
    transfer_ = transfer::under_way;
    file_.clear();
    path_ = event["path"].text();
  } else if (ours && kind == "file_end" && transfer_ == transfer::under_way) {
    transfer_ = transfer::complete;
    if (!junit_stream_detail::is_blank(file_)) { read_report(emit); }
  } else if (ours && kind == "no_file") {
    transfer_ = transfer::no_file;
    path_ = event["path"].text();
  } else {
    read_text(text, emit);
    read_text("\n", emit);
  }
}

OFFLOAD_INLINE void junit_stream_reader::finish(exit_status status,
                                                framework_event_sink const& emit) {
  records_.finish([&](std::string_view text) { read_text(text, emit); });
  auto const ended = to_string(status);
  if (transfer_ == transfer::awaited) {
    emit(framework_warning{
        fmt::format("the command ended ({}) before its result file could be sent", ended)});
  } else if (transfer_ == transfer::no_file) {
    emit(framework_warning{
        fmt::format("the command wrote no result file ({}); it was expected at {}", ended, path_)});
  } else if (junit_stream_detail::is_blank(file_)) {
    emit(framework_warning{
        fmt::format("the command left its result file empty ({}): {}", ended, path_)});
  } else {
    if (transfer_ == transfer::under_way) { read_report(emit); }
    warn_of_report(status, emit);
  }
}

OFFLOAD_INLINE void junit_stream_reader::interrupted(framework_event_sink const&) {
  interrupted_ = true;
}

OFFLOAD_INLINE void junit_stream_reader::read_report(framework_event_sink const& emit) {
  auto const report = read_junit(file_);
  if (!report.err.empty()) { emit(output_text{stream::err, report.err}); }

  junit_stream_detail::case_assignment assigned{tests_, id_format_};
  for (auto const& one : report.cases) {
    if (one.ended == outcome::not_run) { continue; }
    any_bad_ = any_bad_ || is_bad(one.ended);
    assigned.add(one);
  }
  for (auto const& [id, told] : ranges::views::zip(tests_.tests, assigned.tests())) {
    if (told.cases.empty()) { continue; }
    auto result = junit_stream_detail::report_of(id, told.cases);
    if (interrupted_ && is_bad(result.ended)) { continue; }
    ++reported_;
    emit(test_finished{std::move(result)});
  }
  if (interrupted_) { return; }
  tell_damage(report, emit);
  assigned.tell_strangers(emit);
  for (auto const& failed : report.outside) {
    any_bad_ = true;
    emit(outside_failure{failed.suite.empty() ? "the whole report" : "suite " + failed.suite,
                         failed.text, failed.message});
  }
}

OFFLOAD_INLINE void junit_stream_reader::tell_damage(junit_document const& report,
                                                     framework_event_sink const& emit) {
  bool const cut = report.is_cut || transfer_ != transfer::complete;
  if (!report.damage && !cut) { return; }
  auto text =
      fmt::format("the result file {} is damaged ({}); {} results in it are complete", path_,
                  report.damage.value_or("it did not arrive completely"), report.cases.size());
  // Tests without a result run again. Where there is none, the failure of a suite, or a result that
  // nobody expects, may be missing.
  if (cut && reported_ == tests_.tests.size()) {
    any_bad_ = true;
    emit(outside_failure{"the result file", std::move(text)});
  } else {
    emit(framework_warning{std::move(text)});
  }
}

OFFLOAD_INLINE void junit_stream_reader::warn_of_report(exit_status status,
                                                        framework_event_sink const& emit) const {
  auto const all = tests_.tests.size();
  if (reported_ == 0 && !any_bad_) {
    emit(framework_warning{fmt::format("the result file {} reports none of the {} tests ({})",
                                       path_, all, to_string(status))});
  }
}

}  // namespace offload
