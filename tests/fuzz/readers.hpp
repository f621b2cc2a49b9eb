// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/json.hpp>
#include <offload/core/junit.hpp>
#include <offload/framework/ctest.hpp>
#include <offload/framework/go_json_reader.hpp>
#include <offload/framework/googletest_reader.hpp>
#include <offload/framework/junit_stream.hpp>
#include <offload/framework/nextest.hpp>
#include <offload/framework/pytest.hpp>
#include <offload/framework/tap_reader.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Feeds the readers of what foreign processes write with any bytes. No input may crash or hang a
/// reader, and the results must not depend on where the input is cut.
namespace offload::testing {

/// The tests that readers of a batch have been asked for.
inline batch fuzzed_batch() {
  return {.tests = {{"a"}, {"b"}, {"a.py::t"}, {"pkg TestA"}, {"S.a"}}};
}

/// What is told about tests, in order.
template <class Reader>
std::vector<std::string> told_by(Reader reader, std::string_view bytes, std::size_t step,
                                 exit_status status) {
  std::vector<std::string> told;
  framework_event_sink const sink = [&](framework_event const& what) {
    if (auto const* done = std::get_if<test_finished>(&what)) {
      told.push_back(fmt::format("{} {}", done->report.id.value, to_string(done->report.ended)));
    } else if (auto const* listed = std::get_if<test_listed>(&what)) {
      told.push_back("listed " + listed->id.value);
    } else if (auto const* failed = std::get_if<outside_failure>(&what)) {
      told.push_back("outside " + failed->what);
    }
  };
  for (; !bytes.empty(); bytes.remove_prefix(std::min(step, bytes.size()))) {
    reader.feed(stream::out, bytes.substr(0, step), sink);
  }
  reader.finish(status, sink);
  return told;
}

template <class Make>
void feed_in_two_ways(Make const& make, std::string_view bytes, std::size_t step,
                      exit_status status) {
  auto const whole = told_by(make(), bytes, std::max<std::size_t>(bytes.size(), 1), status);
  if (told_by(make(), bytes, step, status) != whole) {
    throw std::logic_error{"the results depend on where the input is cut"};
  }
}

/// The first byte chooses the reader, the second the size of pieces, the third the exit status.
inline void feed_a_reader(std::string_view input) {
  if (input.size() < 3) { return; }
  auto const number = [&](std::size_t at) { return static_cast<unsigned char>(input[at]); };
  std::size_t const step = 1 + number(1);
  exit_status const status{number(2) % 3 == 0 ? 0 : number(2), 0};
  auto const bytes = input.substr(3);
  switch (number(0) % 9) {
    case 0:
      return feed_in_two_ways([] { return pytest_framework{{}}.worker_reader(); }, bytes, step,
                              status);
    case 1: return feed_in_two_ways([] { return pytest_reader({0, 1}); }, bytes, step, status);
    case 2:
      return feed_in_two_ways([] { return junit_stream_reader{fuzzed_batch()}; }, bytes, step,
                              status);
    case 3: return feed_in_two_ways([] { return tap_reader{fuzzed_batch()}; }, bytes, step, status);
    case 4:
      return feed_in_two_ways(
          [] {
            return go_json_reader{fuzzed_batch(), "{classname} {name}"};
          },
          bytes, step, status);
    case 5:
      return feed_in_two_ways(
          [] {
            return googletest_reader{fuzzed_batch(), "{classname}.{name}"};
          },
          bytes, step, status);
    case 6:
      return feed_in_two_ways([] { return nextest_reader{fuzzed_batch()}; }, bytes, step, status);
    case 7: (void)read_junit(bytes); return;
    default: (void)parse_json(bytes); return;
  }
}

}  // namespace offload::testing
