// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/core/replaced.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace offload {
namespace {

using ::testing::ElementsAre;

/// Says its name when it ends, unless it was moved from.
class resource {
 public:
  resource(std::string name, std::vector<std::string>& ended)
      : name_{std::move(name)}, ended_{&ended} {}
  resource(resource&& other) noexcept
      : name_{std::move(other.name_)}, ended_{std::exchange(other.ended_, nullptr)} {}
  resource& operator=(resource&& other) noexcept { return replaced(*this, std::move(other)); }
  ~resource() {
    if (ended_ != nullptr) { ended_->push_back(name_); }
  }

 private:
  std::string name_;
  std::vector<std::string>* ended_;
};

TEST(Replaced, EndsTheOldOneAtOnceAndTheNewOneOnce) {
  std::vector<std::string> ended;
  {
    resource old{"old", ended};
    old = resource{"new", ended};
    EXPECT_THAT(ended, ElementsAre("old"));
  }

  EXPECT_THAT(ended, ElementsAre("old", "new"));
}

TEST(Replaced, LeavesAnObjectThatIsAssignedToItself) {
  std::vector<std::string> ended;
  {
    resource one{"one", ended};
    auto& same = one;
    one = std::move(same);
    EXPECT_TRUE(ended.empty());
  }

  EXPECT_THAT(ended, ElementsAre("one"));
}

}  // namespace
}  // namespace offload
