// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/image/patch.hpp>

#include <gtest/gtest.h>

#include <optional>
#include <random>
#include <vector>

#include "sample.hpp"

namespace offload {
namespace {

using testing::sample_base;
using testing::sample_patch;

/// The new contents of every change, if all of them fit.
std::optional<std::vector<std::string>> made_of(std::string_view patch) {
  static auto const base = sample_base();
  auto const changes = parse_patch(patch);
  if (!changes) { return std::nullopt; }
  std::vector<std::string> all;
  for (auto const& change : *changes) {
    auto const old = base.find(change.old_path);
    auto made = patched(change, old == base.end() ? "" : old->second);
    if (!made) { return std::nullopt; }
    all.push_back(std::move(*made));
  }
  return all;
}

TEST(PatchDamage, IsSeenWhereverThePatchIsCutWithinAChange) {
  auto const patch = sample_patch();
  auto const whole = made_of(patch);
  ASSERT_TRUE(whole);

  for (std::size_t length = 1; length < patch.size(); ++length) {
    auto const made = made_of(std::string_view{patch}.substr(0, length));

    if (!made) { continue; }
    // What is accepted are some first changes, each of them complete.
    ASSERT_LE(made->size(), whole->size());
    EXPECT_TRUE(std::equal(made->begin(), made->end(), whole->begin())) << "cut at " << length;
  }
}

TEST(PatchDamage, IsSeenWhenALineIsMissing) {
  auto const patch = sample_patch();
  auto const whole = made_of(patch);
  std::size_t accepted = 0;

  for (std::size_t from = 0; from < patch.size(); from = patch.find('\n', from) + 1) {
    auto broken = patch;
    broken.erase(from, patch.find('\n', from) + 1 - from);
    auto const made = made_of(broken);

    // Some lines say nothing that is needed: similarity, ids, a blank line.
    if (made) { EXPECT_EQ(made, whole) << "without the line at " << from; }
    accepted += made ? 1 : 0;
  }
  EXPECT_LT(accepted, 25U);
}

TEST(PatchDamage, NeverDoesMoreThanAnError) {
  auto const patch = sample_patch();
  std::mt19937 random{20261121};
  auto const below = [&](std::size_t n) { return random() % n; };
  std::string_view const bytes{"\0\n -+@\\\"/ab019~\x80\xff", 17};

  std::size_t refused = 0;
  for (int round = 0; round < 20000; ++round) {
    auto broken = patch;
    for (auto edits = 1 + below(4); edits > 0; --edits) {
      auto const at = below(broken.size());
      switch (below(4)) {
        case 0: broken[at] = bytes[below(bytes.size())]; break;
        case 1: broken.erase(at, 1 + below(30)); break;
        case 2: broken.insert(at, broken.substr(below(broken.size()), below(60))); break;
        default: broken[at] = static_cast<char>(broken[at] ^ (1 << below(8)));
      }
    }
    refused += made_of(broken) ? 0 : 1;
  }

  EXPECT_GT(refused, 10000U);
}

}  // namespace
}  // namespace offload
