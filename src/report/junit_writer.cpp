// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/core/cut_text.hpp>
#include <offload/report/junit_writer.hpp>
#include <offload/report/results_file.hpp>

#include <offload/core/junit.hpp>
#include <offload/process/file_access.hpp>
#include <offload/report/xml_text.hpp>

#include <fmt/core.h>

#include <system_error>
#include <utility>

namespace offload {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
constexpr std::string_view closing = "</testsuites>\n";
/// Room for the opening <testsuites> tag, which is written again when the sums have grown.
constexpr std::size_t opening_width = 192;
constexpr std::string_view selection_begins = "<!-- selection ";
constexpr std::string_view run_begins = "<!-- run ";

void append_attribute(std::string& to, std::string_view name, std::string_view value, xml_use use) {
  to += ' ';
  to += name;
  to += "=\"";
  append_xml(to, value, use);
  to += '"';
}

std::string numbers_of(junit_totals const& sums) {
  return fmt::format(R"(tests="{}" failures="{}" errors="{}" skipped="{}" time="{:.3f}")",
                     sums.tests, sums.failures, sums.errors, sums.skipped, sums.time.count());
}

std::string opening_of(junit_totals const& sums, std::string_view marks) {
  auto tag = fmt::format(R"(<testsuites name="offload" {}>{})", numbers_of(sums), marks);
  tag.resize(opening_width - 1, ' ');
  return std::string{declaration} + tag + '\n';
}

/// Never self-closing: scripts, and the original Offload, take a self-closed failure for none.
void append_fault(std::string& to, std::string_view element, attempt const& one) {
  auto const& report = one.report;
  to += fmt::format("<{}", element);
  auto const message = report.message.empty() ? to_string(report.ended) : report.message;
  append_attribute(to, "message", message, xml_use::message);
  if (report.ended == outcome::timed_out) {
    append_attribute(to, "type", junit_timed_out, xml_use::name);
  } else if (one.kind == case_kind::outside) {
    append_attribute(to, "type", junit_outside, xml_use::name);
  }
  to += '>';
  append_xml(to, report.text, xml_use::text);
  to += fmt::format("</{}>", element);
}

void append_output(std::string& to, std::string_view element, std::string const& output,
                   outcome ended) {
  if (output.empty()) { return; }
  to += fmt::format("<{}>", element);
  append_xml(to, is_bad(ended) ? output : text::two_ends(output, kept_of_passing_output),
             xml_use::text);
  to += fmt::format("</{}>", element);
}

}  // namespace

junit_totals& junit_totals::operator+=(junit_totals const& more) {
  tests += more.tests;
  failures += more.failures;
  errors += more.errors;
  skipped += more.skipped;
  time += more.time;
  return *this;
}

void junit_suite::begin_case(std::string_view name, seconds took, source_place const& place) {
  constexpr seconds longest{1e9};  // more is a mistake, and leaves no room for the sums
  if (!(took >= seconds{} && took <= longest)) { took = seconds{}; }
  ++totals_.tests;
  totals_.time += took;
  cases_ += "<testcase";
  append_attribute(cases_, "name", name, xml_use::name);
  if (!place.file.empty()) { append_attribute(cases_, "file", place.file, xml_use::name); }
  if (place.line != 0) { cases_ += fmt::format(R"( line="{}")", place.line); }
  cases_ += fmt::format(R"( time="{:.3f}">)", took.count());
}

void junit_suite::add(attempt const& one) {
  auto const& report = one.report;
  if (report.ended == outcome::not_run) { return; }
  begin_case(report.id.value, report.duration, report.place);
  if (report.ended == outcome::errored) {
    ++totals_.errors;
    append_fault(cases_, "error", one);
  } else if (is_bad(report.ended)) {
    ++totals_.failures;
    append_fault(cases_, "failure", one);
  } else if (report.ended == outcome::skipped) {
    ++totals_.skipped;
    cases_ += "<skipped";
    append_attribute(cases_, "message", report.message, xml_use::message);
    cases_ += "/>";
  }
  append_output(cases_, "system-out", report.out, report.ended);
  append_output(cases_, "system-err", report.err, report.ended);
  cases_ += "</testcase>";
}

void junit_suite::add_not_run(test_case const& test, std::string_view reason) {
  begin_case(test.id.value, seconds{}, test.place);
  ++totals_.skipped;
  cases_ += "<skipped";
  append_attribute(cases_, "type", junit_not_run, xml_use::name);
  append_attribute(cases_, "message", fmt::format("not run: {}", reason), xml_use::message);
  cases_ += "/></testcase>";
}

std::string junit_suite::line(head const& about) const {
  std::string text = "  <testsuite";
  append_attribute(text, "name", about.name, xml_use::name);
  text += ' ';
  text += numbers_of(totals_);
  if (about.id) { text += fmt::format(" id=\"{}\"", *about.id); }
  if (!about.timestamp.empty()) {
    append_attribute(text, "timestamp", about.timestamp, xml_use::name);
  }
  if (!about.hostname.empty()) {
    append_attribute(text, "hostname", about.hostname, xml_use::name);
  }
  text += '>';
  text += cases_;
  text += "</testsuite>\n";
  return text;
}

junit_writer::junit_writer(fs::path path, junit_marks const& marks) : path_{std::move(path)} {
  if (!marks.selection.empty()) {
    marks_ += fmt::format("{}{} -->", selection_begins, marks.selection);
  }
  if (!marks.run.empty()) { marks_ += fmt::format("{}{} -->", run_begins, marks.run); }
}

junit_marks marks_of(std::string_view report) {
  report = report.substr(0, declaration.size() + opening_width);
  auto const text_after = [&](std::string_view begin) {
    auto const at = report.find(begin);
    if (at == report.npos) { return std::string{}; }
    auto const mark = report.substr(at + begin.size());
    return std::string{mark.substr(0, mark.find(' '))};
  };
  return {text_after(selection_begins), text_after(run_begins)};
}

void junit_writer::append(junit_suite const& suite, junit_suite::head const& about) {
  totals_ += suite.totals();
  write(suite.line(about));
}

void junit_writer::write(std::string_view suite) {
  if (failure_) { return; }
  if (body_end_ == 0 && path_.has_parent_path()) {
    std::error_code ignored;  // what is wrong shows when the file is opened
    fs::create_directories(path_.parent_path(), ignored);
  }
  auto const opening = opening_of(totals_, marks_);
  auto const start = body_end_ == 0 ? files::old_bytes::emptied : files::old_bytes::kept;
  auto const body_end = body_end_ == 0 ? opening.size() : body_end_;
  auto const written = files::write(
      path_, start, {{body_end, suite}, {body_end + suite.size(), closing}, {0, opening}});
  if (!written) {
    failure_ = written.error();
    return;
  }
  body_end_ = body_end + suite.size();
}

void junit_writer::publish_as(fs::path const& final_path) {
  if (body_end_ == 0) { write(""); }
  if (failure_) { return; }
  if (auto const moved = move_into_place(path_, final_path); !moved) { failure_ = moved.error(); }
}

}  // namespace offload
