// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/core/hidden.hpp>

#include <gtest/gtest.h>

#include <type_traits>
#include <utility>

namespace offload {
namespace {

/// An owner whose header does not say what it holds.
class counter {
 public:
  explicit counter(int& destroyed);
  int next();

 private:
  struct parts;
  hidden<parts> parts_;
};
static_assert(std::is_nothrow_move_constructible_v<counter>);
static_assert(std::is_nothrow_move_assignable_v<counter>);
static_assert(!std::is_copy_constructible_v<counter>);

struct counter::parts {
  explicit parts(int& count) : destroyed{count} {}
  parts(parts const&) = delete;
  parts& operator=(parts const&) = delete;
  ~parts() { ++destroyed; }

  int& destroyed;
  int last = 0;
};

counter::counter(int& destroyed) : parts_{std::in_place, destroyed} {}
int counter::next() { return ++parts_->last; }

TEST(Hidden, MovesWithItsOwner) {
  int destroyed = 0;
  counter first{destroyed};
  (void)first.next();

  counter second{std::move(first)};

  EXPECT_EQ(second.next(), 2);
  EXPECT_EQ(destroyed, 0);
}

TEST(Hidden, IsDestroyedOnceWithItsOwner) {
  int destroyed = 0;

  {
    counter first{destroyed};
    counter const second{std::move(first)};
  }

  EXPECT_EQ(destroyed, 1);
}

TEST(Hidden, IsReplacedByAnAssignment) {
  int destroyed = 0;
  counter one{destroyed};

  one = counter{destroyed};

  EXPECT_EQ(destroyed, 1);
  EXPECT_EQ(one.next(), 1);
}

}  // namespace
}  // namespace offload
