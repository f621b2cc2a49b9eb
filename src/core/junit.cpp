// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/core/junit.hpp>

#include <offload/core/junit_seconds.hpp>
#include <offload/core/xml_encoding.hpp>
#include <offload/core/xml_scanner.hpp>

#include <fmt/core.h>
#include <tinyxml2.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <initializer_list>
#include <utility>

// How a report is read. tinyxml2 keeps the whole document in memory and drops all of it at the
// first error, while reports are large and sometimes cut off by a dying runner. So the scanner
// finds the cases one by one, and tinyxml2 reads each of them as a small document of its own.
// Suites are followed by their tags only.
namespace offload {
namespace {

using tinyxml2::XMLElement;

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::string_view local_name(XMLElement const& element) {
  std::string_view const name = element.Name();
  auto const colon = name.find(':');
  return colon == name.npos ? name : name.substr(colon + 1);
}

std::string_view attribute(XMLElement const& element, char const* name) {
  auto const* const value = element.Attribute(name);
  return value == nullptr ? std::string_view{} : std::string_view{value};
}

void append_text(std::string& to, XMLElement const& element) {
  for (auto const* node = element.FirstChild(); node != nullptr; node = node->NextSibling()) {
    if (node->ToText() != nullptr) {
      to += node->Value();
    } else if (auto const* const child = node->ToElement()) {
      append_text(to, *child);
    }
  }
}

/// Puts `more` behind `to`, on a line of its own.
void append_part(std::string& to, std::string_view more) {
  if (!to.empty() && !more.empty() && !to.ends_with('\n')) { to += '\n'; }
  to += more;
}

void append_text_part(std::string& to, XMLElement const& element) {
  std::string text;
  append_text(text, element);
  append_part(to, text);
}

unsigned line_in(std::string_view text) {
  unsigned line{};
  std::from_chars(text.data(), text.data() + text.size(), line);
  return line;
}

outcome bad_outcome(std::string_view element, std::string_view type) {
  if (element == "error") { return outcome::errored; }
  return type == junit_timed_out ? outcome::timed_out : outcome::failed;
}

/// PHPUnit writes as errors what it calls a warning.
bool is_warning(std::string_view type) { return type.ends_with("RiskyTestError"); }

void add_fault(junit_case& to, XMLElement const& fault) {
  auto const type = attribute(fault, "type");
  if (is_warning(type)) { return append_text_part(to.text, fault); }
  auto const ended = bad_outcome(local_name(fault), type);
  if (type == junit_outside) { to.kind = case_kind::outside; }
  auto const message = attribute(fault, "message");
  std::string text;
  append_text(text, fault);
  if (!is_bad(to.ended)) {
    to.ended = ended;
    to.message = message;
    to.text = std::move(text);
    return;
  }
  if (to.ended == outcome::errored) { to.ended = ended; }
  to.text += to.text.empty() ? "" : "\n";
  append_part(to.text, message);
  append_part(to.text, text);
}

/// Whether the case may fail: Node.js and Catch2 write such a mark, and the failure, too.
bool is_mark_of_known_failure(XMLElement const& skip) {
  auto const mark = attribute(skip, "message");
  return attribute(skip, "type") == "todo" || mark.ends_with("tagged with !mayfail");
}

/// CTest writes tests that it could not run as skipped ones, with another message.
bool is_not_run_by_ctest(XMLElement const& element, junit_case const& one) {
  return one.ended == outcome::skipped && attribute(element, "status") == "notrun" &&
         !one.message.empty() && !one.message.starts_with("SKIP_");
}

void add_skip(junit_case& to, XMLElement const& skip) {
  if (is_bad(to.ended)) { return; }
  to.ended = attribute(skip, "type") == junit_not_run ? outcome::not_run : outcome::skipped;
  to.message = attribute(skip, "message");
  append_text_part(to.text, skip);
}

void add_properties(junit_case& to, XMLElement const& properties) {
  for (auto const* one = properties.FirstChildElement(); one != nullptr;
       one = one->NextSiblingElement()) {
    junit_property property{std::string{attribute(*one, "name")},
                            std::string{attribute(*one, "value")}};
    if (property.value.empty()) { append_text(property.value, *one); }
    to.properties.push_back(std::move(property));
  }
}

void add_child(junit_case& to, XMLElement const& child) {
  auto const name = local_name(child);
  if (name == "failure" || name == "error") {
    add_fault(to, child);
  } else if (name == "skipped") {
    add_skip(to, child);
  } else if (name == "system-out") {
    append_text_part(to.out, child);
  } else if (name == "system-err") {
    append_text_part(to.err, child);
  } else if (name == "properties") {
    add_properties(to, child);
  } else if (is_one_of(name, {"rerunFailure", "rerunError", "flakyFailure", "flakyError"})) {
    append_part(to.reruns, attribute(child, "message"));
    append_text_part(to.reruns, child);
  }
}

/// The outcome in the attributes: GoogleTest and CTest mark tests that did not run in this way.
outcome outcome_by_attributes(XMLElement const& element) {
  auto const status = attribute(element, "status");
  if (is_one_of(status, {"notrun", "disabled", "skipped"})) { return outcome::skipped; }
  if (is_one_of(attribute(element, "result"), {"suppressed", "skipped"})) {
    return outcome::skipped;
  }
  if (is_one_of(status, {"failed", "fail", "failure"})) { return outcome::failed; }
  return status == "error" ? outcome::errored : outcome::passed;
}

junit_case case_in(XMLElement const& element) {
  junit_case read;
  read.classname = attribute(element, "classname");
  read.name = attribute(element, "name");
  read.place = {std::string{attribute(element, "file")}, line_in(attribute(element, "line"))};
  read.time = junit_seconds(attribute(element, "time"));
  XMLElement const* mark = nullptr;
  for (auto const* child = element.FirstChildElement(); child != nullptr;
       child = child->NextSiblingElement()) {
    add_child(read, *child);
    if (local_name(*child) == "skipped" && is_mark_of_known_failure(*child)) { mark = child; }
  }
  if (mark != nullptr && is_bad(read.ended)) {
    read.ended = outcome::skipped;
    read.message = attribute(*mark, "message");
  }
  if (is_not_run_by_ctest(element, read)) { read.ended = outcome::not_run; }
  if (read.ended == outcome::passed) { read.ended = outcome_by_attributes(element); }
  return read;
}

/// Whether a case has an element of a failure, of whatever kind.
bool shows_fault(std::string_view element) {
  xml_scanner tags{element};
  while (auto const tag = tags.next()) {
    if (is_one_of(tag->name, {"failure", "error", "rerunFailure", "rerunError", "flakyFailure",
                              "flakyError"})) {
      return true;
    }
  }
  return false;
}

/// Reads the suites and cases of one document, in order.
class report_reader {
 public:
  report_reader(std::string_view xml, std::function<void(junit_case)> const& each)
      : scanner_{xml}, each_{each} {}

