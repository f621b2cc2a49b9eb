// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/history/line.hpp>

#include <offload/core/inline.hpp>
#include <offload/core/json.hpp>

#include <fmt/core.h>

#include <array>
#include <charconv>
#include <string>

namespace offload::history_line {
namespace line_detail {

inline std::string json_string(std::string_view text) {
  std::string as_json;
  append_json(as_json, text);
  return as_json;
}

inline void append_samples(std::string& to, std::vector<history_sample> const& all) {
  to += '[';
  for (auto const& one : all) {
    if (to.back() != '[') { to += ','; }
    to += fmt::format("[{},{},{}]", json_string(one.run), one.at_ms, text(one.duration));
  }
  to += ']';
}

inline result<std::uint64_t> count_in(json const& object, char const* name) {
  auto const count = object[name].number<std::uint64_t>();
  if (!count) { return fail(errc::io, "`{}` must be a whole number", name); }
  return *count;
}

inline bool is_sample(json const& one) {
  return one.items().size() == 3 && one.at(0).is_text() && one.at(1).number<std::int64_t>() &&
         one.at(2).number<double>().value_or(-1) >= 0;
}

inline result<std::vector<history_sample>> samples_in(json const& object, char const* name) {
  auto const& list = object[name];
  if (!list.is_list()) { return fail(errc::io, "`{}` must be a list", name); }
  std::vector<history_sample> all;
  for (auto const& one : list.items()) {
    if (!is_sample(one)) {
      return fail(errc::io, "`{}` must be [\"run\", milliseconds, seconds]", name);
    }
    all.push_back(
        {one.at(0).text(), *one.at(1).number<std::int64_t>(), *one.at(2).number<double>()});
  }
  return all;
}

inline result<history_key> key_in(json const& object) {
  auto const& k = object["k"];
  if (k.items().size() != 2 || !k.at(0).is_text() || !k.at(1).is_text()) {
    return fail(errc::io, "`k` must be [\"configuration\", \"test\"]");
  }
  return history_key{k.at(0).text(), k.at(1).text()};
}

inline result<test_history> value_in(json const& object) {
  auto const& v = object["v"];
  if (!v.is_object()) { return fail(errc::io, "`v` must be an object"); }
  auto const attempts = count_in(v, "n");
  if (!attempts) { return tl::unexpected(attempts.error()); }
  auto const failures = count_in(v, "f");
  if (!failures) { return tl::unexpected(failures.error()); }
  auto const& last_run = v["last_run"];
  if (!last_run.is_text()) { return fail(errc::io, "`last_run` must be a string"); }
  auto passed = samples_in(v, "ok");
  if (!passed) { return tl::unexpected(passed.error()); }
  auto failed = samples_in(v, "fail");
  if (!failed) { return tl::unexpected(failed.error()); }
  return test_history{*attempts, *failures, last_run.text(), std::move(*passed),
                      std::move(*failed)};
}

inline std::string why_not_json(std::string_view line) {
  for (std::string_view const mark : {"<<<<<<<", "=======", ">>>>>>>", "|||||||"}) {
    if (line.starts_with(mark)) { return "it is a leftover of a git merge conflict"; }
  }
  return "it is not JSON";
}

}  // namespace line_detail

OFFLOAD_INLINE result<parsed_line> parse(std::string_view line) {
  auto const object = parse_json(line);
  if (object.is_null()) { return fail(errc::io, "{}", line_detail::why_not_json(line)); }
  if (!object.is_object()) { return fail(errc::io, "it is not a JSON object"); }
  auto key = line_detail::key_in(object);
  if (!key) { return tl::unexpected(key.error()); }
  auto value = line_detail::value_in(object);
  if (!value) { return tl::unexpected(value.error()); }
  return parsed_line{std::move(*key), std::move(*value)};
}

OFFLOAD_INLINE std::string text(history_key const& key, test_history const& value) {
  auto line = fmt::format(R"({{"k":[{},{}],"v":{{"n":{},"f":{},"last_run":{},"ok":)",
                          line_detail::json_string(key.config), line_detail::json_string(key.test),
                          value.attempts, value.failures, line_detail::json_string(value.last_run));
  line_detail::append_samples(line, value.passed);
  line += R"(,"fail":)";
  line_detail::append_samples(line, value.failed);
  return line + "}}";
}

OFFLOAD_INLINE std::string text(double seconds) {
  std::array<char, 40> buffer{};
  auto const* const end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), seconds,
                                        std::chars_format::scientific)
                              .ptr;
  // d.ddde[+-]xx
  std::string_view const all{buffer.data(), static_cast<std::size_t>(end - buffer.data())};
  auto const e = all.find('e');
  int exponent = 0;
  auto const* const sign = all.data() + e + 1;
  std::from_chars(sign + (*sign == '+' ? 1 : 0), end, exponent);
  std::string digits{all.substr(0, e)};
  if (digits.size() > 1) { digits.erase(1, 1); }
  int const point = exponent + 1;  // the number of digits before it
  int const length = static_cast<int>(digits.size());
  auto const zeros = [](int count) { return std::string(static_cast<std::size_t>(count), '0'); };
  if (seconds == 0) { return "0.0"; }
  if (point > 16 || point <= -5) {
    auto const rest = digits.substr(1);
    return digits.substr(0, 1) + (rest.empty() ? "" : ".") + rest + "e" + std::to_string(exponent);
  }
  if (point <= 0) { return "0." + zeros(-point) + digits; }
  if (point >= length) { return digits + zeros(point - length) + ".0"; }
  auto const before = static_cast<std::size_t>(point);
  return digits.substr(0, before) + "." + digits.substr(before);
}

OFFLOAD_INLINE std::string valid_utf8(std::string_view text) {
  return parse_json(line_detail::json_string(text)).text();
}

}  // namespace offload::history_line
