// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/core/contents_of.hpp>

#include <gtest/gtest.h>

#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "fuzz/readers.hpp"

/// The inputs in tests/fuzz/saved, which were worth keeping, and some that are like them.
namespace offload::testing {
namespace {

std::vector<std::string> saved_inputs() {
  std::vector<std::string> all;
  for (auto const& file :
       std::filesystem::directory_iterator{OFFLOAD_SOURCE_DIR "/tests/fuzz/saved"}) {
    all.push_back(contents_of(file.path()));
  }
  return all;
}

TEST(Fuzz, SavedInputsHarmNoReader) {
  auto const all = saved_inputs();

  ASSERT_GE(all.size(), 9u);
  for (auto const& input : all) { EXPECT_NO_THROW(feed_a_reader(input)) << input; }
}

TEST(Fuzz, InputsLikeThemHarmNoReader) {
  std::mt19937 random{2026};
  auto const below = [&](std::size_t end) {
    return std::uniform_int_distribution<std::size_t>{0, end - 1}(random);
  };
  for (auto const& input : saved_inputs()) {
    for (int i = 0; i < 200; ++i) {
      auto other = input;
      for (std::size_t changes = 1 + below(4); changes > 0 && other.size() > 3; --changes) {
        auto const at = 1 + below(other.size() - 1);
        if (below(2) == 0) {
          other[at] = static_cast<char>(below(256));
        } else {
          other.erase(at, 1 + below(8));
        }
      }
      EXPECT_NO_THROW(feed_a_reader(other)) << other;
    }
  }
}

}  // namespace
}  // namespace offload::testing
