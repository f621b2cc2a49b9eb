// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors

// The pretended cloud of the benchmark `cloud`: its commands wait as long as a cloud takes. Linked
// statically, as hundreds of them run on this machine and shall cost it next to nothing.
//
// usage: far_side create FOLDER | exec SECONDS COMMAND | destroy SECONDS
#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

void wait_for(double seconds) {
  timespec left{static_cast<time_t>(seconds), static_cast<long>(std::fmod(seconds, 1.0) * 1e9)};
  while (::nanosleep(&left, &left) != 0) {}
}

/// 1 to 3.
double seconds_of_a_creation() {
  unsigned short random = 0;
  int const source = ::open("/dev/urandom", O_RDONLY | O_CLOEXEC);
  [[maybe_unused]] auto const got = ::read(source, &random, sizeof random);
  return 1.0 + 2.0 * random / 65536;
}

/// Notes when the sandbox was there, and says its id.
int create(std::string const& folder) {
  wait_for(seconds_of_a_creation());
  auto const now =
      std::chrono::duration<double>{std::chrono::steady_clock::now().time_since_epoch()};
  auto const line = std::to_string(now.count()) + "\n";
  int const file = ::open((folder + "/created").c_str(), O_WRONLY | O_APPEND | O_CREAT, 0600);
  [[maybe_unused]] auto const written = ::write(file, line.data(), line.size());
  std::printf("box-%d\n", ::getpid());
  return 0;
}

int enter(double seconds, char const* command) {
  wait_for(seconds);
  ::execl("/bin/sh", "sh", "-c", command, nullptr);
  return 127;
}

}  // namespace

int main(int argc, char** argv) {
  std::string_view const what = argc > 2 ? argv[1] : "";
  if (what == "create") { return create(argv[2]); }
  if (what == "exec" && argc > 3) { return enter(std::atof(argv[2]), argv[3]); }
  if (what == "destroy") { wait_for(std::atof(argv[2])); }
  return what == "destroy" ? 0 : 2;
}