  junit_document read() {
    while (auto const tag = scanner_.next()) { take(*tag); }
    if (!seen_any_) {
      note_damage("it contains no JUnit report");
    } else if (scanner_.cut() || !suites_.empty()) {
      report_.is_cut = true;
      note_damage("it ends too early");
    }
    return std::move(report_);
  }

 private:
  /// An element with all that is in it.
  using element_text = std::string_view;

  void take(xml_tag const& tag) {
    if (tag.name == "testsuite" || tag.name == "testsuites") {
      seen_any_ = true;
      take_suite(tag);
    } else if (tag.kind == xml_tag_kind::closing) {
      return;
    } else if (tag.name == "testcase") {
      seen_any_ = true;
      take_case(tag);
    } else if (is_one_of(tag.name, {"system-out", "system-err", "failure", "error"})) {
      take_text(tag);
    }
  }

  struct open_suite {
    std::string name{};
    std::optional<std::uint32_t> id{};
    std::string hostname{};
    unsigned counted{};      ///< failures and errors, by its attributes
    bool shows_any = false;  ///< of them
  };

  static open_suite suite_of(XMLElement const& element) {
    open_suite opened{
        std::string{attribute(element, "name")}, {}, std::string{attribute(element, "hostname")}};
    if (unsigned id = 0; element.QueryUnsignedAttribute("id", &id) == tinyxml2::XML_SUCCESS) {
      opened.id = id;
    }
    for (auto const* name : {"failures", "errors"}) {
      if (unsigned n = 0; element.QueryUnsignedAttribute(name, &n) == tinyxml2::XML_SUCCESS) {
        opened.counted += n;
      }
    }
    return opened;
  }

  /// A suite that counts failures and shows none hides them. Retries that went well may be counted.
  void close_suite() {
    auto const closed = std::move(suites_.back());
    suites_.pop_back();
    if (!suites_.empty()) { suites_.back().shows_any |= closed.shows_any; }
    if (closed.counted == 0 || closed.shows_any) { return; }
    if (!suites_.empty()) { suites_.back().shows_any = true; }  // it is told once
    report_.outside.push_back(
        {closed.name,
         fmt::format("the report counts {} failures and errors, and shows none", closed.counted),
         {}});
  }

  void take_suite(xml_tag const& tag) {
    if (tag.kind == xml_tag_kind::opening) {
      auto const* const element = parse_start(tag);
      suites_.push_back(element == nullptr ? open_suite{} : suite_of(*element));
    } else if (tag.kind == xml_tag_kind::closing && !suites_.empty()) {
      close_suite();
    }
  }

  [[nodiscard]] bool counts_any() const {
    return std::ranges::any_of(suites_, [](open_suite const& one) { return one.counted > 0; });
  }

