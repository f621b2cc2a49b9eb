// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors

// Stands in for pytest in the benchmark `cloud`: speaks the protocol of the bundled plugin, and its
// tests sleep as long as their names say. A Python a sandbox would take 200 times 0.15 s of two
// processors, and that would be measured instead of Offload; linked statically for the same reason.
//
// BENCH_DURATIONS is the file with the tests' seconds, BENCH_TIMES the one to note in when each of
// them began and ended.
#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include <chrono>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

void send(std::string const& fields) {
  std::cout << '\x1e' << '{' << fields << '}' << std::endl;  // NOLINT(performance-avoid-endl)
}

std::string quoted(std::string_view text) { return '"' + std::string{text} + '"'; }

void list_tests() {
  std::ifstream durations{std::getenv("BENCH_DURATIONS")};
  std::string tests;
  std::string seconds;
  constexpr int a_file = 10;
  for (int i = 0; durations >> seconds; ++i) {
    auto const file = "test_part_" + std::to_string(i / a_file) + ".py";
    tests += (i == 0 ? "" : ",") + std::string{R"({"file":)"} + quoted(file) + R"(,"id":)" +
             quoted(file + "::test_" + std::to_string(i) + "[" + seconds + "]") +
             R"(,"groups":[0]})";
  }
  send(R"("event":"listed","tests":[)" + tests + "]");
  send(R"("event":"discovered","count":0,"shareable":true)");
}

double now() {
  return std::chrono::duration<double>{std::chrono::steady_clock::now().time_since_epoch()}.count();
}

/// Returns for how many seconds, as JSON text.
std::string sleep_as_named(std::string const& id) {
  static int const times = ::open(std::getenv("BENCH_TIMES"), O_WRONLY | O_APPEND | O_CREAT, 0600);
  auto const begin = now();
  auto const seconds = std::stod(id.substr(id.find('[') + 1));
  timespec left{static_cast<time_t>(seconds), static_cast<long>(std::fmod(seconds, 1.0) * 1e9)};
  while (::nanosleep(&left, &left) != 0) {}
  auto const end = now();
  auto const line = std::to_string(begin) + " " + std::to_string(end) + "\n";
  [[maybe_unused]] auto const written = ::write(times, line.data(), line.size());
  return std::to_string(end - begin);
}

/// The strings of the only array in a request, which hold no quotes.
std::vector<std::string> strings_of(std::string const& request) {
  std::vector<std::string> strings;
  for (auto at = request.find('[') + 1; request[at] == '"'; ++at) {
    auto const end = request.find('"', at + 1);
    strings.push_back(request.substr(at + 1, end - at - 1));
    at = end + 1;
  }
  return strings;
}

/// Returns the request that came while its last test was ending.
std::string run_tests(std::string const& request) {
  auto const batch = std::stol(request.substr(request.find("\"batch\":") + 8));
  auto const about = R"(,"batch":)" + std::to_string(batch);
  auto const ids = strings_of(request);
  std::string following;
  for (auto const& id : ids) {
    send(R"("event":"started","id":)" + quoted(id) + about);
    auto const took = sleep_as_named(id);
    if (&id == &ids.back()) {
      send(R"("event":"next")");
      std::getline(std::cin, following);
    }
    send(R"("event":"finished","outcome":"passed","id":)" + quoted(id) + R"(,"seconds":)" + took +
         about);
  }
  send(R"("event":"done")" + about);
  return following;
}

}  // namespace

int main() {
  send(R"("event":"hello","maxfail":0)");
  std::string request;
  std::string ahead;
  while (!ahead.empty() || std::getline(std::cin, request)) {
    if (!ahead.empty()) { request = std::exchange(ahead, {}); }
    if (request.find(R"("do":"run")") != std::string::npos) { ahead = run_tests(request); }
    if (request.find(R"("do":"discover")") != std::string::npos) { list_tests(); }
  }
  send(R"("event":"bye")");
}
