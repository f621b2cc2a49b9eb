// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "line.hpp"

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include <array>
#include <charconv>
#include <cmath>
#include <string>

namespace offload::history_line {
namespace {

using nlohmann::json;

std::string quoted(std::string const& text) {
  return json(text).dump(-1, ' ', false, json::error_handler_t::replace);
}

void append_samples(std::string& to, std::vector<history_sample> const& all) {
  to += '[';
  for (auto const& one : all) {
    if (to.back() != '[') { to += ','; }
    to += fmt::format("[{},{},{}]", quoted(one.run), one.at_ms, text(one.duration));
  }
  to += ']';
}

json const* member(json const& object, char const* name) {
  auto const found = object.find(name);
  return found == object.end() ? nullptr : &*found;
}

result<std::uint64_t> count_in(json const& object, char const* name) {
  auto const* value = member(object, name);
  if (value == nullptr || !value->is_number_unsigned()) {
    return fail(errc::io, "`{}` has to be a whole number", name);
  }
  return value->get<std::uint64_t>();
}

bool is_sample(json const& one) {
  return one.is_array() && one.size() == 3 && one[0].is_string() && one[1].is_number_integer() &&
         one[2].is_number() && one[2].get<double>() >= 0;
}

result<std::vector<history_sample>> samples_in(json const& object, char const* name) {
  auto const* list = member(object, name);
  if (list == nullptr || !list->is_array()) {
    return fail(errc::io, "`{}` has to be a list", name);
  }
  std::vector<history_sample> all;
  for (auto const& one : *list) {
    if (!is_sample(one)) {
      return fail(errc::io, "`{}` has to hold [\"run\", milliseconds, seconds]", name);
    }
    all.push_back({one[0].get<std::string>(), one[1].get<std::int64_t>(), one[2].get<double>()});
  }
  return all;
}

result<history_key> key_in(json const& object) {
  auto const* k = member(object, "k");
  if (k == nullptr || !k->is_array() || k->size() != 2 || !(*k)[0].is_string() ||
      !(*k)[1].is_string()) {
    return fail(errc::io, "`k` has to be [\"configuration\", \"test\"]");
  }
  return history_key{(*k)[0].get<std::string>(), (*k)[1].get<std::string>()};
}

result<test_history> value_in(json const& object) {
  auto const* v = member(object, "v");
  if (v == nullptr || !v->is_object()) { return fail(errc::io, "`v` has to be an object"); }
  auto const attempts = count_in(*v, "n");
  if (!attempts) { return tl::unexpected(attempts.error()); }
  auto const failures = count_in(*v, "f");
  if (!failures) { return tl::unexpected(failures.error()); }
  auto const* last_run = member(*v, "last_run");
  if (last_run == nullptr || !last_run->is_string()) {
    return fail(errc::io, "`last_run` has to be a text");
  }
  auto passed = samples_in(*v, "ok");
  if (!passed) { return tl::unexpected(passed.error()); }
  auto failed = samples_in(*v, "fail");
  if (!failed) { return tl::unexpected(failed.error()); }
  return test_history{*attempts, *failures, last_run->get<std::string>(), std::move(*passed),
                      std::move(*failed)};
}

std::string why_not_json(std::string_view line) {
  for (std::string_view const mark : {"<<<<<<<", "=======", ">>>>>>>", "|||||||"}) {
    if (line.starts_with(mark)) { return "it is left of a merge conflict of git"; }
  }
  return "it is not JSON";
}

}  // namespace

result<parsed_line> parse(std::string_view line) {
  auto const object = json::parse(line.begin(), line.end(), nullptr, false);
  if (object.is_discarded()) { return fail(errc::io, "{}", why_not_json(line)); }
  if (!object.is_object()) { return fail(errc::io, "it is no JSON object"); }
  auto key = key_in(object);
  if (!key) { return tl::unexpected(key.error()); }
  auto value = value_in(object);
  if (!value) { return tl::unexpected(value.error()); }
  return parsed_line{std::move(*key), std::move(*value)};
}

std::string text(history_key const& key, test_history const& value) {
  auto line =
      fmt::format(R"({{"k":[{},{}],"v":{{"n":{},"f":{},"last_run":{},"ok":)", quoted(key.config),
                  quoted(key.test), value.attempts, value.failures, quoted(value.last_run));
  append_samples(line, value.passed);
  line += R"(,"fail":)";
  append_samples(line, value.failed);
  return line + "}}";
}

std::string text(double seconds) {
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
  int const point = exponent + 1;  // so many digits stand in front of it
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

std::string valid_utf8(std::string_view text) {
  auto const as_json = quoted(std::string{text});
  return json::parse(as_json).get<std::string>();
}

}  // namespace offload::history_line