  void take_case(xml_tag tag) {
    auto whole = element_from(tag);
    while (!whole && restart_) {
      note_damage("a <testcase> is not closed");
      tag = *std::exchange(restart_, {});
      whole = element_from(tag);
    }
    if (!whole) { return; }
    auto const* const element = parse(*whole);
    auto read = element == nullptr ? case_in_disorder(tag, *whole) : case_in(*element);
    if (!suites_.empty()) {
      read.suite = suites_.back().name;
      read.suite_id = suites_.back().id;
      read.hostname = suites_.back().hostname;
      auto& in = suites_.back();
      in.shows_any = in.shows_any || is_bad(read.ended) || (counts_any() && shows_fault(*whole));
    }
    each_(std::move(read));
  }

  void take_text(xml_tag const& tag) {
    auto const whole = element_from(tag);
    auto const* const element = whole ? parse(*whole) : nullptr;
    if (element == nullptr) { return; }
    auto& to = tag.name == "system-out" ? report_.out : report_.err;
    append_part(to, attribute(*element, "message"));
    append_text_part(to, *element);
    if (is_one_of(tag.name, {"failure", "error"})) {
      if (!suites_.empty()) { suites_.back().shows_any = true; }
      auto& fault = report_.outside.emplace_back();
      if (!suites_.empty()) { fault.suite = suites_.back().name; }
      fault.message = attribute(*element, "message");
      append_text_part(fault.text, *element);
    }
  }

  /// The element that `tag` begins; none when it has no end. A case does not hold another: at the
  /// next one's tag, which is kept for a restart, it has no end either.
  std::optional<element_text> element_from(xml_tag const& tag) {
    if (tag.kind == xml_tag_kind::empty) { return scanner_.text(tag.begin, tag.end); }
    while (auto const next = scanner_.next()) {
      if (next->kind == xml_tag_kind::closing) {
        if (next->name == tag.name) { return scanner_.text(tag.begin, next->end); }
        if (next->name == "testsuite" && tag.name == "testcase") {
          take_suite(*next);
          break;
        }
      } else if (next->name == "testcase" && tag.name == "testcase") {
        restart_ = next;
        return {};
      }
    }
    report_.is_cut = true;
    note_damage("it ends inside an element");
    return {};
  }

  /// The element as tinyxml2 sees it, valid until the next call; null when it is not well-formed.
  XMLElement const* parse(std::string_view element) {
    auto const text = digestible(element, scratch_);
    auto const failure = document_.Parse(text.data(), text.size());
    return failure == tinyxml2::XML_SUCCESS ? document_.RootElement() : nullptr;
  }

  XMLElement const* parse_start(xml_tag const& tag) {
    std::string start{scanner_.text(tag.begin, tag.end - 1)};
    start += tag.kind == xml_tag_kind::opening ? "/>" : ">";
    return parse(start);
  }

  /// A case whose contents are not well-formed: its text is kept unchanged, and its outcome is
  /// guessed from the tags in it.
  junit_case case_in_disorder(xml_tag const& tag, std::string_view whole) {
    junit_case read;
    if (auto const* const start = parse_start(tag)) { read = case_in(*start); }
    note_damage("<testcase name=\"" + read.name + "\"> is not well-formed");
    auto const inside = whole.substr(tag.end - tag.begin);
    xml_scanner tags{inside};
    while (auto const one = tags.next()) {
      if (one->name == "failure") {
        read.ended = outcome::failed;
      } else if (one->name == "error" && !is_bad(read.ended)) {
        read.ended = outcome::errored;
      } else if (one->name == "skipped" && !is_bad(read.ended)) {
        read.ended = outcome::skipped;
      }
    }
    read.text = inside.substr(0, inside.rfind("</"));
    return read;
  }

  /// The first thing that is wrong is the one to tell.
  void note_damage(std::string what) {
    if (!report_.damage) { report_.damage = std::move(what); }
  }

  xml_scanner scanner_;
  std::function<void(junit_case)> const& each_;
  junit_document report_;
  std::vector<open_suite> suites_;  ///< innermost last
  std::optional<xml_tag> restart_;
  tinyxml2::XMLDocument document_{true, tinyxml2::PRESERVE_WHITESPACE};
  std::string scratch_;
  bool seen_any_{};
};

}  // namespace

junit_document read_junit(std::string_view xml, std::function<void(junit_case)> const& each) {
  std::string scratch;
  auto const text = xml_as_utf8(xml, scratch);
  if (text) { return report_reader{*text, each}.read(); }
  junit_document unreadable;
  unreadable.damage = text.error().message;
  return unreadable;
}

junit_document read_junit(std::string_view xml) {
  std::vector<junit_case> cases;
  auto read = read_junit(xml, [&](junit_case one) { cases.push_back(std::move(one)); });
  read.cases = std::move(cases);
  return read;
}

}  // namespace offload
